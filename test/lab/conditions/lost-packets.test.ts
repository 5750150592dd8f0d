import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lossRuleset, seededSample } from '../../../src/lab/conditions/loss-rule.ts';
import { type LostPacket, matchLost, readNflog } from '../../../src/lab/conditions/lost-packets.ts';

interface Row {
  readonly timeUs: number;
  readonly bytes: readonly number[] | null;
}

function match(lost: readonly LostPacket[], rows: readonly Row[]) {
  return matchLost(lost, {
    length: rows.length,
    // The capture has nanoseconds, the log microseconds: the rest is cut off.
    timeNs: (row) => BigInt(rows[row]!.timeUs) * 1000n + 999n,
    ipBytes: (row) => {
      const { bytes } = rows[row]!;
      return bytes && Uint8Array.from(bytes);
    },
  });
}

const lost = (timeUs: number | null, ...bytes: number[]): LostPacket => ({
  timeUs,
  bytes: Uint8Array.from(bytes),
});

test.each([
  {
    name: 'by bytes and time',
    lost: [lost(20, 1, 2)],
    rows: [
      { timeUs: 10, bytes: [1, 2] },
      { timeUs: 20, bytes: [1, 2] },
      { timeUs: 30, bytes: [1, 2] },
    ],
    want: { rows: [1], unmatched: 0 },
  },
  {
    name: 'captured some µs before they were logged',
    lost: [lost(26, 1, 2), lost(47, 1, 2)],
    rows: [
      { timeUs: 10, bytes: [1, 2] },
      { timeUs: 20, bytes: [1, 2] },
      { timeUs: 40, bytes: [1, 2] },
      { timeUs: 50, bytes: [1, 2] },
    ],
    want: { rows: [1, 2], unmatched: 0 },
  },
  {
    name: 'in rows that are out of order',
    lost: [lost(26, 1, 2)],
    rows: [
      { timeUs: 30, bytes: [3] },
      { timeUs: 25, bytes: [1, 2] },
      { timeUs: 10, bytes: [1, 2] },
      { timeUs: 40, bytes: [1, 2] },
    ],
    want: { rows: [1], unmatched: 0 },
  },
  {
    name: 'different packets of one µs',
    lost: [lost(20, 3)],
    rows: [
      { timeUs: 20, bytes: [1] },
      { timeUs: 20, bytes: [3] },
    ],
    want: { rows: [1], unmatched: 0 },
  },
  {
    name: 'the first of the same, without times',
    lost: [lost(null, 1), lost(null, 1)],
    rows: [
      { timeUs: 1, bytes: [1] },
      { timeUs: 2, bytes: [2] },
      { timeUs: 3, bytes: [1] },
      { timeUs: 4, bytes: [1] },
    ],
    want: { rows: [0, 2], unmatched: 0 },
  },
  {
    name: 'when either was cut',
    lost: [lost(1, 1, 2, 3), lost(2, 1)],
    rows: [
      { timeUs: 1, bytes: [1, 2] },
      { timeUs: 2, bytes: [1, 2, 3] },
    ],
    want: { rows: [0, 1], unmatched: 0 },
  },
  {
    name: 'not those that the filter kept out',
    lost: [lost(5, 9), lost(6, 1)],
    rows: [
      { timeUs: 5, bytes: null },
      { timeUs: 6, bytes: [1] },
    ],
    want: { rows: [1], unmatched: 1 },
  },
  {
    name: 'not an empty frame',
    lost: [lost(5, 9)],
    rows: [{ timeUs: 5, bytes: [] }],
    want: { rows: [], unmatched: 1 },
  },
])('matchLost finds rows $name', ({ lost: packets, rows, want }) =>
  expect(match(packets, rows)).toEqual(want),
);

test('matchLost finds exactly the rows that were lost, when no two have the same time and bytes', () => {
  const row = fc.record({ timeUs: fc.nat(50), bytes: fc.uint8Array({ minLength: 4, maxLength: 4 }) });
  const rows = fc.uniqueArray(row, { selector: ({ timeUs, bytes }) => `${timeUs} ${bytes}` });
  fc.assert(
    fc.property(rows, fc.infiniteStream(fc.boolean()), (all, coins) => {
      const chosen = all.map(() => coins.next().value === true);
      const gone = all.filter((_, i) => chosen[i]).map(({ timeUs, bytes }) => lost(timeUs, ...bytes));
      const found = match(
        gone,
        all.map(({ timeUs, bytes }) => ({ timeUs, bytes: [...bytes] })),
      );
      expect(found).toEqual({ rows: all.flatMap((_, i) => (chosen[i] ? [i] : [])), unmatched: 0 });
    }),
  );
});

// As the kernel writes it: nfgenmsg; NFULA_PREFIX (10) of 2 bytes, padded; NFULA_TIMESTAMP (3); NFULA_PAYLOAD (9).
const RECORD = Buffer.from(
  '02000005' +
    '06000a0061000000' +
    '14000300' +
    '000000006b000000' +
    '00000000000003e8' +
    '07000900' +
    '450102' +
    '00',
  'hex',
);

test('readNflog reads time and payload', () => {
  expect(readNflog(RECORD)).toEqual({
    timeUs: 0x6b000000 * 1e6 + 1000,
    bytes: Uint8Array.from([0x45, 1, 2]),
  });
});

test('readNflog reads any bytes without a throw, and nothing past the end', () => {
  for (let end = 0; end < RECORD.length - 1; end++) expect(readNflog(RECORD.subarray(0, end))).toBeNull();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void readNflog(bytes)));
});

test('seededSample chooses different numbers, the same for the same seed', () => {
  const sample = seededSample(100, 1000, 7);
  expect(new Set(sample).size).toBe(100);
  expect(Math.min(...sample)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...sample)).toBeLessThan(1000);
  expect(seededSample(100, 1000, 7)).toEqual(sample);
  expect(seededSample(100, 1000, 8)).not.toEqual(sample);
  expect(seededSample(1000, 1000, 1)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

test.each([
  { percent: 10, modulus: 1000, members: 100 },
  { percent: 0.1, modulus: 1000, members: 1 },
  { percent: 0.01, modulus: 10_000, members: 1 },
  { percent: 33.33, modulus: 10_000, members: 3333 },
])('the rule for $percent % loses $members of $modulus', ({ percent, modulus, members }) => {
  const rules = lossRuleset({ percent, seed: 1, sentinelPort: 9, group: null });
  const found = /numgen inc mod (\d+) \{ ([\d, ]+) \}/.exec(rules);
  expect(found?.[1]).toBe(String(modulus));
  expect(found?.[2]?.split(', ')).toHaveLength(members);
});

test('the rule for 100 % loses everything but the sentinel', () => {
  const rules = lossRuleset({ percent: 100, seed: 1, sentinelPort: 9, group: 5 });
  expect(rules).not.toContain('numgen');
  expect(rules).toMatch(/ip daddr 127.0.0.1 udp dport 9 log group 5 .* accept/);
});
