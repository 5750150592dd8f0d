import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';
import { pcapOf, type Sample } from '../mutate.ts';
import { tcp } from '../packets.ts';

const folder = mkdtempSync(join(tmpdir(), 'sack-'));
afterAll(() => rmSync(folder, { recursive: true }));
const FIELDS = ['count', 'dsack', 'dsack_le', 'dsack_re'].map((name) => `tcp.options.sack.${name}`);

const ACK = 100_000;
const FIRST = [-500, -300, 100, 300, -100, 100, -300, 0, 150, 160];
const SECOND = [50, 500, -1000, -10, 120, 200];

/** Options with one or two blocks, whole or of a length that ends within them, whose header ends with the packet or beyond. */
function* samples(): Generator<Sample> {
  let sport = 2000;
  for (let first = 0; first < FIRST.length; first += 2) {
    for (let second = -2; second < SECOND.length; second += 2) {
      const edges = [
        ...FIRST.slice(first, first + 2),
        ...(second < 0 ? [] : SECOND.slice(second, second + 2)),
      ];
      for (let length = 6; length <= 2 + 4 * edges.length; length++) {
        for (let cut = 0; cut <= 12; cut++) {
          for (const beyond of [0, 0x10]) {
            for (const flags of cut === 0 ? [0x10, 0x02, 0x00] : [0x10])
              yield sackOf(sport++, edges, { length, cut, beyond, flags });
          }
        }
      }
    }
  }
}

function sackOf(
  sport: number,
  edges: readonly number[],
  how: { length: number; cut: number; beyond: number; flags: number },
): Sample {
  const options = Buffer.alloc(4 + 4 * edges.length, 1);
  options.set([1, 1, 5, how.length]);
  for (const [index, edge] of edges.entries()) options.writeUInt32BE(ACK + edge, 4 + 4 * index);
  const ends = { from: '10.0.0.1', to: '10.0.0.2', sport, dport: 80 };
  const frame = tcp(ends, { seq: 1000, ack: ACK, flags: how.flags, options: [...options] });
  const header = frame.subarray(20);
  header[12] = (header[12] ?? 0) + how.beyond;
  return { linkType: 101, wireLen: frame.length, frame: frame.subarray(0, frame.length - how.cut) };
}

test.skipIf(!hasProgram('tshark'))('SACK blocks, whole and cut, as tshark reads them', async () => {
  const list = [...samples()];
  const path = join(folder, 'sack.pcap');
  writeFileSync(path, pcapOf(101, list));
  const theirs = tsharkFields(path, FIELDS);
  expect(theirs).toHaveLength(list.length);
  const capture = await openCapture(path);
  const ours = list.map((_, row) => FIELDS.map((field) => fieldText(capture, row, field)));
  capture.close();
  expect(ours).toEqual(theirs);
});
