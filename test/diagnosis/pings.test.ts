// Pings, and DNS queries that are asked again. Packets are by hand: 10.1.1.1 asks 10.1.1.2.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import type { Issue } from '../../src/diagnosis/check/report.ts';
import { echoPacket, icmpError, udpPacket, writePackets } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'pings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'one.pcap');
type Timed = readonly [at: number, bytes: Buffer];

async function issuesOf(...packets: readonly Timed[]): Promise<readonly Issue[]> {
  writePackets(
    file,
    packets.map(([at, bytes]) => ({ at, bytes })),
  );
  return (await checkFile(file, { conversations: 0 })).issues;
}

const ping = (at: number, number: number): Timed => [at, echoPacket('>', 8, 7, number)];
const reply = (at: number, number: number): Timed => [at, echoPacket('<', 0, 7, number)];

describe('pings', () => {
  test('without reply; the last one may yet be answered', async () => {
    const issues = await issuesOf(...[1, 2, 3, 4, 5].map((number) => ping(number * 1000, number)));
    expect(issues).toMatchObject([
      { kind: 'pings-unanswered', severity: 'warning', frames: [1, 2, 3, 4], params: { count: 4, sent: 5 } },
    ]);
    expect(issues.map(issueText)).toEqual(['10.1.1.1 has no reply of 10.1.1.2 to 4 of 5 echo requests']);
  });

  test('one of three, though a later one is answered', async () => {
    const issues = await issuesOf(
      ...[ping(0, 1), reply(10, 1), ping(1000, 2), ping(2000, 3), reply(2010, 3), ping(9000, 4)],
    );
    expect(issues).toMatchObject([{ kind: 'pings-unanswered', frames: [3], params: { count: 1, sent: 4 } }]);
  });

  test('with late replies, or replies of which the order changes, nothing is wrong', async () => {
    expect(await issuesOf(ping(0, 1), ping(1000, 2), reply(1500, 2), reply(3000, 1), ping(9000, 3))).toEqual(
      [],
    );
  });

  test('one number again and again', async () => {
    const issues = await issuesOf(ping(0, 1), ping(1000, 1), ping(2000, 1), reply(2010, 1));
    expect(issues).toMatchObject([
      { kind: 'pings-unanswered', frames: [1, 2], params: { count: 2, sent: 3 } },
    ]);
  });

  test('an ICMP error says more', async () => {
    const [, asked] = ping(0, 1);
    const issues = await issuesOf([0, asked], [10, icmpError('<', 3, 1, asked)], ping(5000, 2));
    expect(issues.map(({ kind }) => kind)).toEqual(['icmp-error']);
  });
});

describe('DNS', () => {
  const query = (at: number): Timed => [at, udpPacket('>', 53, 20, 1)];
  const answer = (at: number): Timed => [at, udpPacket('<', 53, 40, 2)];

  test('answered only when asked again after a second', async () => {
    const issues = await issuesOf(query(0), query(1000), answer(1100));
    expect(issues).toMatchObject([{ kind: 'datagrams-unanswered', severity: 'warning', frames: [1] }]);
    expect(issues.map(issueText)).toEqual([
      '1 datagram from 10.1.1.1:40000 to 10.1.1.2:53, without answer within a second; answers to others, or later: 1',
    ]);
  });

  test('answered only when asked for the third time', async () => {
    const issues = await issuesOf(query(0), query(2000), query(4000), answer(4010));
    expect(issues).toMatchObject([{ kind: 'datagrams-unanswered', frames: [1, 2] }]);
  });

  test('answered, nothing is said', async () => {
    expect(await issuesOf(query(0), answer(30), query(5000), answer(5030))).toEqual([]);
  });
});
