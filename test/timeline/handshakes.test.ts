import { expect, test } from 'vitest';
import { factsOf } from '../../src/timeline/facts.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { wordsOf } from '../../src/timeline/words.ts';
import { conversation, openRecorded, SessionScript } from './build-session.ts';
import { listener, SERVER, SERVER_TEXT, STREAM } from './opening.ts';

/** Packets of a client: µs, which end, flags, seq, ack, bytes. */
type Line = readonly [number, 'c' | 's', string, number, number, number?];

interface Client {
  readonly lines: readonly Line[];
  /** µs of entry and return of the accept() that takes it. */
  readonly accept?: readonly [number, number];
}

/** Clients of a server with listen(0); the listener is closed at 900 000 µs. Rows are in order of time. */
async function timelineOf(
  clients: readonly Client[],
  overflows: number | null,
  cookies = 0,
): Promise<Timeline> {
  const script = new SessionScript()
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
    .call([10, 15], 'server', 'bind', { ...listener, args: { address: SERVER_TEXT } })
    .call([20, 25], 'server', 'listen', { ...listener, args: { backlog: 0 } });
  for (const [n, { lines, accept }] of clients.entries()) {
    const port = 40_001 + n;
    const local = `127.0.0.1:${port}`;
    const who = `client ${n + 1}`;
    const end = { socket: `${who}:1`, fd: 3, local, remote: SERVER_TEXT };
    const { fromClient, fromServer } = conversation(script, { host: '127.0.0.1', port }, SERVER);
    script
      .call([50 + n, 55 + n], who, 'socket', { created: `${who}:1`, ret: 3, args: STREAM })
      .call([100 + n, 400 + n], who, 'connect', { ...end, args: { address: SERVER_TEXT } });
    const bytes = lines.find(([, from, , , , length]) => from === 'c' && length !== undefined);
    if (bytes !== undefined)
      script.call([bytes[0] - 1, bytes[0] + 5], who, 'send', {
        ...end,
        ret: 5,
        length: 5,
        data: Buffer.from('hello'),
      });
    const close = lines.find(([, from, flags]) => from === 'c' && flags.startsWith('F'));
    if (close !== undefined) script.call([close[0] - 1, close[0] + 5], who, 'close', end);
    if (accept !== undefined)
      script.call(accept, 'server', 'accept', {
        ...listener,
        ret: 4 + n,
        created: `server:${n + 2}`,
        remote: local,
      });
    for (const [us, from, flags, seq, ack, length] of lines) {
      const fields = length === undefined ? {} : { payload: 'hello' };
      (from === 'c' ? fromClient : fromServer)(us, flags, seq, ack, fields);
    }
  }
  script.call([900_000, 900_005], 'server', 'close', listener);
  const counters =
    overflows === null ? null : { TcpExtListenOverflows: overflows, TcpExtSyncookiesSent: cookies };
  return buildTimeline(await openRecorded(script.recorded({ counters })));
}

/** Row of the packet that was seen at so many µs. */
function at(timeline: Timeline, us: number): number {
  const { columns } = timeline.session.capture;
  const wanted = BigInt(us) * 1000n;
  const first = columns.timeNs(0) - 110_000n;
  for (let row = 0; row < columns.length; row++) if (columns.timeNs(row) - first === wanted) return row;
  throw new Error(`no packet at ${us} µs`);
}

const fate = (timeline: Timeline, us: number): string | undefined =>
  factsOf(timeline).untaken.get(at(timeline, us))?.fate;

function serverState(timeline: Timeline, us: number): string | undefined {
  return timeline.states(timeline.rowOfPacket(at(timeline, us)))?.b;
}

/** Takes the only place that listen(0) has, until 300 000 µs. */
const FIRST: Client = {
  lines: [
    [110, 'c', 'S', 0, 0],
    [111, 's', 'S.', 0, 1],
    [112, 'c', '.', 1, 1],
    [150, 'c', 'P.', 1, 1, 5],
    [160, 's', '.', 1, 6],
  ],
  accept: [300_000, 300_010],
};

