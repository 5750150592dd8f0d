import { atOnce, orderInSteps } from '../timeline/time-order.ts';
import { type Call, plainCall } from './call.ts';
import { CALL_NAMES, movedBytes } from './call-names.ts';
import { type CallDetail, CallStore, readDetail } from './call-store.ts';
import { BIT, CALL_WORDS, CLOSE, FRAME, FRAME_WORDS, ITEM, OPEN, THIN_WORDS, WORD } from './log-format.ts';
import { FrameCutter } from './log-frames.ts';
import { type LogProblem, LogWriterState } from './log-writer-state.ts';
import { LoggedCall, type LoggedCalls } from './logged-call.ts';
import { SourceMapper } from './source-mapper.ts';

export interface ReaderOptions {
  /** Source files below this directory are named relative to it. */
  readonly root?: string;
}

/** Calls that are gone through in less than a millisecond. */
const CALLS_A_STEP = 8192;
/** Calls that are copied in about as long. */
const COPIES_A_STEP = 1024;
const NAMES: readonly string[] = CALL_NAMES;

/** Reads the call log while it is written. Feed it what the file has grown by; ask what is known; `finish` at the end. */
export class CallLogReader {
  private readonly frames = new FrameCutter();
  private readonly store = new CallStore();
  private readonly writers: LogWriterState[] = [];
  private readonly writerByKey = new Map<number, LogWriterState>();
  private readonly log: LoggedCalls;
  private readonly damage: LogProblem[] = [];
  private lastWriter: LogWriterState | null = null;

  constructor(options: ReaderOptions = {}) {
    const { store, writers } = this;
    this.log = { store, writers, sources: new SourceMapper(options.root ?? null), idOfRow: null };
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

  /** The call in `row`, in the order of arrival, as known whenever it is asked. Its id and span are not final before `finish`. */
  call(row: number): Call {
    return new LoggedCall(row + 1, row, this.log);
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

  /** The calls of the whole run: sorted by entry, numbered from 1. They are read from the reader's own memory. */
  finish(): readonly Call[] {
    return atOnce(this.finishInSteps());
  }

  /** The same in steps: a run may have made hundreds of thousands of calls. */
  *finishInSteps(): Generator<void, readonly Call[]> {
    this.takeFrames(true);
    const { order, idOfRow } = yield* this.sorted();
    this.log.idOfRow = idOfRow;
    const calls: Call[] = [];
    for (const row of order) {
      if (calls.length % CALLS_A_STEP === 0) yield;
      calls.push(new LoggedCall(calls.length + 1, row, this.log));
    }
    return calls;
  }

  /**
   * All calls known so far, sorted by entry and numbered from 1 as if the run ended here; blocked ones have exitNs null.
   * They are copies, which do not change when more is read. In steps, between which more may be read: calls that are entered
   * meanwhile are left out.
   */
  *snapshot(): Generator<void, readonly Call[]> {
    const { order, idOfRow } = yield* this.sorted();
    const log = { ...this.log, idOfRow };
    const calls: Call[] = [];
    for (const row of order) {
      if (calls.length % COPIES_A_STEP === 0) yield;
      calls.push(plainCall(new LoggedCall(calls.length + 1, row, log)));
    }
    return calls;
  }

  private *sorted(): Generator<void, { readonly order: Uint32Array; readonly idOfRow: Uint32Array }> {
    const { store } = this;
    const { count } = store;
    const times = new Float64Array(count);
    const base = count === 0 ? 0 : store.word(0, WORD.enterSec);
    for (let row = 0; row < count; row++) {
      if (row % CALLS_A_STEP === 0) yield;
      times[row] = (store.word(row, WORD.enterSec) - base) * 1e9 + store.word(row, WORD.enterNsec);
    }
    const order = yield* orderInSteps(times);
    const time = (place: number): number => times[order[place] ?? 0] ?? 0;
    const idOfRow = new Uint32Array(count);
    for (let from = 0, to = 1; from < count; from = to, to = from + 1) {
      if (from % CALLS_A_STEP === 0) yield;
      while (to < count && time(to) === time(from)) to++;
      if (to - from > 1) order.subarray(from, to).sort((a, b) => this.compare(a, b));
      for (let place = from; place < to; place++) idOfRow[order[place] ?? 0] = place + 1;
    }
    return { order, idOfRow };
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

  /** Of calls that were entered in the same nanosecond. */
  private compare(a: number, b: number): number {
    const { store } = this;
    const one = this.writers[store.writer(a)];
    const other = this.writers[store.writer(b)];
    if (one !== undefined && other !== undefined && one !== other) {
      if (one.role !== other.role) return (one.role ?? '') < (other.role ?? '') ? -1 : 1;
      return one.pid - other.pid || one.thread - other.thread;
    }
    return store.word(a, WORD.number) - store.word(b, WORD.number);
  }
}

function problem(kind: LogProblem['kind'], writer: LogWriterState | null, text: string): LogProblem {
  return { kind, role: writer?.role ?? null, pid: writer?.pid ?? null, text };
}
