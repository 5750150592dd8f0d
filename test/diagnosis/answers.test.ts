import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { writePackets } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'answers-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'udp.pcap');

/** [ms, from, its port, to, its port]: IPv4 addresses, or the last byte of IPv6 ones as `::1`; all of ff02::1:2 as `all`. */
type Datagram = readonly [at: number, from: string, fromPort: number, to: string, toPort: number];

function v6(text: string): Buffer {
  if (text === 'all') return Buffer.from('ff020000000000000000000000010002', 'hex');
  const bytes = Buffer.from('fe800000000000000000000000000000', 'hex');
  bytes[15] = Number(text.slice(2));
  return bytes;
}

/** 20 bytes of data, without a checksum. */
function bytesOf([, from, fromPort, to, toPort]: Datagram): Buffer {
  const udp = Buffer.alloc(28, 0x61);
  for (const [index, word] of [fromPort, toPort, 28, 0].entries()) udp.writeUInt16BE(word, index * 2);
  if (from.includes(':'))
    return Buffer.concat([Buffer.from([0x60, 0, 0, 0, 0, 28, 17, 64]), v6(from), v6(to), udp]);
  const addresses = [...from.split('.'), ...to.split('.')].map(Number);
  return Buffer.concat([Buffer.from([0x45, 0, 0, 48, 0, 0, 0, 0, 64, 17, 0, 0, ...addresses]), udp]);
}

/** The datagrams that are said to be unanswered: the ends of their conversations. The capture goes on for ten seconds. */
async function unanswered(...datagrams: readonly Datagram[]): Promise<string[]> {
  const last = datagrams.at(-1)?.[0] ?? 0;
  const end: Datagram = [last + 10_000, '10.9.9.9', 9, '224.0.0.1', 9];
  const packets = [...datagrams, end].map((each) => ({ at: each[0], bytes: bytesOf(each) }));
  writePackets(file, packets);
  const { issues } = await checkFile(file, { conversations: 0 });
  return issues
    .filter(({ kind }) => kind === 'datagrams-unanswered')
    .map(({ ends }) => `${ends.a} ${ends.b}`);
}

const [CLIENT, SERVER, OTHER] = ['192.168.1.100', '192.168.1.1', '192.168.1.2'];
const [NOBODY, ALL] = ['0.0.0.0', '255.255.255.255'];

describe('answered, if not from where it was asked', () => {
  test.each<{ name: string; datagrams: readonly Datagram[] }>([
    {
      name: 'DHCP: DISCOVER and REQUEST to all, OFFER and ACK to the new address',
      datagrams: [
        [0, NOBODY, 68, ALL, 67],
        [20, SERVER, 67, CLIENT, 68],
        [30, NOBODY, 68, ALL, 67],
        [50, SERVER, 67, CLIENT, 68],
      ],
    },
    {
      name: 'DHCP: an OFFER only to the third DISCOVER, eleven seconds after the first',
      datagrams: [
        [0, NOBODY, 68, ALL, 67],
        [3000, NOBODY, 68, ALL, 67],
        [11_000, NOBODY, 68, ALL, 67],
        [11_100, SERVER, 67, CLIENT, 68],
      ],
    },
    {
      name: 'DHCP: OFFER to all',
      datagrams: [
        [0, NOBODY, 68, ALL, 67],
        [20, SERVER, 67, ALL, 68],
      ],
    },
    {
      name: 'DHCP: a renewal of one server that answers to all',
      datagrams: [
        [0, CLIENT, 68, SERVER, 67],
        [20, SERVER, 67, ALL, 68],
      ],
    },
    {
      name: 'DHCP: a renewal that another address of the server answers',
      datagrams: [
        [0, CLIENT, 68, SERVER, 67],
        [20, OTHER, 67, CLIENT, 68],
      ],
    },
    {
      name: 'DHCPv6: SOLICIT to all, ADVERTISE to one',
      datagrams: [
        [0, '::1', 546, 'all', 547],
        [20, '::2', 547, '::1', 546],
      ],
    },
    {
      name: 'TFTP: data from a port of its own',
      datagrams: [
        [0, CLIENT, 40_000, SERVER, 69],
        [20, SERVER, 50_123, CLIENT, 40_000],
        [30, CLIENT, 40_000, SERVER, 50_123],
      ],
    },
    {
      name: 'TFTP: only the third request is answered',
      datagrams: [
        [0, CLIENT, 40_000, SERVER, 69],
        [2000, CLIENT, 40_000, SERVER, 69],
        [4000, CLIENT, 40_000, SERVER, 69],
        [4100, SERVER, 50_123, CLIENT, 40_000],
        [4110, CLIENT, 40_000, SERVER, 50_123],
      ],
    },
    {
      name: 'SSDP: asked of all, answered from any port, within its 5 s',
      datagrams: [
        [0, CLIENT, 40_000, '239.255.255.250', 1900],
        [900, SERVER, 1900, CLIENT, 40_000],
        [3900, OTHER, 43_210, CLIENT, 40_000],
      ],
    },
    {
      name: 'a host with two addresses',
      datagrams: [
        [0, CLIENT, 40_000, SERVER, 5000],
        [5, OTHER, 5000, CLIENT, 40_000],
      ],
    },
  ])('$name', async ({ datagrams }) => {
    expect(await unanswered(...datagrams)).toEqual([]);
  });
});

describe('not answered', () => {
  test('by what comes from elsewhere to another port, or much later', async () => {
    expect(
      await unanswered([0, CLIENT, 40_000, SERVER, 69], [20, SERVER, 50_123, CLIENT, 40_001]),
    ).toHaveLength(2);
    expect(
      await unanswered([0, CLIENT, 40_000, SERVER, 69], [3000, SERVER, 50_123, CLIENT, 40_000]),
    ).toHaveLength(2);
  });

  test('by another host from another port', async () => {
    expect(
      await unanswered([0, CLIENT, 40_000, SERVER, 69], [20, OTHER, 50_123, CLIENT, 40_000]),
    ).toHaveLength(2);
  });

  test('a datagram that nobody asked for', async () => {
    expect(await unanswered([0, SERVER, 67, CLIENT, 68])).toEqual([`${SERVER}:67 ${CLIENT}:68`]);
    expect(await unanswered([0, NOBODY, 68, ALL, 67], [30_000, SERVER, 67, CLIENT, 68])).toHaveLength(1);
  });

  test('one resolver of two that are asked from one socket', async () => {
    const asked = await unanswered(
      [0, CLIENT, 40_000, SERVER, 53],
      [1, CLIENT, 40_000, OTHER, 53],
      [20, OTHER, 53, CLIENT, 40_000],
    );
    expect(asked).toEqual([`${CLIENT}:40000 ${SERVER}:53`]);
  });
});
