import type { Issue, IssueKind } from './report.ts';

/** In which order kinds come when they are equally grave: what costs most, and what makes other findings doubtful, first. */
const ORDER: readonly IssueKind[] = [
  'damaged-file',
  'dropped-by-capture',
  'mixed-vlans',
  'missing-from-capture',
  'gap-in-data',
  'handshake-unanswered',
  'refused',
  'handshake-unfinished',
  'handshake-slow',
  'older-connection',
  'reset',
  'reset-ignored',
  'undelivered',
  'never-acknowledged',
  'datagrams-lost',
  'never-accepted',
  'call-unfinished',
  'icmp-error',
  'checksum-damage',
  'zero-window',
  'window-full',
  'timeouts',
  'nagle-delayed-ack',
  'fast-retransmissions',
  'unprompted-retransmissions',
  'pings-unanswered',
  'too-big-retransmissions',
  'fast-open-refused',
  'datagrams-unanswered',
  'spurious-retransmissions',
  'received-twice',
  'captured-twice',
  'overtaken',
  'filled-late',
  'small-segments',
  'probes',
  'keep-alives',
  'fin-again',
  'seen-in-calls',
  'fragments-overlap',
  'fragments-missing',
  'checksum-offload',
  'clock-forward',
  'clock-back',
  'no-times',
  'one-sided',
  'damaged-packets',
  'cut-packets',
  'undecoded-packets',
];

const RANK: ReadonlyMap<IssueKind, number> = new Map(ORDER.map((kind, index) => [kind, index]));

/** Sorts issues: warnings first, then by what their kind costs, then by weight. */
export function compareIssues(x: Issue, y: Issue): number {
  return rankOf(x) - rankOf(y) || compareAlike(x, y);
}

/** Sorted issues, in steps: those of each rank by themselves. */
export function* sortedIssues(issues: readonly Issue[]): Generator<void, Issue[]> {
  const ranks: Issue[][] = Array.from({ length: ORDER.length * 2 }, () => []);
  for (const issue of issues) ranks[rankOf(issue)]?.push(issue);
  const sorted: Issue[] = [];
  for (const alike of ranks) for (const run of yield* mergedRuns(alike)) sorted.push(run);
  return sorted;
}

/** Stretches of this length are sorted by themselves, then merged. */
const RUN = 1024;

/** Issues of one rank, sorted. */
function* mergedRuns(issues: readonly Issue[]): Generator<void, readonly Issue[]> {
  let runs: Issue[][] = [];
  for (let from = 0; from < issues.length; from += RUN) {
    runs.push(issues.slice(from, from + RUN).sort(compareAlike));
    yield;
  }
  while (runs.length > 1) {
    const merged: Issue[][] = [];
    for (let at = 0; at < runs.length; at += 2)
      merged.push(yield* mergedPair(runs[at] ?? [], runs[at + 1] ?? []));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* mergedPair(left: readonly Issue[], right: readonly Issue[]): Generator<void, Issue[]> {
  const merged: Issue[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [one, other] = [left[i], right[j]];
    if (one === undefined && other === undefined) return merged;
    if (merged.length % RUN === 0) yield;
    const isLeft = other === undefined || (one !== undefined && compareAlike(one, other) <= 0);
    const next = isLeft ? left[i++] : right[j++];
    if (next !== undefined) merged.push(next);
  }
}

function compareAlike(x: Issue, y: Issue): number {
  return y.weight - x.weight || (x.flow ?? 0) - (y.flow ?? 0);
}

function rankOf({ severity, kind }: Issue): number {
  return (severity === 'warning' ? 0 : ORDER.length) + (RANK.get(kind) ?? 0);
}
