import type { Capture } from '../../../capture/capture.ts';
import { PROTOCOL } from '../../../capture/columns.ts';
import { linkTypeName } from '../../../capture/decode/link-type-names.ts';
import { LINKTYPE } from '../../../capture/decode/link-types.ts';
import { natureOf, PROBLEM, problemText } from '../../../capture/decode/problems.ts';
import { atOnce } from '../../timeline/time-order.ts';
import { isAnsweredElsewhere, isToMany } from './answers.ts';
import { checksumIssues } from './checksum-issues.ts';
import type { Checksums } from './checksums.ts';
import type { ClockJump } from './clock-jumps.ts';
import { endsOf } from './ends.ts';
import { NO_PROOF } from './evidence.ts';
import { cellsAt, FLOW, KIND } from './flow-cells.ts';
import { findFlowIssues } from './flow-issues.ts';
import type { FlowStats } from './flow-stats.ts';
import { sortedIssues } from './order.ts';
import { CUT, type OtherStats } from './other-stats.ts';
import type { Issue, IssueKind, Severity } from './report.ts';
import type { Unacknowledged } from './unacknowledged.ts';
import type { VlanMix } from './vlan-mix.ts';

/** What issues are made of. */
export interface CheckFacts {
  readonly capture: Capture;
  readonly stats: FlowStats;
  readonly others: OtherStats;
  readonly checksums: Checksums;
  readonly clockJumps: readonly ClockJump[];
  readonly vlans: VlanMix;
  /** 'A B' of the flows that hold connections of several VLANs. */
  readonly mixedEnds: ReadonlySet<string>;
  /** Flows of which an ICMP error quotes what the end sent that spoke first. */
  readonly rejected: ReadonlySet<number>;
  /** Time of the last packet, as the stats count it. */
  readonly end: number;
  /** Up to where a direction (flow * 2 + direction) was acknowledged, signed 32-bit; 0 where nothing was. */
  acknowledgedOf(direction: number): number;
  /** Whether a direction's FIN was never acknowledged by the other side, which is heard. */
  isFinWaiting(direction: number): boolean;
  /** What of a direction nobody acknowledged. */
  unacknowledged(direction: number): Unacknowledged | null;
  /** What stands for a row in the lists of an issue, and the number of its frame for the words. */
  frame(row: number): number;
  number(row: number): number;
}

const DECODED: ReadonlySet<number> = new Set(Object.values(LINKTYPE));
const NO_ENDS = { a: '', b: '' } as const;
/** A clock that goes back this far was set; less is how packets of several queues come. */
const CLOCK_SET_NS = 1e9;

const KIND_OF = {
  damaged: 'damaged-packets',
  cut: 'cut-packets',
  'not-decoded': 'undecoded-packets',
} as const;

/** A smaller share of pings without reply is how networks are. */
const PING_LOSS = 0.01;
/** Who is asked there always answers. */
const DNS = 53;

/** What is looked at in one step, and before it is known whether to go on. */
const FLOWS_A_STEP = 1024;
const FLOWS_A_LOOK = 16;

/** All that is wrong in a capture, gravest first. */
export function findIssues(facts: CheckFacts): Issue[] {
  return atOnce(issuesInSteps(facts));
}

/** The same in steps: a scan may have made a million conversations. */
export function* issuesInSteps(facts: CheckFacts): Generator<void, Issue[]> {
  const issues: Issue[] = [];
  for (const some of unsorted(facts, FLOWS_A_STEP)) {
    for (const issue of some) issues.push(issue);
    yield;
  }
  return yield* sortedIssues(issues);
}

/** Whether there is anything at warning level: looks no further than the first such issue. */
export function hasWarning(facts: CheckFacts): boolean {
  for (const some of unsorted(facts, FLOWS_A_LOOK))
    if (some.some(({ severity }) => severity === 'warning')) return true;
  return false;
}

/** All issues, those of so many flows at a time, as they are found. */
function* unsorted(facts: CheckFacts, flowsAtOnce: number): Generator<readonly Issue[]> {
  yield [...wholeCapture(facts), ...checksumIssues(facts)];
  const { capture } = facts;
  for (let from = 0; from < capture.flows.length; from += flowsAtOnce)
    yield flowIssues(facts, from, Math.min(capture.flows.length, from + flowsAtOnce));
  yield [...icmpErrors(facts), ...pings(facts)];
}

function flowIssues(facts: CheckFacts, from: number, to: number): readonly Issue[] {
  const issues: Issue[] = [];
  const { stats } = facts;
  for (let flow = from; flow < to; flow++) {
    if (stats.cells[cellsAt(flow) + FLOW.packets] || stats.cells[cellsAt(flow) + FLOW.packets + 1])
      findFlowIssues(facts, flow, issues);
    else {
      datagrams(facts, flow, issues);
      for (const side of [0, 1]) issues.push(...secondCaptures(facts, flow, side));
    }
  }
  return issues;
}

function* icmpErrors({ capture, others, frame, number }: CheckFacts): Generator<Issue> {
  for (const { flow, direction, code, v6, quoted, proof } of others.errors.values()) {
    const { rows, count } = proof;
    yield {
      kind: 'icmp-error',
      severity: 'warning',
      weight: count,
      flow,
      ends: endsOf(capture, flow),
      frames: rows.map(frame),
      total: count,
      params: {
        code,
        version: v6 ? 6 : 4,
        count,
        side: direction === 0 ? 'A' : 'B',
        quoted: quoted < 0 ? 0 : number(quoted),
      },
    };
  }
}

