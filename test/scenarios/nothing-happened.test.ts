import { expect, test } from 'vitest';
import { judgeRun } from '../../src/scenarios/judgement.ts';
import { observe } from '../../src/scenarios/observe.ts';
import { parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadScenario, scenarioIds } from '../../src/scenarios/registry.ts';
import { atOnce } from '../../src/timeline/time-order.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { say } from '../../src/words/text.ts';
import { openRecorded, SessionScript } from '../timeline/build-session.ts';
import { givenBy } from './support/given-by.ts';

/** True of the server’s process, whoever comes to it. */
const TRUE_ALONE = /session of its own/;

test.each(scenarioIds())('%s: where the port was taken, nothing is found to be as told', async (id) => {
  const scenario = await loadScenario(id);
  const alone = scenario.parameters.includes('role') ? [{ role: 'server' }] : [];
  for (const given of [{}, ...alone, ...scenario.variants.map(givenBy)]) {
    const parameters = parseParameters(scenario, given);
    const plans = scenario.roles(parameters);
    const server = plans.find(({ side }) => side === 'server');
    const script = new SessionScript();
    if (server !== undefined)
      script
        .call([0, 10], server.name, 'socket', { ret: 3, created: 's:1', pid: 100 })
        .call([20, 30], server.name, 'bind', { fd: 3, socket: 's:1', errno: 'EADDRINUSE', pid: 100 });
    const roles = plans.map(({ name, side }, n) => ({
      name,
      side,
      pid: 100 + n,
      exit: name === server?.name ? 1 : 'SIGTERM',
      report: name === server?.name ? { failed: 'bind failed: EADDRINUSE', 'own session': true } : {},
    }));
    const session = await openRecorded(
      script.recorded({ scenario: id, roles, outcome: 'failed', counters: {} }),
    );
    const timeline = buildTimeline(session);
    const run = observe(timeline, parameters);
    const found = [];
    for (const check of scenario.lookFor(parameters)) {
      const verdict = check.test(run);
      const { holds } = 'holds' in verdict ? verdict : atOnce(verdict);
      if (holds === true && !TRUE_ALONE.test(say(check.text))) found.push(say(check.text));
    }
    expect.soft(found, JSON.stringify(given)).toEqual([]);
    const judged = judgeRun(scenario, parameters, timeline).filter(({ holds }) => holds !== null);
    expect
      .soft(
        judged.map(({ text }) => say(text)),
        JSON.stringify(given),
      )
      .toEqual([]);
    session.capture.close();
  }
});
