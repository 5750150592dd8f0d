import { reasonOfCall, waitOf } from '../../timeline/call-reasons.ts';
import { factsOf } from '../../timeline/facts.ts';
import { BLOCKED_NS } from '../../timeline/rows.ts';
import type { Reason, Timeline } from '../../timeline/types.ts';
import type { Issue, IssueKind, Told } from './report.ts';
import type { Teller } from './teller.ts';

/** Which waits of calls an issue explains, by the kind of the call's reason. */
const EXPLAINS: Partial<Readonly<Record<IssueKind, readonly string[]>>> = {
  'zero-window': ['send-blocked'],
  'window-full': ['send-blocked'],
  'handshake-slow': ['connect-waited'],
  'older-connection': ['connect-waited'],
  'handshake-unanswered': ['connect-failed', 'call-timed-out'],
  refused: ['call-failed-refused'],
  reset: ['call-failed-reset'],
  'icmp-error': ['call-failed-icmp'],
};

/** Of these, those that make calls wait; others make them fail. */
const BLOCKING: ReadonlySet<IssueKind> = new Set([
  'zero-window',
  'window-full',
  'handshake-slow',
  'older-connection',
]);

interface Wait {
  readonly connection: number;
  readonly reason: Reason;
  readonly ms: number;
}

const WAITS = new WeakMap<Timeline, readonly Wait[]>();

/** Calls that waited or failed because of an issue: one statement, those that took longest first. */
export function* callWaits(
  timeline: Timeline,
  tell: Teller,
  issue: Issue,
  all: readonly Issue[],
): Generator<Told> {
  const kinds = isLesser(issue, all) ? undefined : EXPLAINS[issue.kind];
  if (kinds === undefined || issue.flow === null) return;
  const { flow } = issue;
  const connection = timeline.connections.findIndex((one) => one.flow === flow);
  const waits = waitsOf(timeline).filter(
    (wait) => wait.connection === connection && kinds.includes(wait.reason.kind),
  );
  if (waits.length === 0) return;
  const longest = [...waits].sort((x, y) => y.ms - x.ms);
  const [first] = longest;
  if (first === undefined) return;
  const blocks = BLOCKING.has(issue.kind);
  yield tell.of({
    kind: blocks ? 'calls-blocked' : 'calls-failed',
    params: {
      count: waits.length,
      ms: waits.reduce((sum, { ms }) => sum + ms, 0),
      most: first.ms,
      errno: String(first.reason.params.errno ?? ''),
    },
    calls: longest.map(({ reason }) => reason.calls[0] ?? 0),
    packets: [],
  });
}

/** A window that is full and one of 0 hold back the same calls: the one that lasted longer explains them. */
function isLesser({ kind, flow, weight, params }: Issue, all: readonly Issue[]): boolean {
  const other = kind === 'zero-window' ? 'window-full' : kind === 'window-full' ? 'zero-window' : null;
  return all.some(
    (one) =>
      one.kind === other && one.flow === flow && one.params.side === params.side && one.weight > weight,
  );
}

/** All calls that waited for the network or failed because of it; the reasons of quick calls that succeeded are not made. */
function waitsOf(timeline: Timeline): readonly Wait[] {
  const known = WAITS.get(timeline);
  if (known !== undefined) return known;
  const facts = factsOf(timeline);
  const waits: Wait[] = [];
  for (const [index, call] of timeline.session.calls.entries()) {
    const took = (facts.clock.exits[index] ?? 0) - (facts.clock.enters[index] ?? 0);
    if (call.exitNs === null || (call.ret !== -1 && took < BLOCKED_NS)) continue;
    const connection = timeline.connectionOfCall(index);
    const reason = connection === null ? null : reasonOfCall(facts, index);
    if (connection !== null && reason !== null)
      waits.push({ connection, reason, ms: waitOf(reason) ?? took / 1e6 });
  }
  WAITS.set(timeline, waits);
  return waits;
}
