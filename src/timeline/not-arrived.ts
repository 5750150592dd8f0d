import type { Capture } from '../../capture/capture.ts';
import { ACK, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import { at } from './at.ts';
import { sackBlocks, type TcpWire, usesSack } from './tcp-wire.ts';

/** One transmission of a stretch of the stream that was sent more than once. */
interface Copy {
  readonly row: number;
  readonly place: number;
}

/** Bytes that were sent more than once: where, and by which packets, in time order. */
interface Repeated {
  readonly from: number;
  readonly to: number;
  readonly copies: Copy[];
}

/**
 * Marks in `gone` the segments of a flow that the receiver never took, as its acknowledgements prove. Of bytes sent
 * several times only those copies arrived that it acknowledged, or reported as duplicates (D-SACK, RFC 2883). Linux
 * reports every duplicate at once, so no report means no arrival. Where SACK was not agreed on nothing can be told.
 */
export function markNotArrived(capture: Capture, wire: TcpWire, flow: number, gone: Uint8Array): void {
  if (!usesSack(wire, flow)) return;
  for (const direction of [0, 1] as const) {
    const repeated = repeatedBytes(capture, wire, flow, direction);
    if (repeated.length === 0) continue;
    const answers = answersOf(capture, wire, flow, direction);
    for (const stretch of repeated) markStretch(stretch, answers, gone);
  }
}

function repeatedBytes(capture: Capture, wire: TcpWire, flow: number, direction: number): Repeated[] {
  const { columns } = capture;
  const first: { from: number; to: number; copy: Copy }[] = [];
  const repeated = new Map<number, Repeated>();
  let next = 0;
  for (let index = at(wire.start, flow); index < at(wire.start, flow + 1); index++) {
    const row = at(wire.rows, index);
    const flags = at(columns.flags, row);
    if (at(columns.protocol, row) !== PROTOCOL.tcp || at(columns.direction, row) !== direction) continue;
    if (flags & (SYN | RST)) continue;
    const from = at(wire.from, row);
    const to = from + at(columns.payloadLen, row) + (flags & FIN ? 1 : 0);
    if (to === from) continue;
    const copy = { row, place: index };
    if (to > next) {
      first.push({ from, to, copy });
      next = to;
      continue;
    }
    const original = originalOf(first, from);
    if (original === null) continue;
    const known = repeated.get(original.copy.row);
    if (known !== undefined) known.copies.push(copy);
    else
      repeated.set(original.copy.row, {
        from: original.from,
        to: original.to,
        copies: [original.copy, copy],
      });
  }
  return [...repeated.values()];
}

function originalOf(
  first: readonly { from: number; to: number; copy: Copy }[],
  offset: number,
): { from: number; to: number; copy: Copy } | null {
  let low = 0;
  let high = first.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((first[middle]?.to ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return first[low] ?? null;
}

/** What the receiver's packets say: which stretches had arrived, and which had arrived twice. */
interface Answer {
  readonly place: number;
  readonly acked: number;
  /** Left and right edges by turns. */
  readonly sacked: readonly number[];
  readonly duplicate: readonly [number, number] | null;
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

function markStretch({ from, to, copies }: Repeated, answers: readonly Answer[], gone: Uint8Array): void {
  const arrived = answers.find(({ acked, sacked }) => acked >= to || covers(sacked, from, to));
  const alive = copies.filter(({ row }) => at(gone, row) === 0);
  if (arrived === undefined) return;
  const before = alive.filter(({ place }) => place < arrived.place);
  const reports = answers.filter(
    ({ place, duplicate }) =>
      duplicate !== null && duplicate[0] < to && duplicate[1] > from && place >= arrived.place,
  ).length;
  // Copies sent after the news of the arrival are duplicates; a report may be about them or about an earlier one.
  const after = alive.length - before.length;
  const early = Math.max(0, reports - after);
  for (const { row } of before.slice(0, Math.max(0, before.length - 1 - early))) gone[row] = 1;
  for (const { row } of reports === 0 ? alive.slice(before.length) : []) gone[row] = 1;
}

function covers(edges: readonly number[], from: number, to: number): boolean {
  for (let index = 0; index + 1 < edges.length; index += 2) {
    if (at(edges, index) <= from && at(edges, index + 1) >= to) return true;
  }
  return false;
}
