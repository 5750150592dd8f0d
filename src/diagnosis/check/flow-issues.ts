import { gaps, neverAcknowledged, receivedTwice } from './byte-issues.ts';
import { damageIssues } from './checksum-issues.ts';
import { endsOf } from './ends.ts';
import type { CheckFacts } from './find-issues.ts';
import { cellsAt, FLOW, KIND, UNFINISHED_NS } from './flow-cells.ts';
import type { Issue, IssueKind, Severity } from './report.ts';
import { WITHOUT_EFFECT } from './resets.ts';

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
  const at = cellsAt(flow);
  const cell = (index: number): number => cells[at + index] ?? 0;
  const add = (
    kind: IssueKind,
    severity: Severity,
    evidenceKind: number,
    weight: number,
    params: Issue['params'],
    of?: string,
  ): void => {
    const direction = of === 'B' ? 1 : 0;
    const proof = evidence.get(flow, evidenceKind, direction);
    const frames = proof.rows.map(facts.frame);
    const total = evidenceKind === KIND.small ? Number(params.small) : proof.count;
    issues.push({ kind, severity, weight, flow, ends: endsOf(facts.capture, flow), frames, total, params });
  };
  // What mixes two connections says nothing of either.
  if (mixedVlans(facts, flow, issues) || isBesideMixed(facts, flow)) return;
  if (!oneSided(cell, add, facts, flow)) beginning(cell, add, facts, flow);
  ending(cell, add, facts, flow);
  issues.push(...damageIssues(facts, flow));
  for (const side of [0, 1] as const) {
    const name = side === 0 ? 'A' : 'B';
    resetsIgnored(cell, add, side, name);
    retransmissions(cell, add, side, name);
    finsAgain(cell, add, side, facts.isFinWaiting(flow * 2 + side));
    waiting(cell, add, side, name);
    sending(cell, add, side, name, facts.stats.smallFrom);
    capturing(cell, add, side, name);
    gaps(facts, flow, side, issues);
    neverAcknowledged(facts, flow, side, issues);
    receivedTwice(facts, flow, side, issues);
  }
}

type Cell = (index: number) => number;
type Add = (
  kind: IssueKind,
  severity: Severity,
  evidence: number,
  weight: number,
  params: Issue['params'],
  /** Whose evidence it is, where it is one side's. */
  of?: string,
) => void;

/** Nothing of one side was captured though it must have spoken: whoever sends more than SYNs and resets was answered. */
function oneSided(cell: Cell, add: Add, facts: CheckFacts, flow: number): boolean {
  const [fromA, fromB] = [cell(FLOW.packets), cell(FLOW.packets + 1)];
  if (fromA > 0 && fromB > 0) return false;
  const count = fromA + fromB;
  const answered = count - cell(FLOW.syns) - (cell(FLOW.rst) === 0 ? 0 : 1);
  const proves = cell(FLOW.synAcks) > 0 || (cell(FLOW.syns) > 0 && answered > 0) || count >= ONE_SIDED_MIN;
  if (!proves || answered <= 0) return false;
  facts.stats.evidence.add(flow, KIND.oneSided, facts.capture.flows.firstRowOf(flow));
  add('one-sided', 'note', KIND.oneSided, count, { side: fromB === 0 ? 'A' : 'B', count });
  return true;
}

function beginning(cell: Cell, add: Add, { rejected, end, stats }: CheckFacts, flow: number): void {
  if (cell(FLOW.syn) === 0) return;
  // What came of earlier tries is told apart from the latest.
  const refusals = stats.resets.refusals.get(flow) ?? 0;
  const fromB = cell(FLOW.packets + 1) - refusals;
  const syns = cell(FLOW.syns);
  const isRefused =
    cell(FLOW.rst) === 2 && cell(FLOW.synAck) === 0 && fromB <= syns && cell(FLOW.bytes + 1) === 0;
  const times = refusals + (isRefused ? fromB : 0);
  if (times > 0) add('refused', 'warning', refusals > 0 ? KIND.refused : KIND.reset, times, { syns: times });
  if (cell(FLOW.synAck) === 0) {
    const seconds = (cell(FLOW.lastSyn) - cell(FLOW.syn)) / SECOND;
    // An ICMP error says more than that nothing came back.
    if (!isRefused && fromB === 0 && !rejected.has(flow)) {
      const long = syns > 1 || end - cell(FLOW.syn) >= UNFINISHED_NS;
      add('handshake-unanswered', long ? 'warning' : 'note', KIND.unanswered, seconds, {
        syns,
        seconds,
        early: long ? 0 : 1,
      });
    }
    if (lacksSynAck(cell, refusals))
      add('missing-from-capture', 'warning', KIND.unanswered, 1, { side: 'A', count: 1, synAck: 1 });
    return;
  }
  const synAcks = cell(FLOW.synAcks);
  if (cell(FLOW.done) === 0) {
    if (isAbandoned(cell))
      add('handshake-unfinished', 'note', KIND.unanswered, synAcks, { syns, synAcks, early: 0, reset: 1 });
    if (cell(FLOW.rst) !== 0) return;
    const long = synAcks > 1 || end - cell(FLOW.synAck) >= UNFINISHED_NS;
    add('handshake-unfinished', long ? 'warning' : 'note', KIND.unanswered, synAcks, {
      syns,
      synAcks,
      early: long ? 0 : 1,
    });
  } else if ((syns > 1 || synAcks > 1) && cell(FLOW.crossed) === 0 && !isAfterOlder(cell)) {
    const seconds = setupLost(cell);
    const bad = seconds >= COST_SECONDS ? 'warning' : 'note';
    add('handshake-slow', bad, KIND.unanswered, seconds, { syns, synAcks, seconds });
  }
}

