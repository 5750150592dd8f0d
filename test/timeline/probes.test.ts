import { expect, test } from 'vitest';
import type { RunInfo } from '../../src/session/session.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { verifyTimeline } from '../../src/timeline/verify.ts';
import { conversation, openRecorded, SessionScript } from './build-session.ts';
import { CLIENT, client, connected, listener, SERVER, SERVER_TEXT, STREAM, server } from './opening.ts';

const SIZE = 1000;
const X = { length: SIZE, ret: SIZE, data: Buffer.from('x'.repeat(SIZE)) };
const Y = { ...X, data: Buffer.from('y'.repeat(SIZE)) };
type Told = readonly [kind: string, packet: number | undefined, answer: unknown];

/** Kind, packet that it names, and what is known of the answer, of the rows from `first` on. */
async function told(script: SessionScript, first: number, run: Partial<RunInfo> = {}): Promise<Told[]> {
  const session = await openRecorded(script.recorded(run));
  const timeline = buildTimeline(session);
  const seen: Told[] = [];
  for (let row = first; row < session.capture.columns.length; row++) {
    const { kind, packets, params } = timeline.reasonOfPacket(row);
    seen.push([kind, packets[0], params.answer]);
  }
  if (session.calls.length > 0) expect(verifyTimeline(timeline).checks.filter(({ ok }) => !ok)).toEqual([]);
  session.capture.close();
  return seen;
}

/** The window closes with row 4; then each entry is the ms of a probe and whether it is answered 15 µs later. */
function closed(probes: readonly (readonly [ms: number, answered: boolean])[]) {
  const up = connected();
  const { script, fromClient, fromServer } = up;
  script.call([190, 240], 'client', 'send', { ...client, ...X, offset: 0 });
  fromClient(200, 'P.', 1, 1, { payload: 'x'.repeat(SIZE) });
  fromServer(210, '.', 1, 1 + SIZE, { window: 0 });
  for (const [ms, answered] of probes) {
    fromClient(ms * 1000, '.', SIZE, 1);
    if (answered) fromServer(ms * 1000 + 15, '.', 1, 1 + SIZE, { window: 0 });
  }
  return up;
}

const LIMITED = { counters: { TcpExtTCPACKSkippedSeq: 1 } };

function read(script: SessionScript, us: number): void {
  script.call([us, us + 20], 'server', 'recv', { ...server, ...X, offset: 0 });
}

test('an answer is for the newest probe, and one that comes too soon after an answer gets none', async () => {
  const { script } = closed([
    [265, true],
    [713, false],
    [1609, true],
    [3369, true],
  ]);
  const want = (silent: string): Told[] => [
    ['zero-window-probe', 4, ''],
    ['probe-answer', 5, undefined],
    ['zero-window-probe', 6, silent],
    ['zero-window-probe', 6, ''],
    ['probe-answer', 8, undefined],
    ['zero-window-probe', 9, ''],
    ['probe-answer', 10, undefined],
  ];
  expect(await told(script, 5, LIMITED)).toEqual(want('limited'));
  expect(await told(script, 5)).toEqual(want('silent'));
});

test('a larger window after a recv is an update, though a probe waits for its answer', async () => {
  const { script, fromServer } = closed([
    [265, true],
    [705, false],
  ]);
  read(script, 714_600);
  fromServer(714_610, '.', 1, 1 + SIZE, { window: 8688 });
  expect((await told(script, 7, LIMITED)).map(([kind]) => kind)).toEqual([
    'zero-window-probe',
    'window-update',
  ]);
  expect((await told(script, 7, LIMITED))[0]).toEqual(['zero-window-probe', 6, 'limited']);
});

test('a recv just before a probe may leave the news to the answer; one that runs beside it sends both', async () => {
  const before = closed([[265, false]]);
  read(before.script, 264_900);
  before.fromServer(265_015, '.', 1, 1 + SIZE, { window: 8688 });
  expect((await told(before.script, 6)).map(([kind, packet]) => [kind, packet])).toEqual([
    ['probe-answer', 5],
  ]);

  const beside = closed([[265, false]]);
  read(beside.script, 264_995);
  beside.fromServer(265_010, '.', 1, 1 + SIZE, { window: 8688 });
  beside.fromServer(265_016, '.', 1, 1 + SIZE, { window: 8688 });
  expect(await told(beside.script, 5)).toEqual([
    ['zero-window-probe', 4, ''],
    ['window-update', undefined, undefined],
    ['probe-answer', 5, undefined],
  ]);
});

