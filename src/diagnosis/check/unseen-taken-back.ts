import type { EarlyAcks } from '../early-acks.ts';
import type { Evidence } from './evidence.ts';
import { cellsAt, FLOW, KIND } from './flow-cells.ts';
import type { ReadingCounts } from './reading-counts.ts';

/**
 * The segment at hand, of `direction`, shows that acknowledgements of the other side lack nothing: it holds what they
 * acknowledge, or they belong to an older connection.
 */
export function takeBackUnseen(
  { cells, evidence, readings }: { cells: Float64Array; evidence: Evidence; readings: ReadingCounts },
  flow: number,
  direction: number,
  { settled, isOlder }: EarlyAcks,
): void {
  const peer = 1 - direction;
  const unseen = cellsAt(flow) + FLOW.unseen + peer;
  for (const { row, isFlagged } of settled) {
    cells[unseen] = (cells[unseen] ?? 0) - 1;
    evidence.remove(flow, KIND.missing, row, peer);
    if (isFlagged)
      readings.add({ kind: isOlder ? 'ack-older' : 'ack-ahead', theirs: 'ack_lost_segment' }, row);
  }
}