test('the last ACK is ignored while the queue is full, and data that come again complete the handshake', async () => {
  const second: Client = {
    lines: [
      [115, 'c', 'S', 0, 0],
      [116, 's', 'S.', 0, 1],
      [120, 'c', '.', 1, 1],
      [180_000, 'c', 'P.', 1, 1, 5],
      [390_000, 'c', 'P.', 1, 1, 5],
      [390_020, 's', '.', 1, 6],
    ],
    accept: [400_000, 400_010],
  };
  const timeline = await timelineOf([FIRST, second], 2);
  expect([120, 180_000, 390_000].map((us) => fate(timeline, us))).toEqual(['full', 'full', undefined]);
  expect([116, 120, 180_000, 390_000].map((us) => serverState(timeline, us))).toEqual([
    'SYN-RECEIVED',
    'SYN-RECEIVED',
    'SYN-RECEIVED',
    'ESTABLISHED',
  ]);
  expect(timeline.reasonOfPacket(at(timeline, 120)).params).toMatchObject({ waiting: 1, backlog: 0 });
  expect(timeline.reasonOfPacket(at(timeline, 390_000)).params.why).toBe('no-room');
  const completes = timeline
    .linksOfPacket(at(timeline, 390_000))
    .filter(({ relation }) => relation === 'completes');
  expect(completes.map(({ call }) => timeline.session.calls[call]?.enterNs)).toEqual([
    timeline.session.calls.filter(({ name }) => name === 'accept')[1]?.enterNs,
  ]);
  expect(timeline.findings.map(({ kind }) => kind)).toContain('handshake-taken-late');
});

test('what the kernel keeps nothing of is answered by a reset, long before the listener is closed', async () => {
  const second: Client = {
    lines: [
      [115, 'c', 'S', 0, 0],
      [116, 's', 'S.', 0, 1],
      [120, 'c', '.', 1, 1],
      [5000, 'c', 'P.', 1, 1, 5],
      [6000, 'c', 'F.', 6, 1],
      [6010, 's', 'R', 1, 0],
    ],
  };
  const timeline = await timelineOf([FIRST, second], 2);
  expect([120, 5000, 6000].map((us) => fate(timeline, us))).toEqual(['full', 'full', 'answered']);
  expect(timeline.reasonOfPacket(at(timeline, 6010))).toMatchObject({
    kind: 'rst-half-open',
    calls: [],
    packets: [at(timeline, 6000)],
  });
  expect(serverState(timeline, 6000)).toBe('SYN-RECEIVED');
  const kinds = timeline.findings.map(({ kind }) => kind);
  expect(kinds).toContain('handshake-never-taken');
  expect(kinds).not.toContain('never-accepted');
  expect(timeline.unexplained).toBe(0);
});

test('whether the kernel had kept anything of a connection that it resets', async () => {
  const reset: readonly Line[] = [
    [760_000, 'c', 'F.', 1, 1],
    [760_010, 's', 'R', 1, 0],
  ];
  const begun: readonly Line[] = [
    [115, 'c', 'S', 0, 0],
    [116, 's', 'S.', 0, 1],
    [120, 'c', '.', 1, 1],
  ];
  const again: readonly Line[] = [
    [300_500, 's', 'S.', 0, 1],
    [300_510, 'c', '.', 1, 1],
  ];
  const said = async (lines: readonly Line[], overflows: number | null, cookies: number): Promise<string> => {
    const timeline = await timelineOf(
      [{ ...FIRST, accept: [700_000, 700_010] }, { lines }],
      overflows,
      cookies,
    );
    const reason = timeline.reasonOfPacket(at(timeline, 760_010));
    expect(reason.kind).toBe('rst-half-open');
    return wordsOf(timeline).reason(reason);
  };
  expect(await said([...begun, ...reset], 1, 1)).toContain('its SYN, ACK was a SYN cookie');
  // It counted no cookie, or its timer had sent the SYN+ACK again: there was something to give up.
  expect(await said([...begun, ...reset], 1, 0)).toContain('that the kernel gave up: the accept queue');
  expect(await said([...begun, ...again, ...reset], 2, 1)).toContain(
    'that the kernel gave up: the accept queue',
  );
  expect(await said([...begun, ...reset], null, 0)).toContain('gave up or never kept (SYN cookie)');
});

