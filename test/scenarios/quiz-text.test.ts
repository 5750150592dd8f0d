import { expect, test } from 'vitest';
import { observe } from '../../src/scenarios/observe.ts';
import { parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { questionsOf } from '../../src/scenarios/quiz.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { say } from '../../src/words/text.ts';
import { openRecorded, SessionScript } from '../timeline/build-session.ts';
import { expectRefusal } from './support/judged.ts';

test('an accept fails, and nothing is asked of losses where there are none', async () => {
  const scenario = await loadScenario('loss');
  const script = new SessionScript()
    .call([1, 2], 'server', 'socket', { ret: 3, created: 'server:1', fd: 3 })
    .call([10, 40], 'server', 'accept', { socket: 'server:1', fd: 3, errno: 'EINTR' });
  const session = await openRecorded(script.recorded());
  const run = observe(buildTimeline(session), parseParameters(scenario, { loss: '0' }));
  expect(scenario.questions?.(run)).toEqual([]);
  expect(questionsOf(run).map(({ text }) => say(text))).toContain(
    'An accept of server fails. With which errno? (ECONNREFUSED, EAGAIN…)',
  );
  session.capture.close();
});

test('the largest datagram of IPv4 (65535 - 20 - 8 bytes) is one of udp-truncate', async () => {
  const scenario = await loadScenario('udp-truncate');
  expect(parseParameters(scenario, { size: '65507' }).number('size')).toBe(65_507);
  await expectRefusal('udp-truncate', { size: '65508' }, /65508|65507/);
});
