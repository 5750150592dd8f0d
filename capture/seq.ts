// 32-bit sequence numbers, RFC 9293 §3.4: they wrap, so order is only defined within half the circle.

/** Signed distance from `from` to `to` in bytes, −2³¹ … 2³¹−1: positive when `to` is later. */
export function seqDistance(from: number, to: number): number {
  return (to - from) | 0;
}

/** Whether `a` is earlier than `b` on the circle. */
export function seqLessThan(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

/** Whether `a` is earlier than or equal to `b` on the circle. */
export function seqAtMost(a: number, b: number): boolean {
  return ((a - b) | 0) <= 0;
}

/** `seq + bytes` modulo 2³², 0 … 2³²−1. */
export function seqAdd(seq: number, bytes: number): number {
  return (seq + bytes) >>> 0;
}

/**
 * Offset in the stream (53 bits, may be negative for bytes before `base`) of the wire number `seq`,
 * taken to be the one nearest to `near`, an offset that is already known.
 */
export function unwrapSeq(base: number, seq: number, near: number): number {
  return near + seqDistance(seqAdd(base, near), seq);
}
