import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { isatty } from 'node:tty';
import type { Capture, FileProblem } from '../capture.ts';
import type { Columns } from '../columns.ts';
import { EXIT, UserError } from '../user-error.ts';
import type { CaptureReader } from './capture-reader.ts';
import { chunksOf } from './chunks.ts';
import { chunksUntilFailure, eachChunk } from './each-chunk.ts';
import { FileFollower } from './follow-file.ts';
import { FrameSource } from './frame-source.ts';
import { inflate } from './inflate.ts';
import { pipeChunks } from './pipe-chunks.ts';
import { readAhead } from './read-ahead.ts';
import { paysToReadAhead } from './reading-thread.ts';
import { Spool } from './spool.ts';

const CHUNK = 256 * 1024;
/** Between turns of the event loop, so that a large file can be cancelled and its progress drawn: the first chunks take longest. */
const TURN_MS = 8;

export interface OpenProgress {
  /** Bytes of the file that have been read, and how many there are; null for a pipe. */
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly rows: number;
  /** What is read so far; it goes on growing. */
  readonly capture: Capture;
}

export interface OpenOptions {
  /** Ends the reading; the capture then holds what was read so far. */
  readonly signal?: AbortSignal;
  /** Told after each piece that was read. */
  readonly onProgress?: (progress: OpenProgress) => void;
  /** At the end of a file waits for more, until `signal`; a pipe is read until it is closed in any case. */
  readonly follow?: boolean;
  /**
   * Reads the file through without holding it: gets the rows piece by piece, with the number of the first, and they are
   * forgotten. The capture that comes of it has no rows; its flows, interfaces and problems are whole.
   */
  readonly onRows?: (columns: Columns, rowBase: number, capture: Capture) => void;
  /** 1: with `onRows`, do not read large files in a second thread. What comes of it is the same. */
  readonly threads?: 1 | 2;
}

/**
 * Opens a capture: a path, '-' for standard input, or a descriptor, which then belongs to the capture. pcap and pcapng,
 * also gzipped; what comes from a pipe or out of a gzip is kept in a temporary file without a name. A UserError when it
 * can't be opened (exit code 2) or is no capture (exit code 4); damage further on is in the capture's `problems`.
 */
export async function openCapture(file: string | number, options: OpenOptions = {}): Promise<Capture> {
  const name = file === '-' || file === 0 ? 'standard input' : typeof file === 'number' ? 'the file' : file;
  const fd = file === '-' ? 0 : typeof file === 'number' ? file : open(file);
  let owned = true;
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw unusable(name, 'it is a directory', 'name a capture file in it');
    if (isatty(fd))
      throw unusable(name, 'it is a terminal', 'send a capture into it: tcpdump -U -w - | sockscope open -');
    if (stat.isFile() && !isGzip(fd)) {
      const path = typeof file === 'string' && file !== '-' ? file : null;
      const capture = await readFile(name, fd, path, stat.size, options);
      owned = false;
      return capture;
    }
    if (stat.isFile() && options.follow === true)
      throw unusable(name, 'a gzip cannot be followed', 'follow the file that it is made of');
    const isPipe = stat.isFIFO() || stat.isSocket();
    // What reads a pipe closes it.
    if (isPipe) owned = false;
    const chunks = isPipe
      ? pipeChunks(fd, options.signal)
      : chunksOf(fd, stat.isFile(), CHUNK, options.signal);
    return await readStream(name, chunks, stat.isFile() ? fd : null, stat.size, options);
  } catch (error) {
    throw asUserError(name, error);
  } finally {
    if (owned && fd !== 0) closeSync(fd);
  }
}

