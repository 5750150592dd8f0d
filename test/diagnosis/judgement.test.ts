import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import type { CheckReport, IssueKind } from '../../src/diagnosis/check/report.ts';
import { printCheck } from '../../views/text/print-check.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { ACK, HANDSHAKE, RST, type Segment, SYN } from '../support/tcp-segments.ts';
import { PROJECT } from '../support/tools.ts';

const { folder, reportOf } = segmentReports();

const of = (report: CheckReport, kind: IssueKind) => report.issues.filter((issue) => issue.kind === kind);
const kinds = (report: CheckReport): IssueKind[] => report.issues.map(({ kind }) => kind);
const data = (at: number, seq: number, wrong = 0): Segment => ({
  at,
  way: '>',
  seq,
  ack: 501,
  len: 100,
  wrong,
});
const ack = (at: number, number: number): Segment => ({ at, way: '<', seq: 501, ack: number });

test('data that is missing and that nobody acknowledges', async () => {
  const report = await reportOf([
    ...HANDSHAKE,
    data(30, 101),
    ack(40, 201),
    data(50, 1201),
    data(2000, 1301),
  ]);
  const [issue] = of(report, 'gap-in-data');
  // By hand: 201 to 1200.
  expect([issue?.params.bytes, issue?.frames, issue?.severity]).toEqual([1000, [6], 'warning']);
});

test('data that came late is not missing, nor what was acknowledged', async () => {
  const late = await reportOf([...HANDSHAKE, data(30, 201), data(31, 101), ack(40, 301)]);
  expect(of(late, 'gap-in-data')).toEqual([]);
  const acknowledged = await reportOf([...HANDSHAKE, data(30, 201), ack(2000, 301)]);
  expect(kinds(acknowledged)).toContain('missing-from-capture');
  expect(of(acknowledged, 'gap-in-data')).toEqual([]);
});

test('what made a segment be sent again: a timer, acknowledgements, or nothing that is seen', async () => {
  const timer = await reportOf([...HANDSHAKE, data(30, 101), data(330, 101), ack(340, 201)]);
  expect(kinds(timer)).toEqual(['timeouts']);
  // By hand: one segment, sent once more.
  expect(of(timer, 'timeouts')[0]?.params).toMatchObject({ again: 1, segments: 1, seconds: 0.3 });
  const first = [data(30, 101), data(31, 201), data(32, 301), data(33, 401)];
  const asked = [...first, ack(40, 101), ack(41, 101), ack(42, 101), data(43, 101), ack(60, 501)];
  expect(kinds(await reportOf([...HANDSHAKE, ...asked]))).toContain('fast-retransmissions');
  const probe = await reportOf([...HANDSHAKE, data(30, 101), data(90, 101), ack(100, 201)]);
  expect(kinds(probe)).toEqual(['unprompted-retransmissions']);
});

test('wrong checksums are offload only when what has them was taken', async () => {
  const syn = (at: number): Segment => ({ at, way: '>', seq: 100, flags: SYN, wrong: 0x5555 });
  const silent = await reportOf([syn(0), syn(1000), syn(3000)]);
  expect(kinds(silent)).toEqual(['handshake-unanswered', 'checksum-damage']);
  const [syns, answer, last] = HANDSHAKE.map((one) => (one.way === '>' ? { ...one, wrong: 0x5555 } : one));
  if (syns === undefined || answer === undefined || last === undefined) throw new Error('no handshake');
  const taken = await reportOf([syns, answer, last, data(30, 101, 0x5555), ack(40, 201)]);
  expect(kinds(taken)).toEqual(['checksum-offload']);
});

test('keep-alives without answer, then a reset', async () => {
  const alive = [60_000, 61_000, 62_000].map((at): Segment => ({ at, way: '>', seq: 100, ack: 501 }));
  const reset: Segment = { at: 63_000, way: '>', seq: 101, ack: 501, flags: RST | ACK };
  const [issue] = of(await reportOf([...HANDSHAKE, ...alive, reset]), 'reset');
  expect(issue?.params.gone).toBe(3);
  expect(issue === undefined ? '' : issueText(issue)).toContain('3 keep-alives without answer');
  const answered = [...alive, ack(62_500, 101), reset];
  expect(of(await reportOf([...HANDSHAKE, ...answered]), 'reset')[0]?.params.gone).toBe(0);
});

test('silence lasts to the last try, and a round trip is the least of segments sent once', async () => {
  const syn = (at: number): Segment => ({ at, way: '>', seq: 100, flags: SYN });
  const [issue] = of(await reportOf([syn(0), syn(1000), syn(3000)]), 'handshake-unanswered');
  expect(issue?.params.seconds).toBe(3);
  const report = await reportOf([
    ...HANDSHAKE,
    data(30, 101),
    ack(230, 201),
    data(240, 201),
    data(900, 201),
    ack(901, 301),
  ]);
  // By hand: 10 ms to the server and 10 ms back.
  expect(report.top[0]?.rttMs).toBeCloseTo(20, 5);
});

test('frames that are not named are counted', async () => {
  const alive = Array.from(
    { length: 9 },
    (_, index): Segment => ({ at: 60_000 + index * 1000, way: '>', seq: 100, ack: 501 }),
  );
  const report = await reportOf([...HANDSHAKE, ...alive]);
  const text = [...printCheck(report, { ascii: false, colour: false, width: 120, all: false })].join('\n');
  // By hand: the keep-alives are frames 4 to 12.
  expect(text).toContain('[frames 4, 5, 6, 7, 8 … and 4 more]');
});

test('a table that is too narrow says what it leaves out, and keeps how each conversation ended', async () => {
  const report = await reportOf([...HANDSHAKE, data(30, 101), ack(40, 201)]);
  const text = [...printCheck(report, { ascii: false, colour: false, width: 70, all: false })].join('\n');
  expect(text).toMatch(/closed by\n/);
  expect(text).toMatch(/too narrow for .*goodput.*: --width \d+\s+shows all/);
});

test('a damaged session says nothing that only follows from the damage', async () => {
  for (const name of ['handshake', 'reset-linger', 'udp-overflow']) {
    const whole = readFileSync(join(PROJECT, 'samples', `${name}.pcapng`));
    const file = join(folder, 'cut.pcapng');
    writeFileSync(file, whole.subarray(0, Math.floor((whole.length * 2) / 3)));
    const found = kinds(await checkFile(file, { conversations: 10 }));
    expect(found).toContain('damaged-file');
    for (const kind of ['undelivered', 'call-unfinished', 'datagrams-lost', 'never-accepted'] as const)
      expect(found).not.toContain(kind);
  }
});
