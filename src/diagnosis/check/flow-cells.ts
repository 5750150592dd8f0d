/** Cells of a conversation; those of both directions come as two, A's first. Times in ns, 0: never. */
export const FLOW = {
  first: 0,
  last: 1,
  syn: 2,
  synAck: 3,
  done: 4,
  idle: 5,
  /** 1 while what a side sent again is not acknowledged: such a round trip is not measured (Karn's rule, RFC 6298 §3). */
  ambiguous: 6,
  packets: 8,
  bytes: 10,
  dataAt: 12,
  dataLen: 14,
  dataSegments: 16,
  smallSegments: 18,
  /** When a delayed acknowledgement came that the sender may have waited for. */
  ackedLate: 20,
  zeroSince: 22,
  /** Since when the sender has filled the receiver's window. */
  fullSince: 24,
  /** When the window opened for the sender that had filled it, or that had met a window of 0. */
  openedFor: 26,
  /** Smallest time from data or SYN of a side to its acknowledgement. */
  rttLeast: 28,
  // What most segments don't touch comes behind.
  /** Times, then bytes, sent again. */
  again: 30,
  againBytes: 32,
  timeouts: 34,
  fast: 36,
  spurious: 38,
  /** Time that senders waited before they sent again. */
  waited: 40,
  waitedUntil: 42,
  zeroTotal: 44,
  zeroCount: 46,
  nagle: 48,
  nagleWaited: 50,
  unseen: 52,
  overtaken: 54,
  twice: 56,
  probes: 58,
  keepAlives: 60,
  /** How long the window was full at the last time, and in all when more data followed. */
  fullLast: 62,
  fullTotal: 64,
  fullCount: 66,
  /** Times that a window of 0 kept a sender from sending. */
  stalled: 68,
  finsAgain: 70,
  /** Segments that were damaged on their way: wrong checksum, and sent again. */
  damaged: 72,
  /** Who closed with FIN, and who reset first: 0 nobody, 1 A, 2 B. */
  fin: 74,
  rst: 75,
  rstAt: 76,
  syns: 77,
  lastSyn: 78,
  synAcks: 79,
  /** 1 when both sides sent a SYN. */
  crossed: 80,
  /** Packets that the other side had sent when the latest keep-alive came, and how many came since they were so many. */
  keepAliveAt: 81,
  keepAliveRun: 83,
  /** How many keep-alives had no answer when who sent them reset the connection. */
  gone: 85,
  /** Times and bytes sent again that no acknowledgement asked for and no timer explains. */
  unprompted: 86,
  /** Bytes by what made them be sent again. */
  timeoutBytes: 88,
  fastBytes: 90,
  unpromptedBytes: 92,
  /** What came late of the segments that were sent again without timeout. */
  late: 94,
  /** Segments whose bytes were captured or acknowledged before. */
  repeats: 96,
  size: 98,
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
} as const;
