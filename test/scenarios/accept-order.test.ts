import { expect, test } from 'vitest';
import { type Check, decide, type Verdict } from '../../src/scenarios/check.ts';
import { judgeRun } from '../../src/scenarios/judgement.ts';
import { observe } from '../../src/scenarios/observe.ts';
import { restoreParameters } from '../../src/scenarios/parameters.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { ACCEPT_IN_ORDER } from '../../src/scenarios/support/accept-order.ts';
import type { RunInfo } from '../../src/session/session.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { inEnglish } from '../../src/words/text.ts';
import { conversation, openRecorded, SessionScript } from '../timeline/build-session.ts';
import { listener, SERVER, SERVER_TEXT, STREAM } from '../timeline/opening.ts';

const PORTS = [40_001, 40_002] as const;

/** Two clients; the handshake of the second is complete so many µs before that of the first, and accept() gives the first first. */
async function judged(us: number, run: Partial<RunInfo> = {}, loss = 0): Promise<Verdict> {
  const script = new SessionScript()
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
    .call([10, 15], 'server', 'bind', { ...listener, args: { address: SERVER_TEXT } })
    .call([20, 25], 'server', 'listen', { ...listener, args: { backlog: 5 } });
  for (const [n, port] of PORTS.entries()) {
    const who = `client ${n + 1}`;
    const local = `127.0.0.1:${port}`;
    const end = { socket: `${who}:1`, fd: 3, local, remote: SERVER_TEXT };
    const { fromClient, fromServer } = conversation(script, { host: '127.0.0.1', port }, SERVER);
    script
      .call([50 + n, 55 + n], who, 'socket', { created: `${who}:1`, ret: 3, args: STREAM })
      .call([100 + n, 5000], who, 'connect', { ...end, args: { address: SERVER_TEXT } })
      .call([6000 + 100 * n, 6050 + 100 * n], 'server', 'accept', {
        ...listener,
        ret: 4 + n,
        created: `server:${n + 2}`,
        remote: local,
      });
    fromClient(110 + n, 'S', 0, 0);
    fromServer(120 + n, 'S.', 0, 1);
    fromClient(n === 0 ? 2000 + us : 2000, '.', 1, 1);
  }
  const recorded = script.recorded();
  const session = await openRecorded({ ...recorded, run: { ...recorded.run, ...run } });
  const evidence = observe(buildTimeline(session), restoreParameters({ loss }));
  const verdict = ACCEPT_IN_ORDER.test(evidence);
  session.capture.close();
  if ('next' in verdict) throw new Error('in steps');
  return verdict;
}

test.each([
  [0.241, true],
  [50, true],
  [1000, false],
])('handshakes complete %d µs apart, accepted the other way round: in order %s', async (us, expected) => {
  expect((await judged(us)).holds).toBe(expected);
});

test.each([
  { what: 'a capture filter', run: { filter: 'tcp' }, said: /capture filter/ },
  { what: 'an engine that counts no drops', run: { engine: 'cap', dropped: null }, said: /does not count/ },
  { what: 'a capture that ended early', run: { dropped: null }, said: /ended before it said/ },
  { what: 'one drop', run: { dropped: 1 }, said: /dropped 1 packet$/ },
  { what: 'drops at both places', run: { dropped: 2, interfaceDropped: 3 }, said: /dropped 5 packets$/ },
  { what: 'an engine without times of the kernel', run: { engine: 'cap' }, said: /which packet came before/ },
  { what: '--loss', run: {}, loss: 5, said: /the lab drops packets/ },
])('$what leaves the order open, and that is said', async ({ run, loss, said }) => {
  const { holds, note } = await judged(50, run, loss);
  expect(holds).toBeNull();
  expect(inEnglish(note ?? '')).toMatch(said);
});

test('what the check leaves without a reason gets that of the capture', async () => {
  const silent: Check = { text: 'open', test: () => decide(null, '') };
  const recorded = new SessionScript().call([0, 5], 'client', 'socket', { created: 'client:1' }).recorded();
  const session = await openRecorded({ ...recorded, run: { ...recorded.run, filter: 'udp' } });
  const scenario = { ...(await loadScenario('greeting')), lookFor: () => [silent] };
  const [result] = judgeRun(scenario, restoreParameters({}), buildTimeline(session));
  session.capture.close();
  expect(inEnglish(result?.note ?? '')).toMatch(/capture filter/);
});
