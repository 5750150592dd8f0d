import { ACK, type Columns, FIN, PROTOCOL, RST, SYN } from './columns.ts';

/** What rows that were decoded by another thread have in common: TCP, whole, no fragments, without a tag or problem, in order of time. */
export interface PlainRows {
  /** Bytes of them on the wire. */
  readonly wireBytes: number;
}

// A module's own constants become part of the machine code; those of others are looked up at each use.
const CONTROL = SYN | FIN | RST | ACK;
const PLAIN = ACK;
const TCP = PROTOCOL.tcp;
/** Where the IP header of untagged Ethernet stands. */
const UNTAGGED = 14;

/**
 * Writes for rows `from` … `to` to which strand they belong, from the first cell of `strands` on: flow * 2 + direction + 1
 * of a segment of TCP that has a whole header, with ACK and without SYN, FIN and RST; 0 of all other packets. An analysis
 * then looks at one number where it would look at five.
 */
export function strandsOf(columns: Columns, from: number, to: number, strands: Int32Array): void {
  const { protocol, problem, flags, flow, direction } = columns;
  for (let row = from; row < to; row++) {
    const isPlain =
      protocol[row] === TCP &&
      problem[row] === 0 &&
      ((flags[row] ?? 0) & CONTROL) === PLAIN &&
      (flow[row] ?? -1) >= 0;
    strands[row - from] = isPlain ? (flow[row] ?? 0) * 2 + (direction[row] ?? 0) + 1 : 0;
  }
}

/** What rows `from` … `to` have in common; null where they are to be looked at one by one. */
export function plainRows(columns: Columns, from: number, to: number): PlainRows | null {
  const { protocol, problem, networkAt, capLen, wireLen, sec, nsec } = columns;
  if (columns.fragments.size > 0) return null;
  let wireBytes = 0;
  let [beforeSec, beforeNsec] = [sec[from] ?? 0, nsec[from] ?? 0];
  for (let row = from; row < to; row++) {
    const length = wireLen[row] ?? 0;
    if (protocol[row] !== TCP || problem[row] !== 0 || networkAt[row] !== UNTAGGED) return null;
    if ((capLen[row] ?? 0) < length) return null;
    const [nowSec, nowNsec] = [sec[row] ?? 0, nsec[row] ?? 0];
    if (nowSec < beforeSec || (nowSec === beforeSec && nowNsec < beforeNsec)) return null;
    beforeSec = nowSec;
    beforeNsec = nowNsec;
    wireBytes += length;
  }
  return { wireBytes };
}