/** A connection that begins with a SYN and goes on: the answer is missing, though it came. */
function lacksSynAck(cell: Cell, refusals: number): boolean {
  if (cell(FLOW.syn) !== cell(FLOW.first) || cell(FLOW.crossed) !== 0) return false;
  if (refusals > 0 || cell(FLOW.ignored) + cell(FLOW.ignored + 1) > 0) return false;
  const carries = cell(FLOW.dataSegments) + cell(FLOW.dataSegments + 1) + cell(FLOW.fin);
  const isAlive = cell(FLOW.packets + 1) > (cell(FLOW.rst) === 2 ? 1 : 0);
  return isAlive && carries > 0 && cell(FLOW.packets) > cell(FLOW.syns);
}

/** Seconds from the first SYN to the last of what had to be sent again, without the times that the answers took. */
function setupLost(cell: Cell): number {
  const forAnswer = Math.max(cell(FLOW.lastSyn) - cell(FLOW.syn), 0);
  const forAck = Math.max(cell(FLOW.lastSynAck) - cell(FLOW.synAck), 0);
  return (forAnswer + forAck) / SECOND;
}

/** Whether a reset had to end an older connection first. */
function isAfterOlder(cell: Cell): boolean {
  const old = WITHOUT_EFFECT.indexOf('old');
  return [0, 1].some((side) => cell(FLOW.ignored + side) > 0 && cell(FLOW.ignoredWhy + side) === old);
}

/** Who asked for the connection resets it instead of finishing its handshake: nothing was open, nothing gets lost. */
function isAbandoned(cell: Cell): boolean {
  const isOpen = cell(FLOW.synAck) === 0 || cell(FLOW.done) !== 0 || cell(FLOW.crossed) !== 0;
  return !isOpen && cell(FLOW.rst) === 1 && cell(FLOW.bytes) === 0 && cell(FLOW.bytes + 1) === 0;
}

function ending(cell: Cell, add: Add, facts: CheckFacts, flow: number): void {
  const refusals = facts.stats.resets.refusals.get(flow) ?? 0;
  const reset = cell(FLOW.rst);
  if (reset === 0) return;
  const isRefused =
    cell(FLOW.syn) !== 0 &&
    cell(FLOW.synAck) === 0 &&
    reset === 2 &&
    cell(FLOW.packets + 1) - refusals <= cell(FLOW.syns);
  if (isRefused || isAbandoned(cell)) return;
  const closed = cell(FLOW.rstClosed) !== 0;
  const [fromA, fromB] = [cell(FLOW.rstBytes), cell(FLOW.rstBytes + 1)];
  add('reset', closed ? 'note' : 'warning', KIND.reset, fromA + fromB, {
    side: reset === 1 ? 'A' : 'B',
    closed: closed ? 1 : 0,
    seconds: (cell(FLOW.rstAt) - cell(FLOW.first)) / SECOND,
    fromA,
    fromB,
    gone: cell(FLOW.gone),
    ...(closed ? {} : crossed(facts, flow)),
    ...spokeOn(cell, facts),
  });
}

/** Connections on several VLANs, which count as one because their addresses and ports are the same. */
function mixedVlans({ vlans, frame, capture }: CheckFacts, flow: number, issues: Issue[]): boolean {
  const mixed = vlans.mixed(flow * 2) ?? vlans.mixed(flow * 2 + 1);
  if (mixed === null) return false;
  const { ids, apart } = mixed;
  issues.push({
    ...{ kind: 'mixed-vlans', severity: 'warning', weight: apart.count, flow, ends: endsOf(capture, flow) },
    ...{
      frames: apart.rows.map(frame),
      total: apart.count,
      params: { vlans: ids.join(', '), first: ids[0] ?? 0 },
    },
  });
  return true;
}

