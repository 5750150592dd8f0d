import { expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { verifyTimeline } from '../../src/timeline/verify.ts';
import { wording } from '../../src/timeline/wording.ts';
import { openRecorded, type Recorded } from './build-session.ts';
import { tcpEcho, udpEcho } from './samples.ts';

/** The echo's packets: SYN, SYN+ACK, ACK, data, ACK, data, ACK, FIN, FIN, ACK. */
const SYNS = [0, 1];
const FIRST_DATA = 3;

function keeping(
  recorded: Recorded,
  keep: (place: number) => boolean,
  run: Partial<Recorded['run']>,
): Recorded {
  const packets = recorded.packets.filter((_, place) => keep(place));
  return {
    ...recorded,
    packets,
    run: { ...recorded.run, received: packets.length + (run.dropped ?? 0), ...run },
  };
}

async function told(recorded: Recorded) {
  const session = await openRecorded(recorded);
  const timeline = buildTimeline(session);
  const words = wording(session);
  const calls = session.calls.flatMap((call, index) => {
    const reason = timeline.reasonOfCall(index);
    return reason === null ? [] : [`${call.role} ${call.name}: ${words(reason)}`];
  });
  const packets = recorded.packets.map((_, row) => words(timeline.reasonOfPacket(row)));
  const last = timeline.states(timeline.rowCount - 2);
  const verification = verifyTimeline(timeline);
  session.capture.close();
  return { timeline, calls, packets, last, verification, text: [...calls, ...packets].join('\n') };
}

const failed = (all: Awaited<ReturnType<typeof told>>) =>
  all.verification.checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);

test('of bytes that a filter kept out it is said that they were not captured, not that they never left', async () => {
  const all = await told(keeping(tcpEcho(), (place) => SYNS.includes(place), { filter: 'tcp-syn' }));
  expect(all.calls.filter((line) => line.includes('send:'))).toEqual([
    'client send: 5 bytes were copied into the send buffer; no packet with them was captured',
    'server send: 5 bytes were copied into the send buffer; no packet with them was captured',
  ]);
  expect(all.text).not.toContain('never left');
  expect(all.timeline.unexplained).toBe(0);
  expect(failed(all)).toEqual([]);
  // hello twice, sent and received: compared with nothing.
  expect(all.verification).toMatchObject({ bytesCompared: 0, bytesUnverified: 20 });
});

test('the same packets without a filter are a run in which bytes never left, and verify fails', async () => {
  const all = await told(keeping(tcpEcho(), (place) => SYNS.includes(place), {}));
  expect(all.text).toContain('5 bytes were copied into the send buffer and never left');
  expect(failed(all).length).toBeGreaterThan(2);
});

test('connect and accept tell that an end is established where the handshake was not captured whole', async () => {
  const { last } = await told(keeping(tcpEcho(), (place) => SYNS.includes(place), { filter: 'tcp-syn' }));
  expect(last).toMatchObject({ a: 'ESTABLISHED', b: 'ESTABLISHED' });
});

test('where one direction was not captured, no TCP state is claimed', async () => {
  // What the server sent: the client, which closes first, would seem to be in CLOSE-WAIT.
  const FROM_SERVER = [1, 4, 5, 8];
  const all = await told(
    keeping(tcpEcho(), (place) => FROM_SERVER.includes(place), { filter: 'src port 3500' }),
  );
  const states = Array.from({ length: all.timeline.rowCount }, (_, row) => all.timeline.states(row));
  expect(new Set(states)).toEqual(new Set([null]));
});

const ECHO_PACKETS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
test.each(ECHO_PACKETS)(
  'without packet %i, which the ring dropped, nothing is unexplained or claimed',
  async (missing) => {
    const all = await told(keeping(tcpEcho(), (place) => place !== missing, { dropped: 1 }));
    expect(all.timeline.unexplained).toBe(0);
    expect(all.text).not.toMatch(/never left|unexplained/);
    expect(failed(all)).toEqual([]);
  },
);

test.each(ECHO_PACKETS)('packet %i alone, which a filter let through, has an honest reason', async (only) => {
  const all = await told(keeping(tcpEcho(), (place) => place === only, { filter: 'one of them' }));
  expect(all.timeline.unexplained).toBe(0);
  expect(failed(all)).toEqual([]);
});

test('bytes whose place in the stream is not known are of no call', async () => {
  const all = await told(
    keeping(tcpEcho(), (place) => place === 5 || place === 6, { filter: 'two of them' }),
  );
  expect(all.packets).toEqual([
    '5 bytes of which the place in the stream is not known: no SYN was captured',
    'ACK of bytes of which the place in the stream is not known: no SYN was captured',
  ]);
  expect(all.timeline.linkCount).toBe(0);
  // Who connected to whom is known all the same.
  expect(all.timeline.connections).toMatchObject([{ client: 'b', roleA: 'server', roleB: 'client' }]);
});

test('an answer to something that was not captured says so', async () => {
  const { packets } = await told(
    keeping(tcpEcho(), (place) => place === 0 || place === 6, { filter: 'two' }),
  );
  expect(packets[1]).toContain('capture');
});

test('new data of no send stays unexplained, for calls are never missing', async () => {
  const recorded = tcpEcho();
  const calls = recorded.calls.filter(({ role, name }) => !(role === 'client' && name === 'send'));
  const all = await told(
    keeping({ ...recorded, calls }, (place) => SYNS.includes(place) || place === FIRST_DATA, {
      dropped: 7,
    }),
  );
  expect(all.timeline.unexplained).toBe(1);
});

test.each([
  { name: 'TCP', recorded: tcpEcho() },
  { name: 'UDP', recorded: udpEcho() },
])('links do not need arrival times to be punctual: $name', async ({ recorded }) => {
  const punctual = await told(recorded);
  // Some 600 µs late, as cap gives them: long after the calls have returned that they belong to.
  const packets = recorded.packets.map(({ ns, bytes }) => ({ ns: ns + 600_000n, bytes }));
  const engine = { engine: 'cap', received: null, dropped: null, interfaceDropped: null };
  const late = await told({ ...recorded, packets, run: { ...recorded.run, ...engine } });
  const relations = (all: Awaited<ReturnType<typeof told>>) =>
    recorded.packets.flatMap((_, row) =>
      all.timeline
        .linksOfPacket(row)
        .filter(({ relation }) => relation !== 'completes')
        .map(({ call, relation, from, to }) => ({ row, call, relation, from, to })),
    );
  expect(relations(late)).toEqual(relations(punctual));
  expect(late.timeline.unexplained).toBe(0);
  expect(failed(late)).toEqual([]);
  expect(late.verification.checks.map(({ detail }) => detail).join()).toContain('times of their arrival');
  expect(late.text).not.toContain('later');
});