test('without calls an answer that opens the window is one that comes at once', async () => {
  for (const [us, kind] of [
    [265_015, 'probe-answer'],
    [274_700, 'window-update'],
  ] as const) {
    const script = new SessionScript();
    const { fromClient, fromServer } = conversation(script, CLIENT, SERVER);
    fromClient(110, 'S', 0, 0, { window: 64_240 });
    fromServer(120, 'S.', 0, 1, { window: 65_160 });
    fromClient(130, '.', 1, 1);
    fromClient(200, 'P.', 1, 1, { payload: 'x'.repeat(SIZE) });
    fromServer(210, '.', 1, 1 + SIZE, { window: 0 });
    fromClient(265_000, '.', SIZE, 1);
    fromServer(us, '.', 1, 1 + SIZE, { window: 8688 });
    const [probe, after] = await told(script, 5);
    expect([probe?.[2], after?.[0]]).toEqual(['', kind]);
  }
});

test('a keep-alive on an idle connection is answered with the window of now, by the newest', async () => {
  const { script, fromClient, fromServer } = connected();
  script.call([160, 165], 'client', 'setsockopt', {
    ...client,
    args: { level: 'SOL_SOCKET', name: 'SO_KEEPALIVE', value: 1 },
  });
  // The server sleeps in a recv that nothing ends: it made no room.
  script.call([170, null], 'server', 'recv', { ...server, length: SIZE });
  fromClient(1_000_200, '.', 0, 1);
  fromClient(2_000_200, '.', 0, 1);
  fromServer(2_000_215, '.', 1, 1, { window: 600 });
  expect(await told(script, 3, { outcome: 'failed' })).toEqual([
    ['keep-alive', 2, 'silent'],
    ['keep-alive', 3, ''],
    ['probe-answer', 4, undefined],
  ]);
});

test('the count begins anew when bytes have gone', async () => {
  const { script, fromClient, fromServer } = closed([[265, true]]);
  read(script, 300_000);
  fromServer(300_010, '.', 1, 1 + SIZE, { window: SIZE });
  script.call([300_100, 300_140], 'client', 'send', { ...client, ...Y, offset: SIZE });
  fromClient(300_110, 'P.', 1 + SIZE, 1, { payload: 'y'.repeat(SIZE) });
  fromServer(300_120, '.', 1, 1 + 2 * SIZE, { window: 0 });
  fromClient(565_000, '.', 2 * SIZE, 1);
  fromServer(565_015, '.', 1, 1 + 2 * SIZE, { window: 0 });
  const session = await openRecorded(script.recorded());
  const timeline = buildTimeline(session);
  const { kind, params } = timeline.reasonOfPacket(10);
  session.capture.close();
  expect([kind, params.count]).toEqual(['zero-window-probe', 1]);
});

test('a silent probe is not what a repeated FIN is answered for', async () => {
  const { script, fromClient, fromServer } = closed([
    [265, true],
    [705, false],
  ]);
  read(script, 800_000);
  fromServer(800_010, '.', 1, 1 + SIZE, { window: 8688 });
  script.call([900_000, 900_020], 'client', 'close', client);
  fromClient(900_010, 'F.', 1 + SIZE, 1);
  fromClient(1_110_000, 'F.', 1 + SIZE, 1);
  fromServer(1_110_010, '.', 1, 2 + SIZE, { window: 8688 });
  fromServer(1_110_020, '.', 1, 2 + SIZE, { window: 8688 });
  expect((await told(script, 11)).map(([kind, packet]) => [kind, packet])).toEqual([
    ['ack-fin', 9],
    ['ack-fin-again', 10],
  ]);
});

test('a SYN+ACK that answers a repeated SYN settles it: the next is sent again by the timer', async () => {
  const script = new SessionScript();
  const { fromClient, fromServer } = conversation(script, CLIENT, SERVER);
  script
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: STREAM })
    .call([10, 15], 'server', 'bind', { ...listener, args: { address: SERVER_TEXT } })
    .call([20, 25], 'server', 'listen', { ...listener, args: { backlog: 1 } })
    .call([50, 55], 'client', 'socket', { created: 'client:1', ret: 3, args: STREAM })
    .call([100, 5_000_000], 'client', 'connect', { ...client, args: { address: SERVER_TEXT } });
  // Twice there was no room; then the answer, and its repetition because no ACK came.
  fromClient(110, 'S', 0, 0, { window: 64_240 });
  fromClient(1_000_110, 'S', 0, 0, { window: 64_240 });
  fromClient(3_000_110, 'S', 0, 0, { window: 64_240 });
  fromServer(3_000_125, 'S.', 0, 1, { window: 65_160 });
  fromServer(4_000_125, 'S.', 0, 1, { window: 65_160 });
  const session = await openRecorded(script.recorded());
  const timeline = buildTimeline(session);
  const reasons = [3, 4].map((row) => timeline.reasonOfPacket(row));
  session.capture.close();
  expect(reasons.map(({ kind, packets, params }) => [kind, packets[0], params.why])).toEqual([
    ['syn-ack', 2, 'unknown'],
    ['syn-ack-again', 3, 'unknown'],
  ]);
});
