import { describe, expect, test } from 'vitest';
import { FIELD_NAMES, fieldInfo } from '../../../capture/fields.ts';
import { hasProgram } from '../../shared.ts';
import { udpDatagram } from '../packets.ts';
import { differencesOf, type Frame, ICMP, icmp4, ip4, u16, u32, whole, withCuts } from './hand-made.ts';

const HEADER = 20;
const QUOTED = ip4(17, udpDatagram(4000, 9, 4));

const FIELDS = FIELD_NAMES.filter((name) => name.startsWith('icmp.') && fieldInfo(name)?.type !== 'protocol');

const ECHO = icmp4('0800 0000 1234 0001', 'a1a2a3');
const MESSAGES: Readonly<Record<string, readonly Buffer[]>> = {
  echo: [ECHO, icmp4('0000 0000 1234 0001', 'a1a2a3')],
  unreachable: [
    ...[0, 1, 2, 3, 5, 9, 13, 15].map((code) => icmp4(3, code, '0000 00000000', QUOTED)),
    icmp4('0304 0000 0000 05dc', QUOTED),
    icmp4('0303 0000 0000 0000', ip4(ICMP, ECHO)),
  ],
  quench: [icmp4('0400 0000 00000000', QUOTED)],
  redirect: [0, 1, 2, 3].map((code) => icmp4(5, code, '0000 0a0000fe', QUOTED)),
  exceeded: [0, 1].map((code) => icmp4(11, code, '0000 00000000', QUOTED)),
  parameter: [0, 1, 2].map((code) => icmp4(12, code, '0000 14000000', QUOTED)),
  timestamp: [
    icmp4('0d00 0000 0007 0001', u32(1000), u32(0), u32(0)),
    icmp4('0e00 0000 0007 0001', u32(1000), u32(1005), u32(0x8000_0001)),
  ],
  information: [icmp4('0f00 0000 0008 0001'), icmp4('1000 0000 0008 0001')],
  mask: [icmp4('1100 0000 0009 0001 00000000'), icmp4('1200 0000 0009 0001 ffffff00')],
  router: [
    icmp4('0900 0000 02 02 0708', '0a000001 00000005', '0a000003 80000000'),
    icmp4('0a00 0000 00000000'),
  ],
  extended: [
    icmp4('2a00 0000 0005 0901 00010001'),
    icmp4('2b00 0000 0005 0947'),
    icmp4('2b00 0000 0005 09a2'),
  ],
  unknown: [1, 2, 6, 7, 30, 40, 44, 255].map((type) => icmp4(type, 0, '0000 01020304 05060708')),
};

function framesOf(messages: readonly Buffer[]): Frame[] {
  return messages.flatMap((message) => {
    const packet = ip4(ICMP, message);
    const wrong = Buffer.from(packet);
    wrong[HEADER + 2] = (wrong[HEADER + 2] ?? 0) ^ 1;
    return [whole(wrong), ...withCuts(packet, HEADER)];
  });
}

describe.skipIf(!hasProgram('tshark'))('messages of ICMP as tshark reads them', () => {
  const seen = new Set<string>();
  test.each(Object.keys(MESSAGES))('%s', async (name) => {
    const { differences, shown } = await differencesOf(framesOf(MESSAGES[name] ?? []), FIELDS);
    for (const field of shown) seen.add(field);
    expect(differences).toEqual([]);
  });

  test('replies are tied to their requests', async () => {
    const request = ip4(ICMP, ECHO);
    const reply = ip4(ICMP, icmp4('0000 0000 1234 0001', 'a1a2a3'), undefined, true);
    const other = ip4(ICMP, icmp4('0000 0000 1234 0002', 'a1a2a3'), undefined, true);
    const unreachable = ip4(ICMP, icmp4('0301 0000 00000000', request), undefined, true);
    const frames = [reply, request, request, reply, reply, other, request, unreachable, reply].map(whole);
    // Around where the checksum of the request wraps.
    for (let data = 0xf700; data <= 0x1_0010; data += data === 0xf810 ? 0x7e0 : 1) {
      const echo = (type: number): Buffer => icmp4(type, 0, '0000 0000 0000', u16(data & 0xffff));
      frames.push(whole(ip4(ICMP, echo(8))), whole(ip4(ICMP, echo(0), undefined, true)));
    }
    const { differences, shown } = await differencesOf(frames, FIELDS);
    for (const field of shown) seen.add(field);
    expect(differences).toEqual([]);
  });

  test('every field was seen', () => expect(FIELDS.filter((name) => !seen.has(name))).toEqual([]));
});
