import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FIELD_NAMES, fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';
import { pcapOf, type Sample } from '../mutate.ts';
import { tcp } from '../packets.ts';

const folder = mkdtempSync(join(tmpdir(), 'mptcp-'));
afterAll(() => rmSync(folder, { recursive: true }));
const FIELDS = FIELD_NAMES.filter((name) => name.startsWith('tcp.options.mptcp.'));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const FOUR = [3, 10, 0, 0, 7];
const SIX = [3, 0xfe, 0x80, ...upTo(14)];
const PORT = [0x1f, 0x90];

/** Subtype, the four bits beside it, and what follows (RFC 6824 §3, RFC 8684 §3). */
const OPTIONS: readonly (readonly [subtype: number, low: number, rest: readonly number[]])[] = [
  ...[0x81, 0x01, 0x7e, 0xff].flatMap((flags) =>
    [0, 1].map((version) => [0, version, [flags, ...upTo(8)]] as const),
  ),
  ...[0, 16, 18, 20].map((size) => [0, 1, [0x81, ...upTo(size)]] as const),
  ...[9, 13, 21].map((size) => [1, 0xf, upTo(size)] as const),
  ...[0x05, 0x0f, 0x1f, 0x01].map((flags) => [2, 0, [flags, ...upTo(24)]] as const),
  ...[0, 1, 4, 6, 0xf].flatMap((low) =>
    [FOUR, [...FOUR, ...PORT], SIX, [...SIX, ...PORT], [...FOUR, ...PORT, ...upTo(8)]].map(
      (rest) => [3, low, rest] as const,
    ),
  ),
  [4, 5, [1, 2, 3]],
  ...[0, 1, 0xe].flatMap((low) => [[], [7]].map((rest) => [5, low, rest] as const)),
  [6, 3, upTo(9)],
  [7, 3, upTo(9)],
  ...[0, 1, 2, 4, 8, 0xf].map((low) => [8, low, [low]] as const),
];

function samples(): Sample[] {
  let sport = 3000;
  return OPTIONS.flatMap(([subtype, low, rest]) => {
    const options = [30, 3 + rest.length, (subtype << 4) | low, ...rest];
    while (options.length % 4 !== 0) options.push(1);
    return [0, 1, 2, 3, 5, 8, 12].map((cut) => {
      const ends = { from: '10.0.0.1', to: '10.0.0.2', sport: sport++ };
      const frame = tcp(ends, { seq: 1, flags: 0x10, options });
      return { linkType: 101, wireLen: frame.length, frame: frame.subarray(0, frame.length - cut) };
    });
  });
}

test.skipIf(!hasProgram('tshark'))('MPTCP options, whole and cut, as tshark reads them', async () => {
  const list = samples();
  const path = join(folder, 'mptcp.pcap');
  writeFileSync(path, pcapOf(101, list));
  const theirs = tsharkFields(path, FIELDS);
  expect(theirs).toHaveLength(list.length);
  const capture = await openCapture(path);
  const differences = theirs.flatMap((row, index) =>
    FIELDS.flatMap((field, cell) => {
      const ours = fieldText(capture, index, field);
      return ours === row[cell] ? [] : [`${index + 1} ${field}: tshark ${row[cell]}, we ${ours}`];
    }),
  );
  capture.close();
  expect(differences).toEqual([]);
  expect(FIELDS.length).toBeGreaterThan(35);
});
