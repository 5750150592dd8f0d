import type { Issue, IssueKind } from './report.ts';

/** In which order kinds come when they are equally grave: what costs most, and what makes other findings doubtful, first. */
const ORDER: readonly IssueKind[] = [
  'damaged-file',
  'dropped-by-capture',
  'missing-from-capture',
  'gap-in-data',
  'handshake-unanswered',
  'refused',
  'handshake-unfinished',
  'handshake-slow',
  'reset',
  'undelivered',
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
  'datagrams-unanswered',
  'spurious-retransmissions',
  'captured-twice',
  'overtaken',
  'small-segments',
  'probes',
  'keep-alives',
  'fin-again',
  'seen-in-calls',
  'checksum-offload',
  'clock-back',
  'no-times',
  'one-sided',
  'damaged-packets',
];

const RANK: ReadonlyMap<IssueKind, number> = new Map(ORDER.map((kind, index) => [kind, index]));

/** Sorts issues: warnings first, then by what their kind costs, then by weight. */
export function compareIssues(x: Issue, y: Issue): number {
  return rank(x) - rank(y) || y.weight - x.weight || (x.flow ?? 0) - (y.flow ?? 0);
}

function rank({ severity, kind }: Issue): number {
  return (severity === 'warning' ? 0 : 1000) + (RANK.get(kind) ?? 0);
}
