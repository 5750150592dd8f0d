import { expect, test } from 'vitest';
import type { Check } from '../../src/scenarios/check.ts';
import { judgeInSteps, judgeRun } from '../../src/scenarios/judgement.ts';
import { observe } from '../../src/scenarios/observe.ts';
import { restoreParameters } from '../../src/scenarios/parameters.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { openRecorded, SessionScript } from '../timeline/build-session.ts';

const parameters = restoreParameters({});

/** Calls of a server and two clients, which stand in the session from the last to the first. */
async function exchange(): Promise<Timeline> {
  const local = '127.0.0.1:40000';
  const remote = '127.0.0.1:3500';
  const ends = { fd: 5, socket: 'client 1:1', local, remote };
  const script = new SessionScript()
    .call([0, 60], 'client 1', 'connect', ends)
    .call([900, 950], 'client 1', 'close', ends)
    .call([100, 130], 'client 1', 'send', { ...ends, ret: 5, length: 5, offset: 0 })
    .call([300, null], 'client 2', 'recv', { fd: 6, socket: 'client 2:1', length: 9 })
    .call([200, 210], 'client 1', 'send', { ...ends, ret: -1, errno: 'EPIPE', length: 7 })
    .call([50, 260], 'server', 'recv', {
      ...{ fd: 7, socket: 'server:2', local: remote, remote: local },
      ...{ ret: 5, length: 9, offset: 0 },
    });
  const recorded = script.recorded();
  return buildTimeline(await openRecorded({ ...recorded, calls: recorded.calls.toReversed() }));
}

test('calls are found by name and side, in order of entry', async () => {
  const run = observe(await exchange(), parameters);
  const told = (calls: ReturnType<typeof run.calls>) => calls.map(({ role, name }) => `${role} ${name}`);
  expect(told(run.calls('*'))).toEqual([
    ...['client 1 connect', 'server recv', 'client 1 send', 'client 1 send', 'client 2 recv'],
    'client 1 close',
  ]);
  expect(told(run.calls('client 1', ['send', 'close']))).toEqual([
    ...['client 1 send', 'client 1 send', 'client 1 close'],
  ]);
  expect(told(run.calls('server'))).toEqual(['server recv']);
  expect(run.calls('*', 'accept')).toEqual([]);
});

test('a call tells when it was, what it moved and how it ended', async () => {
  const run = observe(await exchange(), parameters);
  const [good, failed] = run.calls('client 1', 'send');
  expect((failed?.entered ?? 0) - (good?.entered ?? 0)).toBeCloseTo(0.1);
  expect(good?.took).toBeCloseTo(0.03);
  expect([good?.ok, good?.bytes, failed?.ok, failed?.bytes, failed?.errno]).toEqual([
    ...[true, 5, false, 0, 'EPIPE'],
  ]);
  const [blocked] = run.calls('client 2');
  expect([blocked?.ok, blocked?.ret, blocked?.returned]).toEqual([false, null, Number.POSITIVE_INFINITY]);
});

test('a check may alter the list that it was given', async () => {
  const run = observe(await exchange(), parameters);
  (run.calls('*') as unknown[]).length = 0;
  expect(run.calls('*')).toHaveLength(6);
  expect(() => run.call(6)).toThrow('no call 6');
});

test('a check in steps is judged like one that is not, and lets others go on between its steps', async () => {
  const timeline = await exchange();
  const text = 'All calls were made.';
  const verdict = { holds: true, calls: [0], packets: [] };
  const stepwise: Check = {
    text,
    *test(run) {
      for (const _ of run.calls('*')) yield;
      return verdict;
    },
  };
  const broken: Check = {
    text,
    *test() {
      yield;
      throw new Error('a bug');
    },
  };
  const scenario = { ...(await loadScenario('tcp-echo')), lookFor: () => [stepwise, broken] };
  const results = judgeRun(scenario, parameters, timeline);
  expect(results[0]).toEqual({ ...verdict, text });
  expect(results[1]).toMatchObject({ holds: false, note: { en: 'the check threw: a bug' } });
  expect([...judgeInSteps(scenario, parameters, timeline)].length).toBeGreaterThan(6);
});
