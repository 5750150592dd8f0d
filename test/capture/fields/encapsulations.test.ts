import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';

const folder = mkdtempSync(join(tmpdir(), 'encapsulations-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A pcapng block, whose body is padded by zeros. */
function block(type: number, body: Buffer): Buffer {
  const length = Math.ceil(body.length / 4) * 4 + 12;
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(length, 4);
  body.copy(bytes, 8);
  bytes.writeUInt32LE(length, length - 4);
  return bytes;
}

const words = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);

test.skipIf(!hasProgram('tshark'))('every link type has the number that tshark prints', async () => {
  // Wireshark looks into the headers of IrDA and LAPD, and refuses a file where they are not sound.
  const linkTypes = Array.from({ length: 300 }, (_, type) => type).filter(
    (type) => type !== 144 && type !== 177,
  );
  const path = join(folder, 'types.pcapng');
  writeFileSync(
    path,
    Buffer.concat([
      block(0x0a0d0d0a, words(0x1a2b3c4d, 1, 0xffff_ffff, 0xffff_ffff)),
      ...linkTypes.map((type) => block(1, words(type, 0))),
      ...linkTypes.map((_, index) => block(6, Buffer.concat([words(index, 0, 0, 64, 64), Buffer.alloc(64)]))),
    ]),
  );
  const theirs = tsharkFields(path, ['frame.encap_type']).map(([type]) => type);
  const capture = await openCapture(path);
  const ours = linkTypes.map((_, row) => fieldText(capture, row, 'frame.encap_type'));
  capture.close();
  expect(theirs).toHaveLength(linkTypes.length);
  expect(ours).toEqual(theirs);
});