/** Echo requests that the capture has no reply to. Those to many are answered by other addresses, if at all. */
function* pings({ capture, others, rejected, frame }: CheckFacts): Generator<Issue> {
  for (const asked of others.echoes.flows.values()) {
    const { flow, direction, sent } = asked;
    const { addressA, addressB } = capture.flows.get(flow);
    if (rejected.has(flow) || isToMany(direction === 0 ? addressB : addressA)) continue;
    const { rows, count } = others.echoes.left(asked, others.latest);
    if (count === 0) continue;
    yield {
      kind: 'pings-unanswered',
      severity: count >= sent * PING_LOSS ? 'warning' : 'note',
      weight: count,
      flow,
      ends: endsOf(capture, flow),
      frames: rows.map(frame),
      total: count,
      params: { side: direction === 0 ? 'A' : 'B', count, sent },
    };
  }
}

function* wholeCapture({ capture, others, clockJumps, frame, number }: CheckFacts): Generator<Issue> {
  const one = (
    kind: IssueKind,
    severity: Severity,
    { rows, count }: typeof NO_PROOF,
    params: Issue['params'],
  ): Issue => ({
    kind,
    severity,
    weight: 0,
    flow: null,
    ends: NO_ENDS,
    frames: rows.map(frame),
    total: count,
    params,
  });
  const [damage] = capture.problems;
  if (damage !== undefined) {
    const { length } = capture.problems;
    yield one('damaged-file', 'warning', NO_PROOF, {
      count: length,
      offset: damage.offset,
      what: damage.message,
    });
  }
  for (const [index, { name, dropped, received }] of capture.interfaces.entries()) {
    if (dropped !== null && dropped > 0)
      yield one('dropped-by-capture', 'warning', NO_PROOF, {
        dropped,
        received: received ?? 0,
        name: name ?? `interface ${index}`,
      });
  }
  const { back, timeless } = others;
  if (back.count > 0) {
    yield one('clock-back', others.backLargest >= CLOCK_SET_NS ? 'warning' : 'note', back, {
      count: back.count,
      ms: others.backLargest / 1e6,
    });
  }
  for (const { row, seconds, flows, passed } of clockJumps) {
    yield one(
      'clock-forward',
      passed === null ? 'note' : 'warning',
      { rows: [row - 1, row], count: 2 },
      {
        seconds,
        flows,
        frame: number(row),
        ...(passed === null ? {} : { passed }),
      },
    );
  }
  const { count, proof: fragments } = others.incomplete.list();
  if (count > 0) yield one('fragments-missing', 'note', fragments, { count, fragments: fragments.count });
  const { overlapping } = others;
  if (overlapping.count > 0) {
    const { differing, v6, proof } = overlapping;
    const bad = differing > 0 || v6 > 0 ? 'warning' : 'note';
    const params = { count: overlapping.count, fragments: proof.count, differing, v6 };
    yield one('fragments-overlap', bad, proof, params);
  }
  if (timeless.count > 0) yield one('no-times', 'note', timeless, { count: timeless.count });
  for (const [key, proof] of others.problems) {
    const code = key % CUT;
    const kind = KIND_OF[natureOf(code, key >= CUT)];
    yield one(kind, 'note', proof, { count: proof.count, what: whatOf(code, capture) });
  }
  for (const [what, proof] of others.undecoded.kinds)
    yield one('undecoded-packets', 'note', proof, { count: proof.count, what });
}

/** What is wrong with packets; link types that are not decoded by their names. */
function whatOf(code: number, { interfaces }: Capture): string {
  const { text } = problemText(code);
  if (code !== PROBLEM.linkTypeUnknown) return text;
  const names = new Set(
    interfaces
      .map(({ linkType }) => linkType)
      .filter((type) => !DECODED.has(type))
      .map(linkTypeName),
  );
  return names.size === 0 ? text : `${text}: ${[...names].join(', ')}`;
}

/**
 * Datagrams that nobody answered: all of a flow, or single ones among answered ones where both ends speak by turns. Those
 * to many (multicast, broadcast) want no answer.
 */
function datagrams(facts: CheckFacts, flow: number, issues: Issue[]): void {
  const { capture, others, frame } = facts;
  const [sent, back] = [others.datagrams[flow * 2] ?? 0, others.datagrams[flow * 2 + 1] ?? 0];
  if (sent === 0 || facts.rejected.has(flow)) return;
  const { protocol, addressB, portB } = capture.flows.get(flow);
  if (protocol !== PROTOCOL.udp || isToMany(addressB)) return;
  const end = others.latest;
  const left =
    back === 0 ? { rows: others.evidence.get(flow, 0).rows, count: sent } : others.queries.left(flow, end);
  if (left.count === 0) return;
  // Of an end that sends much and hears little, as media do, silence says nothing.
  if (portB !== DNS && back > 0 && (sent > back * 2 + 2 || left.count > back)) return;
  if (back === 0 && isAnsweredElsewhere(facts, flow)) return;
  const early = back === 0 && others.queries.isEarly(flow, end);
  issues.push({
    kind: 'datagrams-unanswered',
    severity: portB === DNS && !early ? 'warning' : 'note',
    weight: left.count,
    flow,
    ends: endsOf(capture, flow),
    frames: left.rows.map(frame),
    total: left.count,
    params: { count: left.count, answered: back, early: early ? 1 : 0 },
  });
}

/** Packets of a side that were captured before, of a flow that is none of TCP. */
function* secondCaptures(
  { capture, stats, frame }: CheckFacts,
  flow: number,
  side: number,
): Generator<Issue> {
  const { rows, count } = stats.evidence.get(flow, KIND.twice, side);
  if (count === 0) return;
  yield {
    kind: 'captured-twice',
    severity: 'note',
    weight: count,
    flow,
    ends: endsOf(capture, flow),
    frames: rows.map(frame),
    total: count,
    params: { side: side === 0 ? 'A' : 'B', count },
  };
}
