// Routing headers and fragment headers of whole datagrams: whom a packet is for, and what is in it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CHECKSUM, internetSum, transportChecksum } from '../../../capture/checksum.ts';
import { PROTOCOL } from '../../../capture/columns.ts';
import { Decoding } from '../../../capture/decode/decoding.ts';
import { decodePacket } from '../../../capture/decode/packet.ts';
import { PROBLEM } from '../../../capture/decode/problems.ts';
import { fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { compileFilter } from '../../../src/filter/filter.ts';
import { filterOption } from '../../../src/filter/filter-option.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';
import { writePackets } from '../../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'ipv6-extensions-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TCP = 6;
const ROUTING = 43;
const FRAGMENT = 44;
const RAW = 101;
/** 2001:db8::n */
const address = (last: number): Buffer =>
  Buffer.from(`20010db8${'0'.repeat(22)}${last.toString(16).padStart(2, '0')}`, 'hex');

/** Five bytes from port 1000 to 80, with the checksum for these addresses. */
function segment(from: number, to: number): Buffer {
  const tcp = Buffer.from(
    `03e8 0050 00000064 000000c8 5018 2000 0000 0000 68656c6c6f`.replaceAll(' ', ''),
    'hex',
  );
  const pseudo = Buffer.from([0, 0, 0, tcp.length, 0, 0, 0, TCP]);
  const summed = Buffer.concat([address(from), address(to), pseudo, tcp]);
  tcp.writeUInt16BE(~internetSum(summed, 0, summed.length) & 0xffff, 16);
  return tcp;
}

function ipv6(from: number, to: number, next: number, payload: Buffer): Buffer {
  const header = Buffer.from([0x60, 0, 0, 0, 0, payload.length, next, 64]);
  return Buffer.concat([header, address(from), address(to), payload]);
}

function routed(kind: number, left: number, stops: readonly number[], payload: Buffer): Buffer {
  const header = Buffer.from([TCP, stops.length * 2, kind, left, 0, 0, 0, 0]);
  // Of segment routing: the index of the last entry (RFC 8754 §2).
  if (kind === 4) header[4] = Math.max(0, stops.length - 1);
  return Buffer.concat([header, ...stops.map(address), payload]);
}

const write = (name: string, packets: readonly Buffer[]): string => {
  const path = join(folder, name);
  writePackets(
    path,
    packets.map((bytes, at) => ({ at, bytes })),
    RAW,
  );
  return path;
};

test('a jumbo payload length that no jumbogram has is named', () => {
  const decodedProblem = (length: number): number => {
    const options = Buffer.from([17, 0, 0xc2, 4, 0, 0, 0, 0]);
    options.writeUInt32BE(length, 4);
    const header = Buffer.concat([Buffer.from([0x60, 0, 0, 0, 0, 0, 0, 64]), address(1), address(2)]);
    const bytes = Buffer.concat([header, options, Buffer.alloc(58)]);
    const out = new Decoding();
    out.row = out.columns.add();
    decodePacket(bytes, 0, bytes.length, bytes.length, RAW, out);
    return out.columns.problem[0] ?? 0;
  };
  // RFC 2675 §3: it must be greater than 65 535.
  expect([0, 66, 65_535].map(decodedProblem)).toEqual(Array(3).fill(PROBLEM.jumboLength));
  expect(decodedProblem(65_536)).not.toBe(PROBLEM.jumboLength);
});

/** First one packet to each address, so that the number of the conversation tells whom the others are for. */
function allRouted(): Buffer[] {
  const packets = [2, 10, 11, 12].map((to) => ipv6(1, to, TCP, segment(1, to)));
  for (const kind of [0, 1, 2, 3, 4, 5, 253]) {
    for (const stops of [[], [10], [10, 11], [10, 11, 12]]) {
      // Of these kinds tshark reads none further that name nobody.
      if (stops.length === 0 && (kind === 2 || kind === 4)) continue;
      for (let left = 0; left <= stops.length + 1; left++)
        for (const to of [2, 10, 12])
          packets.push(ipv6(1, 2, ROUTING, routed(kind, left, stops, segment(1, to))));
    }
  }
  return packets;
}

const FIELDS = [
  'frame.protocols',
  'tcp.stream',
  'tcp.checksum.status',
  'tcp.len',
  'tcp.seq',
  'tcp.nxtseq',
  'ipv6.dst',
];

async function ourFields(path: string): Promise<string[][]> {
  const capture = await openCapture(path);
  const rows = Array.from({ length: capture.columns.length }, (_, row) =>
    FIELDS.map((field) => fieldText(capture, row, field)),
  );
  capture.close();
  return rows;
}

test.skipIf(!hasProgram('tshark'))('routing headers of all kinds are those of tshark', async () => {
  const path = write('routed.pcap', allRouted());
  const theirs = tsharkFields(path, FIELDS);
  expect(theirs.length).toBeGreaterThan(200);
  expect(await ourFields(path)).toEqual(theirs);
});

describe('by hand', () => {
  test('a segment on its way over ::9 is part of the conversation with ::2, and its checksum fits', async () => {
    const there = ipv6(1, 9, ROUTING, routed(4, 1, [2], segment(1, 2)));
    const path = write('there.pcap', [there, ipv6(1, 2, TCP, segment(1, 2))]);
    const capture = await openCapture(path);
    expect(capture.flows.length).toBe(1);
    expect(capture.flows.get(0)).toMatchObject({ addressA: '2001:db8::1', addressB: '2001:db8::2' });
    // 40 bytes of IPv6 and 24 of the routing header.
    expect(transportChecksum(there, 0, 64, PROTOCOL.tcp)).toBe(CHECKSUM.right);
    // The header still names the next stop, though the conversation is one.
    const filter = compileFilter(filterOption('ipv6.dst == 2001:db8::9'), { capture, timeline: null });
    expect([0, 1].map((row) => filter.packet(row))).toEqual([true, false]);
    capture.close();
  });

  test('a compressed list of stops (RFC 6554) does not say where it goes', async () => {
    const packet = ipv6(1, 9, ROUTING, routed(3, 1, [2], segment(1, 2)));
    packet[44] = 0x88;
    const capture = await openCapture(write('compressed.pcap', [packet]));
    expect(capture.flows.get(0).addressB).toBe('2001:db8::9');
    capture.close();
  });

  test('a fragment that is the whole datagram is none', async () => {
    const header = (offset: number): Buffer => Buffer.from([TCP, 0, 0, offset, 0, 0, 0x12, 0x34]);
    const packet = (offset: number): Buffer =>
      ipv6(1, 2, FRAGMENT, Buffer.concat([header(offset), segment(1, 2)]));
    const path = write('atomic.pcap', [packet(0), packet(1)]);
    const capture = await openCapture(path);
    expect([0, 1].map((row) => capture.columns.fragments.has(row))).toEqual([false, true]);
    capture.close();
    const [whole, first] = await ourFields(path);
    expect(whole).toEqual(['raw:ipv6:ipv6.fraghdr:tcp', '0', '1', '5', '1', '6', '2001:db8::2']);
    // Of a segment that never is complete nothing is shown, as in tshark where it puts fragments together.
    expect(first?.slice(1, 4)).toEqual(['', '', '']);
    if (!hasProgram('tshark')) return;
    const theirs = tsharkFields(path, FIELDS, true);
    expect(theirs[0]).toEqual(whole);
    expect(theirs[1]?.slice(1, 4)).toEqual(['', '', '']);
  });
});
