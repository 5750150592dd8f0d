import { createHash } from 'node:crypto';
import type { ActiveCall } from './active-call.ts';
import type { ArgValue } from './call.ts';
import { callNumber, DIRECTIONS, movedBytes } from './call-names.ts';
import { BIT, CALL_WORDS, CLOSE, DATA_KIND, ITEM, NONE, OPEN, TAIL, THIN_WORDS, WORD } from './log-format.ts';
import { LogWriter } from './log-writer.ts';

export interface RecorderSettings {
  /** Descriptor of the log, opened with O_APPEND; null records nothing. */
  readonly fd: number | null;
  /** Another for each process of a run: identities of sockets begin with it. */
  readonly role: string;
  /** The process id to be shown, where that of the outer pid namespace is wanted; process.pid if absent. */
  readonly pid?: number;
  /** 0 for the main thread; each thread that records has another. */
  readonly thread?: number;
  /** How much of each call's data 'first-bytes' keeps. */
  readonly dataBytes?: number;
  readonly data?: 'first-bytes' | 'all' | 'hashes';
  /** From this many bytes moved on, records are thinned; 0 at once, Infinity never. */
  readonly thinAfterBytes?: number;
  /**
   * The same by number of calls, so that a loop that moves nothing does not fill the disk. Never, unless told, where
   * thinAfterBytes is never.
   */
  readonly thinAfterCalls?: number;
}

export const DEFAULT_DATA_BYTES = 64;
export const DEFAULT_THIN_AFTER_BYTES = 64 * 1024 * 1024;
export const DEFAULT_THIN_AFTER_CALLS = 100_000;

/** A batch of thinned records is written when it holds so many, or at the next call once it is this old. */
const BATCH_ITEMS = 512;
const BATCH_AGE_MS = 3;
/** When thinned, a call is announced by an ENTER record if the last of its kind on its socket took longer. */
const ANNOUNCE_AFTER_MS = 1;

/** The recorder of this thread; every worker thread has its own, because it has its own copy of this module. */
export class Recorder {
  readonly role: string;
  readonly thread: number;
  /** Prefix of the identities of sockets made by this thread. */
  readonly socketPrefix: string;
  /** Number of the sendall that the next sends belong to; 0 outside of one. */
  span = 0;
  /** How long the last poll or select (which belong to no one socket) blocked. */
  lastPollMs = 0;
  thinned: boolean;
  private readonly writer: LogWriter;
  private readonly settings: Required<Omit<RecorderSettings, 'fd' | 'pid'>>;
  private calls = 0;
  private failed = 0;
  private sent = 0;
  private received = 0;
  private lastNumber = 0;
  private batchSec = 0;
  private batchNsec = 0;

  constructor(fd: number, settings: RecorderSettings) {
    const thinAfterBytes = settings.thinAfterBytes ?? DEFAULT_THIN_AFTER_BYTES;
    const thinAfterCalls = Number.isFinite(thinAfterBytes)
      ? DEFAULT_THIN_AFTER_CALLS
      : Number.POSITIVE_INFINITY;
    this.settings = {
      role: settings.role,
      thread: settings.thread ?? 0,
      dataBytes: settings.dataBytes ?? DEFAULT_DATA_BYTES,
      data: settings.data ?? 'first-bytes',
      thinAfterBytes,
      thinAfterCalls: settings.thinAfterCalls ?? thinAfterCalls,
    };
    this.role = settings.role;
    this.thread = this.settings.thread;
    this.socketPrefix = this.thread === 0 ? this.role : `${this.role}/${this.thread}`;
    this.thinned = this.settings.thinAfterBytes <= 0;
    this.writer = new LogWriter(fd, settings.pid ?? process.pid, this.thread);
    this.open();
  }

  nextNumber(): number {
    return ++this.lastNumber;
  }

  /** Writes an ENTER item at once, so that the call is visible while it blocks. */
  enter(call: ActiveCall): void {
    if (this.thinned && call.isBusy && call.lastMs <= ANNOUNCE_AFTER_MS) {
      if (this.writer.items > 0 && this.ageMs(call) > BATCH_AGE_MS) this.writer.flush();
      return;
    }
    this.encodeFull(call, ITEM.enter);
    this.writer.flush();
  }

