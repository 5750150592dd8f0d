import { expect, test } from 'vitest';
import type { RunInfo } from '../../src/session/session.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { wording } from '../../src/timeline/wording.ts';
import { openRecorded, SessionScript } from './build-session.ts';
import { CLIENT, CLIENT_TEXT, client, listener, SERVER, SERVER_TEXT, STREAM } from './opening.ts';

/** A listener that is there from 20 µs on; closed at 100 µs, if it is. */
function server(isClosed: boolean): SessionScript {
  const script = new SessionScript()
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
    .call([10, 15], 'server', 'bind', { ...listener, args: { address: SERVER_TEXT } })
    .call([20, 25], 'server', 'listen', { ...listener, args: { backlog: 5 } });
  return isClosed ? script.call([100, 105], 'server', 'close', listener) : script;
}

/** A SYN that is refused. */
function refused(script: SessionScript, us: number, to = SERVER): SessionScript {
  const payload = new Uint8Array(0);
  script.tcp(us, CLIENT, to, { flags: 'S', seq: 1000, ack: 0, payload });
  return script.tcp(us + 5, to, CLIENT, { flags: 'R.', seq: 0, ack: 1001, payload });
}

async function told(script: SessionScript, run: Partial<RunInfo> = {}) {
  const session = await openRecorded(script.recorded({ network: { net: 'host', loss: 0 }, ...run }));
  const timeline = buildTimeline(session);
  const texts = [0, 1].map((row) => wording(session)(timeline.reasonOfPacket(row)));
  const [connection] = timeline.connections;
  session.capture.close();
  return { texts, server: connection?.client === 'a' ? connection.roleB : connection?.roleA };
}

test('a stranger’s SYN after the listener was closed: who closed it', async () => {
  expect(await told(refused(server(true), 200))).toEqual({
    texts: [
      'SYN of another program: nobody listens on the port; server close#1 had closed the listener',
      'refused: nobody listens on the port that packet 5 went to; server close#1 had closed the listener',
    ],
    server: 'server',
  });
});

test('after the process had ended without a close: which process', async () => {
  const ended = [{ name: 'server', side: 'server' as const, pid: 100, exit: 0, report: {} }];
  expect((await told(refused(server(false), 200), { roles: ended })).texts).toEqual([
    'SYN of another program: nobody listens on the port; the process of server listen#1 had ended',
    'refused: nobody listens on the port that packet 4 went to; the process of server listen#1 had ended',
  ]);
});

test('before anybody listened: who will', async () => {
  const script = new SessionScript()
    .call([500, 505], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
    .call([510, 515], 'server', 'bind', { ...listener, args: { address: SERVER_TEXT } })
    .call([520, 525], 'server', 'listen', { ...listener, args: { backlog: 5 } });
  expect((await told(refused(script, 200))).texts).toEqual([
    'SYN of another program: nobody listens on the port; server listen#1 comes later',
    'refused: nobody listens on the port that packet 1 went to; server listen#1 comes later',
  ]);
});

test('a port that no socket of the run ever listened on is nobody’s of the run', async () => {
  const { texts } = await told(refused(server(true), 200, { ...SERVER, port: 3501 }));
  expect(texts).toEqual(['not of a socket of this run', 'not of a socket of this run']);
});

test('of a client of the run the SYN is its connect’s, and the reset tells who closed the listener', async () => {
  const script = server(true)
    .call([150, 155], 'client', 'socket', { created: 'client:1', ret: 3, args: STREAM })
    .call([190, 220], 'client', 'connect', {
      ...client,
      local: CLIENT_TEXT,
      errno: 'ECONNREFUSED',
      args: { address: SERVER_TEXT },
    });
  expect((await told(refused(script, 200))).texts).toEqual([
    'SYN of client connect#1',
    'refused: nobody listens on the port that packet 6 went to; server close#1 had closed the listener',
  ]);
});

test('where a socket has the port and was never made to listen: its bind', async () => {
  const script = new SessionScript()
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
    .call([10, 15], 'server', 'bind', { ...listener, args: { address: SERVER_TEXT } });
  expect(await told(refused(script, 200))).toEqual({
    texts: [
      'SYN of another program: nobody listens on the port; server bind#1 took the port, but listen was not called',
      'refused: nobody listens on the port that packet 3 went to; server bind#1 took the port, but listen was not called',
    ],
    server: 'server',
  });
});

test('not when that socket is closed: then nobody has the port', async () => {
  const script = new SessionScript()
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
    .call([10, 15], 'server', 'bind', { ...listener, args: { address: SERVER_TEXT } })
    .call([20, 25], 'server', 'close', listener);
  expect((await told(refused(script, 200))).texts.join()).not.toContain('bind#1');
});
