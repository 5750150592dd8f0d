import type { ArgValue, Call } from './call.ts';
import { CALL_NAMES, movedBytes } from './call-names.ts';
import { type CallDetail, CallStore, readDetail } from './call-store.ts';
import { errnoName } from './errno.ts';
import {
  BIT,
  CALL_WORDS,
  CLOSE,
  DATA_KIND,
  FRAME,
  FRAME_WORDS,
  ITEM,
  NONE,
  OPEN,
  THIN_WORDS,
  WORD,
} from './log-format.ts';
import { FrameCutter } from './log-frames.ts';
import { type LogProblem, LogWriterState } from './log-writer-state.ts';
import { SourceMapper } from './source-mapper.ts';
import { msgFlags } from './symbols.ts';
import { decodeTcpInfo } from './tcp-info.ts';

export interface ReaderOptions {
  /** Source files below this directory are named relative to it. */
  readonly root?: string;
}

const NAMES: readonly string[] = CALL_NAMES;
const NO_ARGS: Readonly<Record<string, ArgValue>> = Object.freeze({});

/** Reads the call log while it is written. Feed it what the file has grown by; ask what is known; `finish` at the end. */
export class CallLogReader {
  private readonly frames = new FrameCutter();
  private readonly store = new CallStore();
  private readonly writers: LogWriterState[] = [];
  private readonly writerByKey = new Map<number, LogWriterState>();
  private readonly sources: SourceMapper;
  private readonly damage: LogProblem[] = [];
  private readonly argsByFlags = new Map<number, Readonly<Record<string, ArgValue>>>();
  private lastWriter: LogWriterState | null = null;

  constructor(options: ReaderOptions = {}) {
    this.sources = new SourceMapper(options.root ?? null);
  }

  /** Takes the next bytes of the log; a record that is not whole yet is kept until more come. */
  feed(chunk: Uint8Array): void {
    this.frames.feed(chunk);
    this.takeFrames(false);
  }

  /** Calls known so far, blocked ones included. */
  get count(): number {
    return this.store.count;
  }

  /** The call in `row`, in the order of arrival, as known by now. Its id and span are not final before `finish`. */
  call(row: number): Call {
    return this.toCall(row, row + 1, null);
  }

  /** All calls known so far in the order of arrival; those still blocked have exitNs null. */
  calls(): readonly Call[] {
    return Array.from({ length: this.store.count }, (_, row) => this.call(row));
  }

  /** Calls that have been entered and have not returned. */
  pending(): readonly Call[] {
    return this.writers.flatMap((writer) => [...writer.pending.values()].map((row) => this.call(row)));
  }

  /** Whether a call of that name has returned without an error in any thread of the role. */
  hasReturned(role: string, name: string): boolean {
    const number = NAMES.indexOf(name);
    return this.writers.some((writer) => writer.role === role && (writer.returned[number] ?? 0) > 0);
  }

  /** Whether any call was recorded in the thinned form. */
  get isThinned(): boolean {
    return this.writers.some((writer) => writer.isThinned);
  }

  /** What is wrong with the log. A role that was killed has no closing record: its own exit tells whether that is a problem. */
  get problems(): readonly LogProblem[] {
    const skipped: LogProblem[] =
      this.frames.skipped === 0
        ? []
        : [problem('damaged', null, `${this.frames.skipped} bytes of the call log are not records`)];
    return [...skipped, ...this.damage, ...this.writers.flatMap((writer) => writer.problems())];
  }

  /** The calls of the whole run: sorted by entry, numbered from 1. The reader's own memory is given back. */
  finish(): readonly Call[] {
    this.takeFrames(true);
    const calls = this.snapshot();
    this.store.release();
    for (const writer of this.writers) writer.release();
    return calls;
  }

  /** All calls known so far, sorted by entry and numbered from 1 as if the run ended here; blocked ones have exitNs null. */
  snapshot(): readonly Call[] {
    const { store } = this;
    const order = Uint32Array.from({ length: store.count }, (_, row) => row).sort((a, b) =>
      this.compare(a, b),
    );
    const idOfRow = new Uint32Array(store.count);
    order.forEach((row, index) => {
      idOfRow[row] = index + 1;
    });
    const calls: Call[] = [];
    for (const row of order) calls.push(this.toCall(row, calls.length + 1, idOfRow));
    return calls;
  }

