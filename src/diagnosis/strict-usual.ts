import type { Columns } from '../../capture/columns.ts';
import { strandsOf } from '../../capture/strands.ts';
import { FLAG } from './flags.ts';
import { STATE, StrictConditions, TIME, UNKNOWN_SCALE } from './strict-conditions.ts';

// A module's own constants become part of the machine code. Those of others are looked up at each use, which took a third
// of the time here.
const { next: NEXT, maxAck: MAX_ACK, lastAck: LAST_ACK, window: WINDOW, lastFlags: LAST_FLAGS } = STATE;
const { scale: SCALE, acked: ACKED, nonDup: NON_DUP, dup: DUP, passes: PASSES, size: STATE_SIZE } = STATE;
const { last: LAST_TIME, next: NEXT_TIME, syn: SYN_TIME, iRtt: I_RTT, size: TIME_SIZE } = TIME;
const { duplicateAck: DUPLICATE_ACK, keepAlive: KEEP_ALIVE } = FLAG;
const NO_SCALE = UNKNOWN_SCALE;
const NS = 1e9;

/** Most usual segments that are told of at once: what is known of them stays in the nearest cache. */
const MOST = 1024;
export const USUAL_MOST = MOST;

/** The short way through the analysis, for the segments that nothing is to be said of. */
export class StrictUsual extends StrictConditions {
  /** Bits of FLAG and READING of every row of the latest `run`. */
  flags = new Uint32Array(0);
  /** The strands of the columns at hand, where those have none of their own. */
  private ownStrands = new Int32Array(0);
  /** Second that `now` counts from; NaN before the first segment. */
  originSec = Number.NaN;
  /**
   * Of the usual segments that the observer is told of: flow * 2 + direction, `now`, `rtt`, and their flags, which are
   * duplicateAck at most.
   */
  readonly usual = {
    strand: new Int32Array(MOST),
    now: new Float64Array(MOST),
    rtt: new Float64Array(MOST),
    found: new Uint8Array(MOST),
  };

  /** The strands of rows from `from` on, by row: they come with the columns, or are found now. */
  protected strandsOf(columns: Columns, from: number, length: number): Int32Array {
    if (columns.strand.length > 0) return columns.strand;
    if (this.ownStrands.length < length) this.ownStrands = new Int32Array(Math.max(length, columns.capacity));
    strandsOf(columns, from, length, this.ownStrands.subarray(from));
    return this.ownStrands;
  }

  /**
   * The short way for what nearly all segments are: the next data, an acknowledgement of more data, or a duplicate one,
   * of a conversation that is known. Does all that `examine` would do with them from row `from` on; returns the first row
   * that is something else.
   */
  protected passUsual(
    columns: Columns,
    strands: Int32Array,
    from: number,
    rowBase: number,
    length: number,
  ): number {
    const { state, times, unacked, seenData, originSec } = this;
    const { open } = seenData;
    // A second capture has its own way.
    const soon = this.seconds?.reachNs ?? -1;
    const { strand: usualStrands, now: nows, rtt: rtts, found: founds } = this.usual;
    const { seq: seqs, ack: acks, window: windows, payloadLen, sec, nsec } = columns;
    for (let row = from; row < length; row++) {
      const d = (strands[row] ?? 0) - 1;
      if (d < 0) return row;
      const f = d * STATE_SIZE;
      const r = (d ^ 1) * STATE_SIZE;
      const seq = (seqs[row] ?? 0) | 0;
      const ack = (acks[row] ?? 0) | 0;
      const len = payloadLen[row] ?? 0;
      const window = windows[row] ?? 0;
      const peerMaxAck = state[r + MAX_ACK] ?? 0;
      if (seq !== state[f + NEXT] || seq === 0 || window === 0) return row;
      if (peerMaxAck === 0 || ((ack - peerMaxAck) | 0) > 0) return row;
      const handshake = (d & ~1) * TIME_SIZE;
      if (times[handshake + I_RTT] === 0 && times[handshake + SYN_TIME] !== 0) return row;
      const now = ((sec[row] ?? 0) - originSec) * NS + (nsec[row] ?? 0);
      const isNewAck = ack !== state[f + LAST_ACK];
      if (isNewAck && open[d ^ 1] === 1 && !seenData.passes(d ^ 1, ack, state[r + NEXT] ?? 0, unacked))
        return row;
      const maxAck = state[f + MAX_ACK] ?? 0;
      if (maxAck === 0) return row;
      if (soon > 0 && len === 0 && ((ack - (state[f + LAST_ACK] ?? 0)) | 0) < 0) return row;
      if (len > 0) {
        const end = (seq + len) | 0;
        const peerAck = state[r + LAST_ACK] ?? 0;
        const peerWindow = state[r + WINDOW] ?? 0;
        if (peerWindow <= 0) return row;
        // Also when it is acknowledged in part: then it may be captured after its acknowledgement.
        if (peerAck !== 0 && ((seq - peerAck) | 0) < 0) return row;
        const scale = state[r + SCALE] ?? NO_SCALE;
        const shift = scale < 0 || state[r + ACKED] === 0 ? 0 : scale;
        if (scale !== NO_SCALE && end === ((peerAck + (peerWindow << shift)) | 0)) return row;
        unacked.setTime(unacked.append(d, seq, end, row + rowBase), now);
        state[f + NEXT] = end;
        if (maxAck === seq) state[f + MAX_ACK] = end;
        times[d * TIME_SIZE + NEXT_TIME] = now;
      }
      let found = 0;
      if (isNewAck) {
        state[f + NON_DUP] = row + rowBase;
        state[f + DUP] = 0;
        state[f + PASSES] = 0;
        state[f + LAST_ACK] = ack;
      } else if (len === 0) {
        const isProbed = ((state[r + LAST_FLAGS] ?? 0) & KEEP_ALIVE) !== 0;
        if (isProbed || window !== state[f + WINDOW]) return row;
        if (now - (times[d * TIME_SIZE + LAST_TIME] ?? 0) < soon) return row;
        state[f + DUP] = (state[f + DUP] ?? 0) + 1;
        state[f + PASSES] = 1;
        found = DUPLICATE_ACK;
        this.flags[row] = found;
      }
      founds[row - from] = found;
      usualStrands[row - from] = d;
      state[f + WINDOW] = window;
      state[f + LAST_FLAGS] = found;
      state[f + ACKED] = 1;
      times[d * TIME_SIZE + LAST_TIME] = now;
      nows[row - from] = now;
      const acknowledged = unacked.acknowledge(d ^ 1, ack);
      rtts[row - from] = acknowledged < 0 ? 0 : now - unacked.timeOf(acknowledged);
    }
    return length;
  }
}
