import { expect, test } from 'vitest';
import type { RoleInfo } from '../../src/session/session.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { conversation, openRecorded, SessionScript } from './build-session.ts';
import { CLIENT, client, listener, SERVER_TEXT as S, SERVER, STREAM } from './opening.ts';

/** The server waits in accept() from 30 µs on and never calls close(); at 310 µs a SYN comes, and the kernel refuses it. */
async function refusal(exit: RoleInfo['exit'], isKilled: boolean): Promise<string> {
  const script = new SessionScript();
  const { fromClient, fromServer } = conversation(script, CLIENT, SERVER, [1000, 0]);
  script
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
    .call([10, 15], 'server', 'bind', { ...listener, args: { address: S } })
    .call([20, 25], 'server', 'listen', { ...listener, args: { backlog: 5 } })
    .call([30, null], 'server', 'accept', listener);
  if (isKilled)
    script.call([200, 210], 'user', 'kill', { args: { pid: 100, sig: 'SIGTERM', to: 'server' }, ret: 0 });
  script.call([300, 350], 'client', 'connect', { ...client, errno: 'ECONNREFUSED', args: { address: S } });
  fromClient(310, 'S', 0, 0);
  fromServer(320, 'R.', 0, 1, { window: 0, id: 0 });
  const role = (name: string, side: RoleInfo['side'], end: RoleInfo['exit']): RoleInfo => ({
    name,
    side,
    pid: side === 'server' ? 100 : 200,
    exit: end,
    report: {},
  });
  const roles = [role('server', 'server', exit), role('client', 'client', 0), role('user', 'client', null)];
  const session = await openRecorded(script.recorded({ roles }));
  const { kind } = buildTimeline(session).reasonOfPacket(1);
  session.capture.close();
  return kind;
}

// signal(7): SIGTERM ends a process without a handler, and exit closes its sockets: nobody listens any more.
test.each([
  { of: 'a server that a recorded kill has ended', exit: 'SIGTERM', isKilled: true, kind: 'rst-refused' },
  { of: 'a server that somebody else has killed', exit: 'SIGKILL', isKilled: false, kind: 'rst-refused' },
  { of: 'a server that goes on', exit: null, isKilled: false, kind: 'rst-rejected' },
] as const)('a SYN to $of: $kind', async ({ exit, isKilled, kind }) => {
  expect(await refusal(exit, isKilled)).toBe(kind);
});
