// Clocks that go back and conversations that begin oddly: flags and values as the installed tshark 4.0 has them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { tsharkFlags } from '../../src/commands/tshark.ts';
import { compareFlags } from '../../src/diagnosis/compare.ts';
import { COMPARED_VALUES, compareValues } from '../../src/filter/compare-values.ts';
import { hasProgram } from '../shared.ts';
import { ACK, FIN, HANDSHAKE, type Segment, SYN, writeSegments } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'odd-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Conversations one behind the other, each of a port of its own: what differs from tshark, by conversation and segment. */
async function differences(cases: Readonly<Record<string, readonly Segment[]>>): Promise<string[]> {
  const path = join(folder, 'cases.pcap');
  const list = Object.entries(cases);
  writeSegments(
    path,
    list.flatMap(([, segments], index) => segments.map((segment) => ({ ...segment, port: 20_000 + index }))),
  );
  const names = list.flatMap(([name, segments]) =>
    segments.map((_, index) => `${name}, segment ${index + 1}`),
  );
  const { flags, values } = await tsharkFlags(path, COMPARED_VALUES);
  const capture = await openCapture(path);
  const inFlags = compareFlags(path, 'tshark', capture, flags).differences;
  const inValues = compareValues(capture, values).valueDifferences;
  capture.close();
  expect(values.size).toBe(names.length);
  return [
    ...inFlags.map(
      ({ frame, theirs, ours }) => `${names[frame - 1]}: they ${theirs.join(' ')}; we ${ours.join(' ')}`,
    ),
    ...inValues.map(
      ({ frame, field, theirs, ours }) => `${names[frame - 1]}: ${field}: they ${theirs}; we ${ours}`,
    ),
  ];
}

const data = (at: number, seq: number, len = 100): Segment => ({ at, way: '>', seq, ack: 501, len });
const syn = (at: number): Segment => ({ at, way: '>', seq: 100, flags: SYN });
const answer = (at: number): Segment => ({ at, way: '<', seq: 500, ack: 101, flags: SYN | ACK });
const ack = (at: number, number: number): Segment => ({ at, way: '<', seq: 501, ack: number });

/** A handshake whose last acknowledgement comes `iRtt` ms after its SYN. */
function handshake(at: number, iRtt: number): Segment[] {
  return HANDSHAKE.map((segment, index) => ({ ...segment, at: at + [0, 10, iRtt][index]! }));
}

function* clocks(): Generator<[string, Segment[]]> {
  for (const step of [-5000, -1, -0.001, 0, 5, 19.9, 20, 25]) {
    const at = 10_000;
    const begin = handshake(at, 20);
    const hole = [data(at + 30, 101), data(at + 31, 301), data(at + 31 + step, 201)];
    yield [`a hole closed after ${step} ms`, [...begin, ...hole]];
    for (const iRtt of [-7, -0.5])
      yield [`the same, initial round trip ${iRtt} ms`, [...handshake(at, iRtt), ...hole]];
    yield [`the same, initial round trip unknown`, hole];
    yield [`the last one again after ${step} ms`, [...begin, ...hole.slice(0, 2), data(at + 31 + step, 301)]];
    const sent = [30, 31, 32, 33].map((ms, index) => data(at + ms, 101 + index * 100));
    const duplicates = [40, 41, 42, 43].map((ms) => ack(at + ms, 201));
    yield [
      `sent again ${step} ms after duplicates`,
      [...begin, ...sent, ...duplicates, data(at + 43 + step, 201)],
    ];
    yield [`acknowledged after ${step} ms`, [...begin, data(at + 30, 101), ack(at + 30 + step, 201)]];
  }
}

test.skipIf(!hasProgram('tshark'))('a clock that goes back', { timeout: 60_000 }, async () => {
  const cases = [...clocks()].map(([name, segments], index) => [`${index} ${name}`, segments] as const);
  expect(await differences(Object.fromEntries(cases))).toEqual([]);
});

test.skipIf(!hasProgram('tshark'))('years after the first packet', { timeout: 60_000 }, async () => {
  const cases: Record<string, Segment[]> = {};
  for (const days of [0, 51, 53, 103, 105, 8000, 103.5, 8000, 0]) {
    const at = days * 86_400_000;
    const sent = [30.001, 31.002, 32.003].map((ms, index) => data(at + ms, 101 + index * 100));
    cases[`${Object.keys(cases).length}: after ${days} days`] = [
      ...handshake(at, 21),
      ...sent,
      ack(at + 33.007, 201),
      data(at + 532.011, 201),
      ack(at + 540.013, 401),
      ...[20, 40].flatMap((later) => {
        const then = at + later * 86_400_000;
        return [data(then, 301 + later * 100), ack(then + 0.003, 401 + later * 100)];
      }),
    ];
  }
  expect(await differences(cases)).toEqual([]);
});

test.skipIf(!hasProgram('tshark'))('what comes before its beginning', { timeout: 60_000 }, async () => {
  const kinds: Record<string, (at: number) => Segment> = {
    syn,
    answer,
    end: (at) => ({ at, way: '>', seq: 101, ack: 501 }),
    data: (at) => data(at, 101),
    ack: (at) => ack(at, 101),
    reply: (at) => ({ ...ack(at, 101), len: 50 }),
    fin: (at) => ({ ...ack(at, 101), flags: FIN | ACK }),
  };
  const cases: Record<string, Segment[]> = {};
  for (const [a, first] of Object.entries(kinds))
    for (const [b, second] of Object.entries(kinds))
      for (const [c, third] of Object.entries(kinds))
        cases[`${a} ${b} ${c}`] = [first(0), second(5), third(10), data(15, 201)];
  for (const low of [500, 900, 990, 999, 1000, 1001, 1099]) {
    const sent = [data(1, 1000), data(5, low), data(10, 1100), ack(15, 1100), data(20, 1200), ack(25, 1300)];
    cases[`lower than the first: ${low}`] = sent;
    cases[`lower than what was acknowledged: ${low}`] = [ack(0, 1000), ...sent];
    cases[`round: ${low}`] = [data(0, 2 ** 32 - 100), data(5, low - 500), data(10, low)];
  }
  expect(await differences(cases)).toEqual([]);
});
