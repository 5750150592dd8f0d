import type { Capture } from '../../capture/capture.ts';
import { ACK, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import { at } from './at.ts';
import { sackBlocks, type TcpWire, usesSack } from './tcp-wire.ts';

/** One transmission of bytes, at its place among the flow's packets. */
interface Copy {
  readonly row: number;
  readonly place: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Marks in `gone` the segments of a flow that the receiver never took, as its acknowledgements prove. Of bytes sent
 * several times only those copies arrived that it acknowledged, or reported as duplicates (D-SACK, RFC 2883). Linux
 * reports every duplicate at once, so no report means no arrival. Where SACK was not agreed on nothing can be told, and
 * nothing of a FIN: in TIME-WAIT a repeated one is answered without a report.
 */
export function markNotArrived(capture: Capture, wire: TcpWire, flow: number, gone: Uint8Array): void {
  if (!usesSack(wire, flow)) return;
  for (const direction of [0, 1] as const) {
    if (!sendsAgain(capture, wire, flow, direction)) continue;
    const groups = repeatedBytes(capture, wire, flow, direction);
    if (groups.length === 0) continue;
    const all = answersOf(capture, wire, flow, direction);
    const answers = { all, reports: all.filter(({ duplicate }) => duplicate !== null) };
    for (const copies of groups) markGroup(copies, answers, gone);
  }
}

/** Whether any segment goes back behind one that was sent before: most flows never do. */
function sendsAgain({ columns }: Capture, wire: TcpWire, flow: number, direction: number): boolean {
  let next = Number.NEGATIVE_INFINITY;
  for (let index = at(wire.start, flow); index < at(wire.start, flow + 1); index++) {
    const row = at(wire.rows, index);
    if (at(columns.protocol, row) !== PROTOCOL.tcp || at(columns.direction, row) !== direction) continue;
    const bytes = at(columns.payloadLen, row);
    if (bytes === 0 || at(columns.flags, row) & (SYN | RST)) continue;
    if (at(wire.from, row) < next) return true;
    next = at(wire.from, row) + bytes;
  }
  return false;
}

/** First transmissions of which some byte was sent again, each with all packets that carried any of its bytes, in time order. */
function repeatedBytes(capture: Capture, wire: TcpWire, flow: number, direction: number): Copy[][] {
  const { columns } = capture;
  const first: Copy[] = [];
  const groups = new Map<number, Copy[]>();
  let next = 0;
  for (let index = at(wire.start, flow); index < at(wire.start, flow + 1); index++) {
    const row = at(wire.rows, index);
    const flags = at(columns.flags, row);
    if (at(columns.protocol, row) !== PROTOCOL.tcp || at(columns.direction, row) !== direction) continue;
    if (flags & (SYN | RST)) continue;
    const from = at(wire.from, row);
    const to = from + at(columns.payloadLen, row);
    if (to === from) continue;
    const copy = { row, place: index, from, to };
    const place = firstEnding(first, from);
    for (let which = place; which < first.length; which++) {
      const original = first[which];
      if (original === undefined || original.from >= to) break;
      const group = groups.get(original.row);
      if (group === undefined) groups.set(original.row, [original, copy]);
      else group.push(copy);
    }
    if (to > next || isNew(first, place, from, to)) first.splice(to > next ? first.length : place, 0, copy);
    next = Math.max(next, to);
  }
  return [...groups.values()];
}

/** Whether nothing of [from, to) was seen before: then it had only been overtaken on its way. */
function isNew(first: readonly Copy[], place: number, from: number, to: number): boolean {
  const next = first[place];
  return to > from && (next === undefined || next.from >= to);
}

/** Index of the first segment that ends after `offset`. */
function firstEnding(segments: readonly Copy[], offset: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segments[middle]?.to ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What the receiver's packets say: which stretches had arrived, and which had arrived twice. */
interface Answer {
  readonly place: number;
  readonly acked: number;
  /** Left and right edges by turns. */
  readonly sacked: readonly number[];
  readonly duplicate: readonly [number, number] | null;
}

interface Answers {
  readonly all: readonly Answer[];
  /** Those that report a duplicate. */
  readonly reports: readonly Answer[];
}

function answersOf(capture: Capture, wire: TcpWire, flow: number, direction: number): Answer[] {
  const { columns } = capture;
  const answers: Answer[] = [];
  for (let index = at(wire.start, flow); index < at(wire.start, flow + 1); index++) {
    const row = at(wire.rows, index);
    const flags = at(columns.flags, row);
    if (at(columns.protocol, row) !== PROTOCOL.tcp || at(columns.direction, row) === direction) continue;
    if ((flags & ACK) === 0 || flags & RST) continue;
    const acked = at(wire.acked, row);
    const edges = sackBlocks(capture, row).map((edge) => acked + ((edge - at(columns.ack, row)) | 0));
    const [left, right, outerLeft, outerRight] = edges;
    const below = left !== undefined && right !== undefined && right <= acked;
    const inside =
      left !== undefined &&
      right !== undefined &&
      outerLeft !== undefined &&
      outerRight !== undefined &&
      left >= outerLeft &&
      right <= outerRight;
    const duplicate: readonly [number, number] | null =
      (below || inside) && left !== undefined && right !== undefined ? [left, right] : null;
    answers.push({ place: index, acked, sacked: duplicate === null ? edges : edges.slice(2), duplicate });
  }
  return answers;
}

/** Copies may be cut otherwise than the original: each stretch between two edges is judged by itself. */
function markGroup(copies: readonly Copy[], answers: Answers, gone: Uint8Array): void {
  const [original] = copies;
  if (original === undefined) return;
  const edges = new Set<number>([original.from, original.to]);
  for (const { from, to } of copies) {
    edges.add(Math.max(from, original.from));
    edges.add(Math.min(to, original.to));
  }
  const sorted = [...edges].sort((x, y) => x - y);
  const lost: number[] = [];
  for (let index = 0; index + 1 < sorted.length; index++) {
    const from = at(sorted, index);
    const to = at(sorted, index + 1);
    const own = copies.filter((copy) => copy.from <= from && copy.to >= to && at(gone, copy.row) === 0);
    lost.push(...notArrived(own, from, to, answers));
  }
  for (const row of lost) gone[row] = 1;
}

/** Rows of the copies of [from, to) that did not arrive. Copies sent after the news of the arrival can only be duplicates. */
function notArrived(copies: readonly Copy[], from: number, to: number, answers: Answers): number[] {
  const news = firstNews(answers.all, copies[0]?.place ?? 0, from, to);
  if (news === undefined || copies.length < 2) return [];
  const early = copies.filter(({ place }) => place < news.place);
  const late = copies.filter(({ place }) => place > news.place);
  const reports = answers.reports.filter(
    ({ place, duplicate }) =>
      duplicate !== null && duplicate[0] < to && duplicate[1] > from && place >= news.place,
  ).length;
  const earlyDuplicates = Math.max(0, reports - late.length);
  const missing = early.slice(0, Math.max(0, early.length - 1 - earlyDuplicates));
  return [...missing, ...(reports === 0 ? late : [])].map(({ row }) => row);
}

/** The first answer after `place` by which all of [from, to) had arrived. */
function firstNews(answers: readonly Answer[], place: number, from: number, to: number): Answer | undefined {
  let low = 0;
  let high = answers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((answers[middle]?.place ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  for (; low < answers.length; low++) {
    const answer = answers[low];
    if (answer !== undefined && (answer.acked >= to || covers(answer.sacked, from, to))) return answer;
  }
  return undefined;
}

function covers(edges: readonly number[], from: number, to: number): boolean {
  for (let index = 0; index + 1 < edges.length; index += 2) {
    if (at(edges, index) <= from && at(edges, index + 1) >= to) return true;
  }
  return false;
}
