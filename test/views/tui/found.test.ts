import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import type { Session } from '../../../src/session/session.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { Document } from '../../../views/tui/document.ts';
import { findInSteps } from '../../../views/tui/found.ts';
import { generateCapture } from '../../bench/generate.ts';
import { fakeCapture } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

const ACK = 0x10;
const PUSH = 0x18;

/** Segments of 10 bytes each way, of which the third of the client was not captured: tshark flags frame 5 and frame 6. */
const HOLE: Session = {
  calls: [],
  run: null,
  capture: fakeCapture([
    { us: 0, from: 'client', seq: 1, ack: 1, flags: PUSH, payload: 'aaaaaaaaaa' },
    { us: 10, from: 'server', seq: 1, ack: 11, flags: ACK },
    { us: 20, from: 'client', seq: 11, ack: 1, flags: PUSH, payload: 'bbbbbbbbbb' },
    { us: 30, from: 'server', seq: 1, ack: 21, flags: ACK },
    { us: 40, from: 'client', seq: 31, ack: 1, flags: PUSH, payload: 'dddddddddd' },
    { us: 50, from: 'server', seq: 1, ack: 41, flags: ACK },
    { us: 60, from: 'client', seq: 41, ack: 1, flags: PUSH, payload: 'eeeeeeeeee' },
  ]),
};

let folder = '';
const open: TestScreen[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'found-'));
});
afterEach(() => {
  for (const each of open.splice(0)) each.close();
  rmSync(folder, { recursive: true });
});

function screen(session: Session): TestScreen {
  const made = new TestScreen({ width: 200, height: 60 });
  open.push(made);
  made.show(session, 'plain');
  return made;
}

describe('a capture without calls', () => {
  test('findings name what is missing, and Enter goes to the frame that shows it', async () => {
    const shown = screen(HOLE);
    await shown.press('f');
    await shown.until(/! warning +#6 .*Packets missing from the capture: .*127\.0\.0\.1:40000/);
    await shown.press('\r');
    await shown.until('── Why  #6 ');
  });

  test('. goes from finding to finding, and the conversation counts them', async () => {
    const shown = screen(HOLE);
    await shown.press('.');
    await shown.until('── Why  #6 ');
    await shown.until('Packets missing from the capture');
    await shown.press('.');
    await shown.until('no finding further down');
    await shown.press('c');
    await shown.until(/tcp 0 .*127\.0\.0\.1:40000 → 127\.0\.0\.1:3500 .* 1 *$/m);
  });

  test('Why of the segment after a hole tells of the bytes that are missing', async () => {
    const shown = screen(HOLE);
    await shown.press('5', 'G');
    await shown.until('10 bytes before it are not in the capture');
    await shown.press('7', 'G');
    await shown.until('── Why  #7 ');
    expect((await shown.settle()).join('\n')).not.toContain('not in the capture');
  });

  test('a retransmission is found that tshark calls so', async () => {
    const session = await openSession('samples/loss-fast.pcapng');
    const shown = screen({ ...session, calls: [], run: null });
    await shown.press('f');
    await shown.until(/! warning .*Retransmissions without timeout/);
    session.capture.close();
  });

  test('of a large one nothing is looked for at once, and all is found', async () => {
    const file = join(folder, 'large.pcap');
    generateCapture(file, { packets: 60_000, flows: 20, payload: 10, seed: 3 });
    const session = await openSession(file);
    const document = new Document(buildTimeline(session), 'large');
    expect(document.found).toBeNull();
    // So small are the parts: keys are heard between them.
    const steps = [...findInSteps(document.timeline, document.words, false)].length;
    expect(steps).toBeGreaterThan(60_000 / 512);
    while (!document.jobs.isEmpty) document.jobs.turn();
    expect(document.found?.isDone).toBe(true);
    session.capture.close();
  });
});

test('a session with calls has its findings, and none of them twice', async () => {
  const session = await openSession('samples/loss-fast.pcapng');
  const shown = screen(session);
  await shown.press('f');
  const lines = await shown.until(/! warning .*client sent 1 segment again/);
  expect(lines.join('\n').match(/! warning/g)).toHaveLength(1);
  expect(lines.join('\n')).not.toContain('Retransmissions');
  session.capture.close();
});
