import type { Columns } from '../../../capture/columns.ts';
import { FLAG, FLAG_FIELDS } from '../flags.ts';
import type { StrictAnalysis } from '../strict-flags.ts';
import { HOT, HOT_SIZE } from './flow-cells.ts';
import { AT_ONCE } from './full-windows.ts';
import type { Gaps } from './gaps.ts';

const MS = 1e6;
/** A delayed acknowledgement: Linux waits 40 to 200 ms, others up to 200 (RFC 9293 §3.8.6.3: under 500). */
export const DELAYED_ACK_MIN = 35 * MS;
/** Later ones came for another reason. */
export const DELAYED_ACK_MAX = 500 * MS;
/** Shorter segments are held back until all is acknowledged; what waits behind longer ones is small itself. */
export const NAGLE_MOST = 1000;
/** Nothing shorter is full-sized: the MSS that fits the least MTU of IPv6 (RFC 8200 §5). */
export const LEAST_FULL = 1220;
/** Shorter segments are small. */
export const SMALL = 128;
/** Evidence of small segments is kept when there are so many: most conversations have some. */
export const SMALL_FROM = 45;

/** What is counted: hot cells by flow, flags by bit, and between which numbers of small segments their rows are kept. */
interface Counted {
  readonly hot: Float64Array;
  readonly flagCounts: Float64Array;
  readonly gaps: Gaps;
  readonly smallFrom: number;
  readonly smallTo: number;
}

// A module's own constants become part of the machine code; what it exports or imports is looked up at each use.
const {
  last: LAST,
  idle: IDLE,
  quiet: QUIET,
  packets: PACKETS,
  bytes: BYTES,
  dataAt: DATA_AT,
  dataLen: DATA_LEN,
  dataSegments: DATA_SEGMENTS,
  smallSegments: SMALL_SEGMENTS,
  rttLeast: RTT_LEAST,
  rttCount: RTT_COUNT,
  ambiguous: AMBIGUOUS,
  ackedLate: ACKED_LATE,
} = HOT;
const SIZE = HOT_SIZE;
const [LATE, TOO_LATE] = [DELAYED_ACK_MIN, DELAYED_ACK_MAX];
const [FULL, SMALL_LEN] = [LEAST_FULL, SMALL];
const SOON = AT_ONCE;
const DUPLICATE_ACK = FLAG_FIELDS.findIndex(([flag]) => flag === FLAG.duplicateAck);

/**
 * The short way for what nearly all segments are: the next in order, while neither side waits for anything. Does with
 * rows `row` … `to` all that `FlowStats.segment` would do, and returns the first that is something else. `usual` begins
 * with row `from`.
 */
export function countUsual(
  { hot: cells, flagCounts, gaps, smallFrom, smallTo }: Counted,
  columns: Columns,
  usual: StrictAnalysis['usual'],
  from: number,
  first: number,
  to: number,
): number {
  const { payloadLen, ack } = columns;
  const { waits } = gaps;
  const { strand: strands, now: nows, rtt: rtts, found } = usual;
  for (let row = first; row < to; row++) {
    const strand = strands[row - from] ?? 0;
    const at = (strand >> 1) * SIZE;
    const side = strand & 1;
    const peer = strand ^ 1;
    const mine = at + side;
    const theirs = at + 1 - side;
    const now = nows[row - from] ?? 0;
    const rtt = rtts[row - from] ?? 0;
    const len = payloadLen[row] ?? 0;
    if (cells[at + QUIET] !== 1) return row;
    if (len > 0) {
      const late = cells[mine + ACKED_LATE] ?? 0;
      if (late !== 0 && now - late <= SOON) {
        // In a burst of full-sized segments nothing was held back.
        if (len < FULL || (cells[mine + DATA_LEN] ?? 0) < FULL) return row;
      }
      if (len < SMALL_LEN) {
        const small = (cells[mine + SMALL_SEGMENTS] ?? 0) + 1;
        if (small <= smallTo && small >= smallFrom) return row;
        cells[mine + SMALL_SEGMENTS] = small;
      }
      cells[mine + BYTES] = (cells[mine + BYTES] ?? 0) + len;
      cells[mine + DATA_SEGMENTS] = (cells[mine + DATA_SEGMENTS] ?? 0) + 1;
      cells[mine + DATA_AT] = now;
      cells[mine + DATA_LEN] = len;
      cells[mine + ACKED_LATE] = 0;
    }
    if (waits[peer] === 1) gaps.acknowledge(peer, (ack[row] ?? 0) | 0);
    if (found[row - from] !== 0) flagCounts[DUPLICATE_ACK] = (flagCounts[DUPLICATE_ACK] ?? 0) + 1;
    if (rtt > 0) {
      if (cells[theirs + AMBIGUOUS] !== 0) cells[theirs + AMBIGUOUS] = 0;
      else {
        const least = cells[theirs + RTT_LEAST] ?? 0;
        if (least === 0 || rtt < least) cells[theirs + RTT_LEAST] = rtt;
        cells[theirs + RTT_COUNT] = (cells[theirs + RTT_COUNT] ?? 0) + 1;
      }
    }
    const sent = cells[theirs + DATA_AT] ?? 0;
    if (len === 0 && sent !== 0) {
      const waited = now - sent;
      const isLate = rtt > 0 && waited >= LATE + (cells[theirs + RTT_LEAST] ?? 0) && waited <= TOO_LATE;
      cells[theirs + ACKED_LATE] = isLate ? now : 0;
    }
    const last = cells[at + LAST] ?? 0;
    if (now - last > (cells[at + IDLE] ?? 0)) cells[at + IDLE] = now - last;
    if (now > last) cells[at + LAST] = now;
    cells[mine + PACKETS] = (cells[mine + PACKETS] ?? 0) + 1;
  }
  return to;
}
