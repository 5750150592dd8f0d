import type { Finding, Timeline } from '../../timeline/types.ts';
import { readingOf } from '../readings.ts';
import { callWaits } from './call-waits.ts';
import { FRAMES_NAMED } from './evidence.ts';
import { heldIssues } from './held-issues.ts';
import { compareIssues } from './order.ts';
import { ReadingCounts } from './reading-counts.ts';
import type { CheckReport, Issue, IssueKind, ReadingCount, Told } from './report.ts';
import { type FindingPlace, placeOf, type Teller, teller } from './teller.ts';
import { undeliveredIssues } from './undelivered.ts';

/** Which issues of the packets a finding of the time line says more of; the first that is there takes it. */
const SAME: Readonly<Record<string, readonly IssueKind[]>> = {
  refused: ['refused'],
  'sent-again': [
    'timeouts',
    'fast-retransmissions',
    'unprompted-retransmissions',
    'too-big-retransmissions',
    'fast-open-refused',
    'handshake-slow',
    'older-connection',
    'handshake-unanswered',
    'spurious-retransmissions',
    'fin-again',
  ],
  'closed-unread': ['reset'],
  reset: ['reset', 'refused', 'handshake-unfinished'],
  'closed-window': ['zero-window'],
  'window-full': ['window-full', 'zero-window'],
  'nagle-wait': ['nagle-delayed-ack'],
  'datagrams-refused': ['icmp-error', 'datagrams-unanswered'],
  'datagrams-lost': ['datagrams-unanswered'],
};

/** Findings that say nothing of a fault: what the exercise shows. */
const SILENT: ReadonlySet<string> = new Set(['pushed-out', 'datagrams-fragmented']);

/** Issues that say that something is not there. */
const FROM_ABSENCE: ReadonlySet<IssueKind> = new Set(['datagrams-lost', 'never-accepted', 'call-unfinished']);

/** Issues that stay notes, whatever finding they share. */
const HARMLESS: ReadonlySet<IssueKind> = new Set([
  'fin-again',
  'spurious-retransmissions',
  'too-big-retransmissions',
  'fast-open-refused',
]);

/** Issues whose first frame has a reason that says why it happened. */
const REASONED: ReadonlySet<IssueKind> = new Set([
  'reset',
  'refused',
  'handshake-unanswered',
  'handshake-slow',
  'handshake-unfinished',
  'timeouts',
  'fast-retransmissions',
  'unprompted-retransmissions',
  'too-big-retransmissions',
  'fast-open-refused',
  'spurious-retransmissions',
  'fin-again',
  'zero-window',
]);

/** What a report of packets becomes when the calls are known: roles for addresses, and what the calls say of each issue. */
export function withCalls(report: CheckReport, timeline: Timeline, most: number = FRAMES_NAMED): CheckReport {
  const tell = teller(timeline);
  const told = new Map<Issue, Told[]>();
  const add = (issue: Issue, said: Told): void => {
    const known = told.get(issue);
    if (known === undefined) told.set(issue, [said]);
    else known.push(said);
  };
  const found: Issue[] = [];
  const isCut = report.issues.some(({ kind }) => kind === 'damaged-file');
  const grave = new Set<Issue>();
  for (const finding of timeline.findings) {
    if (finding.severity === 'chat' || SILENT.has(finding.kind)) continue;
    const place = placeOf(timeline, finding);
    const issue = sameIssue(report.issues, finding.kind, place);
    // What is not in a damaged file may have happened behind the damage.
    if (issue === undefined && isCut && FROM_ABSENCE.has(kindOf(finding.kind))) continue;
    if (issue === undefined) found.push(newIssue(tell, place, finding, most));
    else {
      add(issue, tell.of(finding));
      // Of what is sent again nobody waits for a FIN, nor for what had arrived.
      if (finding.severity === 'warning' && !HARMLESS.has(issue.kind)) grave.add(issue);
    }
  }
  for (const issue of report.issues) {
    const reason = REASONED.has(issue.kind) ? tell.reasonOfFrame(issue.frames[reasonedFrame(issue)]) : null;
    if (reason !== null) add(issue, reason);
    for (const wait of callWaits(timeline, tell, issue, report.issues)) add(issue, wait);
  }
  if (!isCut) found.push(...undeliveredIssues(timeline, tell));
  const issues = [
    ...report.issues.map((issue): Issue => {
      const said = told.get(issue) ?? [];
      const severity = grave.has(issue) ? 'warning' : issue.severity;
      return {
        ...issue,
        severity,
        ...rolesOf(tell, issue.flow),
        ...(said.length === 0 ? {} : { told: said }),
      };
    }),
    ...found,
  ].sort(compareIssues);
  return {
    ...report,
    readings: [...report.readings, ...neededReadings(timeline, tell, most)],
    issues,
    warnings: issues.filter(({ severity }) => severity === 'warning').length,
    top: report.top.map((conversation) => ({ ...conversation, ...rolesOf(tell, conversation.flow) })),
  };
}

