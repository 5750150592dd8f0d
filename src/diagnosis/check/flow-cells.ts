/** Cells of a conversation; those of both directions come as two, A's first. Times in ns, 0: never. */
export const FLOW = {
  // What every segment touches stands together: three cache lines.
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
  /** Where the cells begin that are 0 unless a side waits for something. */
  awaited: 20,
  /** 1 while what a side sent again is not acknowledged: such a round trip is not measured (Karn's rule, RFC 6298 §3). */
  ambiguous: 20,
  /** When a delayed acknowledgement came that the sender may have waited for. */
  ackedLate: 22,
  zeroSince: 24,
  /** Since when the sender has filled the receiver's window. */
  fullSince: 26,
  /** When the window opened for the sender that had filled it, or that had met a window of 0. */
  openedFor: 28,
  awaitedEnd: 30,
  // What most segments don't touch comes behind.
  /** Times, then bytes, sent again. */
  again: 32,
  againBytes: 34,
  timeouts: 36,
  fast: 38,
  spurious: 40,
  /** Time that senders waited before they sent again. */
  waited: 42,
  waitedUntil: 44,
  zeroTotal: 46,
  zeroCount: 48,
  nagle: 50,
  nagleWaited: 52,
  unseen: 54,
  overtaken: 56,
  twice: 58,
  probes: 60,
  keepAlives: 62,
  /** How long the window was full at the last time, and in all when more data followed. */
  fullLast: 64,
  fullTotal: 66,
  fullCount: 68,
  /** Times that a window of 0 kept a sender from sending. */
  stalled: 70,
  finsAgain: 72,
  /** Segments that were damaged on their way: wrong checksum, and sent again. */
  damaged: 74,
  /** Who closed with FIN, and who reset first: 0 nobody, 1 A, 2 B. */
  fin: 76,
  rst: 77,
  rstAt: 78,
  syns: 79,
  lastSyn: 80,
  synAcks: 81,
  /** 1 when both sides sent a SYN. */
  crossed: 82,
  /** Packets that the other side had sent when the latest keep-alive came, and how many came since they were so many. */
  keepAliveAt: 83,
  keepAliveRun: 85,
  /** How many keep-alives had no answer when who sent them reset the connection. */
  gone: 87,
  /** Times and bytes sent again that no acknowledgement asked for and no timer explains. */
  unprompted: 88,
  /** Bytes by what made them be sent again. */
  timeoutBytes: 90,
  fastBytes: 92,
  unpromptedBytes: 94,
  /** What came late of the segments that were sent again without timeout. */
  late: 96,
  /** Segments whose bytes were captured or acknowledged before. */
  repeats: 98,
  /** Gaps that were filled later though nothing asked for it. */
  filled: 100,
  /** Of what was sent again by timeout or because it was asked for: where the first copy is not in the capture. */
  timeoutsUnseen: 102,
  fastUnseen: 104,
  /** When the latest SYN+ACK before the end of the handshake came. */
  lastSynAck: 106,
  /** How many FINs each side sent. */
  fins: 107,
  /** What the first FIN and the first reset acknowledge, signed 32-bit; NaN for a reset without acknowledgement. */
  finAck: 109,
  rstAck: 110,
  /** The lowest number of payload that was captured of a side, signed 32-bit; and how many behind it came at no time. */
  low: 111,
  lowMissing: 113,
  /** The number of the latest byte that probed a closed window: captured, though it does not count as sent. */
  probeAt: 115,
  first: 117,
  syn: 118,
  synAck: 119,
  done: 120,
  size: 121,
} as const;

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
} as const;