  /** Records a call that has returned. */
  leave(call: ActiveCall): void {
    this.count(call);
    if (!this.thinned) {
      this.encodeFull(call, ITEM.call);
      this.writer.flush();
      if (this.isThinningDue()) this.thinned = true;
      return;
    }
    if (this.writer.items === 0) {
      this.batchSec = call.exitSec;
      this.batchNsec = call.exitNsec;
    }
    if (call.isBusy) this.encodeThin(call);
    else this.encodeFull(call, ITEM.call);
    if (this.writer.items >= BATCH_ITEMS || call.isNewsworthy || this.ageMs(call) > BATCH_AGE_MS)
      this.writer.flush();
  }

  /** Appends the closing record with this thread's counts. */
  close(): void {
    const { writer } = this;
    writer.reserve(CLOSE.words);
    const { words, at } = writer;
    words[at] = ITEM.close;
    words[at + 1] = CLOSE.words * 4;
    put64(words, at + CLOSE.calls, this.calls);
    put64(words, at + CLOSE.failed, this.failed);
    put64(words, at + CLOSE.sent, this.sent);
    put64(words, at + CLOSE.received, this.received);
    words[at + CLOSE.lostFrames] = writer.lostFrames;
    writer.commit(CLOSE.words);
    writer.flush();
  }

  private open(): void {
    const role = this.writer.intern(this.role);
    this.writer.reserve(OPEN.words);
    const { words, at } = this.writer;
    words[at] = ITEM.open;
    words[at + 1] = OPEN.words * 4;
    words[at + OPEN.role] = role;
    this.writer.commit(OPEN.words);
    this.writer.flush();
  }

  private count(call: ActiveCall): void {
    this.calls++;
    if (call.errno !== 0) this.failed++;
    const direction = DIRECTIONS[call.name];
    if (direction === 'send') this.sent += movedBytes(call.name, call.ret, call.flags ?? 0);
    else if (direction === 'receive') this.received += movedBytes(call.name, call.ret, call.flags ?? 0);
  }

  private isThinningDue(): boolean {
    const { thinAfterBytes, thinAfterCalls } = this.settings;
    return this.sent + this.received >= thinAfterBytes || this.calls >= thinAfterCalls;
  }

  private ageMs(call: ActiveCall): number {
    const sec = call.exitSec === 0 ? call.enterSec : call.exitSec;
    const nsec = call.exitSec === 0 ? call.enterNsec : call.exitNsec;
    return (sec - this.batchSec) * 1e3 + (nsec - this.batchNsec) / 1e6;
  }

  private encodeThin(call: ActiveCall): void {
    const { writer } = this;
    const socket = writer.intern(call.socketId);
    const local = writer.intern(call.local);
    const remote = writer.intern(call.remote);
    writer.reserve(THIN_WORDS);
    fillCommon(writer.words, writer.at, ITEM.thin, call, BIT.thinned);
    writer.words[writer.at + WORD.bytes] = THIN_WORDS * 4;
    writer.words[writer.at + WORD.socket] = socket;
    writer.words[writer.at + WORD.local] = local;
    writer.words[writer.at + WORD.remote] = remote;
    writer.commit(THIN_WORDS);
  }

