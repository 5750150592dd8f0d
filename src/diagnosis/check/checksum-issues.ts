import { PROTOCOL } from '../../../capture/columns.ts';
import type { ChecksumCounts } from './checksums.ts';
import { endsOf } from './ends.ts';
import type { CheckFacts } from './find-issues.ts';
import { cellsAt, FLOW, KIND } from './flow-cells.ts';
import type { Issue } from './report.ts';

/** When so many checksums of a direction are wrong, and all of them, the packets were captured before they were made. */
const ALL_WRONG_MIN = 3;

/**
 * Tells wrong checksums apart: of a packet that the network card was to finish (the field holds the sum of the pseudo
 * header, or all of a direction are wrong and were taken all the same), and of one that was damaged on its way.
 */
export function* checksumIssues(facts: CheckFacts): Generator<Issue> {
  const offloaded: ChecksumCounts[] = [];
  for (const counts of facts.checksums.counts.values()) {
    const isOffload = isAllWrong(counts) && wasTaken(facts, counts);
    if (counts.partial > 0 || isOffload) offloaded.push(counts);
    const left = isOffload ? 0 : counts.wrong - damagedOf(facts, counts);
    const rows = counts.wrongRows.filter((row) => !facts.stats.copies.damaged.has(row));
    const silent = answersTo(facts, counts) === 0 ? 1 : 0;
    if (left > 0)
      yield issueOf(facts, counts, rows, silent === 1 ? 'warning' : 'note', {
        wrong: left,
        again: 0,
        silent,
      });
  }
  const away = offloaded.filter(({ flow }) => !isLoopback(facts.capture.flows.get(flow).addressA));
  const [first] = away;
  if (first !== undefined) {
    const rows = first.partial > 0 ? first.partialRows : first.wrongRows;
    const count = away.reduce((sum, { partial, wrong }) => sum + Math.max(partial, wrong), 0);
    yield {
      kind: 'checksum-offload',
      severity: 'note',
      weight: count,
      flow: null,
      ends: { a: senderOf(facts, first), b: '' },
      frames: rows.map(facts.frame),
      total: count,
      params: { count, directions: away.length },
    };
  }
}

function isAllWrong({ wrong, checked }: ChecksumCounts): boolean {
  return wrong >= ALL_WRONG_MIN && wrong === checked;
}

/** Packets that came back. */
function answersTo({ stats, others, capture }: CheckFacts, { flow, direction }: ChecksumCounts): number {
  return capture.flows.get(flow).protocol === PROTOCOL.tcp
    ? (stats.cells[cellsAt(flow) + FLOW.packets + 1 - direction] ?? 0)
    : (others.datagrams[flow * 2 + 1 - direction] ?? 0);
}

/** Whether the other end took what has wrong checksums: it answers, and did not make most of it be sent again. */
function wasTaken(facts: CheckFacts, counts: ChecksumCounts): boolean {
  const again = facts.stats.cells[cellsAt(counts.flow) + FLOW.again + counts.direction] ?? 0;
  return answersTo(facts, counts) > 0 && again * 2 < counts.wrong;
}

/** Segments of a direction that were damaged and sent again; 0 for UDP, which sends nothing again. */
function damagedOf({ stats, capture }: CheckFacts, { flow, direction }: ChecksumCounts): number {
  if (capture.flows.get(flow).protocol !== PROTOCOL.tcp) return 0;
  return stats.cells[cellsAt(flow) + FLOW.damaged + direction] ?? 0;
}

function issueOf(
  facts: CheckFacts,
  { flow, direction, checked }: ChecksumCounts,
  rows: readonly number[],
  severity: Issue['severity'],
  params: Issue['params'],
): Issue {
  return {
    kind: 'checksum-damage',
    severity,
    weight: Number(params.wrong),
    flow,
    ends: endsOf(facts.capture, flow),
    frames: rows.map(facts.frame),
    total: Number(params.wrong),
    params: { side: direction === 0 ? 'A' : 'B', checked, ...params },
  };
}

/** Segments that were damaged on their way and had to be sent again: a warning for each direction. */
export function* damageIssues(facts: CheckFacts, flow: number): Generator<Issue> {
  for (const direction of [0, 1]) {
    const wrong = facts.stats.cells[cellsAt(flow) + FLOW.damaged + direction] ?? 0;
    if (wrong === 0) continue;
    const counts = facts.checksums.counts.get(flow * 2 + direction);
    if (counts !== undefined && isAllWrong(counts) && wasTaken(facts, counts)) continue;
    const base = counts ?? {
      flow,
      direction,
      checked: 0,
      wrong: 0,
      partial: 0,
      wrongRows: [],
      partialRows: [],
    };
    const { rows } = facts.stats.evidence.get(flow, KIND.damaged, direction);
    yield issueOf(facts, base, rows, 'warning', { wrong, again: 1 });
  }
}

function senderOf({ capture }: CheckFacts, { flow, direction }: ChecksumCounts): string {
  const { addressA, addressB } = capture.flows.get(flow);
  return direction === 0 ? addressA : addressB;
}

/** On loopback nobody ever makes the checksums: that is worth no word. */
function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
