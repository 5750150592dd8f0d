import { expect, test } from 'vitest';
import { unansweredMs } from '../../src/scenarios/support/attempt.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { openRecorded } from '../timeline/build-session.ts';
import { recordRun } from '../timeline/recorded-run.ts';

test('the waits for an answer to a SYN: doubled from the start, or after some of a second each', () => {
  // By hand: 1 + 2, and 1 + 2 + 4 + 8 + 16.
  expect([unansweredMs(1, 0), unansweredMs(4, 0)]).toEqual([3000, 31_000]);
  // As Linux 6.18 does with its default of 4: connect took 3.07, 7.13 and 35.7 s.
  expect([unansweredMs(1, 4), unansweredMs(2, 4), unansweredMs(4, 4)]).toEqual([3000, 7000, 35_000]);
});

test('the server listens until the client has given up; a listener that was closed before is not said to listen', async () => {
  const recorded = await recordRun(['filtered']);
  if (typeof recorded === 'string') return console.warn(`skipped: ${recorded}`);
  const connect = recorded.calls.find(({ name }) => name === 'connect');
  const at = recorded.calls.findIndex(({ role, name }) => role === 'server' && name === 'close');
  const close = recorded.calls[at];
  if (connect === undefined || close === undefined) throw new Error('no connect or no close');
  expect(connect.errno).toBe('ETIMEDOUT');
  expect(close.enterNs).toBeGreaterThan(connect.exitNs ?? 0n);
  const whys = async (): Promise<unknown[]> => {
    const session = await openRecorded(recorded);
    const timeline = buildTimeline(session);
    const rows = [...Array(session.capture.columns.length).keys()];
    const said = rows.map((row) => timeline.reasonOfPacket(row)).filter(({ kind }) => kind === 'syn-again');
    session.capture.close();
    return said.map(({ params }) => params.why);
  };
  expect(await whys()).toEqual(['listened', 'listened']);
  const enterNs = connect.enterNs + 1_500_000_000n;
  recorded.calls[at] = { ...close, enterNs, exitNs: enterNs + 1000n };
  expect(await whys()).toEqual(['listened', 'unknown']);
});
