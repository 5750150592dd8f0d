import { describe, expect, test } from 'vitest';
import { FIELD_NAMES, fieldInfo } from '../../../capture/fields.ts';
import { hasProgram } from '../../shared.ts';
import { udpDatagram } from '../packets.ts';
import { bytesOf, differencesOf, ip6, type Part, u16, u32, withCuts } from './hand-made.ts';

const HEADER = 40;
const FIELDS = FIELD_NAMES.filter((name) => name.startsWith('ipv6.') && fieldInfo(name)?.type !== 'protocol');
const [HOPS, ROUTE, FRAGMENT, DESTINATION, UDP, NOTHING] = [0, 43, 44, 60, 17, 59];
const DATAGRAM = udpDatagram(4000, 9, 4);
const HOST = '20010db8000000000000000000000005';

/** Options behind what follows them, padded to 8 bytes with single bytes of padding. */
function options(next: number, ...parts: readonly Part[]): Buffer {
  const body = bytesOf(...parts);
  const units = Math.ceil((body.length + 2) / 8);
  return Buffer.concat([bytesOf(next, units - 1), body], units * 8);
}

const route = (kind: number, left: number, ...parts: readonly Part[]): Buffer => {
  const body = bytesOf(...parts);
  return bytesOf(UDP, (body.length - 4) / 8, kind, left, body);
};

const PACKETS: Readonly<Record<string, readonly Buffer[]>> = {
  'traffic class and flow': ['6fffffff', '60000000', '6b912345'].map((first) =>
    bytesOf(first, ip6(UDP, DATAGRAM).subarray(4)),
  ),
  'router alert': [ip6(HOPS, bytesOf(options(NOTHING, '05020000 0100')))],
  padding: [
    ip6(HOPS, bytesOf(options(UDP, '0104 00000000'), DATAGRAM)),
    ip6(DESTINATION, bytesOf(options(UDP, '0000 0100 0100'), DATAGRAM)),
    ip6(DESTINATION, bytesOf(options(UDP, '0103 010203 00'), DATAGRAM)),
  ],
  jumbo: [ip6(HOPS, bytesOf(options(UDP, 'c204', u32(70_000)), DATAGRAM))],
  'other options': [
    ip6(DESTINATION, bytesOf(options(UDP, '040105'), DATAGRAM)),
    ip6(DESTINATION, bytesOf(options(UDP, '0102 0000 c910', HOST), DATAGRAM)),
    ip6(DESTINATION, bytesOf(options(UDP, '3e03 010203'), DATAGRAM)),
    ip6(HOPS, bytesOf(options(DESTINATION, '05020000 0100'), options(UDP, '0104 00000000'), DATAGRAM)),
  ],
  'lengths that are wrong': [
    ip6(HOPS, bytesOf(options(UDP, '0503 000000'), DATAGRAM)),
    ip6(HOPS, bytesOf(options(UDP, '05ff 00000000'), DATAGRAM)),
    ip6(HOPS, bytesOf(options(UDP, 'c203 000000'), DATAGRAM)),
    ip6(DESTINATION, bytesOf(options(UDP, '0402 0500'), DATAGRAM)),
    ip6(DESTINATION, bytesOf(options(UDP, 'c904 01020304'), DATAGRAM)),
    ip6(DESTINATION, bytesOf(options(UDP, '000000000005'), DATAGRAM)),
  ],
  routes: [
    ip6(ROUTE, bytesOf(route(0, 1, '00000000', HOST), DATAGRAM)),
    ip6(ROUTE, bytesOf(route(0, 0, '00000000', HOST, HOST), DATAGRAM)),
    ip6(ROUTE, bytesOf(route(2, 1, '00000000', HOST), DATAGRAM)),
    ip6(ROUTE, bytesOf(route(4, 1, '01 00 0000', HOST, HOST), DATAGRAM)),
    ip6(ROUTE, bytesOf(route(253, 1, '00000000', HOST), DATAGRAM)),
  ],
  fragments: [
    ip6(FRAGMENT, bytesOf(UDP, 0xaa, u16(0x07), u32(0xdead_beef), DATAGRAM)),
    ip6(FRAGMENT, bytesOf(UDP, 0, u16(0x20), u32(7), DATAGRAM)),
  ],
};

describe.skipIf(!hasProgram('tshark'))('headers of IPv6 as tshark reads them', () => {
  const seen = new Set<string>();
  test.each(Object.keys(PACKETS))('%s', async (what) => {
    const frames = (PACKETS[what] ?? []).flatMap((packet) => [...withCuts(packet, HEADER)]);
    const { differences, shown } = await differencesOf(frames, FIELDS);
    for (const field of shown) seen.add(field);
    expect(differences).toEqual([]);
  });

  test('every field was seen', () => expect(FIELDS.filter((field) => !seen.has(field))).toEqual([]));
});
