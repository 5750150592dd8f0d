import { endsOf } from './ends.ts';
import type { CheckFacts } from './find-issues.ts';
import { cellsAt, FLOW, UNFINISHED_NS } from './flow-cells.ts';
import type { Issue } from './report.ts';

const SECOND = 1e9;

/** Bytes that a side left out, that came at no time and that nobody acknowledged. */
export function gaps(facts: CheckFacts, flow: number, side: 0 | 1, issues: Issue[]): void {
  const direction = flow * 2 + side;
  const open = facts.stats.gaps.open(direction);
  if (open === null) return;
  const { cells, evidence } = facts.stats;
  const bothWays = (cells[cellsAt(flow) + FLOW.packets + 1 - side] ?? 0) > 0;
  // What the capture ends with may still have been sent again.
  const early = facts.end - open.last < UNFINISHED_NS && bothWays;
  issues.push({
    kind: 'gap-in-data',
    severity: early ? 'note' : 'warning',
    weight: open.bytes,
    flow,
    ends: endsOf(facts.capture, flow),
    frames: open.rows.slice(0, evidence.most).map(facts.frame),
    total: open.rows.length,
    params: {
      side: side === 0 ? 'A' : 'B',
      bytes: open.bytes,
      count: open.rows.length,
      frame: facts.number(open.rows[0] ?? 0),
      known: bothWays ? (early ? 'early' : 'unacknowledged') : 'one-way',
    },
  });
}

/** What a side sent last and nobody acknowledged, unless the capture ends too soon to see it. */
export function neverAcknowledged(facts: CheckFacts, flow: number, side: 0 | 1, issues: Issue[]): void {
  const left = facts.unacknowledged(flow * 2 + side);
  if (left === null) return;
  const { cells, evidence } = facts.stats;
  const at = cellsAt(flow);
  const reset = cells[at + FLOW.rst] ?? 0;
  if (reset === 0 && facts.end - left.from < UNFINISHED_NS) return;
  const closed = (cells[at + FLOW.rstClosed] ?? 0) !== 0;
  issues.push({
    kind: 'never-acknowledged',
    severity: reset !== 0 && closed ? 'note' : 'warning',
    weight: left.bytes,
    flow,
    ends: endsOf(facts.capture, flow),
    frames: left.rows.slice(0, evidence.most).map(facts.frame),
    total: left.rows.length,
    params: {
      side: side === 0 ? 'A' : 'B',
      bytes: left.bytes,
      more: left.isMore ? 1 : 0,
      reported: left.reported,
      from: (left.from - (cells[at + FLOW.first] ?? 0)) / SECOND,
      seconds: (left.to - left.from) / SECOND,
      again: left.again,
      lasted: (left.last - left.from) / SECOND,
      after: (facts.end - left.last) / SECOND,
      reset: reset === 0 ? '' : reset === 1 ? 'A' : 'B',
      sinceReset: reset === 0 ? 0 : ((cells[at + FLOW.rstAt] ?? 0) - left.to) / SECOND,
    },
  });
}

/** Bytes of a side that the other says to have got twice. */
export function receivedTwice(facts: CheckFacts, flow: number, side: 0 | 1, issues: Issue[]): void {
  const reported = facts.stats.receivedTwice.reports.get(flow * 2 + side);
  if (reported === undefined) return;
  const { proof, bytes, again, twice } = reported;
  issues.push({
    kind: 'received-twice',
    severity: 'note',
    weight: proof.count,
    flow,
    ends: endsOf(facts.capture, flow),
    frames: proof.rows.map(facts.frame),
    total: proof.count,
    params: { side: side === 0 ? 'A' : 'B', count: proof.count, bytes, again, twice },
  });
}
