import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { prefixOf } from '../../capture/prefix.ts';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { heldIssues } from '../../src/diagnosis/check/held-issues.ts';
import { atOnce } from '../../src/timeline/time-order.ts';
import { writeConversations } from '../support/tcp-conversations.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'held-issues-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const TROUBLE = { loss: 0.05, reorder: 0.03, duplicate: 0.02, uncaptured: 0.03 };

test.each([
  { name: 'at once', parts: 1 },
  { name: 'while it grows', parts: 7 },
])('what is held is told as a file that is read through, $name', async ({ parts }) => {
  for (const seed of [1, 2, 3]) {
    const file = join(folder, `${seed}.pcap`);
    writeConversations(file, seed, TROUBLE, 12);
    const { issues: wanted } = await checkFile(file, { conversations: 0 });
    expect(wanted.length).toBeGreaterThan(5);
    const capture = await openCapture(file);
    const rows = capture.columns.length;
    for (let part = 1; part < parts; part++)
      atOnce(heldIssues(prefixOf(capture, Math.floor((rows * part) / parts))));
    const issues = atOnce(heldIssues(parts === 1 ? capture : prefixOf(capture, rows)));
    // pcap has no other blocks: a frame's number is its row's, and one more.
    const numbered = issues.map((issue) => ({ ...issue, frames: issue.frames.map((row) => row + 1) }));
    expect(numbered).toEqual(wanted);
    capture.close();
  }
});

test('a part of a capture that was gone through has its own issues only', async () => {
  const file = join(folder, 'whole.pcap');
  writeConversations(file, 4, TROUBLE, 12);
  const capture = await openCapture(file);
  atOnce(heldIssues(capture));
  const issues = atOnce(heldIssues(prefixOf(capture, 50)));
  for (const { frames } of issues) for (const row of frames) expect(row).toBeLessThan(50);
  capture.close();
});
