import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFilter, parseFilter } from '../../src/filter/filter.ts';
import { frameNumbers } from '../../src/session/file-order.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { PROJECT } from '../support/tools.ts';

/** A filter of docs/filter.md, the sample that it is asked of, and the rows that pass by their frame numbers. */
export interface Example {
  readonly filter: string;
  readonly sample: string;
  readonly packets: string;
  readonly calls: string;
}

/** A filter that is refused, and what is said of it. */
export interface Refused {
  readonly filter: string;
  readonly message: string;
}

export interface FilterDocument {
  readonly examples: readonly Example[];
  readonly refused: readonly Refused[];
  /** Filters that are only to be understood: examples of how values are written. */
  readonly written: readonly string[];
}

/** The tables of docs/filter.md whose heads say that they hold filters. */
export function filterDocument(text = readFileSync(join(PROJECT, 'docs/filter.md'), 'utf8')): FilterDocument {
  const found = { examples: [] as Example[], refused: [] as Refused[], written: [] as string[] };
  let head: readonly string[] = [];
  for (const line of text.split('\n')) {
    const cells = cellsOf(line);
    if (cells.length === 0) head = [];
    else if (head.length === 0) head = cells;
    else if (!line.startsWith('|--')) take(found, head, cells);
  }
  return found;
}

function take(
  found: { examples: Example[]; refused: Refused[]; written: string[] },
  [first = '', ...others]: readonly string[],
  [cell = '', ...rest]: readonly string[],
): void {
  const sample = /^filter of `(.+)`$/.exec(first)?.[1];
  const [filter = ''] = codes(cell);
  if (sample !== undefined) {
    const [, packets = '', calls = ''] = rest;
    found.examples.push({ filter, sample, packets, calls });
  } else if (first === 'filter') found.refused.push({ filter, message: rest[0] ?? '' });
  else if (others.at(-1) === 'for example') found.written.push(...codes(rest.at(-1) ?? ''));
}

/** The cells of a row of a table; \| within one is a bar. */
export function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .slice(1)
    .split(/(?<!\\)\|/)
    .slice(0, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function codes(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** The rows that pass, as the tables have them: `7-9, 14`. */
export function passing(filter: string, timeline: Timeline): { packets: string; calls: string } {
  const parsed = parseFilter(filter);
  if (!parsed.ok) throw parsed.error;
  const { session } = timeline;
  const passes = compileFilter(parsed.filter, { capture: session.capture, timeline });
  const numbers = frameNumbers(session);
  const packets: number[] = [];
  for (let row = 0; row < session.capture.columns.length; row++)
    if (passes.packet(row)) packets.push(numbers.ofPacket(row));
  const calls = session.calls.flatMap((_, index) =>
    passes.call(index) ? (numbers.ofCall(index) ?? []) : [],
  );
  return { packets: inRanges(packets), calls: inRanges(calls) };
}

/** Three numbers or more in a row as a range. */
export function inRanges(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let at = 0; at < sorted.length; ) {
    let last = at;
    while (sorted[last + 1] === (sorted[last] ?? 0) + 1) last++;
    const isRange = last - at >= 2;
    parts.push(isRange ? `${sorted[at]}–${sorted[last]}` : `${sorted[at]}`);
    at = isRange ? last + 1 : at + 1;
  }
  return parts.length === 0 ? 'none' : parts.join(', ');
}
