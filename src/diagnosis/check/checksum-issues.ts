import { PROTOCOL } from '../../../capture/columns.ts';
import { type ChecksumCounts, noCounts } from './checksums.ts';
import { endsOf } from './ends.ts';
import type { CheckFacts } from './find-issues.ts';
import { cellsAt, FLOW, KIND } from './flow-cells.ts';
import type { Issue } from './report.ts';

/** When so many checksums of a direction are wrong, and all of them, the packets were captured before they were made. */
const ALL_WRONG_MIN = 3;

/**
 * Tells wrong checksums apart: of a packet that the network card was to finish or has put together (the field holds the sum
 * of the pseudo header, or the packets were taken all the same), and of one that was damaged on its way.
 */
export function* checksumIssues(facts: CheckFacts): Generator<Issue> {
  const offloaded: ChecksumCounts[] = [];
  for (const counts of facts.checksums.counts.values()) {
    const isOffload = wasTaken(facts, counts);
    if (counts.partial > 0 || isOffload) offloaded.push(counts);
    const left = isOffload ? 0 : counts.wrong - damagedOf(facts, counts);
    const rows = counts.wrongRows.filter((row) => !facts.stats.copies.damaged.has(row));
    const silent = answersTo(facts, counts) === 0 ? 1 : 0;
    const { without, withoutRows } = counts;
    // Whoever is answered has its checksums made by the network card, or speaks to a tunnel.
    if (without > 0 && silent === 1) {
      const params = { wrong: without, again: 0, silent, what: 'none' };
      yield issueOf(facts, counts, withoutRows, 'warning', params);
    }
    // On loopback nothing is damaged.
    const isLost = silent === 1 || !isLoopback(facts.capture.flows.get(counts.flow).addressA);
    if (left > 0 && isLost)
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

/**
 * Whether the other end took what has wrong checksums: it acknowledges it, or all are wrong and it speaks too, and most of
 * it was not sent again.
 */
function wasTaken(facts: CheckFacts, counts: ChecksumCounts): boolean {
  if (!isAllWrong(counts) && !isAcknowledged(facts, counts)) return false;
  const again = facts.stats.cells[cellsAt(counts.flow) + FLOW.again + counts.direction] ?? 0;
  return answersTo(facts, counts) > 0 && again * 2 < counts.wrong;
}

function isAcknowledged(facts: CheckFacts, { flow, direction, wrongEnd }: ChecksumCounts): boolean {
  const acked = facts.acknowledgedOf(flow * 2 + direction);
  return wrongEnd !== null && acked !== 0 && ((acked - wrongEnd) | 0) >= 0;
}

/** Where all of the wrong packets are wrong in the IPv4 header. */
function whatOf({ wrong, inHeader }: ChecksumCounts): string {
  return wrong > 0 && inHeader === wrong ? 'header' : '';
}

/** Segments of a direction that were damaged and sent again; 0 for UDP, which sends nothing again. */
function damagedOf({ stats, capture }: CheckFacts, { flow, direction }: ChecksumCounts): number {
  if (capture.flows.get(flow).protocol !== PROTOCOL.tcp) return 0;
  return stats.cells[cellsAt(flow) + FLOW.damaged + direction] ?? 0;
}

function issueOf(
  facts: CheckFacts,
  counts: ChecksumCounts,
  rows: readonly number[],
  severity: Issue['severity'],
  params: Issue['params'],
): Issue {
  const { flow, direction, checked } = counts;
  return {
    kind: 'checksum-damage',
    severity,
    weight: Number(params.wrong),
    flow,
    ends: endsOf(facts.capture, flow),
    frames: rows.map(facts.frame),
    total: Number(params.wrong),
    params: { side: direction === 0 ? 'A' : 'B', checked, what: whatOf(counts), ...params },
  };
}

/** Segments that were damaged on their way and had to be sent again: a warning for each direction. */
export function* damageIssues(facts: CheckFacts, flow: number): Generator<Issue> {
  for (const direction of [0, 1]) {
    const wrong = facts.stats.cells[cellsAt(flow) + FLOW.damaged + direction] ?? 0;
    if (wrong === 0) continue;
    const counts = facts.checksums.counts.get(flow * 2 + direction);
    if (counts !== undefined && wasTaken(facts, counts)) continue;
    const base = counts ?? noCounts(flow, direction);
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
