import { expect, test } from 'vitest';
import type { Session } from '../../src/session/session.ts';
import { CALLS_A_STEP } from '../../src/timeline/time-order.ts';
import { buildTimeline, timelineInSteps } from '../../src/timeline/timeline.ts';
import { Document } from '../../views/tui/document.ts';
import { flowSeries } from '../../views/tui/series.ts';
import { bulkSession } from '../views/ladder/sessions.ts';

const SEGMENTS = 15_000;

/** The most calls that are looked at in one step; one that is looked at twice counts twice. */
function mostCallsAStep(session: Session, begin: (watched: Session) => Generator<void, unknown>): number {
  let looked = 0;
  const calls = new Proxy(session.calls, {
    get: (target, name, receiver) => {
      if (typeof name === 'string' && /^\d+$/.test(name)) looked++;
      return Reflect.get(target, name, receiver);
    },
  });
  let most = 0;
  const steps = begin({ ...session, calls });
  for (let isDone = false; !isDone; ) {
    looked = 0;
    isDone = steps.next().done === true;
    most = Math.max(most, looked);
  }
  return most;
}

test('a session of many calls is explained in short steps', () => {
  const session = bulkSession(SEGMENTS);
  expect(session.calls.length).toBeGreaterThan(SEGMENTS * 2);
  const most = mostCallsAStep(session, (watched) => timelineInSteps(watched, true));
  // To find the last close of a socket all of its calls are looked at in one step.
  expect(most).toBeLessThanOrEqual(SEGMENTS + CALLS_A_STEP + 10);
});

test('the queues of a connection of many calls are plotted in short steps', () => {
  const session = bulkSession(SEGMENTS);
  const most = mostCallsAStep(session, (watched) =>
    flowSeries(new Document(buildTimeline(watched), 'many'), 0),
  );
  expect(most).toBeLessThanOrEqual(CALLS_A_STEP + 1);
});
