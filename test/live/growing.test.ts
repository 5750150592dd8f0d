import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  createWriteStream,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pcapOf } from '../capture/mutate.ts';
import { tcp } from '../capture/packets.ts';
import { sockscope } from '../support/cli.ts';
import { Tmux } from '../support/tmux.ts';
import { have, PROJECT } from '../support/tools.ts';

const SOCKSCOPE = join(PROJECT, 'bin/sockscope.js');
const folder = mkdtempSync(join(tmpdir(), 'growing-'));
const path = (name: string): string => join(folder, name);
const running: ChildProcessWithoutNullStreams[] = [];

/** Ten segments; the file header and each record of 16 + 45 bytes. */
const frame = tcp({ from: '10.0.0.1', to: '10.0.0.2' }, { seq: 7, flags: 0x18, data: 5 });
const PCAP = Buffer.from(
  pcapOf(
    101,
    Array.from({ length: 10 }, () => ({ linkType: 101, wireLen: frame.length, frame })),
  ),
);
const sizeOf = (packets: number): number => 24 + packets * (16 + frame.length);

/** The program with a pipe on each side. */
class Started {
  readonly child: ChildProcessWithoutNullStreams;
  stdout = '';
  stderr = '';
  private readonly closed: Promise<unknown>;

  constructor(...args: readonly string[]) {
    this.child = spawn(process.execPath, [SOCKSCOPE, ...args]);
    running.push(this.child);
    this.child.stdout.on('data', (text: Buffer) => {
      this.stdout += text;
    });
    this.child.stderr.on('data', (text: Buffer) => {
      this.stderr += text;
    });
    this.child.stdin.on('error', () => {}); // it may have seen enough
    this.closed = once(this.child, 'close');
  }

  /** Waits until it has printed so many lines. */
  async lines(count: number): Promise<string[]> {
    while (this.stdout.split('\n').length <= count) await once(this.child.stdout, 'data');
    return this.stdout.trim().split('\n');
  }

  async said(text: string): Promise<void> {
    while (!this.stderr.includes(text)) await once(this.child.stderr, 'data');
  }

  async end(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }
}

beforeAll(() => writeFileSync(path('whole.pcap'), PCAP));
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a capture that comes through a pipe', { timeout: 30_000 }, () => {
  test('packets are printed as they come', async () => {
    const program = new Started('packets', '-', '-e', 'frame.number', '-E', 'header=y');
    program.child.stdin.write(PCAP.subarray(0, sizeOf(3) + 7));
    expect(await program.lines(4)).toEqual(['frame.number', '1', '2', '3']);
    program.child.stdin.write(PCAP.subarray(sizeOf(3) + 7, sizeOf(5)));
    expect((await program.lines(6)).slice(4)).toEqual(['4', '5']);
    program.child.stdin.end(PCAP.subarray(sizeOf(5)));
    expect(await program.end()).toBe(0);
    expect(program.stdout.trim().split('\n')).toHaveLength(11);
    expect(program.stderr).toBe('');
  });

  test('-c ends it although the pipe stays open', async () => {
    const program = new Started('packets', '-', '-e', 'frame.number', '-c', '2');
    program.child.stdin.write(PCAP);
    expect(await program.end()).toBe(0);
    expect(program.stdout).toBe('1\n2\n');
  });

  test('Ctrl-C prints what came, and what came just after it', async () => {
    const program = new Started('open', '-', '--text');
    program.child.stdin.write(PCAP.subarray(0, sizeOf(4)));
    // Its handlers are there when it reads: it has then emptied the pipe.
    await waitFor(() => program.child.stdin.writableLength === 0 && handlesInterrupt(program.child.pid));
    program.child.kill('SIGINT');
    program.child.stdin.end(PCAP.subarray(sizeOf(4), sizeOf(6)));
    await program.end();
    expect(program.stdout).toContain('6 packets');
  });

  test('a pipe that is cut inside a packet: exit code 4, and the packets before', async () => {
    const program = new Started('packets', '-', '-e', 'frame.number');
    program.child.stdin.end(PCAP.subarray(0, sizeOf(2) + 20));
    expect(await program.end()).toBe(4);
    expect(program.stdout).toBe('1\n2\n');
    expect(program.stderr).toContain('the file ends inside packet 3');
  });

  test('a gzip in a pipe, cut off', async () => {
    const program = new Started('packets', '-', '-e', 'frame.number');
    const zipped = gzipSync(PCAP, { level: 0 });
    program.child.stdin.end(zipped.subarray(0, zipped.length - 40));
    expect(await program.end()).toBe(4);
    expect(program.stdout).toMatch(/^1\n2\n/);
    expect(program.stderr).toContain('gzip is cut off');
  });

  test('a FIFO waits for its writer', async () => {
    spawnSync('mkfifo', [path('fifo')]);
    const program = new Started('packets', path('fifo'), '-e', 'frame.number');
    const writer = createWriteStream(path('fifo'));
    writer.write(PCAP.subarray(0, sizeOf(1)));
    expect(await program.lines(1)).toEqual(['1']);
    writer.end(PCAP.subarray(sizeOf(1)));
    expect(await program.end()).toBe(0);
    expect(program.stdout.trim().split('\n')).toHaveLength(10);
  });

  test('nothing at all, and something else', async () => {
    const nothing = new Started('check', '-');
    nothing.child.stdin.end();
    expect(await nothing.end()).toBe(4);
    expect(nothing.stderr).toContain('standard input is empty');
    const text = new Started('check', '-');
    text.child.stdin.end('tcpdump: no such device\n');
    expect(await text.end()).toBe(4);
    expect(text.stderr).toContain('standard input is not a capture: it is text');
  });
});

