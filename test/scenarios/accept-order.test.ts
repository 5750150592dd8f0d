import { expect, test } from 'vitest';
import { observe } from '../../src/scenarios/observe.ts';
import { restoreParameters } from '../../src/scenarios/parameters.ts';
import { ACCEPT_IN_ORDER } from '../../src/scenarios/support/accept-order.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { conversation, openRecorded, SessionScript } from '../timeline/build-session.ts';
import { listener, SERVER, SERVER_TEXT, STREAM } from '../timeline/opening.ts';

const PORTS = [40_001, 40_002] as const;

/** Two clients; the handshake of the second is complete so many µs before that of the first, and accept() gives the first first. */
async function holds(us: number): Promise<boolean | null> {
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
  const session = await openRecorded(script.recorded());
  const run = observe(buildTimeline(session), restoreParameters({ loss: 0 }));
  const steps = ACCEPT_IN_ORDER.test(run);
  const verdict = 'next' in steps ? null : steps.holds;
  session.capture.close();
  return verdict;
}

test.each([
  [0.241, true],
  [50, true],
  [1000, false],
])('handshakes complete %d µs apart, accepted the other way round: in order %s', async (us, expected) => {
  expect(await holds(us)).toBe(expected);
});