async function readFile(
  name: string,
  fd: number,
  path: string | null,
  totalBytes: number,
  options: OpenOptions,
): Promise<Capture> {
  const { onRows, signal, threads = 2 } = options;
  const follower = options.follow && signal !== undefined ? new FileFollower(fd, path, signal) : null;
  if (follower === null && onRows !== undefined && threads > 1 && paysToReadAhead(totalBytes)) {
    const capture = await readAhead(name, fd, totalBytes, options);
    if (capture !== null) return capture;
  }
  const reader = await readerOf(name, new FrameSource(fd));
  let bytes = 0;
  let turnEnds = performance.now() + TURN_MS;
  do {
    for (const chunk of chunksUntilFailure(fd, totalBytes, bytes, reader.capture)) {
      bytes += chunk.length;
      reader.feed(chunk);
      passOn(reader, options);
      if (onRows === undefined && follower === null) reserve(reader.capture.columns, bytes, totalBytes);
      const { capture } = reader;
      options.onProgress?.({ bytes, totalBytes, rows: capture.columns.length, capture });
      if (performance.now() >= turnEnds) {
        await setImmediate();
        turnEnds = performance.now() + TURN_MS;
      }
      if (signal?.aborted) return reader.capture;
      if (reader.stopped) break;
    }
  } while (!reader.stopped && (await follower?.more(bytes)));
  if (signal?.aborted) return reader.capture;
  reader.end();
  passOn(reader, options);
  const note = follower?.note ?? null;
  if (note !== null) reader.capture.problem(bytes, note);
  return reader.capture;
}

/**
 * Makes room for the rest of the file, judged by what is read so far: to copy millions of rows takes a tenth of a second,
 * during which nobody hears a key.
 */
function reserve(columns: Columns, bytes: number, totalBytes: number): void {
  const rows = (columns.length / bytes) * totalBytes;
  // A little more than was judged before still fits: else every piece near the end would have all rows copied.
  if (columns.length * 1.25 < columns.capacity || rows <= columns.capacity) return;
  columns.reserve(Math.ceil(rows * 1.05));
}

let readerModule: Promise<typeof import('./capture-reader.ts')> | null = null;

/** Decoders are loaded here: who lets another thread read needs none. Asked for again they would be looked up for each file. */
async function readerOf(name: string, source: FrameSource, gzip = false): Promise<CaptureReader> {
  readerModule ??= import('./capture-reader.ts');
  const { CaptureReader } = await readerModule;
  return new CaptureReader(name, source, gzip);
}

function passOn({ capture }: CaptureReader, { onRows }: OpenOptions): void {
  if (onRows !== undefined) capture.passOn((columns, rowBase) => onRows(columns, rowBase, capture));
}

async function readStream(
  name: string,
  chunks: AsyncGenerator<Uint8Array, void>,
  file: number | null,
  size: number,
  options: OpenOptions,
): Promise<Capture> {
  const { signal, onProgress } = options;
  const totalBytes = file === null ? null : size;
  const spool = new Spool();
  const source = new FrameSource(spool.fd);
  try {
    const head = await firstBytes(chunks);
    const gzip = head[0] === GZIP[0] && head[1] === GZIP[1];
    const reader = await readerOf(name, source, gzip);
    let bytes = 0;
    const noted = noting(head, chunks, (length) => {
      bytes += length;
    });
    const take = (chunk: Uint8Array): void => {
      if (reader.stopped) return;
      spool.append(chunk);
      reader.feed(chunk);
      passOn(reader, options);
      onProgress?.({ bytes, totalBytes, rows: reader.capture.columns.length, capture: reader.capture });
    };
    const damages = gzip ? await inflateAll(noted, file, take, () => reader.bytes) : [];
    if (!gzip) for await (const chunk of noted) take(chunk);
    if (signal?.aborted) return reader.capture;
    const [damage] = damages;
    if (damage !== undefined && !reader.begun) {
      throw new UserError(`${name} is a damaged gzip: ${damage.message}`, {
        hint: 'try to get the file again',
        exitCode: EXIT.damaged,
      });
    }
    reader.end();
    passOn(reader, options);
    for (const { offset, message } of damages) reader.capture.problem(offset, message);
    return reader.capture;
  } catch (error) {
    source.close();
    throw error;
  }
}

