/**
 * The call log: frames of items, appended by every thread of a run to one file, each frame with a single write(2).
 * All integers are 32-bit words in host order; the log is read on the machine that wrote it while it is written.
 *
 *   frame   magic | bytes | pid | thread | sequence | items | header check | body check | items…
 *   item    kind and name | bytes | …              (a multiple of 4 bytes)
 *   ENTER   a call that may block, before it is made; CALL: the whole of it, after; THIN: CALL without its tail
 *   DEFINE  number | length | UTF-8: a string that later items of this thread name by its number
 *   OPEN    the thread begins to record: string number of its role, then settings; CLOSE: its counts, for comparison
 */
export const MAGIC = 0x4c4c_4143;
export const FRAME_WORDS = 8;
export const FRAME = {
  magic: 0,
  bytes: 1,
  pid: 2,
  thread: 3,
  sequence: 4,
  items: 5,
  headerCheck: 6,
  bodyCheck: 7,
} as const;

export const ITEM = { enter: 1, call: 2, thin: 3, define: 4, open: 5, close: 6 } as const;

/** Words of an ENTER, CALL or THIN item. Times are split in seconds and nanoseconds: BigInts cost more than the call. */
export const WORD = {
  /** kind | name << 8 | bits << 16 */
  head: 0,
  bytes: 1,
  number: 2,
  /** Number of the sendall call that this send belongs to; 0 for none (numbers begin at 1). */
  span: 3,
  enterSec: 4,
  enterNsec: 5,
  exitSec: 6,
  exitNsec: 7,
  ret: 8,
  /** Positive for errno(3), negative for getaddrinfo's errors, 0 for success. */
  errno: 9,
  fd: 10,
  /** String numbers; 0 for none. */
  socket: 11,
  local: 12,
  remote: 13,
  length: 14,
  flags: 15,
  offsetLow: 16,
  offsetHigh: 17,
} as const;
/** Length of a THIN item, and of the part that a CALL item shares with it. */
export const THIN_WORDS = 18;

/** Words of a CALL or ENTER item after the part above; then the arguments (JSON), tcp_info and data, each padded to 4 bytes. */
export const TAIL = {
  created: 18,
  place: 19,
  sendQueue: 20,
  recvQueue: 21,
  argsBytes: 22,
  tcpInfoBytes: 23,
  dataBytes: 24,
  /** 0 none, 1 data, 2 SHA-256 */
  dataKind: 25,
  /** How long the step mode held the call back, in µs; 0 where it did not. */
  heldUs: 26,
} as const;
export const CALL_WORDS = 27;
export const DATA_KIND = { none: 0, bytes: 1, sha256: 2 } as const;

/** "Not known" for words that may hold any smaller number. */
export const NONE = 0xffff_ffff;

/** Bits in the head of an item. */
export const BIT = {
  /** The flags word is an argument of the call. */
  hasFlags: 1,
  hasFd: 2,
  /** Data, queues and source were not kept. */
  thinned: 4,
  /** Bytes asked for: the length word is an argument. */
  hasLength: 8,
  hasOffset: 16,
} as const;

/** Words of a CLOSE item: 64-bit counts as low and high words. */
export const CLOSE = { calls: 2, failed: 4, sent: 6, received: 8, lostFrames: 10, words: 11 } as const;
/** Words of an OPEN item. */
export const OPEN = { role: 2, words: 3 } as const;

/** Covers the words of the frame's header before it, so that a torn or overwritten header is not believed. */
export function headerCheck(words: Uint32Array, at: number): number {
  return check(words, at, at + FRAME.headerCheck);
}

/** A word-wise hash of words from `from` to `to` (exclusive). Not against malice: against torn and lost writes. */
export function check(words: Uint32Array, from: number, to: number): number {
  let hash = 0x9e37_79b9;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (words[at] ?? 0), 0x0100_0193);
  return hash >>> 0;
}
