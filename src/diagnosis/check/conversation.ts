import type { Capture } from '../../../capture/capture.ts';
import { type Closer, closerOf } from './closer.ts';
import { endsOf } from './ends.ts';
import { cellsAt, FLOW } from './flow-cells.ts';
import type { Gathering } from './gather.ts';
import type { Conversation, RoundTrip } from './report.ts';

const NS = 1e9;
/** How many numbers there are until they begin again. */
const NUMBERS = 2 ** 32;

/** The figures of one TCP conversation. */
export function conversationOf(capture: Capture, gathering: Gathering, flow: number): Conversation {
  const { cells } = gathering.stats;
  const at = cellsAt(flow);
  const cell = (index: number): number => cells[at + index] ?? 0;
  const seconds = (cell(FLOW.last) - cell(FLOW.first)) / NS;
  const sums = [sumOf(gathering, flow, 0), sumOf(gathering, flow, 1)] as const;
  const halves = [rttOf(cell, 0), rttOf(cell, 1)] as const;
  const [a, b] = halves;
  const setup = cell(FLOW.syn) > 0 && cell(FLOW.done) > 0;
  const all = sums[0].bytes + (sums[0].missing ?? 0) + sums[1].bytes + (sums[1].missing ?? 0);
  return {
    flow,
    stream: capture.flows.get(flow).stream,
    ...endsOf(capture, flow),
    packets: cell(FLOW.packets) + cell(FLOW.packets + 1),
    seconds,
    setupMs: setup ? (cell(FLOW.done) - cell(FLOW.syn)) / 1e6 : null,
    // Each half is measured between the capture and one end: only together they are the whole way and back.
    rttMs: a === null || b === null ? null : a.leastMs + b.leastMs,
    rttHalves: halves,
    bytes: [sums[0].bytes, sums[1].bytes],
    missing: [sums[0].missing, sums[1].missing],
    goodput: seconds > 0 ? (all * 8) / seconds : null,
    idleSeconds: cell(FLOW.idle) / NS,
    sentAgain: cell(FLOW.again) + cell(FLOW.again + 1),
    closedBy: closedBy(capture, gathering, flow),
  };
}

/** What was measured from the capture to the other end of a side and back. */
function rttOf(cell: (index: number) => number, side: 0 | 1): RoundTrip | null {
  const least = cell(FLOW.rttLeast + side);
  return least === 0 ? null : { leastMs: least / 1e6, count: cell(FLOW.rttCount + side) };
}

interface Sum {
  readonly bytes: number;
  readonly missing: number | null;
}

/**
 * Payload of a side, each byte once, and what the numbers show to be missing. The numbers say it exactly, whatever was
 * sent again in other pieces; where they make no sense the payload of the segments is added up.
 */
function sumOf(gathering: Gathering, flow: number, side: 0 | 1): Sum {
  const { cells, gaps } = gathering.stats;
  const cell = (index: number): number => cells[cellsAt(flow) + index + side] ?? 0;
  const added = cell(FLOW.bytes);
  const numbers = gathering.numbersOf(flow * 2 + side);
  const inGaps = gaps.missing(flow * 2 + side);
  if (numbers === null || inGaps === null) return { bytes: added, missing: null };
  const { base, next, end } = numbers;
  const first = (base + 1) | 0;
  // Nothing of it was captured: what the other side acknowledged is known, if it did so.
  if (cell(FLOW.packets) === 0) return { bytes: 0, missing: end === 0 ? 0 : (end - first) >>> 0 };
  const low = cell(FLOW.low);
  const early = Math.max(0, (low - first) | 0);
  const beyond = (end - next) | 0;
  const probed = beyond > 0 && cell(FLOW.probeAt) === next ? 1 : 0;
  const missing = inGaps + early + cell(FLOW.lowMissing) + beyond - probed;
  const fins = cell(FLOW.fins) === 0 ? 0 : 1;
  const whole = ((end - low) >>> 0) + early - fins;
  const held = whole - missing;
  const bytes = held + Math.round((added - held) / NUMBERS) * NUMBERS;
  const makesSense = bytes >= 0 && bytes <= added + cell(FLOW.againBytes);
  return makesSense ? { bytes, missing } : { bytes: added, missing: null };
}

function closedBy(capture: Capture, gathering: Gathering, flow: number): Closer {
  const { cells } = gathering.stats;
  const at = cellsAt(flow);
  const cell = (index: number): number => cells[at + index] ?? 0;
  const ends = [0, 1].map((side) => {
    const numbers = gathering.numbersOf(flow * 2 + side);
    return {
      packets: cell(FLOW.packets + side),
      next: numbers?.next ?? 0,
      end: numbers?.end ?? 0,
      fins: cell(FLOW.fins + side),
      // Numbers of segments without data, SYN or FIN do not say whether a FIN came before them.
      isKnown: cell(FLOW.dataSegments + side) > 0 || cell(FLOW.fins + side) > 0 || hasSyn(cell, side),
      ackedUnseen: cell(FLOW.unseen + side) > 0,
    };
  });
  const [a, b] = ends;
  if (a === undefined || b === undefined) return 'not-seen';
  return closerOf([a, b], {
    isOnlySyns: a.packets + b.packets === cell(FLOW.syns) + cell(FLOW.synAcks),
    // What both sides sent before the reset reached them does not end what it had ended.
    fin: cell(FLOW.rst) !== 0 && cell(FLOW.rstClosed) === 0 ? 0 : cell(FLOW.fin),
    finAck: cell(FLOW.finAck),
    rst: cell(FLOW.rst),
    rstAck: cell(FLOW.rstAck),
    dropped: capture.interfaces.some(({ dropped }) => (dropped ?? 0) > 0),
  });
}

function hasSyn(cell: (index: number) => number, side: number): boolean {
  if (side === 0) return cell(FLOW.syn) !== 0;
  return cell(FLOW.synAck) !== 0 || cell(FLOW.crossed) !== 0;
}
