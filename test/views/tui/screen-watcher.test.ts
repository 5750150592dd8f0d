import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followCapture } from '../../../capture/file/follow-capture.ts';
import { prefixOf } from '../../../capture/prefix.ts';
import type { Session } from '../../../src/session/session.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import type { Document } from '../../../views/tui/document.ts';
import { ScreenWatcher } from '../../../views/tui/screen-watcher.ts';
import { generateCapture } from '../../bench/generate.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watcher-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a live capture of more than 20 000 packets goes on growing, and is explained', async () => {
  const PACKETS = 60_000;
  const PARTS = 12;
  const whole = join(folder, 'whole.pcap');
  generateCapture(whole, { packets: PACKETS, flows: 20, payload: 10, seed: 3 });
  const bytes = readFileSync(whole);
  const fd = openSync(join(folder, 'growing.pcap'), 'wx+');
  const followed = followCapture(fd);
  const shown: Document[] = [];
  const watcher = new ScreenWatcher('live', (message) => {
    if (message.kind === 'document') shown.push(message.document);
  });
  const snapshot = (): Session => ({
    capture: prefixOf(followed.capture, followed.capture.columns.length),
    calls: [],
    run: null,
  });
  for (let part = 0; part < PARTS; part++) {
    const from = Math.floor((bytes.length * part) / PARTS);
    writeSync(fd, bytes, from, Math.floor((bytes.length * (part + 1)) / PARTS) - from);
    followed.poll();
    watcher.grown(followed.capture.columns.length, function* () {
      yield;
      return snapshot();
    });
    await delay(5);
  }
  const last = PACKETS - 1;
  const isThere = (): boolean => {
    const latest = shown.at(-1)?.timeline;
    return latest?.rowCount === PACKETS && latest.reasonOfPacket(last).kind !== 'not-yet';
  };
  const limit = performance.now() + 20_000;
  while (!isThere()) {
    if (performance.now() > limit) throw new Error(`${shown.at(-1)?.timeline.rowCount} rows are shown`);
    await delay(20);
  }
  watcher.close();
  const sizes = shown.map(({ timeline }) => timeline.rowCount);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  const latest = shown.at(-1)?.timeline;
  const truth = buildTimeline(snapshot());
  for (const packet of [0, 1000, 30_000, last])
    expect(latest?.reasonOfPacket(packet)).toEqual(truth.reasonOfPacket(packet));
  followed.capture.close();
});
