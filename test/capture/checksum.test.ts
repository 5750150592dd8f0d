import { describe, expect, test } from 'vitest';
import { CHECKSUM, internetSum, transportChecksum } from '../../capture/checksum.ts';
import { PROTOCOL } from '../../capture/columns.ts';
import { packetOf } from '../support/tcp-segments.ts';

// RFC 1071 §3: these eight bytes sum up to 2ddf0, carries added ddf2.
const EXAMPLE = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];

function repeated(times: number, before: readonly number[] = [], after: readonly number[] = []): Uint8Array {
  return Uint8Array.from([...before, ...Array.from({ length: times }, () => EXAMPLE).flat(), ...after]);
}

describe('the sum of RFC 1071', () => {
  test('of its own example', () => {
    expect(internetSum(repeated(1), 0, 8)).toBe(0xddf2);
  });

  test('of many bytes, from an odd place on and with an odd byte at the end', () => {
    // 32 times 2ddf0 is 5bbe00.
    expect(internetSum(repeated(32), 0, 256)).toBe(0xbe5b);
    expect(internetSum(repeated(32, [0xaa]), 1, 257)).toBe(0xbe5b);
    expect(internetSum(repeated(32, [], [0x01]), 0, 257)).toBe(0xbf5b);
    expect(internetSum(repeated(32, [], [0x01, 0x02, 0x03]), 0, 259)).toBe(0xc25d);
  });

  test('of nothing but ones and of nothing but zeros', () => {
    expect(internetSum(new Uint8Array(65_535).fill(0xff), 0, 65_534)).toBe(0xffff);
    expect(internetSum(new Uint8Array(65_535), 0, 65_534)).toBe(0);
  });
});

test('a packet whose length was left to the network card goes to the end of its frame', () => {
  const packet = packetOf({ at: 0, way: '>', seq: 1, ack: 1, len: 100 }, 1);
  packet.writeUInt16BE(0, 2);
  expect(transportChecksum(packet, 0, 20, PROTOCOL.tcp)).toBe(CHECKSUM.right);
  // 10.1.1.1, 10.1.1.2, protocol 6 and 120 bytes: 0a01 + 0101 + 0a01 + 0102 + 0006 + 0078 is 1683.
  packet.writeUInt16BE(0x1683, 36);
  expect(transportChecksum(packet, 0, 20, PROTOCOL.tcp)).toBe(CHECKSUM.partial);
});
