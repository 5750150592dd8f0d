import { describe, expect, test } from 'vitest';
import { FIELD_NAMES, fieldInfo } from '../../../capture/fields.ts';
import { hasProgram } from '../../shared.ts';
import { udpDatagram } from '../packets.ts';
import {
  bytesOf,
  differencesOf,
  type Frame,
  ICMPV6,
  icmp6,
  ip6,
  type Part,
  text,
  u16,
  u32,
  whole,
  withCuts,
} from './hand-made.ts';

const HEADER = 40;
const FIELDS = FIELD_NAMES.filter(
  (name) => name.startsWith('icmpv6.') && fieldInfo(name)?.type !== 'protocol',
);
const QUOTED = ip6(17, udpDatagram(4000, 9, 4));
const ECHO = icmp6('8000 0000 1234 0001', 'a1a2a3');
const GROUP = 'ff020000000000000000000000000016';
const HOST = '20010db8000000000000000000000005';

/** An option of neighbour discovery, padded to 8 bytes. */
function option(type: number, ...parts: readonly Part[]): Buffer {
  const body = bytesOf(...parts);
  const units = Math.ceil((body.length + 2) / 8);
  return Buffer.concat([bytesOf(type, units), body], units * 8);
}

const name = (...labels: string[]): Buffer =>
  bytesOf(...labels.flatMap((label) => [label.length, text(label)]), 0);

const ADVERTISEMENT = '8600 0000 40f8 0708 00000e10 000003e8';
const OPTIONS = {
  links: [option(1, '020000000001'), option(2, '020000000002')],
  prefix: [option(3, 64, 0xff, u32(2592000), u32(604800), u32(0), HOST)],
  redirected: [option(4, '000000000000', QUOTED)],
  mtu: [option(5, 0, 0, u32(1500))],
  agent: [option(7, 0, 0, u32(30000)), option(8, 0, 0, u16(7), u16(1800))],
  nonce: [option(14, '0102030405')],
  route: [
    option(24, 0, 0xff, u32(1800)),
    option(24, 64, 0x18, u32(1800), HOST.slice(0, 16)),
    option(24, 128, 0x08, u32(1800), HOST),
  ],
  resolvers: [option(25, 0, 0, u32(3600), HOST), option(25, 0, 0, u32(3600), HOST, GROUP)],
  domains: [
    option(31, 0, 0, u32(3600), name('example', 'org')),
    option(31, 0, 0, u32(3600), name('a', 'bc'), name('local')),
  ],
  flags: [option(26, 'fc00 00000000')],
  portal: [option(37, text('https://example.org/login'))],
  pref64: [0, 1, 2, 3, 4, 5, 6, 7].map((code) =>
    option(38, u16((1000 << 3) | code), '0064ff9b0102030405060708'),
  ),
  unknown: [option(200, '010203040506'), bytesOf(1, 0, '010203040506')],
};

const MESSAGES: Readonly<Record<string, readonly Buffer[]>> = {
  echo: [ECHO, icmp6('8100 0000 1234 0001', 'a1a2a3')],
  errors: [
    ...[0, 1, 3, 4, 7].map((code) => icmp6(1, code, '0000 00000000', QUOTED)),
    icmp6('0200 0000', u32(1280), QUOTED),
    icmp6('0300 0000 00000000', ip6(ICMPV6, ECHO)),
    icmp6('0401 0000', u32(40), QUOTED),
  ],
  solicitations: [
    icmp6('8500 0000 00000000', ...OPTIONS.links),
    icmp6('8700 0000 00000000', HOST, ...OPTIONS.links),
  ],
  advertisements: [
    icmp6(ADVERTISEMENT),
    icmp6('8800 0000 e0000000', HOST, ...OPTIONS.links),
    icmp6('8800 0000 5fffffff', HOST),
  ],
  redirects: [icmp6('8900 0000 00000000', HOST, GROUP, ...OPTIONS.links, ...OPTIONS.redirected)],
  'queries for listeners': [
    icmp6('8200 0000 03e8 0000', GROUP),
    icmp6('8200 0000 ffff 0000', GROUP, 0x0f, 0xff, u16(0)),
    icmp6('8200 0000 83e8 0000', GROUP, 0xfa, 125, u16(0)),
    icmp6('8200 0000 03e8 0000', GROUP, 0x02, 0x9f, u16(2), HOST, HOST),
    icmp6('8200 0000 03e8 0000', GROUP, 0x02, 0x9f, u16(9), HOST),
  ],
  'reports of listeners': [
    icmp6('8300 0000 0001 0000', GROUP),
    icmp6('8400 0000 0000 0000', GROUP),
    icmp6('8f00 0000 0000', u16(1), '04 00 0000', GROUP),
    icmp6('8f00 0000 0000', u16(2), '03 01 0001', GROUP, HOST, '01020304', '06 00 0002', GROUP, HOST, HOST),
    icmp6('8f00 0000 0000', u16(3), '05 00 0001', GROUP, HOST),
  ],
  extended: [icmp6('a000 0000 0005 0901 00010001'), icmp6('a100 0000 0005 0947')],
  unknown: [0, 5, 100, 127, 200, 255].map((type) => icmp6(type, 0, '0000 01020304 05060708')),
  ...Object.fromEntries(
    Object.entries(OPTIONS).map(([what, options]) => [`option: ${what}`, [icmp6(ADVERTISEMENT, ...options)]]),
  ),
};

function framesOf(messages: readonly Buffer[]): Frame[] {
  return messages.flatMap((message) => {
    const packet = ip6(ICMPV6, message);
    const wrong = Buffer.from(packet);
    wrong[HEADER + 2] = (wrong[HEADER + 2] ?? 0) ^ 1;
    return [whole(wrong), ...withCuts(packet, HEADER)];
  });
}

describe.skipIf(!hasProgram('tshark'))('messages of ICMPv6 as tshark reads them', () => {
  const seen = new Set<string>();
  test.each(Object.keys(MESSAGES))('%s', async (what) => {
    const { differences, shown } = await differencesOf(framesOf(MESSAGES[what] ?? []), FIELDS);
    for (const field of shown) seen.add(field);
    expect(differences).toEqual([]);
  });

  test('replies are tied to their requests', async () => {
    const request = ip6(ICMPV6, ECHO);
    const reply = ip6(ICMPV6, icmp6('8100 0000 1234 0001', 'a1a2a3'), true);
    const other = ip6(ICMPV6, icmp6('8100 0000 1234 0002', 'a1a2a3'), true);
    const frames = [reply, request, request, reply, reply, other, request, reply].map(whole);
    // Around where the checksum of the request wraps.
    for (let data = 0; data < 0x1_0000; data += 0x101) {
      const echo = (type: number): Buffer => icmp6(type, 0, '0000 0000 0000', u16(data));
      frames.push(whole(ip6(ICMPV6, echo(128))), whole(ip6(ICMPV6, echo(129), true)));
    }
    const { differences, shown } = await differencesOf(frames, FIELDS);
    for (const field of shown) seen.add(field);
    expect(differences).toEqual([]);
  });

  test('every field was seen', () => expect(FIELDS.filter((field) => !seen.has(field))).toEqual([]));
});