describe('--follow', { timeout: 30_000 }, () => {
  test('an empty file that grows, until Ctrl-C', async () => {
    writeFileSync(path('grows'), '');
    const program = new Started('packets', '--follow', path('grows'), '-e', 'frame.number');
    appendFileSync(path('grows'), PCAP.subarray(0, sizeOf(2) + 5));
    expect(await program.lines(2)).toEqual(['1', '2']);
    appendFileSync(path('grows'), PCAP.subarray(sizeOf(2) + 5));
    expect(await program.lines(10)).toHaveLength(10);
    program.child.kill('SIGINT');
    expect(await program.end()).toBe(0);
    expect(program.stderr).toBe('');
  });

  test('open as text prints when it is ended', async () => {
    writeFileSync(path('text'), PCAP.subarray(0, sizeOf(3)));
    const program = new Started('open', '--follow', path('text'), '--text');
    await program.said('Ctrl-C ends it');
    appendFileSync(path('text'), PCAP.subarray(sizeOf(3), sizeOf(7)));
    await waitFor(() => handlesInterrupt(program.child.pid));
    program.child.kill('SIGINT');
    expect(await program.end()).toBe(0);
    expect(program.stdout).toMatch(/[37] packets/);
  });

  test('a file that is cut meanwhile keeps what was read, and says so', async () => {
    writeFileSync(path('cut'), PCAP);
    const program = new Started('packets', '--follow', path('cut'), '-e', 'frame.number');
    await program.lines(10);
    truncateSync(path('cut'), sizeOf(1));
    expect(await program.end()).toBe(4);
    expect(program.stderr).toContain(`cut to ${sizeOf(1)} bytes while it was followed`);
  });

  test('a file that another takes the place of is read to its end', async () => {
    writeFileSync(path('old'), PCAP.subarray(0, sizeOf(5)));
    writeFileSync(path('new'), PCAP);
    const program = new Started('packets', '--follow', path('old'), '-e', 'frame.number');
    await program.lines(5);
    renameSync(path('new'), path('old'));
    expect(await program.end()).toBe(4);
    expect(program.stdout.trim().split('\n')).toHaveLength(5);
    expect(program.stderr).toContain('another file has taken its place');
  });

  test('a gzip cannot be followed', async () => {
    writeFileSync(path('zipped.gz'), gzipSync(PCAP));
    const { code, stderr } = await sockscope('packets', '--follow', path('zipped.gz'), '-e', 'frame.number');
    expect(code).toBe(2);
    expect(stderr).toContain('a gzip cannot be followed');
  });
});

