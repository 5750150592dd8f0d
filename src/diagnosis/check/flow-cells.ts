import { CellLayout, conversationAt, conversationOf, grownCells } from './cell-layout.ts';

/**
 * What every segment touches: cells of a conversation by their number. While `quiet` is 1 they stand by themselves, HOT_SIZE a
 * flow, for most segments touch nothing else. See FlowStats.
 */
export const HOT = {
  last: 0,
  idle: 1,
  /** 1 while neither side waits for anything: none of the cells from `awaited` on is set, and no handshake is open. */
  quiet: 2,
  packets: 4,
  bytes: 6,
  dataAt: 8,
  dataLen: 10,
  dataSegments: 12,
  smallSegments: 14,
  /** Least time from data, SYN or FIN of a side to its acknowledgement, of what was sent once. */
  rttLeast: 16,
  /** How many such times were measured. */
  rttCount: 18,
  /** 1 while what a side sent again is not acknowledged: such a round trip is not measured (Karn's rule, RFC 6298 §3). */
  ambiguous: 20,
  /** When a delayed acknowledgement came that the sender may have waited for. */
  ackedLate: 22,
} as const;

/** Hot cells of a flow: three cache lines. */
export const HOT_SIZE = 24;

const layout = new CellLayout();
const hot = Array.from({ length: HOT_SIZE }, () => layout.one());

/**
 * Cells of a conversation; those of both directions come as two, A's first. Times in ns, 0: never. What is written of
 * conversations of one kind stands together.
 */
export const FLOW = {
  last: hot[HOT.last] ?? 0,
  idle: hot[HOT.idle] ?? 0,
  quiet: hot[HOT.quiet] ?? 0,
  packets: hot[HOT.packets] ?? 0,
  bytes: hot[HOT.bytes] ?? 0,
  dataAt: hot[HOT.dataAt] ?? 0,
  dataLen: hot[HOT.dataLen] ?? 0,
  dataSegments: hot[HOT.dataSegments] ?? 0,
  smallSegments: hot[HOT.smallSegments] ?? 0,
  rttLeast: hot[HOT.rttLeast] ?? 0,
  rttCount: hot[HOT.rttCount] ?? 0,
  ambiguous: hot[HOT.ambiguous] ?? 0,
  ackedLate: hot[HOT.ackedLate] ?? 0,
  // These are 0 unless a side waits for something: one group.
  zeroSince: layout.group().two(),
  /** Since when the sender has filled the receiver's window. */
  fullSince: layout.two(),
  /** When the window opened for the sender that had filled it, or that had met a window of 0. */
  openedFor: layout.two(),
  /** 1 while a reset may prove to have had no effect. */
  resetSeen: layout.one(),
  /** 1 while numbers of a side are not the analysis's: something stood ahead of them that is no part of the stream. */
  astray: layout.one(),
  // How it began and ended.
  first: layout.group().one(),
  syn: layout.one(),
  synAck: layout.one(),
  done: layout.one(),
  syns: layout.one(),
  lastSyn: layout.one(),
  synAcks: layout.one(),
  /** When the latest SYN+ACK before the end of the handshake came. */
  lastSynAck: layout.one(),
  /** Who closed with FIN, and who reset first: 0 nobody, 1 A, 2 B. */
  fin: layout.group().one(),
  rst: layout.one(),
  /** What the first FIN and the first reset acknowledge, signed 32-bit; NaN for a reset without acknowledgement. */
  finAck: layout.one(),
  /** How many FINs each side sent. */
  fins: layout.two(),
  /** The lowest number of payload that was captured of a side, signed 32-bit; and how many behind it came at no time. */
  low: layout.two(),
  lowMissing: layout.two(),
  // What was sent again.
  /** Times, then bytes, sent again. */
  again: layout.group().two(),
  againBytes: layout.two(),
  /** Segments that were sent again, each once: by timeout, because they were asked for, and of those that nothing is known to explain. */
  timeoutsDistinct: layout.two(),
  fastDistinct: layout.two(),
  unpromptedDistinct: layout.two(),
  /** Segments whose bytes were captured or acknowledged before. */
  repeats: layout.two(),
  timeouts: layout.two(),
  fast: layout.two(),
  /** Bytes by what made them be sent again. */
  timeoutBytes: layout.two(),
  fastBytes: layout.two(),
  /** Time that senders waited before they sent again. */
  waited: layout.two(),
  waitedUntil: layout.two(),
  spurious: layout.two(),
  /** Times and bytes sent again that no acknowledgement asked for and no timer is known to explain. */
  unprompted: layout.two(),
  unpromptedBytes: layout.two(),
  /** What came late of the segments that were sent again without timeout. */
  late: layout.two(),
  /** Of the timeouts: how many may as well be what acknowledgements asked for, a long way from the sender. */
  timeoutsUnsure: layout.two(),
  /** Of what was sent again by timeout or because it was asked for: where the first copy is not in the capture. */
  timeoutsUnseen: layout.two(),
  fastUnseen: layout.two(),
  /** Gaps that were filled later though nothing asked for it. */
  filled: layout.two(),
  unseen: layout.two(),
  overtaken: layout.two(),
  twice: layout.two(),
  /** Segments that were damaged on their way: wrong checksum, and sent again. */
  damaged: layout.two(),
  finsAgain: layout.two(),
  /** Times and bytes sent again because a router had said that they were too big. */
  tooBig: layout.two(),
  tooBigBytes: layout.two(),
  // Windows.
  zeroTotal: layout.group().two(),
  zeroCount: layout.two(),
  probes: layout.two(),
  /** Probes that a sender had made when the latest window of 0 met it. */
  probesBefore: layout.two(),
  /** The number of the latest byte that probed a closed window: captured, though it does not count as sent. */
  probeAt: layout.two(),
  /** Times that a window of 0 kept a sender from sending. */
  stalled: layout.two(),
  /** How long the window was full at the last time, and in all when more data followed. */
  fullLast: layout.two(),
  fullTotal: layout.two(),
  fullCount: layout.two(),
  /** The row, plus 1, of a SYN+ACK that closed the window of a side, until it shows whether somebody waited for it. */
  zeroInSynAck: layout.two(),
  // Resets.
  rstAt: layout.group().one(),
  rstAck: layout.one(),
  /** What was known when the first reset came: bytes of each side, where each ended (signed 32-bit, 0: not known), 1 after a FIN. */
  rstBytes: layout.two(),
  rstNext: layout.two(),
  rstClosed: layout.one(),
  rstSeq: layout.one(),
  rstRow: layout.one(),
  /** Bits of AFTER_RESET: what was seen of it since. */
  rstSeen: layout.one(),
  /** Resets in the name of each side that had no effect, and why, of the last: places in WITHOUT_EFFECT. */
  ignored: layout.two(),
  ignoredWhy: layout.two(),
  /** 1 after a reset of what the other end still held of an older connection: it has yet to begin anew. */
  anew: layout.one(),
  /** The first row, plus 1, in which whoever reset the connection went on all the same; and when it came. */
  spokeRow: layout.one(),
  spokeAt: layout.one(),
  // What few have.
  nagle: layout.group().two(),
  nagleWaited: layout.two(),
  keepAlives: layout.two(),
  /** 1 when both sides sent a SYN. */
  crossed: layout.one(),
  /** Packets that the other side had sent when the latest keep-alive came, and how many came since they were so many. */
  keepAliveAt: layout.two(),
  keepAliveRun: layout.two(),
  /** How many keep-alives had no answer when who sent them reset the connection. */
  gone: layout.one(),
  /** The row, plus 1, of A's first SYN that carried data; what was sent again because the answer took none of it. */
  synDataRow: layout.one(),
  fastOpen: layout.two(),
  fastOpenBytes: layout.two(),
};

