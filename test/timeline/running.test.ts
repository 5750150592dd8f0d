import { expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { wordsOf } from '../../src/timeline/words.ts';
import { openRecorded, SessionScript } from './build-session.ts';

test('of a run that goes on nothing is told of its end', async () => {
  const script = new SessionScript()
    .call([1, 2], 'server', 'socket', { ret: 3, created: 'server:1', fd: 3 })
    .call([10, null], 'server', 'accept', { socket: 'server:1', fd: 3 });
  const session = await openRecorded(script.recorded());
  const running = buildTimeline({ ...session, isRunning: true });
  expect(running.reasonOfCall(1)?.kind).toBe('call-running');
  expect(wordsOf(running).reason(running.reasonOfCall(1)!)).toBe('has not returned yet');
  const over = buildTimeline(session);
  expect(over.reasonOfCall(1)?.kind).toBe('call-unfinished');
  const opened = buildTimeline({ ...session, run: { ...session.run!, endedNs: null } });
  const why = opened.reasonOfCall(1)!;
  expect(wordsOf(opened).reason(why)).toBe('had not returned where the file ends, before its run did');
  expect(running.findings).toEqual([]);
  expect(over.findings.map(({ kind }) => kind)).toEqual(['unfinished']);
  expect(opened.findings.map(({ kind }) => kind)).toEqual(['file-ends']);
  session.capture.close();
});