describe('what is no file, and what cannot be written', { timeout: 30_000 }, () => {
  test.each([
    { name: '/dev/null', code: 4, says: '/dev/null is empty' },
    { name: '/dev/zero', code: 4, says: 'nothing but zero bytes' },
    // Its first page is not mapped: read(2) fails with EIO, as on a disk that fails.
    { name: '/proc/self/mem', code: 2, says: 'the disk failed to read it' },
    { name: '/proc/self', code: 2, says: 'it is a directory' },
  ])('open $name', async ({ name, code, says }) => {
    const finished = await sockscope('open', name);
    expect(finished.stderr).toContain(says);
    expect(finished.stderr.trim().split('\n')).toHaveLength(2); // what and why; what next
    expect(finished.code).toBe(code);
  });

  test.each([['packets', '-e', 'frame.number'], ['check'], ['open', '--text']])(
    '%s to a full disk',
    (command, ...words) => {
      const line = `${process.execPath} ${SOCKSCOPE} ${command} ${path('whole.pcap')} ${words.join(' ')} > /dev/full`;
      const { status, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
      expect(stderr).toContain('cannot write standard output: the disk is full');
      expect(stderr).not.toContain('    at ');
      expect(status).toBe(2);
    },
  );

  test('convert writes into a device and a FIFO, and puts nothing in their place', async () => {
    // A device of our own: were it replaced, the machine would keep its own.
    const device = path('full');
    symlinkSync('/dev/full', device);
    const { code, stderr } = await sockscope('convert', path('whole.pcap'), device);
    expect(stderr).toContain('the disk is full');
    expect(code).toBe(2);
    expect(lstatSync(device).isSymbolicLink()).toBe(true);
    expect(lstatSync('/dev/full').isCharacterDevice()).toBe(true);
    spawnSync('mkfifo', [path('out')]);
    const reader = spawn('cat', [path('out')]);
    let bytes = 0;
    reader.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    const [written] = await Promise.all([
      sockscope('convert', path('whole.pcap'), path('out')),
      once(reader, 'close'),
    ]);
    expect(written.code).toBe(0);
    expect(lstatSync(path('out')).isFIFO()).toBe(true);
    expect(bytes).toBeGreaterThan(PCAP.length); // pcapng
  });

  test('convert through a link replaces the file, not the link', async () => {
    mkdirSync(path('elsewhere'));
    writeFileSync(path('elsewhere/real.pcap'), 'old');
    symlinkSync(path('elsewhere/real.pcap'), path('link.pcap'));
    const { code } = await sockscope('convert', '--force', path('whole.pcap'), path('link.pcap'));
    expect(code).toBe(0);
    expect(lstatSync(path('link.pcap')).isSymbolicLink()).toBe(true);
    expect(readFileSync(path('elsewhere/real.pcap')).length).toBe(PCAP.length);
  });
});

describe.skipIf(!have('tmux'))('on the screen', { timeout: 60_000 }, () => {
  test('standard input is shown as it comes; keys are read from the terminal', async () => {
    writeFileSync(path('a'), PCAP.subarray(0, sizeOf(4)));
    writeFileSync(path('b'), PCAP.subarray(sizeOf(4)));
    const feed = `(cat ${path('a')}; until [ -e ${path('go')} ]; do sleep 0.1; done; cat ${path('b')})`;
    const tmux = new Tmux(['open', '-'], { width: 100, height: 30, feed });
    try {
      await tmux.until('4/4');
      writeFileSync(path('go'), '');
      await tmux.until('10 packets');
      tmux.keys('p');
      await tmux.until('Destination');
      tmux.keys('q');
      await tmux.until('END 0');
    } finally {
      tmux.end();
    }
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Whether our handlers are there, by that for SIGHUP, which Node itself has not: bit 0 of SigCgt in proc_pid_status(5). */
function handlesInterrupt(pid: number | undefined): boolean {
  const caught = /SigCgt:\s*([0-9a-f]+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & 1n) !== 0n;
}
