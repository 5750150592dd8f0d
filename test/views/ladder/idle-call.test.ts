import { expect, test } from 'vitest';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { printLadder } from '../../../views/text/print-ladder.ts';
import { openRecorded, SessionScript } from '../../timeline/build-session.ts';

/** The strokes of a recvfrom that ends after so long, and of the silence in it. */
async function strokes(us: number): Promise<string[]> {
  const script = new SessionScript()
    .call([1, 2], 'client', 'socket', { ret: 3, created: 'client:1', fd: 3 })
    .call([10, 10 + us], 'client', 'recvfrom', { socket: 'client:1', fd: 3, errno: 'EAGAIN' });
  const session = await openRecorded(script.recorded());
  const style = { ascii: false, all: false, colour: false, width: 100 };
  const lines = [...printLadder(buildTimeline(session), style)];
  session.capture.close();
  return lines.flatMap((line) => (/recvfrom#1|nothing ···/.test(line) ? (/[├┏┃┗]/.exec(line) ?? []) : []));
}

test('a call in which nothing happened for long is drawn while it blocks', async () => {
  expect(await strokes(1_000_000)).toEqual(['┏', '┃', '┗']);
});

test('a short one is one row', async () => {
  expect(await strokes(20_000)).toEqual(['├']);
});
