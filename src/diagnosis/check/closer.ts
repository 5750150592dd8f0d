/**
 * Who ended a conversation. 'never': nothing but SYNs and their answers was seen; 'open': nobody had when the capture
 * ended. 'A-fin' and the like: this FIN or reset is the first in the capture, but what it acknowledges is not in there,
 * so that the other end may have closed before. 'not-seen': none was captured, but packets of it are missing.
 */
export type Closer =
  | 'never'
  | 'open'
  | 'A'
  | 'B'
  | 'A-reset'
  | 'B-reset'
  | 'A-fin-seen'
  | 'B-fin-seen'
  | 'A-reset-seen'
  | 'B-reset-seen'
  | 'not-seen';

/** What is known of one end. Numbers are signed 32-bit. */
export interface EndFacts {
  readonly packets: number;
  /** Where what was captured of it ends, a FIN counted; and how far it is known to have gone. */
  readonly next: number;
  readonly end: number;
  /** FINs that were captured. */
  readonly fins: number;
  /** Its SYN, data or FIN was captured. */
  readonly isKnown: boolean;
  /** It acknowledged what was not captured. */
  readonly ackedUnseen: boolean;
}

export interface EndingFacts {
  readonly isOnlySyns: boolean;
  /** Whose FIN and whose reset came first: 0 none, 1 A, 2 B; what they acknowledge, NaN for nothing. */
  readonly fin: number;
  readonly finAck: number;
  readonly rst: number;
  readonly rstAck: number;
  /** The capture itself says that it dropped packets. */
  readonly dropped: boolean;
}

/** Says who ended a conversation, and no more than the capture shows. */
export function closerOf(ends: readonly [EndFacts, EndFacts], ending: EndingFacts): Closer {
  const { fin, rst, isOnlySyns, dropped } = ending;
  if (fin === 0 && rst === 0) {
    if (isOnlySyns) return 'never';
    const isWhole = ends.every(({ packets, next, end }) => packets > 0 && next === end);
    return isWhole && !dropped ? 'open' : 'not-seen';
  }
  const isFirst = fin === 1 || (fin === 0 && rst === 1) ? 0 : 1;
  const name = isFirst === 0 ? 'A' : 'B';
  const [mine, theirs] = isFirst === 0 ? ends : [ends[1], ends[0]];
  const sure = isSure(mine, theirs, fin === 0 ? ending.rstAck : ending.finAck);
  if (fin === 0) return sure ? `${name}-reset` : `${name}-reset-seen`;
  return sure ? name : `${name}-fin-seen`;
}

/**
 * Whether the other end had sent no FIN that this one had received: all that was acknowledged is captured, and none of
 * it is a FIN. (RFC 9293 §3.4: a FIN takes the number behind the last byte.)
 */
function isSure(mine: EndFacts, theirs: EndFacts, ack: number): boolean {
  if (theirs.packets === 0 || !theirs.isKnown) return false;
  if (Number.isNaN(ack)) return !mine.ackedUnseen;
  const withoutFin = theirs.fins > 0 ? theirs.next - 1 : theirs.next;
  return ((withoutFin - ack) | 0) >= 0;
}
