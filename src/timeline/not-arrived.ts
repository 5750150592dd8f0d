import type { Capture } from '../../capture/capture.ts';
import { ACK, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import { duplicateBlock } from './duplicate-block.ts';
import { covers, PACKETS_A_STEP, sackOffsets, type TcpWire, usesSack } from './tcp-wire.ts';

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
 * reports a duplicate with the next acknowledgement that it sends; that one tells of one duplicate only, however many
 * came before it. So where no report at all came about that time, nothing had arrived twice. Where SACK was not agreed
 * on nothing can be told, and nothing of a FIN, or of what comes in TIME-WAIT: it is answered without a report.
 */
export function* markNotArrived(
  capture: Capture,
  wire: TcpWire,
  flow: number,
  gone: Uint8Array,
): Generator<void, void> {
  if (!usesSack(wire, flow)) return;
  for (const direction of [0, 1] as const) {
    if (!(yield* sendsAgain(capture, wire, flow, direction))) continue;
    const groups = yield* repeatedBytes(capture, wire, flow, direction);
    if (groups.length === 0) continue;
    const answers = yield* answersOf(capture, wire, flow, direction);
    const timeWait = yield* timeWaitPlace(capture, wire, flow, direction, gone);
    // A segment is taken as a whole: where any of its bytes may have come with it, it may have arrived.
    const missing = new Set<number>();
    const taken = new Set<number>();
    for (const copies of groups) {
      judgeGroup(copies, { answers, timeWait }, gone, missing, taken);
      yield;
    }
    for (const row of missing) if (!taken.has(row)) gone[row] = 1;
  }
}

/** Whether any segment goes back behind one that was sent before: most flows never do. */
function* sendsAgain(
  { columns }: Capture,
  wire: TcpWire,
  flow: number,
  direction: number,
): Generator<void, boolean> {
  let next = Number.NEGATIVE_INFINITY;
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    if (index % PACKETS_A_STEP === 0) yield;
    const row = wire.rows[index] ?? 0;
    if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp || (columns.direction[row] ?? 0) !== direction)
      continue;
    const bytes = columns.payloadLen[row] ?? 0;
    if (bytes === 0 || (columns.flags[row] ?? 0) & (SYN | RST)) continue;
    if ((wire.from[row] ?? 0) < next) return true;
    next = (wire.from[row] ?? 0) + bytes;
  }
  return false;
}

/** First transmissions of which some byte was sent again, each with all packets that carried any of its bytes, in time order. */
function* repeatedBytes(
  capture: Capture,
  wire: TcpWire,
  flow: number,
  direction: number,
): Generator<void, Copy[][]> {
  const { columns } = capture;
  const first: Copy[] = [];
  const groups = new Map<number, Copy[]>();
  let next = 0;
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    if (index % PACKETS_A_STEP === 0) yield;
    const row = wire.rows[index] ?? 0;
    const flags = columns.flags[row] ?? 0;
    if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp || (columns.direction[row] ?? 0) !== direction)
      continue;
    if (flags & (SYN | RST)) continue;
    const from = wire.from[row] ?? 0;
    const to = from + (columns.payloadLen[row] ?? 0);
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

/** What one of the receiver's packets says: which stretches had arrived, and whether any had arrived twice. */
interface Answer {
  readonly place: number;
  readonly acked: number;
  /** Left and right edges by turns. */
  readonly sacked: readonly number[];
  readonly reportsDuplicate: boolean;
}

function* answersOf(
  capture: Capture,
  wire: TcpWire,
  flow: number,
  direction: number,
): Generator<void, Answer[]> {
  const { columns } = capture;
  const answers: Answer[] = [];
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    if (index % PACKETS_A_STEP === 0) yield;
    const row = wire.rows[index] ?? 0;
    const flags = columns.flags[row] ?? 0;
    if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp || (columns.direction[row] ?? 0) === direction)
      continue;
    if ((flags & ACK) === 0 || flags & RST) continue;
    const acked = wire.acked[row] ?? 0;
    const edges = sackOffsets(capture, wire, row);
    const reportsDuplicate = duplicateBlock(edges, acked) !== null;
    answers.push({
      place: index,
      acked,
      sacked: reportsDuplicate ? edges.slice(2) : edges,
      reportsDuplicate,
    });
  }
  return answers;
}

