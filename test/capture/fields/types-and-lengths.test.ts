import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LINKTYPE } from '../../../capture/decode/link-types.ts';
import { fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';
import { pcapOf } from '../mutate.ts';

const folder = mkdtempSync(join(tmpdir(), 'types-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Numbers that are a length, a number of Linux's own, or a type of Ethernet; around where one ends and the next begins. */
const NUMBERS = [
  ...[0, 1, 3, 4, 12, 255, 256, 1499, 1500, 1501, 1535, 1536, 1537, 0x800, 0x806, 0x86dd, 0x9999, 0xffff],
];

/** A header of the link layer with this number where it says what follows, and some bytes. */
function frameOf(linkType: number, number: number): Buffer {
  const header = Buffer.alloc({ [LINKTYPE.sll]: 16, [LINKTYPE.sll2]: 20 }[linkType] ?? 18);
  if (linkType === LINKTYPE.sll) {
    header.writeUInt16BE(1, 2);
    header.writeUInt16BE(6, 4);
    header.writeUInt16BE(number, 14);
  } else if (linkType === LINKTYPE.sll2) {
    header.writeUInt16BE(number, 0);
    header.writeUInt16BE(1, 8);
    header[11] = 6;
  } else {
    header.writeUInt16BE(0x8100, 12);
    header.writeUInt16BE(5, 14);
    header.writeUInt16BE(number, 16);
  }
  return Buffer.concat([header, Buffer.alloc(40, 0x11)]);
}

test.skipIf(!hasProgram('tshark'))('zeros behind a length in a VLAN tag are padding', async () => {
  const addresses = 'ffffffffffff020000000001';
  const bodies = ['0000aa', '424203', ''].flatMap((body) =>
    [0, 3, 20, 46, 1500].map((length) => ({ body, length })),
  );
  const frames = bodies.flatMap(({ body, length }) => {
    const number = length.toString(16).padStart(4, '0');
    return [`81000005${number}`, `88a8000581000005${number}`].map((tags) => {
      const frame = Buffer.alloc(60);
      Buffer.from(addresses + tags + body, 'hex').copy(frame);
      return frame;
    });
  });
  const path = join(folder, 'padding.pcap');
  const linkType = LINKTYPE.ethernet;
  const samples = frames.map((frame) => ({ linkType, wireLen: frame.length, frame }));
  writeFileSync(path, pcapOf(linkType, samples));
  const theirs = tsharkFields(path, ['frame.number', 'eth.padding']);
  const capture = await openCapture(path);
  const ours = frames.map((_, row) =>
    ['frame.number', 'eth.padding'].map((field) => fieldText(capture, row, field)),
  );
  capture.close();
  expect(ours).toEqual(theirs);
  expect(theirs.some(([, padding]) => padding !== '')).toBe(true);
});

const COOKED = ['sll.etype', 'sll.ltype'];
test.skipIf(!hasProgram('tshark')).each([
  [LINKTYPE.sll, COOKED],
  [LINKTYPE.sll2, COOKED],
  [LINKTYPE.ethernet, ['vlan.etype', 'vlan.len', 'vlan.id', 'eth.type', 'eth.len']],
] as const)('what follows the header of link type %d', async (linkType, fields) => {
  const frames = NUMBERS.map((number) => frameOf(linkType, number));
  const path = join(folder, `${linkType}.pcap`);
  writeFileSync(
    path,
    pcapOf(
      linkType,
      frames.map((frame) => ({ linkType, wireLen: frame.length, frame })),
    ),
  );
  const theirs = tsharkFields(path, fields);
  const capture = await openCapture(path);
  const ours = frames.map((_, row) => fields.map((field) => fieldText(capture, row, field)));
  capture.close();
  expect(ours).toEqual(theirs);
});
