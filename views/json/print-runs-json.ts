import type { Comparison } from '../../src/compare/compare.ts';
import { frameNumbers } from '../../src/session/file-order.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { rowWords } from '../compare/line-words.ts';
import { jsonLine } from './print-check-json.ts';

const SCHEMA = 1;

/** Two runs side by side: one `comparison`, every `measure`, then every `line`. */
export function* printRunsJson(comparison: Comparison, files: readonly [string, string]): Generator<string> {
  const { counts, measures, length } = comparison;
  yield jsonLine({
    ...{ schema: SCHEMA, type: 'comparison', left: files[0], right: files[1], lines: length },
    ...{ same: counts.same, differs: counts.differs, only_left: counts.left, only_right: counts.right },
  });
  for (const { name, unit, left, right } of measures)
    yield jsonLine({ schema: SCHEMA, type: 'measure', name, unit, left, right });
  const left = sideOf(comparison.left);
  const right = sideOf(comparison.right);
  for (let line = 0; line < length; line++) {
    yield jsonLine({
      ...{ schema: SCHEMA, type: 'line', kind: comparison.kind(line) },
      left: left(comparison.leftRow(line)),
      right: right(comparison.rightRow(line)),
      differences: comparison.differences(line),
    });
  }
}

function sideOf(timeline: Timeline): (row: number | null) => object | null {
  const words = rowWords(timeline);
  const numbers = frameNumbers(timeline.session);
  return (index) => {
    if (index === null) return null;
    const row = timeline.row(index);
    const { text } = words(index);
    const time = String(timeline.rowTimeNs(index));
    if (row.kind === 'packet')
      return { 'frame.number': numbers.ofPacket(row.packet), call: null, time_ns: time, text };
    const call = timeline.session.calls[row.call]?.id ?? null;
    return { 'frame.number': numbers.ofCall(row.call), call, time_ns: time, text };
  };
}
