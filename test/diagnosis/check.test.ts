import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { toldText } from '../../src/diagnosis/check/messages.ts';
import type { CheckReport, IssueKind } from '../../src/diagnosis/check/report.ts';
import { words } from '../../src/words/words.ts';
import { hasProgram, SHARED, sharedCaptures } from '../shared.ts';
import { sockscope } from '../support/cli.ts';
import { writeConversations } from '../support/tcp-conversations.ts';
import { PROJECT } from '../support/tools.ts';

const LIMITS = { conversations: 100 };
const folder = mkdtempSync(join(tmpdir(), 'check-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hasShared = sharedCaptures('captures').length > 0;

const shared = (name: string): string => join(SHARED, 'captures', name);
const of = (report: CheckReport, kind: IssueKind) => report.issues.filter((issue) => issue.kind === kind);

describe.skipIf(!hasShared)('what is wrong in captures that were made to have it', () => {
  test('three refused connections', async () => {
    const report = await checkFile(shared('selfmade__refused.pcap'), LIMITS);
    expect(of(report, 'refused').map(({ frames, severity }) => [frames, severity])).toEqual([
      [[2], 'warning'],
      [[4], 'warning'],
      [[6], 'warning'],
    ]);
    expect(report.top.map(({ closedBy }) => closedBy)).toEqual(['B-reset', 'B-reset', 'B-reset']);
  });

  test('a receiver that does not read', async () => {
    const report = await checkFile(shared('selfmade__zerowindow.pcap'), LIMITS);
    const [issue] = of(report, 'zero-window');
    expect(issue?.severity).toBe('warning');
    // By hand: the first of tshark's zero_window frames.
    const first = tsharkNumbers(shared('selfmade__zerowindow.pcap'), 'tcp.analysis.zero_window')[0];
    expect(issue?.frames[0]).toBe(first);
  });

  test('packets of one direction only', async () => {
    const report = await checkFile(shared('derived__one-direction.pcap'), LIMITS);
    expect(of(report, 'one-sided').length).toBeGreaterThan(0);
  });

  test('every frame captured twice is not loss', async () => {
    const report = await checkFile(shared('zeek__ssh-dups.pcap'), LIMITS);
    expect(of(report, 'captured-twice').length).toBe(2);
    expect(report.warnings).toBe(0);
  });

  test('SYNs that cross each other are no second tries', async () => {
    const report = await checkFile(shared('selfmade__simultaneous-open.pcap'), LIMITS);
    expect(report.issues).toEqual([]);
  });

  test('SYNs that were lost make the handshake slow', async () => {
    const report = await checkFile(shared('selfmade__syn-timeout.pcap'), LIMITS);
    const [issue] = of(report, 'handshake-slow');
    // By hand: tshark shows SYNs in frames 1, 2, 3 and 5, and at 4.1 s the one that frame 6 answers.
    expect(issue?.params.syns).toBe(5);
    expect(Number(issue?.params.seconds)).toBeCloseTo(4.1, 1);
  });

  test('packets without times make no absurd durations', async () => {
    const report = await checkFile(shared('derived__ng-spb-obsolete-pb.pcapng'), LIMITS);
    expect(of(report, 'no-times').map(({ params }) => params.count)).toEqual([46]);
    for (const { params } of report.issues) {
      const seconds = Number(params.seconds ?? 0);
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThan(10);
    }
  });

  test.skipIf(!hasProgram('tshark'))('a file that tshark refuses is not compared with it', async () => {
    const { code, stdout, stderr } = await sockscope(
      ...['check', '--against', 'tshark', shared('derived__ng-len-zero.pcapng')],
    );
    // tshark -r prints no packet of it, and this on its error output.
    expect(stderr).toMatch(/tshark read 0 of the 24 packets .*: .*total block length 0 of an EPB/);
    expect([code, stdout]).toEqual([1, '']);
  });

  test('checksums left to the card are no damage', async () => {
    const report = await checkFile(shared('zeek__ssh-dups.pcap'), LIMITS);
    expect(of(report, 'checksum-offload').map(({ severity }) => severity)).toEqual(['note']);
    expect(of(report, 'checksum-damage')).toEqual([]);
  });

  test('the byte of a probe is not missing from the capture', async () => {
    const golden = join(SHARED, 'golden', 'zwp_byte_consumed_window_reopens.pcap');
    const report = await checkFile(golden, LIMITS);
    expect(of(report, 'missing-from-capture')).toEqual([]);
    expect(report.readings.map(({ kind, theirs, frames }) => [kind, theirs, frames])).toEqual([
      ['probe-byte', 'ack_lost_segment', [8]],
      ['behind-probe-byte', 'lost_segment', [9]],
    ]);
  });

  test('a probe of Linux is no keep-alive', async () => {
    const golden = join(SHARED, 'golden', 'linux_style_probe_is_keepalive.pcap');
    const report = await checkFile(golden, LIMITS);
    expect(report.readings.map(({ kind, theirs }) => [kind, theirs])).toEqual([
      ['persist-probe', 'keep_alive'],
    ]);
    expect(of(report, 'keep-alives')).toEqual([]);
  });

  test('a file that is cut says so, and the rest is checked', async () => {
    const report = await checkFile(shared('derived__trunc-mid-data.pcap'), LIMITS);
    expect(report.packets).toBe(10);
    expect(report.issues[0]?.kind).toBe('damaged-file');
  });
});

describe('sessions', () => {
  const sample = (name: string): string => join(PROJECT, 'samples', `${name}.pcapng`);

  test('quick retransmissions on loopback are not packets captured twice', async () => {
    const report = await checkFile(sample('loss-fast'), LIMITS);
    expect(of(report, 'captured-twice')).toEqual([]);
    const [issue] = of(report, 'fast-retransmissions');
    expect(issue?.roles).toEqual({ a: 'client', b: 'server' });
    expect(issue?.told?.map(({ kind }) => kind)).toContain('sent-again');
  });

  test('the call that reset, and the one that failed for it', async () => {
    const report = await checkFile(sample('reset-linger'), LIMITS);
    const told = of(report, 'reset').flatMap((issue) => issue.told ?? []);
    expect(told.map(toldText)).toContain('reset: client close#1 with SO_LINGER 0');
    expect(told.map(toldText)).toContain('server recv#2 failed with ECONNRESET');
  });

  test('datagrams that found the buffer full, which no packet shows', async () => {
    const report = await checkFile(sample('udp-overflow'), LIMITS);
    expect(of(report, 'datagrams-lost').map(({ severity }) => severity)).toEqual(['warning']);
  });

  test('standard input says the same as the file', async () => {
    const file = sample('reset-linger');
    const fromFile = await sockscope('check', '--json', file);
    const command = `${process.execPath} ${join(PROJECT, 'bin/sockscope.js')} check --json - < ${file}`;
    const piped = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(piped.stdout.replace('"file":"-"', '')).toBe(fromFile.stdout.replace(`"file":"${file}"`, ''));
    expect(piped.status).toBe(fromFile.code);
  });
});

function tsharkNumbers(file: string, filter: string): number[] {
  const out = execFileSync('tshark', ['-n', '-r', file, '-Y', filter, '-T', 'fields', '-e', 'frame.number'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return out.trim().split('\n').map(Number);
}

describe.skipIf(!hasProgram('tshark'))('generated conversations', () => {
  test.each([3, 4, 5])('packets and payload are those of tshark: seed %d', async (seed) => {
    const file = join(folder, 'conversations.pcap');
    // One: where two on the same ports mix, tshark takes data of the older one for sent again.
    writeConversations(file, seed, { loss: 0, reorder: 0, duplicate: 0, uncaptured: 0 }, 1);
    const report = await checkFile(file, LIMITS);
    const fields = ['tcp.stream', 'tcp.srcport', 'tcp.seq', 'tcp.len'].flatMap((field) => ['-e', field]);
    const lines = execFileSync('tshark', ['-n', '-r', file, '-T', 'fields', ...fields], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const streams = new Map<number, { packets: number; bytes: number }>();
    const seen = new Set<string>();
    for (const line of lines.trim().split('\n')) {
      const [stream = '', port = '', seq = '', len = ''] = line.split('\t');
      const sum = streams.get(Number(stream)) ?? { packets: 0, bytes: 0 };
      sum.packets++;
      for (let at = 0; at < Number(len); at++) seen.add(`${stream} ${port} ${Number(seq) + at}`);
      streams.set(Number(stream), sum);
    }
    for (const byte of seen) {
      const sum = streams.get(Number(byte.split(' ')[0]));
      if (sum !== undefined) sum.bytes++;
    }
    const ours = new Map(
      report.top.map(({ stream, packets, bytes }) => [stream, { packets, bytes: bytes[0] + bytes[1] }]),
    );
    expect(ours).toEqual(streams);
  });

  test('strict flags are counted as tshark counts them', async () => {
    const file = join(folder, 'lossy.pcap');
    writeConversations(file, 5, { loss: 0.05, reorder: 0, duplicate: 0, uncaptured: 0 });
    const report = await checkFile(file, LIMITS);
    for (const field of [
      'tcp.analysis.retransmission',
      'tcp.analysis.duplicate_ack',
      'tcp.analysis.zero_window',
    ])
      expect([field, report.flags[field]]).toEqual([field, tsharkNumbers(file, field).length]);
  });
});

describe('the command', () => {
  test('exit codes: 1 with a warning, 0 without, quiet prints nothing', async () => {
    const clean = join(folder, 'clean.pcap');
    writeFileSync(clean, emptyPcap());
    expect(await sockscope('check', '--quiet', clean)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const lossy = join(folder, 'lossy2.pcap');
    writeConversations(lossy, 6, { loss: 0.2, reorder: 0, duplicate: 0, uncaptured: 0 });
    expect(await sockscope('check', '--quiet', lossy)).toMatchObject({ code: 1, stdout: '', stderr: '' });
  });

  test('several files make a table, and a file that cannot be read does not hide the others', async () => {
    const clean = join(folder, 'clean2.pcap');
    writeFileSync(clean, emptyPcap());
    const { code, stdout, stderr } = await sockscope('check', clean, join(folder, 'missing.pcap'));
    expect(code).toBe(2);
    expect(stdout).toContain('1 file, 0 with warnings');
    expect(stderr).toContain('missing.pcap');
  });

  test('names of files cannot command the terminal', async () => {
    const nasty = join(folder, 'a\x1b[31mb.pcap');
    writeFileSync(nasty, emptyPcap());
    const { stdout } = await sockscope('check', nasty);
    expect(stdout).toContain('\\x1b[31m');
    expect(stdout).not.toContain('\x1b[31m');
  });
});

test('every kind of issue has words that say something', () => {
  for (const told of Object.values(words().issues)) {
    expect(told.title.length).toBeGreaterThan(5);
    expect(told.why).toMatch(/[.)]$/);
  }
});

function emptyPcap(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(101, 20);
  return header;
}

describe('how many frames are named', () => {
  const issues = async (frames: number) =>
    (await checkFile(join(PROJECT, 'samples/loss-timeout.pcapng'), { ...LIMITS, frames })).issues;

  test.each([0, 1, 2])('%d: no more, and all else as with five', async (frames) => {
    const [few, usual] = [await issues(frames), await issues(5)];
    expect(few.map(({ frames: named, ...rest }) => rest)).toEqual(
      usual.map(({ frames: named, ...rest }) => rest),
    );
    expect(few.map(({ frames: named }) => named)).toEqual(
      usual.map(({ frames: named }) => named.slice(0, frames)),
    );
    expect(usual.some(({ frames: named, told }) => named.length > 0 && told !== undefined)).toBe(true);
  });
});
