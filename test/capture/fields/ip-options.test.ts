import { expect, test } from 'vitest';
import { FIELD_NAMES } from '../../../capture/fields.ts';
import { hasProgram } from '../../shared.ts';
import { udpDatagram } from '../packets.ts';
import { bytesOf, differencesOf, ip4, withCuts } from './hand-made.ts';

const HEADER = 20;
const UDP = 17;
const FIELDS = FIELD_NAMES.filter((name) => /^ip\.(opt\.|\w+_rt|dst|addr|host)/.test(name));

const OPTIONS = [
  '94040000',
  '94040001 01010100',
  '070b 08 0a000009 0a00000a 00',
  '070b 04 00000000 00000000 00',
  '0703 04 00',
  '830b 04 0a000009 0a00000a 00',
  '890b 08 0a000009 0a00000a 00',
  '890f 08 0a000009 0a00000a 0a00000b 00',
  '0183 07 04 0a000009',
  '8307 08 0a000009 00',
  '890b 0c 0a000009 0a00000a 00',
  ...['00', '01', '02', '03', '05', '06', '09', '0a', '0d', 'ff'].map(
    (pointer) => `830b ${pointer} 0a000009 0a00000a 00`,
  ),
  '8303 04 00',
  '8303 08 00',
  '83ff 04 0a000009 00',
  '8300 04 0a000009 00',
  '00010101 8307 04 0a000009 00',
  '0707 04 0a000009 01 8307 04 0a00000a',
  '070b 05 0a000009 0a00000a 00',
  'de04 0000 8307 04 0a00000a 00',
  '8307 04 0a000009 01 941e 0000 000000',
  '44040500 8307 04 00000000 00',
  '440c 0d 30 00000001 00000002',
  '440c 05 01 0a000009 00000002',
  '440c 0d 03 0a000009 00000002',
  '8804 1234',
  '8804 1234 01 000000',
  '0000 0000',
  '0101 0101',
  '9e04 0102',
  '9403 00 00',
  '9406 0000 0000 0000',
  '94ff 0000',
  '9401 0000',
  '0702 0000',
  '4403 05 00',
];

test.skipIf(!hasProgram('tshark'))('options of IPv4 as tshark reads them', async () => {
  const frames = OPTIONS.flatMap((hex) => {
    const packet = ip4(UDP, udpDatagram(4000, 9, 4), bytesOf(hex));
    return [...withCuts(packet, HEADER)].filter(({ bytes, wireLen }) => {
      // A packet that is shorter than its header is told of in another place.
      return wireLen > bytes.length || bytes.length >= HEADER + bytesOf(hex).length;
    });
  });
  const { differences, shown } = await differencesOf(frames, FIELDS);
  expect(differences).toEqual([]);
  expect(FIELDS.filter((name) => !shown.has(name))).toEqual([]);
});
