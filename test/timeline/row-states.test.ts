import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSession } from '../../src/session/read.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { wordsOf } from '../../src/timeline/words.ts';
import { stateChanges } from '../../views/tui/row-changes.ts';

const SAMPLES = join(import.meta.dirname, '../../samples');

async function sample(name: string): Promise<Timeline> {
  const session = await openSession(join(SAMPLES, `${name}.pcapng`));
  return buildTimeline(session);
}

/** The states after the return of a call that is named as in 'server listen#1'. */
function afterCall(timeline: Timeline, name: string): string | null {
  const words = wordsOf(timeline);
  const call = timeline.session.calls.findIndex((_, index) => words.call(index) === name);
  expect(call).toBeGreaterThanOrEqual(0);
  return statesAt(timeline, timeline.rowOfReturn(call));
}

function statesAt(timeline: Timeline, row: number): string | null {
  const states = timeline.states(row);
  return states === null ? null : `${states.a} ${states.b}`;
}

test('a socket listens from the row of its listen(), not before', async () => {
  const timeline = await sample('never-accepted');
  expect(afterCall(timeline, 'server bind#1')).toBeNull();
  expect(afterCall(timeline, 'server listen#1')).toBe('CLOSED LISTEN');
  const told: string[] = [];
  for (let row = 0; row < timeline.rowCount; row++) {
    if (!stateChanges(timeline, row).some(({ state }) => state === 'LISTEN')) continue;
    const what = timeline.row(row);
    told.push(what.kind === 'packet' ? 'packet' : wordsOf(timeline).call(what.call));
  }
  // Once, though two connections come to it.
  expect(told).toEqual(['server listen#1']);
  timeline.session.capture.close();
});

test('a SYN that came again, and the SYN+ACK for it, do not undo the third step of the handshake', async () => {
  const timeline = await sample('loss-syn');
  const { flags } = timeline.session.capture.columns;
  // SYN, SYN+ACK (lost), SYN+ACK by its timer, SYN by its timer, ACK, SYN+ACK for that SYN, ACK (lost), data.
  const first = Array.from({ length: 8 }, (_, packet) => packet);
  expect(first.map((packet) => (flags[packet] ?? 0) & 0x1f)).toEqual([2, 18, 18, 2, 16, 18, 16, 24]);
  expect(first.map((packet) => statesAt(timeline, timeline.rowOfPacket(packet)))).toEqual([
    'SYN-SENT SYN-RECEIVED',
    'SYN-SENT SYN-RECEIVED',
    'ESTABLISHED SYN-RECEIVED',
    'ESTABLISHED SYN-RECEIVED',
    'ESTABLISHED ESTABLISHED',
    'ESTABLISHED ESTABLISHED',
    'ESTABLISHED ESTABLISHED',
    'ESTABLISHED ESTABLISHED',
  ]);
  timeline.session.capture.close();
});