  private takeFrames(isLast: boolean): void {
    for (let frame = this.frames.next(isLast); frame !== null; frame = this.frames.next(isLast)) {
      const { words } = frame;
      const writer = this.writerOf(words[FRAME.pid] ?? 0, words[FRAME.thread] ?? 0);
      writer.noteFrame(words[FRAME.sequence] ?? 0);
      this.takeItems(words, writer);
    }
  }

  private writerOf(pid: number, thread: number): LogWriterState {
    if (this.lastWriter?.pid === pid && this.lastWriter.thread === thread) return this.lastWriter;
    const key = pid * 0x1_0000 + thread;
    let writer = this.writerByKey.get(key);
    if (writer === undefined) {
      writer = new LogWriterState(this.writers.length, pid, thread);
      this.writers.push(writer);
      this.writerByKey.set(key, writer);
    }
    this.lastWriter = writer;
    return writer;
  }

  private takeItems(words: Uint32Array, writer: LogWriterState): void {
    let at = FRAME_WORDS;
    while (at + 2 <= words.length) {
      const size = (words[at + WORD.bytes] ?? 0) / 4;
      if (!Number.isInteger(size) || size < 2 || at + size > words.length) {
        this.damage.push(problem('damaged', writer, `an item claims ${size * 4} bytes`));
        return;
      }
      this.takeItem(words, at, size, writer);
      at += size;
    }
  }

  private takeItem(words: Uint32Array, at: number, size: number, writer: LogWriterState): void {
    const kind = (words[at] ?? 0) & 0xff;
    if (kind === ITEM.define && size >= 4) writer.define(words, at, size);
    else if (kind === ITEM.open && size >= OPEN.words) writer.open(words[at + OPEN.role] ?? 0);
    else if (kind === ITEM.close && size >= CLOSE.words) writer.close(words, at);
    else if (kind === ITEM.thin && size === THIN_WORDS) this.takeCall(words, at, kind, writer, null);
    else if ((kind === ITEM.enter || kind === ITEM.call) && size >= CALL_WORDS) {
      const detail = readDetail(words, at);
      if (detail === null)
        this.damage.push(problem('damaged', writer, 'the lengths in a record do not fit it'));
      else this.takeCall(words, at, kind, writer, detail);
    } else this.damage.push(problem('damaged', writer, `a record of unknown kind ${kind}`));
  }

  private takeCall(
    words: Uint32Array,
    at: number,
    kind: number,
    writer: LogWriterState,
    detail: CallDetail | null,
  ): void {
    const number = words[at + WORD.number] ?? 0;
    const row = writer.pending.get(number) ?? this.store.add();
    this.store.put(row, words, at, writer.index);
    if (detail !== null) this.store.putDetail(row, detail);
    if (kind === ITEM.enter) {
      writer.pending.set(number, row);
      return;
    }
    writer.pending.delete(number);
    const name = ((words[at] ?? 0) >> 8) & 0xff;
    const ret = (words[at + WORD.ret] ?? 0) | 0;
    const isFailed = words[at + WORD.errno] !== 0;
    const moved = movedBytes(CALL_NAMES[name] ?? '', ret, words[at + WORD.flags] ?? 0);
    writer.noteCall(number, row, name, isFailed, moved, (((words[at] ?? 0) >> 16) & BIT.thinned) !== 0);
  }

  private compare(a: number, b: number): number {
    const { store } = this;
    const sec = store.word(a, WORD.enterSec) - store.word(b, WORD.enterSec);
    if (sec !== 0) return sec;
    const nsec = store.word(a, WORD.enterNsec) - store.word(b, WORD.enterNsec);
    if (nsec !== 0) return nsec;
    const one = this.writers[store.writer(a)];
    const other = this.writers[store.writer(b)];
    if (one !== undefined && other !== undefined && one !== other) {
      if (one.role !== other.role) return (one.role ?? '') < (other.role ?? '') ? -1 : 1;
      return one.pid - other.pid || one.thread - other.thread;
    }
    return store.word(a, WORD.number) - store.word(b, WORD.number);
  }