/** What the receiver of a direction said, and from which place of the flow on it stood in TIME-WAIT. */
interface Receiver {
  readonly answers: readonly Answer[];
  readonly timeWait: number;
}

/** Place of the packet from which on both FINs were acknowledged, where the receiver may be in TIME-WAIT; Infinity if there is none. */
function* timeWaitPlace(
  { columns }: Capture,
  wire: TcpWire,
  flow: number,
  direction: number,
  gone: Uint8Array,
): Generator<void, number> {
  const fins = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const closed = [false, false];
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    if (index % PACKETS_A_STEP === 0) yield;
    const row = wire.rows[index] ?? 0;
    const flags = columns.flags[row] ?? 0;
    if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp || flags & (SYN | RST)) continue;
    const from = columns.direction[row] ?? 0;
    if (flags & FIN) fins[from] = (wire.from[row] ?? 0) + (columns.payloadLen[row] ?? 0);
    // What the receiver sent it knows, also where that was lost.
    if (gone[row] === 1 && from === direction) continue;
    if ((wire.acked[row] ?? 0) > (fins[1 - from] ?? 0)) closed[1 - from] = true;
    if (closed[0] && closed[1]) return index;
  }
  return Number.POSITIVE_INFINITY;
}

/** Copies may be cut otherwise than the original: each stretch between two edges is judged by itself. */
function judgeGroup(
  copies: readonly Copy[],
  receiver: Receiver,
  gone: Uint8Array,
  missing: Set<number>,
  taken: Set<number>,
): void {
  const [original] = copies;
  if (original === undefined) return;
  const edges = new Set<number>([original.from, original.to]);
  for (const { from, to } of copies) {
    edges.add(Math.max(from, original.from));
    edges.add(Math.min(to, original.to));
  }
  const sorted = [...edges].sort((x, y) => x - y);
  for (let index = 0; index + 1 < sorted.length; index++) {
    const from = sorted[index] ?? 0;
    const to = sorted[index + 1] ?? 0;
    const own = copies.filter((copy) => copy.from <= from && copy.to >= to && (gone[copy.row] ?? 0) === 0);
    const absent = notArrived(own, from, to, receiver);
    for (const copy of own) (absent.includes(copy) ? missing : taken).add(copy.row);
  }
}

/** Copies of [from, to) that did not arrive: but one of those before the news of its arrival, and all that came later. */
function notArrived(
  copies: readonly Copy[],
  from: number,
  to: number,
  { answers, timeWait }: Receiver,
): readonly Copy[] {
  const news = firstNews(answers, copies[0]?.place ?? 0, from, to);
  if (news < 0 || copies.length < 2) return [];
  const newsPlace = answers[news]?.place ?? 0;
  const early = copies.filter(({ place }) => place < newsPlace);
  const late = copies.filter(({ place }) => place > newsPlace && place <= timeWait);
  const missing =
    early.length > 1 && newsPlace < timeWait && !duplicateAfter(answers, news) ? early.slice(0, -1) : [];
  return [...missing, ...late.filter(({ place }) => !duplicateAfter(answers, firstAfter(answers, place)))];
}

/** Reports of a duplicate are looked for in this many acknowledgements: what was taken later is told of later. */
const REPORT_WITHIN = 8;

function duplicateAfter(answers: readonly Answer[], index: number): boolean {
  const end = Math.min(answers.length, index + REPORT_WITHIN);
  for (let place = index; place < end; place++) if (answers[place]?.reportsDuplicate) return true;
  // Nothing was acknowledged after it: that nothing was reported then says nothing.
  return index >= answers.length;
}

/** Index of the first answer after `place`; their number when there is none. */
function firstAfter(answers: readonly Answer[], place: number): number {
  let low = 0;
  let high = answers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((answers[middle]?.place ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first answer after `place` by which all of [from, to) had arrived; -1 when there is none. */
function firstNews(answers: readonly Answer[], place: number, from: number, to: number): number {
  for (let index = firstAfter(answers, place); index < answers.length; index++) {
    const answer = answers[index];
    if (answer !== undefined && (answer.acked >= to || covers(answer.sacked, from, to))) return index;
  }
  return -1;
}
