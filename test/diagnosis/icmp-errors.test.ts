// What ICMP errors are about. Packets are by hand: 10.1.1.1:40000 asks, 10.1.1.2:53 answers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import { icmpError, packetOf, SYN, udpPacket, writePackets } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'icmp-errors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'one.pcap');

async function told(...packets: readonly Buffer[]): Promise<string[]> {
  writePackets(
    file,
    packets.map((bytes, index) => ({ at: index * 10, bytes })),
  );
  const { issues } = await checkFile(file, { conversations: 0 });
  return issues.filter(({ kind }) => kind === 'icmp-error').map(issueText);
}

const query = udpPacket('>', 53, 20, 1);
const answer = udpPacket('<', 53, 40, 2);

test('an answer that finds its port closed', async () => {
  expect(await told(query, answer, icmpError('>', 3, 3, answer))).toEqual([
    'port unreachable (code 3), 1 time, about frame 2, 10.1.1.2:53 to 10.1.1.1:40000',
  ]);
});

test('both directions are told apart, and the first frame of each is named', async () => {
  const other = udpPacket('>', 53, 20, 3);
  expect(
    await told(
      query,
      other,
      icmpError('<', 3, 3, query),
      icmpError('<', 3, 3, other),
      answer,
      icmpError('>', 3, 3, answer),
    ),
  ).toEqual([
    'port unreachable (code 3), 2 times, first about frame 1, 10.1.1.1:40000 to 10.1.1.2:53',
    'port unreachable (code 3), 1 time, about frame 5, 10.1.1.2:53 to 10.1.1.1:40000',
  ]);
});

test('the segment is found by its number, not by being the latest', async () => {
  const [first, second] = [100, 200].map((seq, id) =>
    packetOf({ at: 0, way: '>', seq, ack: 500, len: 100 }, id),
  ) as [Buffer, Buffer];
  expect(await told(first, second, icmpError('<', 3, 4, first))).toEqual([
    'packet too big, may not be fragmented (code 4), 1 time, about frame 1, 10.1.1.1:40000 to 10.1.1.2:80',
  ]);
});

test('a machine that tells itself is no end that answers', async () => {
  const syn = packetOf({ at: 0, way: '>', seq: 100, flags: SYN }, 1);
  const own = icmpError('<', 3, 1, syn);
  Buffer.from([10, 1, 1, 1]).copy(own, 12);
  expect(await told(syn, own)).toEqual([
    'host unreachable (code 1), 1 time, about frame 1, 10.1.1.1:40000 to 10.1.1.2:80',
  ]);
});

test('what is not in the capture has no frame; a parameter problem has a name (RFC 792)', async () => {
  expect(await told(icmpError('<', 12, 0, query), icmpError('<', 12, 1, query))).toEqual([
    'a field of its header makes no sense (code 0), 1 time, about 10.1.1.1:40000 to 10.1.1.2:53',
    'an option that it needs is missing (code 1), 1 time, about 10.1.1.1:40000 to 10.1.1.2:53',
  ]);
});