  private toCall(row: number, id: number, idOfRow: Uint32Array | null): Call {
    const { store } = this;
    const writer = this.writers[store.writer(row)];
    if (writer === undefined) throw new RangeError(`no call ${row}`);
    const head = store.word(row, WORD.head);
    const name = CALL_NAMES[(head >> 8) & 0xff] ?? 'unknown';
    const bits = head >>> 16;
    const detail = store.detail(row);
    const hasExit = store.word(row, WORD.exitSec) !== 0;
    const errno = store.signed(row, WORD.errno);
    const remote = writer.string(store.word(row, WORD.remote));
    const isHash = detail?.dataKind === DATA_KIND.sha256 && detail.data !== null;
    return {
      id,
      role: writer.role ?? `pid ${writer.pid}`,
      pid: writer.pid,
      thread: writer.thread,
      name,
      args: this.argsOf(name, detail, bits, store.word(row, WORD.flags), remote),
      enterNs: store.timeNs(row, WORD.enterSec),
      exitNs: hasExit ? store.timeNs(row, WORD.exitSec) : null,
      ret: hasExit ? store.signed(row, WORD.ret) : null,
      errno: errno === 0 ? null : errnoName(errno),
      fd: bits & BIT.hasFd ? store.signed(row, WORD.fd) : null,
      socket: writer.string(store.word(row, WORD.socket)),
      created: writer.string(detail?.created ?? 0),
      local: writer.string(store.word(row, WORD.local)),
      remote,
      length: bits & BIT.hasLength ? store.word(row, WORD.length) : null,
      offset: bits & BIT.hasOffset ? store.offset(row) : null,
      data: isHash ? null : (detail?.data ?? emptyData(detail)),
      hash: isHash ? Buffer.from(detail.data ?? []).toString('hex') : null,
      sendQueue: known(detail?.sendQueue),
      recvQueue: known(detail?.recvQueue),
      tcpInfo: detail?.tcpInfo ? decodeTcpInfo(detail.tcpInfo) : null,
      source: this.sources.locate(writer.string(detail?.place ?? 0)),
      span: this.spanOf(row, writer, idOfRow),
      thinned: (bits & BIT.thinned) !== 0,
    };
  }

  private argsOf(
    name: string,
    detail: CallDetail | null,
    bits: number,
    flags: number,
    remote: string | null,
  ) {
    if (detail?.args) return parseArgs(detail.args);
    if ((bits & BIT.hasFlags) === 0) return NO_ARGS;
    if (name === 'sendto' && remote !== null) return { flags: msgFlags(flags), address: remote };
    let args = this.argsByFlags.get(flags);
    if (args === undefined) {
      args = Object.freeze({ flags: msgFlags(flags) });
      this.argsByFlags.set(flags, args);
    }
    return args;
  }

  private spanOf(row: number, writer: LogWriterState, idOfRow: Uint32Array | null): number | null {
    const span = this.store.word(row, WORD.span);
    if (span === 0) return null;
    const spanRow = writer.spanRows.get(span) ?? writer.pending.get(span);
    if (spanRow === undefined) return null;
    return idOfRow === null ? spanRow + 1 : (idOfRow[spanRow] ?? null);
  }
}

const known = (word: number | undefined): number | null =>
  word === undefined || word === NONE ? null : word;

/** Data that was kept and is empty (recv returned 0, or none was to be kept) as against data that was not kept. */
const emptyData = (detail: CallDetail | null): Uint8Array | null =>
  detail?.dataKind === DATA_KIND.bytes ? new Uint8Array(0) : null;

function parseArgs(text: string): Readonly<Record<string, ArgValue>> {
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null) return NO_ARGS;
  return Object.fromEntries(
    Object.entries(parsed).filter(
      (entry): entry is [string, ArgValue] =>
        entry[1] === null || typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function problem(kind: LogProblem['kind'], writer: LogWriterState | null, text: string): LogProblem {
  return { kind, role: writer?.role ?? null, pid: writer?.pid ?? null, text };
}
