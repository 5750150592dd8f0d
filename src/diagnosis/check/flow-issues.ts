import { endsOf } from './ends.ts';
import type { CheckFacts } from './find-issues.ts';
import { FLOW, KIND } from './flow-stats.ts';
import type { Issue, IssueKind, Severity } from './report.ts';

const SECOND = 1e9;
/** Losses below this share of the data segments, and cheaper than this, are how networks are. */
const LOSS_SHARE = 0.01;
const COST_SECONDS = 0.2;
const NAGLE_WARNING = 3;
const SMALL_MIN = 50;
const SMALL_SHARE = 0.9;
const ONE_SIDED_MIN = 4;

/** What is wrong in one TCP conversation. */
export function findFlowIssues(facts: CheckFacts, flow: number, issues: Issue[]): void {
  const { cells, evidence } = facts.stats;
  const at = flow * FLOW.size;
  const cell = (index: number): number => cells[at + index] ?? 0;
  const add = (
    kind: IssueKind,
    severity: Severity,
    evidenceKind: number,
    weight: number,
    params: Issue['params'],
  ): void => {
    const frames = evidence.get(flow, evidenceKind).map(facts.frame);
    issues.push({ kind, severity, weight, flow, ends: endsOf(facts.capture, flow), frames, params });
  };
  beginning(cell, add);
  for (const side of [0, 1] as const) {
    const name = side === 0 ? 'A' : 'B';
    retransmissions(cell, add, side, name);
    waiting(cell, add, side, name, facts, flow);
    capturing(cell, add, side, name);
  }
}

type Cell = (index: number) => number;
type Add = (
  kind: IssueKind,
  severity: Severity,
  evidence: number,
  weight: number,
  params: Issue['params'],
) => void;

function beginning(cell: Cell, add: Add): void {
  const [fromA, fromB] = [cell(FLOW.packets), cell(FLOW.packets + 1)];
  const opening = cell(FLOW.syn) !== 0;
  const answered = cell(FLOW.synAck) !== 0;
  const syns = cell(FLOW.syns);
  const seconds = (cell(FLOW.last) - cell(FLOW.first)) / SECOND;
  const reset = cell(FLOW.rst);
  if (opening && !answered && reset === 2 && cell(FLOW.bytes + 1) === 0)
    add('refused', 'warning', KIND.reset, syns, { syns });
  else if (opening && !answered && fromB === 0)
    add('handshake-unanswered', 'warning', KIND.unanswered, seconds, { syns, seconds });
  else if (opening && answered && cell(FLOW.done) === 0 && reset === 0)
    add('handshake-unfinished', 'warning', KIND.unanswered, seconds, { syns });
  else if (reset !== 0) {
    const closed = cell(FLOW.fin) !== 0;
    add('reset', closed ? 'note' : 'warning', KIND.reset, cell(FLOW.bytes) + cell(FLOW.bytes + 1), {
      side: reset === 1 ? 'A' : 'B',
      closed: closed ? 1 : 0,
      seconds,
      fromA: cell(FLOW.bytes),
      fromB: cell(FLOW.bytes + 1),
    });
  }
  const oneSided =
    (fromA === 0 || fromB === 0) && fromA + fromB >= ONE_SIDED_MIN && !(opening && syns === fromA);
  if (oneSided)
    add('one-sided', 'note', KIND.missing, fromA + fromB, {
      side: fromB === 0 ? 'A' : 'B',
      count: fromA + fromB,
    });
}

function retransmissions(cell: Cell, add: Add, side: number, name: string): void {
  const segments = Math.max(cell(FLOW.dataSegments + side), 1);
  const again = cell(FLOW.again + side);
  const seconds = cell(FLOW.waited + side) / SECOND;
  const bad: Severity = again / segments >= LOSS_SHARE || seconds >= COST_SECONDS ? 'warning' : 'note';
  const timeouts = cell(FLOW.timeouts + side);
  const spurious = cell(FLOW.spurious + side);
  const params = { side: name, again, segments, bytes: cell(FLOW.againBytes + side), seconds };
  if (timeouts > 0)
    add('timeouts', bad, KIND.timeout, seconds, { ...params, timeouts, fast: cell(FLOW.fast + side) });
  else if (again > spurious) add('fast-retransmissions', bad, KIND.fast, seconds, params);
  if (spurious > 0)
    add('spurious-retransmissions', 'note', KIND.spurious, spurious, { ...params, count: spurious });
  const overtaken = cell(FLOW.overtaken + side);
  if (overtaken > 0)
    add('overtaken', 'note', KIND.overtaken, overtaken, { side: name, count: overtaken, segments });
  const twice = cell(FLOW.twice + side);
  if (twice > 0) add('captured-twice', 'note', KIND.twice, twice, { side: name, count: twice });
}

function waiting(cell: Cell, add: Add, side: number, name: string, facts: CheckFacts, flow: number): void {
  const other = name === 'A' ? 'B' : 'A';
  const zeros = cell(FLOW.zeroCount + side);
  if (zeros > 0) {
    const since = cell(FLOW.zeroSince + side);
    const never = since !== 0;
    const end = cell(FLOW.last);
    const seconds = (cell(FLOW.zeroTotal + side) + (never ? end - since : 0)) / SECOND;
    const bad = seconds >= COST_SECONDS || never ? 'warning' : 'note';
    add('zero-window', bad, KIND.zeroWindow, seconds, {
      side: name,
      other,
      count: zeros,
      seconds,
      never: never ? 1 : 0,
    });
  }
  const probes = cell(FLOW.probes + side);
  if (probes > 0) add('probes', 'note', KIND.probe, probes, { side: name, other, count: probes });
  const keepAlives = cell(FLOW.keepAlives + side);
  if (keepAlives > 0)
    add('keep-alives', 'note', KIND.keepAlive, keepAlives, { side: name, count: keepAlives });
  const nagle = cell(FLOW.nagle + side);
  if (nagle > 0) {
    const seconds = cell(FLOW.nagleWaited + side) / SECOND;
    add('nagle-delayed-ack', nagle >= NAGLE_WARNING ? 'warning' : 'note', KIND.nagle, seconds, {
      side: name,
      other,
      count: nagle,
      seconds,
    });
  }
  const segments = cell(FLOW.dataSegments + side);
  const small = cell(FLOW.smallSegments + side);
  if (small >= SMALL_MIN && small / segments >= SMALL_SHARE) {
    const bytes = cell(FLOW.bytes + side) / segments;
    issuesOfSmall(facts, flow, add, { side: name, small, segments, bytes });
  }
}

function issuesOfSmall(
  facts: CheckFacts,
  flow: number,
  add: Add,
  params: Record<string, number | string>,
): void {
  facts.stats.evidence.add(flow, KIND.small, facts.capture.flows.firstRowOf(flow));
  add('small-segments', 'note', KIND.small, Number(params.small), params);
}

function capturing(cell: Cell, add: Add, side: number, name: string): void {
  const unseen = cell(FLOW.unseen + side);
  if (unseen === 0) return;
  const twoSided = cell(FLOW.packets) > 0 && cell(FLOW.packets + 1) > 0;
  add('missing-from-capture', twoSided ? 'warning' : 'note', KIND.missing, unseen, {
    side: name,
    count: unseen,
  });
}