  private encodeFull(call: ActiveCall, kind: number): void {
    const { writer } = this;
    const socket = writer.intern(call.socketId);
    const local = writer.intern(call.local);
    const remote = writer.intern(call.remote);
    const created = writer.intern(call.created);
    const place = writer.intern(call.place);
    const args = call.args === null ? '' : JSON.stringify(call.args(call));
    const argsBytes = args === '' ? 0 : Buffer.byteLength(args);
    const tcpInfo = kind === ITEM.call ? call.tcpInfo : null;
    const data = kind === ITEM.call && !this.thinned ? this.dataOf(call) : null;
    const count =
      CALL_WORDS + toWords(argsBytes) + toWords(tcpInfo?.byteLength ?? 0) + toWords(data?.byteLength ?? 0);
    writer.reserve(count);
    const { words, bytes, at } = writer;
    fillCommon(words, at, kind, call, this.thinned ? BIT.thinned : 0);
    words[at + WORD.bytes] = count * 4;
    words[at + WORD.socket] = socket;
    words[at + WORD.local] = local;
    words[at + WORD.remote] = remote;
    words[at + TAIL.created] = created;
    words[at + TAIL.place] = place;
    words[at + TAIL.sendQueue] = call.sendQueue ?? NONE;
    words[at + TAIL.recvQueue] = call.recvQueue ?? NONE;
    words[at + TAIL.argsBytes] = argsBytes;
    words[at + TAIL.tcpInfoBytes] = tcpInfo?.byteLength ?? 0;
    words[at + TAIL.dataBytes] = data?.byteLength ?? 0;
    words[at + TAIL.heldUs] = Math.min(call.heldUs, NONE);
    words[at + TAIL.dataKind] = dataKind(data, this.settings.data);
    let to = at + CALL_WORDS;
    if (argsBytes > 0) bytes.write(args, to * 4);
    to += toWords(argsBytes);
    if (tcpInfo !== null) bytes.set(tcpInfo, to * 4);
    to += toWords(tcpInfo?.byteLength ?? 0);
    if (data !== null) bytes.set(data, to * 4);
    writer.commit(count);
  }

  private dataOf(call: ActiveCall): Uint8Array | null {
    if (call.data === null) return null;
    switch (this.settings.data) {
      case 'first-bytes':
        return call.data.subarray(0, this.settings.dataBytes);
      case 'all':
        return call.data;
      case 'hashes':
        return createHash('sha256').update(call.data).digest();
      default:
        throw this.settings.data satisfies never;
    }
  }
}

function fillCommon(words: Uint32Array, at: number, kind: number, call: ActiveCall, bits: number): void {
  const head = bits | (call.fd === null ? 0 : BIT.hasFd) | (call.flags === null ? 0 : BIT.hasFlags);
  const offset = call.offset;
  const has = head | (call.length === null ? 0 : BIT.hasLength) | (offset === null ? 0 : BIT.hasOffset);
  words[at + WORD.head] = kind | (callNumber(call.name) << 8) | (has << 16);
  words[at + WORD.number] = call.number;
  words[at + WORD.span] = call.span;
  words[at + WORD.enterSec] = call.enterSec;
  words[at + WORD.enterNsec] = call.enterNsec;
  words[at + WORD.exitSec] = call.exitSec;
  words[at + WORD.exitNsec] = call.exitNsec;
  words[at + WORD.ret] = call.ret;
  words[at + WORD.errno] = call.errno;
  words[at + WORD.fd] = call.fd ?? 0;
  words[at + WORD.length] = call.length ?? 0;
  words[at + WORD.flags] = call.flags ?? 0;
  put64(words, at + WORD.offsetLow, offset ?? 0);
}

function dataKind(data: Uint8Array | null, mode: 'first-bytes' | 'all' | 'hashes'): number {
  if (data === null) return DATA_KIND.none;
  return mode === 'hashes' ? DATA_KIND.sha256 : DATA_KIND.bytes;
}

const toWords = (bytes: number): number => (bytes + 3) >>> 2;

function put64(words: Uint32Array, at: number, value: number): void {
  words[at] = value >>> 0;
  words[at + 1] = Math.floor(value / 0x1_0000_0000);
}

let current: Recorder | null = null;

/** The recorder of this thread, or null while calls are not recorded. */
export const recorder = (): Recorder | null => current;

/**
 * Starts to record every socket call of this thread in the log. The closing record is written when the thread ends, or by
 * `closeRecorder`. Without this, or with `fd` null, the sockets work the same and nothing is recorded.
 */
export function configureRecorder(settings: RecorderSettings): void {
  closeRecorder();
  if (settings.fd === null) return;
  current = new Recorder(settings.fd, settings);
  process.once('exit', closeRecorder);
}

/** Writes what is still in memory and the closing record; later calls are not recorded. */
export function closeRecorder(): void {
  process.removeListener('exit', closeRecorder);
  current?.close();
  current = null;
}

export type CallArgs = (call: ActiveCall) => Readonly<Record<string, ArgValue>>;
