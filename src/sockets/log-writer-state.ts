import { CALL_NAMES, DIRECTIONS } from './call-names.ts';
import { CLOSE } from './log-format.ts';

/** Something that the log itself shows to be wrong: records missing, damaged, or not matching the closing counts. */
export interface LogProblem {
  readonly kind: 'damaged' | 'missing-records' | 'no-closing-record' | 'counts-differ' | 'lost-writes';
  readonly role: string | null;
  readonly pid: number | null;
  readonly text: string;
}

const SENDALL = CALL_NAMES.indexOf('sendall');

/** What the reader knows of one thread that writes to the log. */
export class LogWriterState {
  readonly index: number;
  readonly pid: number;
  readonly thread: number;
  role: string | null = null;
  isThinned = false;
  /** Calls entered and not returned: number of the call → row. */
  readonly pending = new Map<number, number>();
  /** Rows of the sendall spans by their number. */
  readonly spanRows = new Map<number, number>();
  /** By number of the name: how often it returned without an error. */
  readonly returned: number[] = Array<number>(CALL_NAMES.length).fill(0);
  private readonly strings = new Map<number, string>();
  private nextFrame = 0;
  private missingFrames = 0;
  private calls = 0;
  private failed = 0;
  private sent = 0;
  private received = 0;
  private closing: Readonly<Record<'calls' | 'failed' | 'sent' | 'received' | 'lostFrames', number>> | null =
    null;

  constructor(index: number, pid: number, thread: number) {
    this.index = index;
    this.pid = pid;
    this.thread = thread;
  }

  noteFrame(sequence: number): void {
    if (sequence !== this.nextFrame) this.missingFrames += Math.max(1, sequence - this.nextFrame);
    this.nextFrame = sequence + 1;
  }

  define(words: Uint32Array, at: number, size: number): void {
    const length = Math.min(words[at + 3] ?? 0, (size - 4) * 4);
    const bytes = Buffer.from(words.buffer, words.byteOffset + (at + 4) * 4, length);
    this.strings.set(words[at + 2] ?? 0, bytes.toString());
  }

  open(role: number): void {
    this.role = this.string(role);
  }

  close(words: Uint32Array, at: number): void {
    const count = (word: number): number =>
      (words[at + word] ?? 0) + (words[at + word + 1] ?? 0) * 0x1_0000_0000;
    this.closing = {
      calls: count(CLOSE.calls),
      failed: count(CLOSE.failed),
      sent: count(CLOSE.sent),
      received: count(CLOSE.received),
      lostFrames: words[at + CLOSE.lostFrames] ?? 0,
    };
  }

  noteCall(
    number: number,
    row: number,
    name: number,
    isFailed: boolean,
    moved: number,
    isThinned: boolean,
  ): void {
    this.calls++;
    if (isThinned) this.isThinned = true;
    if (isFailed) this.failed++;
    else this.returned[name] = (this.returned[name] ?? 0) + 1;
    if (DIRECTIONS[CALL_NAMES[name] ?? ''] === 'send') this.sent += moved;
    else this.received += moved;
    if (name === SENDALL) this.spanRows.set(number, row);
  }

  /** The string of that number; null for 0 and for one whose definition was lost. */
  string(number: number): string | null {
    return this.strings.get(number) ?? null;
  }

  problems(): readonly LogProblem[] {
    const found: LogProblem[] = [];
    const tell = (kind: LogProblem['kind'], text: string) =>
      found.push({ kind, role: this.role, pid: this.pid, text });
    const who = `${this.role ?? `pid ${this.pid}`}${this.thread === 0 ? '' : `, thread ${this.thread}`}`;
    if (this.missingFrames > 0) tell('missing-records', `${who}: ${this.missingFrames} records are missing`);
    const { closing } = this;
    if (closing === null) {
      tell('no-closing-record', `${who}: the log ends without a closing record`);
      return found;
    }
    if (closing.lostFrames > 0)
      tell('lost-writes', `${who}: ${closing.lostFrames} records could not be written`);
    for (const key of ['calls', 'failed', 'sent', 'received'] as const) {
      if (closing[key] === this[key]) continue;
      const what = key === 'calls' ? 'calls' : key === 'failed' ? 'failed calls' : `bytes ${key}`;
      tell('counts-differ', `${who}: recorded ${this[key]} ${what}, made ${closing[key]}`);
    }
    return found;
  }
}