/** Whether packets of this flow may be in another one: between the same ends on several VLANs there is such a flow. */
function isBesideMixed({ mixedEnds, capture }: CheckFacts, flow: number): boolean {
  if (mixedEnds.size === 0) return false;
  const { a, b } = endsOf(capture, flow);
  return mixedEnds.has(`${a} ${b}`) || mixedEnds.has(`${b} ${a}`);
}

/** The other side reset the connection too, before it can have known: another may have reset both. */
function crossed({ stats, number }: CheckFacts, flow: number): Issue['params'] {
  const crossing = stats.resets.others.crossing(stats.cells, flow);
  if (crossing === null) return {};
  return { crossedFrame: number(crossing.row), crossedAfter: crossing.after / SECOND };
}

/** Whoever reset the connection went on sending: another may have reset it in its name. */
function spokeOn(cell: Cell, { number }: CheckFacts): Issue['params'] {
  const row = cell(FLOW.spokeRow) - 1;
  if (row < 0) return {};
  return { spokeFrame: number(row), spokeAfter: (cell(FLOW.spokeAt) - cell(FLOW.rstAt)) / SECOND };
}

/** Resets in the name of a side after which the conversation went on. */
function resetsIgnored(cell: Cell, add: Add, side: number, name: string): void {
  const count = cell(FLOW.ignored + side);
  if (count === 0) return;
  const why = WITHOUT_EFFECT[cell(FLOW.ignoredWhy + side)] ?? 'unknown';
  if (why === 'old') {
    const seconds = cell(FLOW.done) === 0 ? 0 : setupLost(cell);
    const bad = seconds >= COST_SECONDS ? 'warning' : 'note';
    add('older-connection', bad, KIND.unanswered, seconds, { side: name, syns: cell(FLOW.syns), seconds });
    return;
  }
  // Nobody forges what was only damaged.
  const severity = why === 'damaged' ? 'note' : 'warning';
  add('reset-ignored', severity, KIND.ignored, count, { side: name, count, why }, name);
}

function retransmissions(cell: Cell, add: Add, side: number, name: string): void {
  // What was sent again is not sent once more in the denominator.
  const segments = Math.max(cell(FLOW.dataSegments + side) - cell(FLOW.repeats + side), 1);
  const kindOf = (
    kind: IssueKind,
    proof: number,
    again: number,
    bytes: number,
    waited: number,
    each: number,
    further: Issue['params'] = {},
  ): void => {
    if (again === 0) return;
    const distinct = Math.min(segments, Math.max(cell(each + side), 1));
    const seconds = waited / SECOND;
    const bad = again / segments >= LOSS_SHARE || seconds >= COST_SECONDS ? 'warning' : 'note';
    add(
      kind,
      bad,
      proof,
      seconds,
      { side: name, again, segments, distinct, bytes, seconds, ...further },
      name,
    );
  };
  const timeouts = cell(FLOW.timeouts + side);
  const fast = cell(FLOW.fast + side);
  const late = cell(FLOW.late + side);
  const waited = cell(FLOW.waited + side);
  kindOf('timeouts', KIND.timeout, timeouts, cell(FLOW.timeoutBytes + side), waited, FLOW.timeoutsDistinct, {
    timeouts,
    fast,
    unseen: cell(FLOW.timeoutsUnseen + side),
    unsure: cell(FLOW.timeoutsUnsure + side),
  });
  kindOf('fast-retransmissions', KIND.fast, fast, cell(FLOW.fastBytes + side), late, FLOW.fastDistinct, {
    unseen: cell(FLOW.fastUnseen + side),
  });
  const [unprompted, bytes] = [cell(FLOW.unprompted + side), cell(FLOW.unpromptedBytes + side)];
  const lateOnes = fast === 0 ? late : 0;
  kindOf('unprompted-retransmissions', KIND.unprompted, unprompted, bytes, lateOnes, FLOW.unpromptedDistinct);
  const tooBig = cell(FLOW.tooBig + side);
  if (tooBig > 0) {
    const params = { side: name, count: tooBig, bytes: cell(FLOW.tooBigBytes + side) };
    add('too-big-retransmissions', 'note', KIND.tooBig, tooBig, params, name);
  }
  const fastOpen = cell(FLOW.fastOpen + side);
  if (fastOpen > 0) {
    const params = { side: name, count: fastOpen, bytes: cell(FLOW.fastOpenBytes + side) };
    add('fast-open-refused', 'note', KIND.fastOpen, fastOpen, params, name);
  }
  const spurious = cell(FLOW.spurious + side);
  if (spurious > 0)
    add('spurious-retransmissions', 'note', KIND.spurious, spurious, { side: name, count: spurious }, name);
  const overtaken = cell(FLOW.overtaken + side);
  if (overtaken > 0)
    add('overtaken', 'note', KIND.overtaken, overtaken, { side: name, count: overtaken, segments }, name);
  const filled = cell(FLOW.filled + side);
  if (filled > 0)
    add('filled-late', 'note', KIND.filled, filled, { side: name, count: filled, segments }, name);
  const twice = cell(FLOW.twice + side);
  if (twice > 0) add('captured-twice', 'note', KIND.twice, twice, { side: name, count: twice }, name);
}