const BLOCK = layout.block;
const AWAITED = FLOW.zeroSince;
const AWAITED_END = AWAITED + 8;

/** The place of a conversation's first cell. */
export function cellsAt(flow: number): number {
  return conversationAt(flow, BLOCK);
}

/** The conversation whose first cell has this place. */
export function flowAt(at: number): number {
  return conversationOf(at, BLOCK);
}

/** Cells of so many conversations, or more. */
export function cellsFor(flows: number, before: Float64Array = new Float64Array(0)): Float64Array {
  return grownCells(before, flows, BLOCK);
}

/** How many conversations these cells have room for. */
export function roomIn(cells: Float64Array): number {
  return flowAt(cells.length);
}

/** What was not finished so long (ns) before the end of the capture may have gone on after it. */
export const UNFINISHED_NS = 1e9;

export const KIND = {
  refused: 0,
  reset: 1,
  unanswered: 2,
  timeout: 3,
  fast: 4,
  spurious: 5,
  zeroWindow: 6,
  nagle: 7,
  missing: 8,
  overtaken: 9,
  twice: 10,
  probe: 11,
  keepAlive: 12,
  error: 13,
  small: 14,
  windowFull: 15,
  finAgain: 16,
  damaged: 17,
  oneSided: 18,
  unprompted: 19,
  filled: 20,
  ignored: 21,
  tooBig: 22,
  fastOpen: 23,
} as const;

/** Whether neither side of a conversation waits for anything, the end of the handshake included. */
export function isQuiet(cells: Float64Array, at: number): boolean {
  for (let cell = at + AWAITED; cell < at + AWAITED_END; cell++) if (cells[cell] !== 0) return false;
  return cells[at + FLOW.done] !== 0 || cells[at + FLOW.synAck] === 0;
}
