import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { tsharkFlags } from '../../src/commands/tshark.ts';
import { COMPARED_VALUES, compareValues } from '../../src/filter/compare-values.ts';
import { hasProgram } from '../shared.ts';
import { ACK, packetOf, RST, type Segment, SYN, writePackets } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'odd-handshakes-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Said = Omit<Segment, 'at' | 'port'>;
const said = (way: '>' | '<', seq: number, ack: number, flags: number, more: Partial<Said> = {}): Said => ({
  ...{ way, seq, ack, flags, window: 1000 },
  ...more,
});
const scaled = (shift: number): readonly number[] => [1, 3, 3, shift];
const syn = (options: readonly number[] = [], len = 0): Said => said('>', 100, 0, SYN, { options, len });
const synAck = (options: readonly number[] = [], ack = 101): Said =>
  said('<', 500, ack, SYN | ACK, { options });
const [A, B] = [said('>', 101, 501, ACK), said('<', 501, 101, ACK)];

/** A SYN, any flags from either side, and what shows what was seen by then. */
function* allFlags(): Generator<readonly Said[]> {
  for (const len of [0, 5]) {
    for (let flags = 0; flags < 64; flags++) {
      yield [syn(), said('>', (flags & SYN) !== 0 ? 100 : 101, 501, flags, { len }), A];
      yield [syn(), said('<', 500, 101, flags, { len }), A];
      yield [said('>', 100, 501, flags, { len }), B, A];
    }
  }
}

/** Ports used again, with data in the SYN; data so far away that they are not counted. */
function* again(): Generator<readonly Said[]> {
  for (const len of [0, 5])
    yield [syn(), synAck(), A, said('>', 9000, 0, SYN, { len }), said('>', 9001, 0, ACK)];
  for (const far of [1.9e9, 1_999_999_999, 2e9, 2_000_000_001, 2_147_483_647]) {
    const data = [said('>', 101, 501, ACK, { len: 10 }), said('>', 111, 501, ACK, { len: 10 })];
    yield [syn(), synAck(), A, said('>', 91 + far, 501, ACK, { len: 10 }), said('<', 501, 50, ACK), ...data];
  }
}

/** What is offered, not offered, offered again otherwise or taken back. */
function* scales(): Generator<readonly Said[]> {
  const mss = [2, 4, 5, 180];
  for (const first of [null, [], mss, scaled(7)]) {
    for (const again of [null, [], scaled(5)]) {
      for (const answer of [null, [], mss, scaled(6)]) {
        for (const later of [null, synAck(), synAck(scaled(3)), syn(), syn(scaled(2))]) {
          yield [
            ...(first === null ? [] : [syn(first)]),
            ...(again === null ? [] : [syn(again)]),
            ...(answer === null ? [A] : [synAck(answer)]),
            ...[A, B],
            ...(later === null ? [] : [later, A, B]),
          ];
        }
      }
    }
  }
  yield [syn(scaled(7)), synAck(scaled(6)), A, B, said('>', 100, 501, SYN | ACK), A, B];
  yield [
    syn(scaled(7)),
    synAck(scaled(6)),
    A,
    B,
    said('>', 100, 501, SYN | ACK, { options: scaled(5) }),
    A,
    B,
  ];
}

const FAST_OPEN: readonly (readonly number[])[] = [
  [],
  [1, 1, 34, 10, 1, 2, 3, 4, 5, 6, 7, 8],
  [1, 1, 34, 2],
  [1, 34, 3, 9],
  [253, 12, 249, 137, 1, 2, 3, 4, 5, 6, 7, 8],
  [254, 12, 249, 137, 1, 2, 3, 4, 5, 6, 7, 8],
  [253, 4, 249, 137],
  [253, 12, 1, 137, 1, 2, 3, 4, 5, 6, 7, 8],
];

/** SYNs with and without cookie and data, and answers that acknowledge this or that. */
function* fastOpens(): Generator<readonly Said[]> {
  for (const options of FAST_OPEN) {
    for (const len of [0, 5]) {
      for (const ack of [0, 99, 100, 101, 102, 106, 300]) yield [syn(options, len), synAck([], ack), A];
      yield [syn(options, len), syn(options, len), synAck([], 106), synAck([], 101), A];
      for (const flags of [SYN | 1, SYN | RST, SYN | ACK, ACK])
        yield [said('>', 100, 0, flags, { options, len }), synAck(), A];
    }
  }
  for (const ack of [101, 106])
    for (const again of [101, 106, 110]) yield [said('<', 501, ack, ACK), synAck([], again)];
}

/** Acknowledgements and data before the SYN+ACK that says where a direction begins. */
function* latecomers(): Generator<readonly Said[]> {
  const data = said('<', 501, 101, ACK, { len: 10 });
  for (const early of [
    A,
    B,
    data,
    said('>', 101, 700, ACK),
    said('>', 101, 0, 0),
    said('<', 400, 101, ACK),
  ]) {
    yield [syn(), early, synAck(), A, data];
    yield [early, synAck(), A, data];
    yield [early, syn(), synAck(), A, synAck([], 90), B, said('<', 800, 101, SYN | ACK), A, B];
  }
}

describe.skipIf(!hasProgram('tshark'))('beginnings of conversations, as tshark has them', () => {
  test.each([
    ['all flags', allFlags],
    ['window scales', scales],
    ['Fast Open', fastOpens],
    ['what comes before a SYN+ACK', latecomers],
    ['ports used again, data far away', again],
  ] as const)('%s', async (name, conversations) => {
    const file = join(folder, `${name}.pcap`);
    const list = [...conversations()];
    let at = 0;
    writePackets(
      file,
      list.flatMap((segments, index) =>
        segments.map((segment) => {
          at += 10;
          return { at, bytes: packetOf({ at, ...segment, port: 10_000 + index }, 1) };
        }),
      ),
    );
    const { values } = await tsharkFlags(file, COMPARED_VALUES);
    const capture = await openCapture(file);
    const { valueDifferences } = compareValues(capture, values);
    const rows = capture.columns.length;
    const described = valueDifferences.map(({ frame, field, theirs, ours }) => {
      const flow = capture.flows.get(capture.columns.flow[frame - 1]!);
      return `conversation ${Math.max(flow.portA, flow.portB) - 10_000} frame ${frame - flow.firstRow} ${field}: they ${theirs}, we ${ours}`;
    });
    capture.close();
    expect(values.size).toBe(rows);
    expect(described).toEqual([]);
  });
});
