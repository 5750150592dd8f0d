import { expect, test } from 'vitest';
import { FIELD_NAMES, fieldInfo } from '../../../capture/fields.ts';
import { hasProgram } from '../../shared.ts';
import { bytesOf, differencesOf, type Frame, onEthernet, u16, whole } from './hand-made.ts';

const ETHERNET = 1;
const FIELDS = FIELD_NAMES.filter((name) => name.startsWith('arp.') && fieldInfo(name)?.type !== 'protocol');
const [A, B, ANY] = ['0a000001', '0a000002', '00000000'];
const [MAC, OTHER, NONE, ALL] = ['020000000001', '020000000002', '000000000000', 'ffffffffffff'];

function message(opcode: number, from: string, by: string, to: string, on: string): Buffer {
  return bytesOf('0001 0800 06 04', u16(opcode), by, from, on, to);
}

function* frames(): Generator<Frame> {
  for (const opcode of [1, 2, 3, 8, 9]) {
    for (const on of [NONE, MAC, OTHER, ALL]) {
      for (const from of [A, ANY]) {
        for (const to of [A, B, ANY]) {
          for (const by of [MAC, NONE]) yield whole(message(opcode, from, by, to, on));
        }
      }
    }
  }
  const request = message(1, A, MAC, A, NONE);
  for (let end = 0; end < request.length; end++) {
    yield { bytes: request.subarray(0, end), wireLen: request.length };
    yield whole(request.subarray(0, end));
  }
  // Other links and other addresses.
  yield whole(bytesOf('0006 0800 06 04 0001', MAC, A, NONE, B));
  yield whole(bytesOf('0001 86dd 06 10 0001', MAC, Buffer.alloc(16, 1), NONE, Buffer.alloc(16, 2)));
  yield whole(bytesOf('0001 0800 02 04 0001 0102', A, '0304', B));
  yield whole(bytesOf('0001 0800 00 00 0001'));
}

test.skipIf(!hasProgram('tshark'))('ARP as tshark reads it', async () => {
  const list = [...onEthernet(0x0806, frames())];
  const { differences, shown } = await differencesOf(list, FIELDS, ETHERNET);
  expect(differences).toEqual([]);
  expect(FIELDS.filter((name) => !shown.has(name))).toEqual([]);
});
