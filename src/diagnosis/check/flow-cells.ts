/** Cells of a conversation; those of both directions come as two, A's first. Times in ns, 0: never. */
export const FLOW = {
  // What every segment touches. While `quiet` is 1 these are among the hot cells, of HOT_SIZE a flow: close together, for
  // most segments touch nothing else. See FlowStats.
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
  /** Where the cells begin that are 0 unless a side waits for something. */
  awaited: 24,
  zeroSince: 24,
  /** Since when the sender has filled the receiver's window. */
  fullSince: 26,
  /** When the window opened for the sender that had filled it, or that had met a window of 0. */
  openedFor: 28,
  /** 1 while a reset may prove to have had no effect. */
  resetSeen: 30,
  /** 1 while numbers of a side are not the analysis's: something stood ahead of them that is no part of the stream. */
  astray: 31,
  awaitedEnd: 32,
  // What most segments don't touch comes behind.
  /** Times, then bytes, sent again. */
  again: 34,
  againBytes: 36,
  timeouts: 38,
  fast: 40,
  spurious: 42,
  /** Time that senders waited before they sent again. */
  waited: 44,
  waitedUntil: 46,
  zeroTotal: 48,
  zeroCount: 50,
  nagle: 52,
  nagleWaited: 54,
  unseen: 56,
  overtaken: 58,
  twice: 60,
  probes: 62,
  keepAlives: 64,
  /** How long the window was full at the last time, and in all when more data followed. */
  fullLast: 66,
  fullTotal: 68,
  fullCount: 70,
  /** Times that a window of 0 kept a sender from sending. */
  stalled: 72,
  finsAgain: 74,
  /** Segments that were damaged on their way: wrong checksum, and sent again. */
  damaged: 76,
  /** Who closed with FIN, and who reset first: 0 nobody, 1 A, 2 B. */
  fin: 78,
  rst: 79,
  rstAt: 80,
  syns: 81,
  lastSyn: 82,
  synAcks: 83,
  /** 1 when both sides sent a SYN. */
  crossed: 84,
  /** Packets that the other side had sent when the latest keep-alive came, and how many came since they were so many. */
  keepAliveAt: 85,
  keepAliveRun: 87,
  /** How many keep-alives had no answer when who sent them reset the connection. */
  gone: 89,
  /** Times and bytes sent again that no acknowledgement asked for and no timer is known to explain. */
  unprompted: 90,
  /** Bytes by what made them be sent again. */
  timeoutBytes: 92,
  fastBytes: 94,
  unpromptedBytes: 96,
  /** What came late of the segments that were sent again without timeout. */
  late: 98,
  /** Segments whose bytes were captured or acknowledged before. */
  repeats: 100,
  /** Gaps that were filled later though nothing asked for it. */
  filled: 102,
  /** Of what was sent again by timeout or because it was asked for: where the first copy is not in the capture. */
  timeoutsUnseen: 104,
  fastUnseen: 106,
  /** When the latest SYN+ACK before the end of the handshake came. */
  lastSynAck: 108,
  /** How many FINs each side sent. */
  fins: 109,
  /** What the first FIN and the first reset acknowledge, signed 32-bit; NaN for a reset without acknowledgement. */
  finAck: 111,
  rstAck: 112,
  /** The lowest number of payload that was captured of a side, signed 32-bit; and how many behind it came at no time. */
  low: 113,
  lowMissing: 115,
  /** The number of the latest byte that probed a closed window: captured, though it does not count as sent. */
  probeAt: 117,
  first: 119,
  syn: 120,
  synAck: 121,
  done: 122,
  /** What was known when the first reset came: bytes of each side, where each ended (signed 32-bit, 0: not known), 1 after a FIN. */
  rstBytes: 123,
  rstNext: 125,
  rstClosed: 127,
  rstSeq: 128,
  rstRow: 129,
  /** Bits of AFTER_RESET: what was seen of it since. */
  rstSeen: 130,
  /** Resets in the name of each side that had no effect, and why, of the last: places in WITHOUT_EFFECT. */
  ignored: 131,
  ignoredWhy: 133,
  /** 1 after a reset of what the other end still held of an older connection: it has yet to begin anew. */
  anew: 135,
  /** Probes that a sender had made when the latest window of 0 met it. */
  probesBefore: 136,
  /** Segments that were sent again by timeout, each once. */
  timeoutsDistinct: 138,
  /** Of the timeouts: how many may as well be what acknowledgements asked for, a long way from the sender. */
  timeoutsUnsure: 140,
  /** Times and bytes sent again because a router had said that they were too big. */
  tooBig: 142,
  tooBigBytes: 144,
  /** The first row, plus 1, in which whoever reset the connection went on all the same; and when it came. */
  spokeRow: 146,
  spokeAt: 147,
  /** The row, plus 1, of A's first SYN that carried data; what was sent again because the answer took none of it. */
  synDataRow: 148,
  fastOpen: 149,
  fastOpenBytes: 151,
  /** 1 where a SYN+ACK closed the window of a side. */
  zeroInSynAck: 153,
  /** The same of those that were asked for, and of those that nothing is known to explain. */
  fastDistinct: 155,
  unpromptedDistinct: 157,
  size: 159,
} as const;

/** Hot cells of a flow: three cache lines. */
export const HOT_SIZE = 24;

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
  for (let cell = at + FLOW.awaited; cell < at + FLOW.awaitedEnd; cell++) if (cells[cell] !== 0) return false;
  return cells[at + FLOW.done] !== 0 || cells[at + FLOW.synAck] === 0;
}
