// Connections with the same addresses and ports on several VLANs, and captures that only look like that.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { HANDSHAKE, packetOf, type Segment, writePackets } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'vlans-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'one.pcap');

interface Tagged {
  readonly segment: Segment;
  readonly vlan: number;
}

/** What is said of segments of Ethernet with these VLANs. */
async function issuesOf(tagged: readonly Tagged[]) {
  const packets = tagged.map(({ segment, vlan }, index) => {
    const tag = Buffer.from([...Array(12).fill(2), 0x81, 0, vlan >> 8, vlan & 255, 8, 0]);
    return { at: segment.at, bytes: Buffer.concat([tag, packetOf(segment, index + 1)]) };
  });
  writePackets(file, packets, 1);
  return (await checkFile(file, { conversations: 1 })).issues;
}

const MORE: readonly Segment[] = [1, 2, 3].flatMap((at): Segment[] => [
  { at: at * 30, way: '>', seq: 1 + at * 100, ack: 501, len: 100 },
  { at: at * 30 + 10, way: '<', seq: 501, ack: 101 + at * 100 },
]);
const WHOLE = [...HANDSHAKE, ...MORE];
const FAR = 5_000_000;
/** The same a moment later with other numbers. */
const other = (segment: Segment): Segment => ({
  ...segment,
  at: segment.at + 1,
  seq: segment.seq + FAR,
  ...(segment.ack === undefined ? {} : { ack: segment.ack + FAR }),
});

test('two connections are told, and nothing that follows from mixing them', async () => {
  const both = WHOLE.flatMap((segment) => [
    { segment, vlan: 10 },
    { segment: other(segment), vlan: 20 },
  ]);
  const issues = await issuesOf(both);
  expect(issues.map(({ kind, severity }) => [kind, severity])).toEqual([['mixed-vlans', 'warning']]);
  expect(issues[0]?.params).toEqual({ vlans: '10, 20', first: 10 });
});

test('directions with tags of their own, and a way that changes, are one connection', async () => {
  const byDirection = WHOLE.map((segment) => ({ segment, vlan: segment.way === '>' ? 10 : 20 }));
  expect(await issuesOf(byDirection)).toEqual([]);
  const changing = WHOLE.map((segment, index) => ({ segment, vlan: index < 5 ? 10 : 20 }));
  expect(await issuesOf(changing)).toEqual([]);
});

test('a mirror that shows every packet on both sides of a router is one connection', async () => {
  const copies = WHOLE.flatMap((segment) => [
    { segment, vlan: 10 },
    { segment: { ...segment, at: segment.at + 0.05 }, vlan: 20 },
  ]);
  expect((await issuesOf(copies)).map(({ kind }) => kind)).not.toContain('mixed-vlans');
});
