import { allHold } from '../src/scenarios/judgement.ts';
import { lostRows } from '../src/session/lost.ts';
import type { Timeline } from '../src/timeline/types.ts';

/** The sums that end every output. */
export interface Summary {
  readonly packets: number;
  readonly calls: number;
  readonly links: number;
  readonly findings: number;
  readonly unexplained: number;
  /** Packets that the kernel dropped before they were captured; of a plain capture as its file says. null: not known. */
  readonly dropped: number | null;
  /** Packets that the lab dropped after they were captured. */
  readonly lost: number;
  /** The run went as told; a plain capture is ok when its file is sound. */
  readonly ok: boolean;
}

export function summaryOf(timeline: Timeline): Summary {
  const { capture, calls, run } = timeline.session;
  const { linkCount: links, findings, unexplained } = timeline;
  const said = capture.interfaces.reduce((sum, { dropped }) => sum + (dropped ?? 0), 0);
  const dropped = run === null ? said : sumOf(run.dropped, run.interfaceDropped);
  const ok =
    run === null
      ? capture.problems.length === 0
      : run.outcome === 'ok' && unexplained === 0 && allHold(timeline);
  const counts = { packets: capture.columns.length, calls: calls.length, links, findings: findings.length };
  return { ...counts, unexplained, dropped, lost: lostRows(timeline.session).size, ok };
}

function sumOf(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}