const GZIP = [0x1f, 0x8b] as const;

/**
 * Hands on what can be inflated; returns what is wrong with the gzip, with the offset that `bytes` tells. What cannot be read
 * twice, because it is no `file`, is kept meanwhile.
 */
async function inflateAll(
  chunks: AsyncIterable<Uint8Array>,
  file: number | null,
  take: (chunk: Uint8Array) => void,
  bytes: () => number,
): Promise<FileProblem[]> {
  const damages: FileProblem[] = [];
  const tell = (message: string): void => {
    damages.push({ offset: bytes(), message });
  };
  const kept = file === null ? new Spool() : null;
  const fd = kept?.fd ?? file ?? -1;
  try {
    const input = kept === null ? chunks : keeping(kept, chunks);
    await inflate(input, (from, to) => bytesBetween(fd, from, to), take, tell);
  } finally {
    kept?.close();
  }
  return damages;
}

async function* keeping(spool: Spool, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    spool.append(chunk);
    yield chunk;
  }
}

function* bytesBetween(fd: number, from: number, to: number): Generator<Uint8Array> {
  let left = to - from;
  if (left === 0) return;
  for (const chunk of eachChunk(fd, to, from)) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** At least two bytes, unless there are fewer: what it takes to know a gzip. */
async function firstBytes(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  while (head.length < GZIP.length) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* noting(
  head: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
  note: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  for (let chunk = head; ; ) {
    note(chunk.length);
    if (chunk.length > 0) yield chunk;
    const { done, value } = await chunks.next();
    if (done) return;
    chunk = value;
  }
}

function isGzip(fd: number): boolean {
  const head = new Uint8Array(2);
  return readSync(fd, head, 0, 2, 0) === 2 && head[0] === GZIP[0] && head[1] === GZIP[1];
}

/** Throws the UserError that reading would begin with where a path names nothing that can be opened (open(2)). */
export function checkOpens(path: string): void {
  const fd = open(path);
  try {
    if (fstatSync(fd).isDirectory()) throw asUserError(path, Object.assign(new Error(), { code: 'EISDIR' }));
  } finally {
    closeSync(fd);
  }
}

function open(path: string): number {
  try {
    // Without waiting for whoever writes into a FIFO: that is waited for when it is read, and can then be ended.
    const isFifo = statSync(path).isFIFO();
    return openSync(path, isFifo ? constants.O_RDONLY | constants.O_NONBLOCK : 'r');
  } catch (error) {
    throw asUserError(path, error);
  }
}

function asUserError(name: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return unusable(name, 'there is no such file', 'look at the path; `-` reads standard input');
    case 'EACCES':
    case 'EPERM':
      return unusable(name, 'you may not read it', 'look at its permissions (ls -l), or ask its owner');
    case 'EISDIR':
      return unusable(name, 'it is a directory', 'name a capture file in it');
    case 'ELOOP':
      return unusable(name, 'its links lead in a circle', 'look where it points to (ls -l)');
    case 'ENAMETOOLONG':
      return unusable(name, 'the name is too long', 'look at the path');
    case 'EMFILE':
    case 'ENFILE':
      return unusable(name, 'too many files are open', 'close some programs, or raise the limit (ulimit -n)');
    case 'ENODEV':
    case 'ENXIO':
      return unusable(name, 'it is a socket or a device without anything behind it', 'name a capture file');
    case 'EIO':
    case 'ESTALE':
      return unusable(name, 'the disk failed to read it', 'look at dmesg, and at a copy of the file');
    case 'ENOSPC':
      return unusable(name, 'the disk for temporary files is full', 'free some space, or set TMPDIR');
    default:
      return error;
  }
}

function unusable(name: string, why: string, hint: string): UserError {
  return new UserError(`cannot open ${name}: ${why}`, { hint, exitCode: EXIT.usage });
}
