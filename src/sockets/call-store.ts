import { CALL_WORDS, TAIL, THIN_WORDS, WORD } from './log-format.ts';

const ROWS_PER_CHUNK = 4096;

/** What a full record has and a thinned one does not. */
export interface CallDetail {
  readonly created: number;
  readonly place: number;
  readonly sendQueue: number;
  readonly recvQueue: number;
  readonly args: string | null;
  readonly tcpInfo: Uint8Array | null;
  readonly data: Uint8Array | null;
  readonly dataKind: number;
  readonly heldUs: number;
}

/** The records as words, 76 bytes a call: a run may have made hundreds of thousands. */
export class CallStore {
  count = 0;
  private readonly chunks: Uint32Array[] = [];
  private readonly details: (CallDetail | undefined)[] = [];

  /** A new row for an item of `writer`; its words are set by `put`. */
  add(): number {
    if (this.count % ROWS_PER_CHUNK === 0) this.chunks.push(new Uint32Array(ROWS_PER_CHUNK * THIN_WORDS));
    return this.count++;
  }

  /** Copies the common words of the item at `at`; the word of its length holds the writer's index instead. */
  put(row: number, words: Uint32Array, at: number, writer: number): void {
    const chunk = this.chunk(row);
    const to = (row % ROWS_PER_CHUNK) * THIN_WORDS;
    chunk.set(words.subarray(at, at + THIN_WORDS), to);
    chunk[to + WORD.bytes] = writer;
  }

  putDetail(row: number, detail: CallDetail): void {
    this.details[row] = detail;
  }

  word(row: number, word: number): number {
    return this.chunk(row)[(row % ROWS_PER_CHUNK) * THIN_WORDS + word] ?? 0;
  }

  signed(row: number, word: number): number {
    return this.word(row, word) | 0;
  }

  writer(row: number): number {
    return this.word(row, WORD.bytes);
  }

  detail(row: number): CallDetail | null {
    return this.details[row] ?? null;
  }

  timeNs(row: number, secWord: number): bigint {
    return BigInt(this.word(row, secWord)) * 1_000_000_000n + BigInt(this.word(row, secWord + 1));
  }

  offset(row: number): number {
    return this.word(row, WORD.offsetHigh) * 0x1_0000_0000 + this.word(row, WORD.offsetLow);
  }

  private chunk(row: number): Uint32Array {
    const chunk = this.chunks[Math.floor(row / ROWS_PER_CHUNK)];
    if (chunk === undefined) throw new RangeError(`no call ${row}`);
    return chunk;
  }
}

/** Reads the tail of the ENTER or CALL item at `at`; null when its lengths do not fit its size. */
export function readDetail(words: Uint32Array, at: number): CallDetail | null {
  const word = (index: number): number => words[at + index] ?? 0;
  const lengths = [word(TAIL.argsBytes), word(TAIL.tcpInfoBytes), word(TAIL.dataBytes)];
  const size = lengths.reduce((sum, length) => sum + Math.ceil(length / 4), CALL_WORDS);
  if (size * 4 !== word(WORD.bytes)) return null;
  let from = at + CALL_WORDS;
  const take = (length: number): Uint8Array | null => {
    if (length === 0) return null;
    // A copy: the caller's buffer is used again.
    const bytes = new Uint8Array(words.buffer, words.byteOffset + from * 4, length).slice();
    from += Math.ceil(length / 4);
    return bytes;
  };
  const args = take(word(TAIL.argsBytes));
  const tcpInfo = take(word(TAIL.tcpInfoBytes));
  const data = take(word(TAIL.dataBytes));
  return {
    created: word(TAIL.created),
    place: word(TAIL.place),
    sendQueue: word(TAIL.sendQueue),
    recvQueue: word(TAIL.recvQueue),
    args: args === null ? null : Buffer.from(args.buffer).toString(),
    tcpInfo,
    data,
    dataKind: word(TAIL.dataKind),
    heldUs: word(TAIL.heldUs),
  };
}
