import type { ArgValue, Call } from './call.ts';
import { CALL_NAMES } from './call-names.ts';
import type { CallDetail, CallStore } from './call-store.ts';
import { type Errno, errnoName } from './errno.ts';
import { BIT, DATA_KIND, NONE, WORD } from './log-format.ts';
import type { LogWriterState } from './log-writer-state.ts';
import type { SourceMapper } from './source-mapper.ts';
import { msgFlags } from './symbols.ts';
import { decodeTcpInfo } from './tcp-info.ts';

const NO_ARGS: Readonly<Record<string, ArgValue>> = Object.freeze({});
const ARGS_OF_FLAGS = new Map<number, Readonly<Record<string, ArgValue>>>();

/** What the calls of one log are read from. */
export interface LoggedCalls {
  readonly store: CallStore;
  readonly writers: readonly LogWriterState[];
  readonly sources: SourceMapper;
  /** Final ids by row; null while the log still grows: then it is the row's number from 1. */
  idOfRow: Uint32Array | null;
}

/**
 * A call that reads its fields from the store when they are asked for: 48 bytes instead of 300, because a run of a
 * gigabyte makes hundreds of thousands. The fields are getters: to change some of them start from `plainCall`.
 */
export class LoggedCall implements Call {
  readonly id: number;
  readonly #row: number;
  readonly #log: LoggedCalls;

  constructor(id: number, row: number, log: LoggedCalls) {
    this.id = id;
    this.#row = row;
    this.#log = log;
  }

  get role(): string {
    const { role, pid } = this.writer;
    return role ?? `pid ${pid}`;
  }

  get pid(): number {
    return this.writer.pid;
  }

  get thread(): number {
    return this.writer.thread;
  }

  get name(): string {
    return CALL_NAMES[(this.word(WORD.head) >> 8) & 0xff] ?? 'unknown';
  }

  get args(): Readonly<Record<string, ArgValue>> {
    const text = this.detail?.args;
    if (text) return parseArgs(text);
    if (!this.has(BIT.hasFlags)) return NO_ARGS;
    const flags = this.word(WORD.flags);
    const { remote } = this;
    if (remote !== null && this.name === 'sendto') return { flags: msgFlags(flags), address: remote };
    let args = ARGS_OF_FLAGS.get(flags);
    if (args === undefined) {
      args = Object.freeze({ flags: msgFlags(flags) });
      ARGS_OF_FLAGS.set(flags, args);
    }
    return args;
  }

  get enterNs(): bigint {
    return this.#log.store.timeNs(this.#row, WORD.enterSec);
  }

  get exitNs(): bigint | null {
    return this.isOver ? this.#log.store.timeNs(this.#row, WORD.exitSec) : null;
  }

  get ret(): number | null {
    return this.isOver ? this.signed(WORD.ret) : null;
  }

  get errno(): Errno | null {
    const errno = this.signed(WORD.errno);
    return errno === 0 ? null : errnoName(errno);
  }

  get fd(): number | null {
    return this.has(BIT.hasFd) ? this.signed(WORD.fd) : null;
  }

  get socket(): string | null {
    return this.string(this.word(WORD.socket));
  }

  get created(): string | null {
    return this.string(this.detail?.created ?? 0);
  }

  get local(): string | null {
    return this.string(this.word(WORD.local));
  }

  get remote(): string | null {
    return this.string(this.word(WORD.remote));
  }

  get length(): number | null {
    return this.has(BIT.hasLength) ? this.word(WORD.length) : null;
  }

  get offset(): number | null {
    return this.has(BIT.hasOffset) ? this.#log.store.offset(this.#row) : null;
  }

  get data(): Uint8Array | null {
    const { detail } = this;
    // Data that was kept and is empty (recv returned 0, or none was to be kept) as against data that was not kept.
    return detail?.dataKind === DATA_KIND.bytes ? (detail.data ?? new Uint8Array(0)) : null;
  }

  get hash(): string | null {
    const { detail } = this;
    if (detail?.dataKind !== DATA_KIND.sha256 || detail.data === null) return null;
    return Buffer.from(detail.data).toString('hex');
  }

  get sendQueue(): number | null {
    return known(this.detail?.sendQueue);
  }

  get recvQueue(): number | null {
    return known(this.detail?.recvQueue);
  }

  get tcpInfo(): Call['tcpInfo'] {
    const bytes = this.detail?.tcpInfo;
    return bytes ? decodeTcpInfo(bytes) : null;
  }

  get source(): Call['source'] {
    return this.#log.sources.locate(this.string(this.detail?.place ?? 0));
  }

  get span(): number | null {
    const span = this.word(WORD.span);
    if (span === 0) return null;
    const row = this.writer.spanRows.get(span) ?? this.writer.pending.get(span);
    if (row === undefined) return null;
    return this.#log.idOfRow === null ? row + 1 : (this.#log.idOfRow[row] ?? null);
  }

  get heldNs(): number | null {
    const heldUs = this.detail?.heldUs ?? 0;
    return heldUs === 0 ? null : heldUs * 1000;
  }

  get thinned(): boolean {
    return this.has(BIT.thinned);
  }

  private get isOver(): boolean {
    return this.word(WORD.exitSec) !== 0;
  }

  private get detail(): CallDetail | null {
    return this.#log.store.detail(this.#row);
  }

  private get writer(): LogWriterState {
    const writer = this.#log.writers[this.#log.store.writer(this.#row)];
    if (writer === undefined) throw new RangeError(`no call ${this.#row}`);
    return writer;
  }

  private has(bit: number): boolean {
    return ((this.word(WORD.head) >>> 16) & bit) !== 0;
  }

  private word(word: number): number {
    return this.#log.store.word(this.#row, word);
  }

  private signed(word: number): number {
    return this.#log.store.signed(this.#row, word);
  }

  private string(number: number): string | null {
    return number === 0 ? null : this.writer.string(number);
  }
}

const known = (word: number | undefined): number | null =>
  word === undefined || word === NONE ? null : word;

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
