// Authentication headers (RFC 4302) behind IPv4 and IPv6, and LLC, as tshark reads them.
import { expect, test } from 'vitest';
import { hasProgram } from '../../shared.ts';
import {
  bytesOf,
  differencesOf,
  ip4,
  ip6,
  onEthernet,
  u16,
  u32,
  whole,
  withCuts,
} from '../fields/hand-made.ts';

const AH = 51;
const TCP = 6;
const UDP = 17;
const FIELDS = ['ip.proto', 'tcp.port', 'tcp.stream', 'tcp.len', 'udp.port', 'udp.stream'];

/** An authentication header with so many words of check value. */
const ah = (next: number, words: number): Buffer =>
  bytesOf(next, words + 1, u16(0), u32(7), u32(1), Buffer.alloc(words * 4, 0xaa));
const syn = bytesOf('1388 1770', u32(1), u32(0), '5002 2000 0000 0000');
const datagram = bytesOf('1388 0009', u16(12), u16(0), 'deadbeef');

test.skipIf(!hasProgram('tshark'))('what stands behind an authentication header', async () => {
  const packets = [0, 1, 3, 4, 8].flatMap((words) => [
    ip4(AH, bytesOf(ah(TCP, words), syn)),
    ip4(AH, bytesOf(ah(UDP, words), datagram)),
    ip4(AH, bytesOf(ah(AH, words), ah(TCP, 3), syn)),
    ip6(AH, bytesOf(ah(TCP, words), syn)),
  ]);
  packets.push(
    ip4(AH, bytesOf(ah(TCP, 3), syn), bytesOf('01010101'), true),
    ip4(4, ip4(AH, bytesOf(ah(TCP, 3), syn))),
  );
  const { differences, shown } = await differencesOf(
    [...packets.map(whole), ...withCuts(ip4(AH, bytesOf(ah(TCP, 3), syn)), 20)],
    FIELDS,
  );
  expect(differences).toEqual([]);
  expect([...shown].sort()).toEqual([...FIELDS].sort());
});

test.skipIf(!hasProgram('tshark'))('names of protocols', async () => {
  const frames = [ip4(AH, bytesOf(ah(TCP, 3), syn)), ip6(AH, bytesOf(ah(TCP, 3), syn))].map(whole);
  const { differences } = await differencesOf(frames, ['frame.protocols']);
  expect(differences).toEqual([]);
  const stp = bytesOf('4242 03 0000000000', Buffer.alloc(38));
  const framed = await differencesOf([...onEthernet(38, [whole(stp)])], ['eth.len', 'eth.padding'], 1);
  expect(framed.differences).toEqual([]);
});
