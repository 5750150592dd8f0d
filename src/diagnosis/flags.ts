/** Analysis bits of a row, one for each of Wireshark's tcp.analysis.* conditions. */
export const FLAG = {
  retransmission: 1 << 0,
  fastRetransmission: 1 << 1,
  spuriousRetransmission: 1 << 2,
  outOfOrder: 1 << 3,
  lostSegment: 1 << 4,
  ackLostSegment: 1 << 5,
  duplicateAck: 1 << 6,
  windowFull: 1 << 7,
  zeroWindow: 1 << 8,
  zeroWindowProbe: 1 << 9,
  zeroWindowProbeAck: 1 << 10,
  keepAlive: 1 << 11,
  keepAliveAck: 1 << 12,
  windowUpdate: 1 << 13,
  reusedPorts: 1 << 14,
} as const;

/** Wireshark's field of each bit, in the order of the bits. */
export const FLAG_FIELDS: readonly (readonly [number, string])[] = [
  [FLAG.retransmission, 'tcp.analysis.retransmission'],
  [FLAG.fastRetransmission, 'tcp.analysis.fast_retransmission'],
  [FLAG.spuriousRetransmission, 'tcp.analysis.spurious_retransmission'],
  [FLAG.outOfOrder, 'tcp.analysis.out_of_order'],
  [FLAG.lostSegment, 'tcp.analysis.lost_segment'],
  [FLAG.ackLostSegment, 'tcp.analysis.ack_lost_segment'],
  [FLAG.duplicateAck, 'tcp.analysis.duplicate_ack'],
  [FLAG.windowFull, 'tcp.analysis.window_full'],
  [FLAG.zeroWindow, 'tcp.analysis.zero_window'],
  [FLAG.zeroWindowProbe, 'tcp.analysis.zero_window_probe'],
  [FLAG.zeroWindowProbeAck, 'tcp.analysis.zero_window_probe_ack'],
  [FLAG.keepAlive, 'tcp.analysis.keep_alive'],
  [FLAG.keepAliveAck, 'tcp.analysis.keep_alive_ack'],
  [FLAG.windowUpdate, 'tcp.analysis.window_update'],
  [FLAG.reusedPorts, 'tcp.analysis.reused_ports'],
];

/** The bits that Wireshark has too. */
export const STRICT = (1 << 15) - 1;

/** What we say beside the strict flags where more can be known; READINGS of readings.ts says what each means, and why. */
export const READING = {
  /** keep_alive towards a window of 0: a persist probe (RFC 9293 §3.8.6.1), which Linux sends without data. */
  persistProbe: 1 << 16,
  /** out_of_order of bytes that were captured before, maybe in other pieces: they were sent again. */
  sentAgain: 1 << 17,
  /** A retransmission of bytes that were not captured before: the first copy was lost before the capture, or not captured. */
  firstCopyUnseen: 1 << 18,
  /** A second capture of the packet before it. The analysis never sets it: the frames' bytes tell. */
  capturedTwice: 1 << 19,
  /** An acknowledgement of bytes that the capture does not have, each time; 4.0 says so once, and also of bytes that came again. */
  unseenData: 1 << 20,
  /** window_update of the first segment after a SYN: from here the window counts in units of its scale. */
  firstScaled: 1 << 21,
  /** ack_lost_segment of the byte that a zero-window probe carried, and which was captured. */
  probeByte: 1 << 22,
  /** lost_segment behind such a byte: nothing is missing. */
  behindProbeByte: 1 << 23,
  /** retransmission of a SYN after a reset: with the same number, but of a new connection. */
  newConnection: 1 << 24,
  /** spurious_retransmission of bytes that were not captured before: sent once, and captured after their acknowledgement. */
  dataBehind: 1 << 25,
  /** ack_lost_segment of bytes that stand behind it in the capture. */
  ackAhead: 1 << 26,
  /** ack_lost_segment of an older connection's bytes, as the reset that answers it shows. */
  ackOlder: 1 << 27,
} as const;
