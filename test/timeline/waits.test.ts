import { expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { verifyTimeline } from '../../src/timeline/verify.ts';
import { setLanguage } from '../../src/words/language.ts';
import { conversation, nsOf, openRecorded, type Recorded, SessionScript } from './build-session.ts';
import { CLIENT, client, SERVER_TEXT as S, SERVER, STREAM } from './opening.ts';
import { tcpEcho } from './samples.ts';

const HALF = 10_000;

async function told(recorded: Recorded) {
  const session = await openRecorded(recorded);
  const timeline = buildTimeline(session);
  const kinds = session.calls.flatMap((call, index) => {
    const reason = timeline.reasonOfCall(index);
    return reason === null ? [] : [`${call.role} ${call.name}: ${reason.kind}`];
  });
  const { findings } = timeline;
  const { checks } = verifyTimeline(timeline);
  session.capture.close();
  return { kinds, findings, failed: checks.filter(({ ok }) => !ok) };
}

/** A connection of which only the client is of the run, up after its third packet. */
function clientOnly(sndbuf: number | null) {
  const script = new SessionScript();
  const packets = conversation(script, CLIENT, SERVER);
  script.call([50, 55], 'client', 'socket', { created: 'client:1', ret: 3, args: STREAM });
  if (sndbuf !== null)
    script.call([60, 65], 'client', 'setsockopt', {
      socket: 'client:1',
      fd: 3,
      args: { level: 'SOL_SOCKET', name: 'SO_SNDBUF', value: sndbuf },
    });
  script.call([100, 150], 'client', 'connect', { ...client, args: { address: S } });
  packets.fromClient(110, 'S', 0, 0, { window: 64_240 });
  packets.fromServer(120, 'S.', 0, 1, { window: 65_160 });
  packets.fromClient(130, '.', 1, 1);
  return { script, ...packets };
}

/** Its client sends 10 000 bytes twice; the second send returns just after what acknowledges `acked`. */
function twoSends(acked: number, sndbuf: number | null): Recorded {
  const { script, fromClient, fromServer } = clientOnly(sndbuf);
  const sent = { ...client, length: HALF, ret: HALF };
  script.call([200, 240], 'client', 'send', { ...sent, offset: 0, sendQueue: HALF });
  fromClient(210, 'P.', 1, 1, { payload: 'x'.repeat(HALF) });
  if (acked === 0) fromServer(220, '.', 1, 1 + HALF);
  script.call([300, 5200], 'client', 'send', { ...sent, offset: HALF, sendQueue: HALF });
  fromServer(5000, '.', 1, 1 + HALF);
  fromClient(5050, 'P.', 1 + HALF, 1, { payload: 'x'.repeat(HALF) });
  fromServer(5100, '.', 1, acked === 0 ? 1 + HALF : 1 + acked);
  return script.recorded();
}

test('a send was blocked by a full buffer if its bytes could not fit beside those not yet acknowledged', async () => {
  expect((await told(twoSends(2 * HALF, null))).kinds).toContain('client send: send-blocked');
});

test('it was merely slow if nothing new was acknowledged meanwhile, or if the buffer is large enough', async () => {
  for (const recorded of [twoSends(0, null), twoSends(2 * HALF, 65_536)]) {
    const { kinds } = await told(recorded);
    expect(kinds).toContain('client send: call-slow');
    expect(kinds).not.toContain('client send: send-blocked');
  }
});

/** The second send waits for room until the server resets the connection, or gives up after its time limit. */
function shortSend(isReset: boolean): Recorded {
  const { script, fromClient, fromServer } = clientOnly(null);
  const sent = { ...client, length: HALF };
  script.call([200, 240], 'client', 'send', { ...sent, ret: HALF, offset: 0 });
  fromClient(210, 'P.', 1, 1, { payload: 'x'.repeat(HALF) });
  fromServer(220, '.', 1, 1 + HALF, { window: 0 });
  script.call([300, 52_000], 'client', 'send', { ...sent, ret: 484, offset: HALF });
  if (isReset) fromServer(51_000, 'R.', 1, 1 + HALF);
  return script.recorded();
}

test('a blocking send that returns short was ended by the reset that came, and by nothing else', async () => {
  const cut = await told(shortSend(true));
  expect(cut.kinds).toContain('client send: send-cut-short');
  expect(cut.findings.filter(({ kind }) => kind === 'blocked')).toHaveLength(1);
  expect((await told(shortSend(false))).kinds).toContain('client send: send-short');
});

test('a slow send of a few bytes after all was acknowledged is not blocked, whatever comes meanwhile', async () => {
  const recorded = tcpEcho();
  // The server's send goes on until after the client's FIN has come, and its own bytes were acknowledged.
  const calls = recorded.calls.map((call) =>
    call.role === 'server' && call.name === 'send' ? { ...call, exitNs: nsOf(2000) } : call,
  );
  const { kinds } = await told({ ...recorded, calls });
  expect(kinds).toContain('server send: call-slow');
});

/** The echo where the connect, a recv and the close of the client take until `us`, longer than their packets. */
function slow(us: number, name: string): Recorded {
  const recorded = tcpEcho();
  const calls = recorded.calls.map((call) =>
    call.role === 'client' && call.name === name ? { ...call, exitNs: nsOf(us) } : call,
  );
  return { ...recorded, calls };
}

test.each(['connect', 'close'])('a %s that was merely slow has not waited', async (name) => {
  const { findings } = await told(slow(3000, name));
  expect(findings.filter(({ kind }) => kind === 'blocked')).toEqual([]);
});

test('a call that waited is said to have waited as long as its own row says', async () => {
  const recorded = tcpEcho();
  // Entered 4 ms before the bytes come, which is at 290 µs.
  const calls = recorded.calls.map((call) =>
    call.role === 'client' && call.name === 'socket'
      ? { ...call, enterNs: nsOf(-5000), exitNs: nsOf(-4900) }
      : call.role === 'server' && call.name === 'accept'
        ? { ...call, enterNs: nsOf(-3870) }
        : call,
  );
  const sorted = [...calls].sort((x, y) => Number(x.enterNs - y.enterNs));
  const { findings } = await told({
    ...recorded,
    calls: sorted.map((call, at) => ({ ...call, id: at + 1 })),
  });
  const [blocked] = findings.filter(({ kind }) => kind === 'blocked');
  // The handshake is complete at 130 µs; the accept returns at 160.
  expect(blocked?.params).toMatchObject({ role: 'server', name: 'accept', count: 1, ms: 4 });
});

test('what other programs do on the same loopback is not judged', async () => {
  const recorded = tcpEcho();
  const script = new SessionScript();
  const foreign = conversation(script, { host: '127.0.0.1', port: 50_000 }, { host: '127.0.0.1', port: 80 });
  // In the middle of a conversation: more is acknowledged than was seen, and bytes are missing.
  foreign.fromClient(140, 'P.', 1, 1, { payload: 'GET' });
  foreign.fromServer(145, 'P.', 1, 1, { payload: 'OK' });
  foreign.fromServer(150, '.', 903, 4);
  foreign.fromClient(155, '.', 9, 903);
  const packets = [...recorded.packets, ...script.packets].sort((x, y) => Number(x.ns - y.ns));
  const run = {
    ...recorded.run,
    network: { ...recorded.run.network, net: 'host' as const },
    received: packets.length,
  };
  const { failed } = await told({ ...recorded, packets, run });
  expect(failed).toEqual([]);
});

test('findings of a role with several connections say which one', async () => {
  const script = new SessionScript();
  const own = { socket: 'server:1', fd: 3, local: S };
  const made = { created: 'server:1', ret: 3, args: { type: 'SOCK_STREAM' } };
  script
    .call([0, 5], 'server', 'socket', made)
    .call([10, 15], 'server', 'bind', { ...own, args: { address: S } });
  script.call([20, 25], 'server', 'listen', { ...own, args: { backlog: 5 } });
  for (const place of [1, 2]) {
    const us = place * 1000;
    const role = `client ${place}`;
    const remote = `127.0.0.1:${40_000 + place}`;
    const { fromClient, fromServer } = conversation(script, { ...CLIENT, port: 40_000 + place }, SERVER);
    const client = { socket: `${role}:1`, fd: 3, local: remote, remote: S };
    const server = { socket: `server:${place + 1}`, fd: 3 + place, local: S, remote };
    script.call([us, us + 5], role, 'socket', { created: client.socket, ret: 3, args: made.args });
    script.call([us + 10, us + 60], role, 'connect', { ...client, args: { address: S } });
    fromClient(us + 20, 'S', 0, 0);
    fromServer(us + 30, 'S.', 0, 1);
    fromClient(us + 40, '.', 1, 1);
    const accepted = { ...own, ret: server.fd, created: server.socket, remote };
    script.call([us + 70, us + 80], 'server', 'accept', accepted);
    script.call([us + 90, us + 120], role, 'send', { ...client, length: 4, ret: 4, offset: 0 });
    fromClient(us + 100, 'P.', 1, 1, { payload: 'abcd' });
    fromServer(us + 110, '.', 1, 5);
    for (const part of [0, 1]) {
      const times = [us + 200 + part * 10, us + 205 + part * 10] as const;
      script.call(times, 'server', 'recv', { ...server, length: 2, ret: 2, offset: part * 2 });
    }
  }
  const { findings } = await told(script.recorded());
  const parts = findings.filter(({ kind }) => kind === 'recvs-per-segment');
  expect(parts.map(({ params }) => [params.sender, params.receiver])).toEqual([
    ['client 1', 'server for client 1'],
    ['client 2', 'server for client 2'],
  ]);
  setLanguage('es');
  try {
    const spanish = await told(script.recorded());
    const named = spanish.findings.find(({ kind }) => kind === 'recvs-per-segment');
    expect(named?.params.receiver).toBe('server para client 1');
  } finally {
    setLanguage('en');
  }
});