function finsAgain(cell: Cell, add: Add, side: number, isWaiting: boolean): void {
  const count = cell(FLOW.finsAgain + side);
  const name = side === 0 ? 'A' : 'B';
  if (count > 0)
    add('fin-again', 'note', KIND.finAgain, count, { side: name, count, waiting: isWaiting ? 1 : 0 }, name);
}

function waiting(cell: Cell, add: Add, side: number, name: string): void {
  const other = name === 'A' ? 'B' : 'A';
  const sender = 1 - side;
  const full = cell(FLOW.fullCount + sender);
  if (full > 0) {
    const seconds = cell(FLOW.fullTotal + sender) / SECOND;
    const bad = seconds >= COST_SECONDS ? 'warning' : 'note';
    add('window-full', bad, KIND.windowFull, seconds, { side: name, other, count: full, seconds }, other);
  }
  const zeros = cell(FLOW.zeroCount + side);
  const probed = cell(FLOW.probes + sender);
  if (zeros > 0) {
    const since = cell(FLOW.zeroSince + side);
    const never = since !== 0;
    const seconds = (cell(FLOW.zeroTotal + side) + (never ? cell(FLOW.last) - since : 0)) / SECOND;
    // A closed window stops only who has something to send: probes, or data as soon as it opens, show that.
    const stalled = cell(FLOW.stalled + sender) > 0 || probed > 0;
    const bad = stalled && seconds >= COST_SECONDS ? 'warning' : 'note';
    add(
      'zero-window',
      bad,
      KIND.zeroWindow,
      seconds,
      {
        side: name,
        other,
        count: zeros,
        seconds,
        never: never ? 1 : 0,
        stalled: stalled ? 1 : 0,
        probes: probed,
      },
      name,
    );
  }
}

function sending(cell: Cell, add: Add, side: number, name: string, smallFrom: number): void {
  const other = name === 'A' ? 'B' : 'A';
  const probes = cell(FLOW.probes + side);
  if (probes > 0) add('probes', 'note', KIND.probe, probes, { side: name, other, count: probes }, name);
  const keepAlives = cell(FLOW.keepAlives + side);
  if (keepAlives > 0) {
    const heard = cell(FLOW.packets + 1 - side);
    const unanswered = cell(FLOW.keepAliveAt + side) === heard ? cell(FLOW.keepAliveRun + side) : 0;
    const params = { side: name, other, count: keepAlives, unanswered };
    add('keep-alives', 'note', KIND.keepAlive, keepAlives, params, name);
  }
  const nagle = cell(FLOW.nagle + side);
  if (nagle > 0) {
    const seconds = cell(FLOW.nagleWaited + side) / SECOND;
    add(
      'nagle-delayed-ack',
      nagle >= NAGLE_WARNING ? 'warning' : 'note',
      KIND.nagle,
      seconds,
      {
        side: name,
        other,
        count: nagle,
        seconds,
      },
      name,
    );
  }
  const segments = cell(FLOW.dataSegments + side);
  const small = cell(FLOW.smallSegments + side);
  if (small >= SMALL_MIN && small / segments >= SMALL_SHARE) {
    const bytes = cell(FLOW.bytes + side) / segments;
    add(
      'small-segments',
      'note',
      KIND.small,
      small,
      { side: name, small, segments, bytes, from: Math.max(smallFrom, 1) },
      name,
    );
  }
}

function capturing(cell: Cell, add: Add, side: number, name: string): void {
  const unseen = cell(FLOW.unseen + side);
  if (unseen === 0) return;
  const twoSided = cell(FLOW.packets) > 0 && cell(FLOW.packets + 1) > 0;
  add(
    'missing-from-capture',
    twoSided ? 'warning' : 'note',
    KIND.missing,
    unseen,
    {
      side: name,
      count: unseen,
    },
    name,
  );
}
