import { heldIssues } from '../../src/diagnosis/check/held-issues.ts';
import { issueText } from '../../src/diagnosis/check/messages.ts';
import type { Issue } from '../../src/diagnosis/check/report.ts';
import { untoldIssues } from '../../src/diagnosis/check/with-calls.ts';
import { factsOf } from '../../src/timeline/facts.ts';
import type { Finding, Timeline } from '../../src/timeline/types.ts';
import type { Words } from '../../src/timeline/words.ts';
import { words } from '../../src/words/words.ts';

/** Something worth noticing; its words are made when it is shown, for a scan may have a million of them. */
export interface Found {
  readonly severity: Finding['severity'];
  readonly proof: Pick<Finding, 'calls' | 'packets'>;
  text(): string;
}

/** All that was found in a session. */
export interface FoundList {
  /** The gravest first. */
  readonly all: readonly Found[];
  /** Rows that they point at, ascending, and what points there first. */
  readonly rows: Uint32Array;
  readonly atRow: ReadonlyMap<number, Found>;
  /** How many belong to each connection. */
  readonly ofConnection: Uint32Array;
}

const STEP = 1024;
/** Of the rows that prove something, so many are asked for the earliest. */
const PROOFS = 50;

/**
 * What was found, in steps: what the calls tell, and the warnings of the packets that they don't; without calls, all that
 * `check` says of the packets.
 */
export function* findInSteps(
  timeline: Timeline,
  said: Words,
  isRunning: boolean,
): Generator<void, FoundList> {
  const hasCalls = timeline.session.calls.length > 0;
  const issues = !hasCalls
    ? yield* heldIssues(timeline.session.capture)
    : isRunning
      ? []
      : yield* untoldIssues(timeline);
  const found: Found[] = [...issues.map(ofIssue), ...timeline.findings.map((each) => ofFinding(each, said))];
  const all = hasCalls ? found.sort((x, y) => GRAVITY[x.severity] - GRAVITY[y.severity]) : found;
  const ofConnection = new Uint32Array(timeline.connections.length);
  const atRow = new Map<number, Found>();
  for (const [index, each] of all.entries()) {
    if (index % STEP === 0) yield;
    const connection = connectionOf(timeline, each, hasCalls ? null : (issues[index]?.flow ?? null));
    if (connection !== null) ofConnection[connection] = (ofConnection[connection] ?? 0) + 1;
    const row = rowOf(timeline, each.proof);
    if (row !== null && !atRow.has(row)) atRow.set(row, each);
  }
  return { all, rows: Uint32Array.from(atRow.keys()).sort(), atRow, ofConnection };
}

const GRAVITY: Readonly<Record<Finding['severity'], number>> = { warning: 0, note: 1, chat: 2 };

function ofFinding(finding: Finding, said: Words): Found {
  return { severity: finding.severity, proof: finding, text: () => said.reason(finding) };
}

function ofIssue(issue: Issue): Found {
  const { severity, frames, kind } = issue;
  return {
    severity,
    proof: { calls: [], packets: frames },
    text: () => `${words().issues[kind].title}: ${issueText(issue)}`,
  };
}

function connectionOf(timeline: Timeline, { proof }: Found, flow: number | null): number | null {
  if (flow !== null) {
    const connection = factsOf(timeline).connections.ofFlow[flow] ?? -1;
    return connection < 0 ? null : connection;
  }
  const [packet] = proof.packets;
  const [call] = proof.calls;
  if (packet !== undefined) return timeline.connectionOfPacket(packet);
  return call === undefined ? null : timeline.connectionOfCall(call);
}

/** The first row that a proof points at; null where there is none. */
export function rowOf(timeline: Timeline, { packets, calls }: Found['proof']): number | null {
  const ofCall = (call: number): number => {
    const entry = timeline.rowOfEntry(call);
    return entry >= 0 ? entry : timeline.rowOfReturn(call);
  };
  const rows = [
    ...packets.slice(0, PROOFS).map((packet) => timeline.rowOfPacket(packet)),
    ...calls.slice(0, PROOFS).map(ofCall),
  ].filter((row) => row >= 0);
  return rows.length === 0 ? null : Math.min(...rows);
}
