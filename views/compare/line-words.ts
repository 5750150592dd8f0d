import type { Comparison, LineKind } from '../../src/compare/compare.ts';
import type { Difference } from '../../src/compare/differences.ts';
import type { Measure } from '../../src/compare/measures.ts';
import { frameNumbers } from '../../src/session/file-order.ts';
import type { Row, Timeline } from '../../src/timeline/types.ts';
import { wordsOf } from '../../src/timeline/words.ts';
import { words as told } from '../../src/words/words.ts';
import { exitText } from '../ladder/call-text.ts';
import type { Style } from '../ladder/line.ts';
import { type PacketText, packetTexts } from '../ladder/packet-text.ts';
import { duration, grouped, milliseconds } from '../ladder/units.ts';

/** Sign and letter of a line's kind: neither needs colour, and the letter needs no special font. */
export const MARKS: Readonly<
  Record<LineKind, { readonly sign: string; readonly ascii: string; readonly style: Style }>
> = {
  same: { sign: '   ', ascii: '   ', style: 'dim' },
  differs: { sign: '≠ D', ascii: '! D', style: 'warning' },
  left: { sign: '- L', ascii: '- L', style: 'fin' },
  right: { sign: '+ R', ascii: '+ R', style: 'syn' },
};

const DATA = 24;
/** Before a role's name, in the name of the sum of its waits. */
const BLOCKED = 'blocked, ';

/** One row of a run in words. */
export interface RowWords {
  readonly text: string;
  readonly style: Style;
  /** Wireshark's number as '#12', '' where the file has none; ms since the first row. */
  readonly number: string;
  readonly time: string;
}

/** Puts rows of one run into words, as short as they can be understood. */
export function rowWords(timeline: Timeline): (row: number) => RowWords {
  const { session } = timeline;
  const packets = packetTexts(session.capture);
  const words = wordsOf(timeline);
  const numbers = frameNumbers(session);
  const startNs = timeline.rowCount === 0 ? 0n : timeline.rowTimeNs(0);
  const number = (row: Row): number | null =>
    row.kind === 'packet' ? numbers.ofPacket(row.packet) : numbers.ofCall(row.call);
  return (index) => {
    const row = timeline.row(index);
    const found = number(row);
    return {
      ...(row.kind === 'packet'
        ? packetWords(timeline, row.packet, packets(row.packet))
        : callWords(timeline, row.call, words.call(row.call))),
      number: found === null ? '' : `#${found}`,
      time: milliseconds(timeline.rowTimeNs(index) - startNs),
    };
  };
}

/** '→ [PSH, ACK] Len=5 Seq=1 …': the arrow goes from the client, and what tells most comes first. */
function packetWords(
  timeline: Timeline,
  packet: number,
  { text, style }: PacketText,
): Pick<RowWords, 'text' | 'style'> {
  const index = timeline.connectionOfPacket(packet);
  const client = index === null ? undefined : timeline.connections[index]?.client;
  const isFromA = timeline.session.capture.columns.direction[packet] === 0;
  const arrow = client === undefined ? ' ' : isFromA === (client === 'a') ? '→' : '←';
  const many = timeline.connections.length > 1 && index !== null ? ` ${index}` : '';
  const told = text.replace(/^(\[[^\]]*\])(.*) (Len=\d+)$/, '$1 $3$2');
  return { text: `${arrow}${many} ${told}`, style };
}

function callWords(timeline: Timeline, index: number, name: string): Pick<RowWords, 'text' | 'style'> {
  const call = timeline.session.calls[index];
  if (call === undefined) return { text: '', style: 'plain' };
  const asked = call.length === null ? '' : `(${call.length})`;
  return { text: exitText(call, name + asked, DATA), style: call.errno === null ? 'call' : 'failed' };
}

/** 'bytes 5 | 7 · blocked 3.1 ms | no': the left run's value, then the right one's. */
export function differenceText(differences: readonly Difference[]): string {
  return differences
    .map(
      (each) =>
        `${told().runs.fields[each.field]} ${valueText(each, each.left)} | ${valueText(each, each.right)}`,
    )
    .join(' · ');
}

/** What the list says of a row that differs: one run's values, as 'blocked 3.1 ms, bytes 5'. */
export function sideText(differences: readonly Difference[], side: 'left' | 'right'): string {
  return differences
    .map((each) => `${told().runs.fields[each.field]} ${valueText(each, each[side])}`)
    .join(', ');
}

function valueText({ field }: Difference, value: string | number): string {
  if (field === 'blocked' && typeof value === 'number')
    return value === 0 ? told().runs.values.no : duration(BigInt(value));
  if (field === 'data') return `"${value}"`;
  return typeof value === 'number' ? grouped(value) : value === '' ? told().runs.values.none : inWords(value);
}

/** A value that is a word of ours; what else it may be stands for itself. */
function inWords(value: string): string {
  const values: Readonly<Record<string, string>> = told().runs.values;
  return Object.hasOwn(values, value) ? (values[value] ?? value) : value;
}

/** What a sum is called; parameters have their own names. */
export function measureName({ name }: Measure): string {
  const { measures, blocked } = told().runs;
  const names: Readonly<Record<string, string>> = measures;
  if (name.startsWith(BLOCKED)) return blocked(name.slice(BLOCKED.length));
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name;
}

/** A figure as people read it; '–' where there is none. */
export function measureText({ unit }: Measure, value: string | number | null): string {
  if (value === null) return '–';
  if (typeof value === 'string') return inWords(value);
  return unit === 'ns' ? (value === 0 ? '0' : duration(BigInt(value))) : grouped(value);
}

/** '+40 %': what the right run has more than the left one; '' where that says nothing. */
export function changeText({ left, right }: Measure): string {
  if (typeof left !== 'number' || typeof right !== 'number' || left === right) return '';
  const by = right - left;
  const sign = by > 0 ? '+' : '−';
  return left === 0 ? '' : `${sign}${grouped(Math.round((Math.abs(by) * 100) / left))} %`;
}

/** How many lines are of which kind, in words. */
export function countsText({ counts }: Comparison): string {
  const { same, differs, left, right } = counts;
  return told().runs.counts(grouped(same), grouped(differs), grouped(left), grouped(right));
}
