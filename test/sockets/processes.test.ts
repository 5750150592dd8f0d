import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Call } from '../../src/sockets/call.ts';
import { CallLogReader } from '../../src/sockets/call-log-reader.ts';
import { named, read } from './recording.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const program = (name: string): string => join(ROOT, 'test/sockets/programs', name);
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sockscope-test-'));
  expect(existsSync(join(ROOT, 'dist/src/sockets/socket.js')), 'npm run build comes before these tests').toBe(
    true,
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

let logs = 0;
function openLog(): { fd: number; path: string } {
  const path = join(directory, `log${++logs}`);
  return { fd: openSync(path, 'a+'), path };
}

/** Starts a program with the log as its descriptor 3. */
function start(fd: number, name: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [program(name), '3', ...args], {
    stdio: ['ignore', 'inherit', 'inherit', fd],
  });
}

const exitOf = (child: ChildProcess): Promise<number | string | null> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });

/** Feeds the reader what the log has grown by, until `isEnough`; polls the file as the program that shows it does. */
async function follow(fd: number, reader: CallLogReader, isEnough: () => boolean): Promise<void> {
  let at = 0;
  const deadline = Date.now() + 10_000;
  while (!isEnough()) {
    const chunk = Buffer.alloc(Math.max(0, fstatSync(fd).size - at));
    const got = readSync(fd, chunk, 0, chunk.byteLength, at);
    at += got;
    reader.feed(chunk.subarray(0, got));
    if (got === 0 && Date.now() > deadline) throw new Error('the log did not grow as expected');
    if (got === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('a call that blocks is in the log while it blocks, and after SIGKILL', async () => {
  const { fd, path } = openLog();
  const child = start(fd, 'blocked-in-accept.mjs');
  const reader = new CallLogReader();
  expect(reader.hasReturned('server', 'listen')).toBe(false);
  await follow(fd, reader, () => reader.pending().length > 0);
  expect(reader.hasReturned('server', 'listen')).toBe(true);
  expect(reader.hasReturned('server', 'accept')).toBe(false);
  expect(reader.hasReturned('client', 'listen')).toBe(false);
  expect(reader.pending()).toMatchObject([
    { name: 'accept', exitNs: null, ret: null, role: 'server', pid: child.pid },
  ]);
  child.kill('SIGKILL');
  expect(await exitOf(child)).toBe('SIGKILL');
  const { calls, problems } = read(readFileSync(path));
  expect(calls.map(({ name }) => name)).toEqual(['socket', 'bind', 'listen', 'accept']);
  expect(calls.at(-1)).toMatchObject({ exitNs: null, ret: null, errno: null, source: { line: 10 } });
  expect(problems.map(({ kind }) => kind)).toEqual(['no-closing-record']);
  closeSync(fd);
});

test('a thinned call that follows one that blocked is in the log while it blocks', async () => {
  const { fd } = openLog();
  const child = start(fd, 'thinned-exchange.mjs');
  const reader = new CallLogReader();
  await follow(fd, reader, () => reader.pending().some(({ name }) => name === 'recv'));
  expect(reader.pending()).toMatchObject([{ name: 'recv', exitNs: null, thinned: true }]);
  expect(named(reader.calls(), 'recv').map(({ errno }) => errno)).toEqual([null, 'EAGAIN', null]);
  child.kill('SIGKILL');
  await exitOf(child);
  closeSync(fd);
});

test('two processes with two more threads each share one log without a torn record', async () => {
  const { fd, path } = openLog();
  const rounds = 2000;
  const children = [
    start(fd, 'busy.mjs', 'one', '2', `${rounds}`),
    start(fd, 'busy.mjs', 'two', '2', `${rounds}`),
  ];
  expect(await Promise.all(children.map(exitOf))).toEqual([0, 0]);
  const { calls, problems } = read(readFileSync(path));
  expect(problems).toEqual([]);
  const threads = new Map<string, Call[]>();
  for (const call of calls) {
    const key = `${call.role} ${call.pid} ${call.thread}`;
    threads.set(key, [...(threads.get(key) ?? []), call].slice(-1));
  }
  expect(threads.size).toBe(6);
  expect(calls).toHaveLength(6 * (1 + 2 * rounds + 4));
  const sockets = new Set(named(calls, 'send').map(({ role, socket }) => `${role} ${socket}`));
  expect(sockets.size).toBe(6);
  for (const call of named(calls, 'send')) {
    expect(call.ret).toBe(100);
    if (!call.thinned)
      expect(call.data?.every((byte) => byte === ((call.offset ?? 0) / 100) % 256)).toBe(true);
  }
  const times = calls.map(({ enterNs }) => enterNs);
  expect(times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0n))).toBe(true);
  closeSync(fd);
}, 60_000);

/** strace's line for a call as we would record it: libc makes send and recv with sendto and recvfrom, accept with accept4. */
function fromStrace(
  line: string,
): { name: string; fd: number | null; ret: number; errno: string | null } | null {
  const match = /^(?:\d+\s+)?(\w+)\((.*)\)\s+= (-?\d+)(?: (E\w+))?/.exec(line);
  if (match === null) return null;
  const [, name = '', args = '', ret, errno] = match;
  const fd = /^\d+/.exec(args);
  const isPlain = /(?:NULL, NULL|NULL, 0)$/.test(args);
  const ours: Record<string, string> = {
    accept4: 'accept',
    ...(isPlain ? { sendto: 'send', recvfrom: 'recv' } : {}),
  };
  return { name: ours[name] ?? name, fd: fd ? Number(fd[0]) : null, ret: Number(ret), errno: errno ?? null };
}

test('the record is what strace sees of the same process', async (context) => {
  if (spawnSync('strace', ['-V']).status !== 0) return context.skip('strace is not installed');
  const { fd, path } = openLog();
  const out = join(directory, 'strace');
  const traced = 'socket,bind,listen,connect,accept4,sendto,recvfrom,read,shutdown,close,setsockopt';
  const args = [
    '-f',
    '-s',
    '200',
    '-o',
    out,
    '-e',
    `trace=${traced}`,
    process.execPath,
    program('exchange.mjs'),
    '3',
  ];
  const child = spawn('strace', args, { stdio: ['ignore', 'inherit', 'inherit', fd] });
  expect(await exitOf(child)).toBe(0);
  const { calls, problems } = read(readFileSync(path));
  expect(problems).toEqual([]);
  // Calls that strace was not told to show, and the span, which is no call.
  const compared = calls.filter(({ name }) => !['getsockname', 'sendall', 'getsockopt'].includes(name));
  const lines = readFileSync(out, 'utf8').split('\n');
  const fds = new Set(calls.map((call) => call.fd ?? call.ret));
  const first = lines.findIndex((line) => /socket\(AF_INET, SOCK_STREAM\|SOCK_CLOEXEC/.test(line));
  const main = /^\d+/.exec(lines[first] ?? '')?.[0] ?? '';
  const seen = lines
    .slice(first)
    .filter((line) => line.startsWith(main))
    .map(fromStrace)
    .filter((call) => call !== null && (call.name === 'socket' || fds.has(call.fd)))
    .slice(0, compared.length);
  expect(compared.map(({ name, fd: on, ret, errno }) => ({ name, fd: on, ret, errno }))).toEqual(seen);
  // The data, too: what strace shows of the first send is what we kept.
  const sent = compared.find(({ name }) => name === 'send');
  expect(lines.some((line) => line.includes(String.raw`"hello \"world\"\n\0", 15, 0, NULL, 0) = 15`))).toBe(
    true,
  );
  expect(Buffer.from(sent?.data ?? []).toString()).toBe('hello "world"\n\0');
  expect(sent?.source).toMatchObject({ file: program('exchange.mjs'), line: 23 });
  closeSync(fd);
});
