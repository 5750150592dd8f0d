import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { followCapture } from '../../../capture/file/follow-capture.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { random } from '../../bench/generate.ts';
import { HAS_SHARED, sharedCaptures } from '../../shared.ts';
import { cellsOf } from '../memory.ts';
import { pcapOf } from '../mutate.ts';
import { tcp } from '../packets.ts';

const directory = mkdtempSync(join(tmpdir(), 'sockscope-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

const frame = tcp({ from: '10.0.0.1', to: '10.0.0.2' }, { seq: 7, flags: 2 });
const PCAP = pcapOf(101, [
  { linkType: 101, wireLen: frame.length, frame },
  { linkType: 101, wireLen: frame.length, frame },
]);

test('a file that is written byte by byte gives each packet when it is whole', () => {
  const path = join(directory, 'bytes.pcap');
  const writer = openSync(path, 'w');
  const { capture, poll, end } = followCapture(openSync(path, 'r'));
  expect(poll()).toBe(0);
  const grown: number[] = [];
  for (const [at, byte] of PCAP.entries()) {
    writeSync(writer, Uint8Array.of(byte));
    if (poll() > 0) grown.push(at + 1);
  }
  expect(grown).toEqual([24 + 16 + 40, 24 + 2 * (16 + 40)]);
  expect(capture.format).toBe('pcap-ns');
  expect(capture.frame(1)).toEqual(Uint8Array.from(frame));
  writeSync(writer, PCAP.subarray(24, 30));
  expect([end(), capture.problems.length]).toEqual([0, 1]);
  closeSync(writer);
  capture.close();
});

describe.skipIf(!HAS_SHARED)('a growing file ends as the finished one is', () => {
  test.each(sharedCaptures('captures').map((path) => [basename(path), path]))('%s', async (_, path) => {
    const finished = await openCapture(path).catch(() => null);
    if (finished === null) return;
    const bytes = readFileSync(path);
    const copy = join(directory, 'growing');
    const writer = openSync(copy, 'w');
    const { capture, poll, end } = followCapture(openSync(copy, 'r'));
    const next = random(3);
    let rows = 0;
    for (let at = 0; at < bytes.length; ) {
      const size = Math.floor(next() * 5000);
      at += writeSync(writer, bytes.subarray(at, at + size));
      rows += poll();
      // Frames near the end of what has been read must not come from an older view of the file.
      if (rows > 0) expect(capture.frame(rows - 1).length).toBe(capture.columns.capLen[rows - 1]);
    }
    rows += end();
    expect(rows).toBe(finished.columns.length);
    expect(cellsOf(capture)).toEqual(cellsOf(finished));
    expect(capture.problems).toEqual(finished.problems);
    closeSync(writer);
    capture.close();
    finished.close();
  });
});