test('who only reads and whose last ACK was ignored waits in vain', async () => {
  const script = new SessionScript()
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
    .call([10, 15], 'server', 'bind', { ...listener, args: { address: SERVER_TEXT } })
    .call([20, 25], 'server', 'listen', { ...listener, args: { backlog: 0 } });
  for (const [n, port] of [40_001, 40_002].entries()) {
    const who = `client ${n + 1}`;
    const end = { socket: `${who}:1`, fd: 3, local: `127.0.0.1:${port}`, remote: SERVER_TEXT };
    const { fromClient, fromServer } = conversation(script, { host: '127.0.0.1', port }, SERVER);
    script
      .call([50 + n, 55 + n], who, 'socket', { created: `${who}:1`, ret: 3, args: STREAM })
      .call([100 + n * 5, 400 + n], who, 'connect', { ...end, args: { address: SERVER_TEXT } })
      .call([500 + n, null], who, 'recv', end);
    fromClient(110 + n * 5, 'S', 0, 0, {});
    fromServer(111 + n * 5, 'S.', 0, 1, {});
    fromClient(112 + n * 5, '.', 1, 1, {});
  }
  script.call([300_000, 300_010], 'server', 'accept', {
    ...{ ...listener, ret: 4, created: 'server:2', remote: '127.0.0.1:40001' },
  });
  const counters = { TcpExtListenOverflows: 1, TcpExtSyncookiesSent: 0 };
  const timeline = buildTimeline(await openRecorded(script.recorded({ counters })));
  const vain = timeline.findings.filter(({ kind }) => kind === 'handshake-waits');
  expect(vain.map((finding) => wordsOf(timeline).reason(finding))).toEqual([
    expect.stringMatching(/^client 2 recv#1 waited in vain: packet \d+ was ignored \(accept queue full\)/),
  ]);
  expect(vain[0]?.packets).toEqual([at(timeline, 117)]);
});

test('a SYN+ACK that comes again proves that the ACK before it was ignored', async () => {
  const second: Client = {
    lines: [
      [115, 'c', 'S', 0, 0],
      [116, 's', 'S.', 0, 1],
      [120, 'c', '.', 1, 1],
      [200_000, 's', 'S.', 0, 1],
      [200_010, 'c', '.', 1, 1],
      [500_000, 's', 'S.', 0, 1],
      [500_010, 'c', '.', 1, 1],
    ],
    accept: [600_000, 600_010],
  };
  const timeline = await timelineOf([FIRST, second], 2);
  expect([120, 200_010, 500_010].map((us) => fate(timeline, us))).toEqual(['full', 'full', undefined]);
  expect(timeline.reasonOfPacket(at(timeline, 500_000)).params.why).toBe('ignored');
});

/** While the first is just being taken out, the second's ACK comes; its data are answered at once. */
const NEAR: readonly Client[] = [
  { ...FIRST, accept: [118, 300_010] },
  {
    lines: [
      [115, 'c', 'S', 0, 0],
      [116, 's', 'S.', 0, 1],
      [120, 'c', '.', 1, 1],
      [180_000, 'c', 'P.', 1, 1, 5],
      [180_020, 's', '.', 1, 6],
    ],
    accept: [400_000, 400_010],
  },
];

test.each([
  [null, 'perhaps'],
  [1, 'full'],
  [0, undefined],
])('an ACK while accept runs: the kernel counted %s overflows, so it is %s', async (overflows, expected) => {
  expect(fate(await timelineOf(NEAR, overflows), 120)).toBe(expected);
});

test('who is accepted before one that waits had come into the queue before it', async () => {
  const [first, second] = [FIRST, NEAR[1] ?? FIRST];
  const timeline = await timelineOf(
    [
      { ...first, accept: [500_000, 500_010] },
      { ...second, accept: [118, 300_010] },
    ],
    null,
  );
  expect(factsOf(timeline).untaken.size).toBe(0);
});

test('a queue with room ignores nothing', async () => {
  const timeline = await timelineOf([{ ...FIRST, accept: [113, 114] }, NEAR[1] ?? FIRST], 0);
  expect(factsOf(timeline).untaken.size).toBe(0);
});