/** Warnings of the packets that no finding of the time line tells of; `frames` are rows. */
export function* untoldIssues(timeline: Timeline): Generator<void, readonly Issue[]> {
  const all = yield* heldIssues(timeline.session.capture);
  const issues = all.filter(({ severity }) => severity === 'warning');
  if (issues.length === 0) return issues;
  const told = new Set<Issue | undefined>();
  for (const finding of timeline.findings)
    told.add(sameIssue(issues, finding.kind, placeOf(timeline, finding)));
  return issues.filter((issue) => !told.has(issue));
}

/** Of a handshake the first frame is the first try: why there were more, the second says. */
function reasonedFrame({ kind }: Issue): number {
  return kind === 'handshake-slow' || kind === 'handshake-unanswered' || kind === 'handshake-unfinished'
    ? 1
    : 0;
}

function rolesOf(tell: Teller, flow: number | null): Pick<Issue, 'roles'> {
  const roles = flow === null ? null : tell.roles(flow);
  return roles === null ? {} : { roles };
}

/** The issue of the same conversation, and of the same side where it has one, that a finding is about. */
function sameIssue(issues: readonly Issue[], kind: string, place: FindingPlace): Issue | undefined {
  for (const wanted of SAME[kind] ?? []) {
    const issue = issues.find(
      (one) =>
        one.kind === wanted &&
        one.flow === place.flow &&
        (one.params.side === undefined || isSide(one, kind, place)),
    );
    if (issue !== undefined) return issue;
  }
  return undefined;
}

/** A full window is the receiver's issue and the sender's finding; all others name the same side. */
function isSide({ params, kind: issueKind }: Issue, kind: string, { side }: FindingPlace): boolean {
  const crossed = kind === 'window-full' && (issueKind === 'window-full' || issueKind === 'zero-window');
  return side === null || (params.side === side) !== crossed;
}

function newIssue(tell: Teller, place: FindingPlace, finding: Finding, most: number): Issue {
  const { kind, severity, packets } = finding;
  const said = tell.of(finding);
  return {
    kind: kindOf(kind),
    severity: severity === 'warning' ? 'warning' : 'note',
    weight: said.params.count === undefined ? 1 : Number(said.params.count),
    flow: place.flow,
    ends: place.ends,
    frames: packets.slice(0, most).map(tell.frame),
    total: packets.length,
    params: {},
    ...rolesOf(tell, place.flow),
    told: [said],
  };
}

function kindOf(finding: string): IssueKind {
  if (finding.startsWith('datagrams-')) return 'datagrams-lost';
  if (finding === 'never-accepted') return 'never-accepted';
  return finding === 'unfinished' ? 'call-unfinished' : 'seen-in-calls';
}

/** Readings that only the calls show: the packets alone make them look needless. */
function neededReadings(timeline: Timeline, tell: Teller, most: number): ReadingCount[] {
  const { capture } = timeline.session;
  const counts = new ReadingCounts(most);
  for (let row = 0; row < capture.columns.length; row++) {
    if (!timeline.reasonOfPacket(row).kind.startsWith('again')) continue;
    const reading = readingOf(capture, row, timeline);
    if (reading?.kind === 'needed') counts.add(reading, row);
  }
  return counts
    .list()
    .map(({ reading, count, rows }) => ({ ...reading, count, frames: rows.map(tell.frame) }));
}
