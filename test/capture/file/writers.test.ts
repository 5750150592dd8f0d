import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { PcapWriter } from '../../../capture/file/pcap-writer.ts';
import { PcapngWriter } from '../../../capture/file/pcapng-writer.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';
import { tcp, udp } from '../packets.ts';

const directory = mkdtempSync(join(tmpdir(), 'sockscope-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

const SYN = tcp({ from: '10.0.0.1', to: '10.0.0.2' }, { seq: 7, flags: 2 });
const QUERY = udp({ from: '10.0.0.1', to: '10.0.0.2' }, 5);
const encoder = new TextEncoder();

function written(name: string, write: (sink: { write(bytes: Uint8Array): void }) => void): string {
  const parts: Uint8Array[] = [];
  write({ write: (bytes) => parts.push(bytes) });
  const file = join(directory, name);
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

const session = (): string =>
  written('session.pcapng', (sink) => {
    const writer = new PcapngWriter(sink, {
      application: 'sockscope 0.1.0',
      comments: ['{"a":1}', 'ä'.repeat(40_000)],
    });
    const lo = writer.addInterface({ name: 'lo', linkType: 101, snaplen: 65_535, filter: 'tcp port 80' });
    writer.packet(lo, 1_700_000_000, 999_999_999, 1000, SYN, {
      comments: ['one', 'two ✓'],
      packetId: 7n,
      flags: 1,
    });
    writer.journal(
      encoder.encode('__REALTIME_TIMESTAMP=1700000001000000\nMESSAGE=connect(3) = 0\nPRIORITY=6\n'),
    );
    writer.packet(lo, 1_700_000_001, 5, QUERY.length, QUERY);
    writer.statistics(lo, {
      startNs: 1_700_000_000_000_000_000n,
      endNs: 1_700_000_002_000_000_000n,
      received: 2,
      dropped: 1,
    });
  });

const plain = (): string =>
  written('plain.pcap', (sink) => {
    const writer = new PcapWriter(sink, 101, 262_144);
    writer.packet(1_700_000_000, 999_999_999, 1000, SYN);
    writer.packet(1_700_000_001, 5, QUERY.length, QUERY);
  });

describe('what was written is read back', () => {
  test('pcapng', async () => {
    const capture = await openCapture(session());
    const { columns, otherBlocks } = capture;
    expect(capture.problems).toEqual([]);
    expect(capture.format).toBe('pcapng');
    expect(capture.section.application).toBe('sockscope 0.1.0');
    // 80 000 bytes do not fit one option: the comment comes back in two parts, cut between characters.
    expect(capture.section.comments[0]).toBe('{"a":1}');
    expect(capture.section.comments.slice(1).join('')).toBe('ä'.repeat(40_000));
    expect(capture.interfaces).toEqual([
      {
        ...{ number: 0, name: 'lo', linkType: 101, snaplen: 65_535, filter: 'tcp port 80' },
        ...{ ticksPerSecond: 1_000_000_000n, received: 2, dropped: 1 },
      },
    ]);
    expect([columns.timeNs(0), columns.timeNs(1)]).toEqual([
      1_700_000_000_999_999_999n,
      1_700_000_001_000_000_005n,
    ]);
    expect([columns.wireLen[0], columns.capLen[0]]).toEqual([1000, SYN.length]);
    expect(capture.frame(1)).toEqual(Uint8Array.from(QUERY));
    expect(capture.frame(0)).toEqual(Uint8Array.from(SYN));
    expect(capture.packetOptions(0)).toEqual({ comments: ['one', 'two ✓'], packetId: 7n, flags: 1 });
    expect(capture.packetOptions(1)).toEqual({ comments: [], packetId: null, flags: null });
    const places = Array.from({ length: otherBlocks.length }, (_, index) => [
      otherBlocks.type(index),
      otherBlocks.beforeRow(index),
    ]);
    expect(places).toEqual([
      [0x0a0d0d0a, 0],
      [1, 0],
      [9, 1],
      [5, 2],
    ]);
    expect(Buffer.from(otherBlocks.get(2).body).toString()).toMatch(
      /^__REALTIME.*\nMESSAGE=connect\(3\) = 0\nPRIORITY=6\n\0*$/,
    );
    capture.close();
  });

  test('pcap', async () => {
    const capture = await openCapture(plain());
    expect([capture.format, capture.problems]).toEqual(['pcap-ns', []]);
    expect(capture.columns.timeNs(0)).toBe(1_700_000_000_999_999_999n);
    expect(capture.columns.wireLen[0]).toBe(1000);
    expect(capture.frame(1)).toEqual(Uint8Array.from(QUERY));
    expect(capture.packetOptions(0)).toEqual({ comments: [], packetId: null, flags: null });
    capture.close();
  });

  test('any frame, time and option', async () => {
    const packet = fc.record({
      sec: fc.integer({ min: 0, max: 4_000_000_000 }),
      nsec: fc.integer({ min: 0, max: 999_999_999 }),
      frame: fc.uint8Array({ maxLength: 200 }),
      comments: fc.array(
        fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.endsWith('\0')),
      ),
      packetId: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
      flags: fc.option(fc.integer({ min: 0, max: 0xffff_ffff })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { minLength: 1, maxLength: 20 }), async (packets) => {
        const file = written('any.pcapng', (sink) => {
          const writer = new PcapngWriter(sink, { application: 'test' });
          writer.addInterface({ name: null, linkType: 1, snaplen: 0, filter: null });
          for (const { sec, nsec, frame, ...options } of packets)
            writer.packet(0, sec, nsec, frame.length, frame, options);
        });
        const capture = await openCapture(file);
        expect(capture.columns.length).toBe(packets.length);
        packets.forEach(({ sec, nsec, frame, comments, packetId, flags }, row) => {
          expect([capture.columns.sec[row], capture.columns.nsec[row]]).toEqual([sec, nsec]);
          expect(capture.frame(row)).toEqual(frame);
          expect(capture.packetOptions(row)).toEqual({ comments, packetId, flags });
        });
        capture.close();
      }),
      { numRuns: 30 },
    );
  });
});

describe('other programs read it', () => {
  test.skipIf(!hasProgram('tshark'))('tshark', () => {
    const fields = [
      'frame.time_epoch',
      'frame.len',
      'frame.cap_len',
      'frame.packet_id',
      'frame.comment',
      'tcp.seq_raw',
    ];
    const [first, call, second] = tsharkFields(session(), fields);
    // Comments of one packet are comma separated.
    expect(first).toEqual(['1700000000.999999999', '1000', `${SYN.length}`, '7', 'one,two ✓', '7']);
    expect(call?.[0]).toBe('1700000001.000000000');
    expect(second?.[0]).toBe('1700000001.000000005');
    expect(tsharkFields(plain(), fields)[0]?.slice(0, 3)).toEqual([
      '1700000000.999999999',
      '1000',
      `${SYN.length}`,
    ]);
  });

  test.skipIf(!hasProgram('capinfos'))('capinfos', () => {
    for (const file of [session(), plain()]) {
      const run = spawnSync('capinfos', ['-c', '-M', '-D', file], { encoding: 'utf8' });
      expect(run.status, run.stderr).toBe(0);
    }
    const run = spawnSync('capinfos', [session()], { encoding: 'utf8' });
    expect(run.stdout).toContain('sockscope 0.1.0');
    expect(run.stdout).toContain('tcp port 80');
  });

  test.skipIf(!hasProgram('tcpdump'))('tcpdump', () => {
    for (const file of [session(), plain()]) {
      const run = spawnSync('tcpdump', ['-n', '--nano', '-tt', '-r', file], { encoding: 'utf8' });
      expect(run.status, run.stderr).toBe(0);
      expect(run.stdout.split('\n')[0]).toMatch(
        /^1700000000\.999999999 IP 10\.0\.0\.1\.1000 > 10\.0\.0\.2\.80: Flags \[S\], seq 7/,
      );
      expect(run.stdout.trim().split('\n')).toHaveLength(2);
    }
  });
});
