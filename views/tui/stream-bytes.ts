import { wholePacket } from '../../capture/datagram.ts';
import type { Document } from './document.ts';
import { PACKETS_A_STEP, packetsOfFlow } from './packet-rows.ts';

/** Something that begins at a byte of a stream: a send call, a segment, a recv call. */
export interface Border {
  readonly at: number;
  readonly to: number;
  readonly kind: 'send' | 'segment' | 'recv';
  readonly label: string;
  /** Where it stands among the rows of the time line. */
  readonly row: number;
}

/** One direction of a connection: its bytes as they were captured, and what they were cut into. */
export interface StreamBytes {
  readonly bytes: Uint8Array;
  /** 1 where the byte was captured. */
  readonly known: Uint8Array;
  readonly length: number;
  /** In the order of where they begin. */
  readonly borders: readonly Border[];
}

export const NO_BYTES: StreamBytes = {
  bytes: new Uint8Array(0),
  known: new Uint8Array(0),
  length: 0,
  borders: [],
};

/** Bytes that are shown of a direction. */
export const MOST_STREAM = 65_536;
const NONE = new Uint32Array(0);

/** Puts one direction of a connection together, in steps: from A when `direction` is 0. */
export function* streamBytes(
  document: Document,
  connection: number,
  direction: 0 | 1,
): Generator<void, StreamBytes> {
  const { timeline, session } = document;
  const { columns, flows } = session.capture;
  const flow = timeline.connections[connection]?.flow ?? -1;
  const isTcp = timeline.connections[connection]?.protocol === 'tcp';
  const base = flow < 0 ? null : flows.baseSeq(flow, direction);
  const bytes = new Uint8Array(MOST_STREAM);
  const known = new Uint8Array(MOST_STREAM);
  const borders: Border[] = [];
  let length = 0;
  let datagramAt = 0;
  for (const [place, row] of (flow < 0 ? NONE : packetsOfFlow(timeline, flow)).entries()) {
    if (place % PACKETS_A_STEP === 0) yield;
    const size = columns.payloadLen[row] ?? 0;
    if (columns.direction[row] !== direction || size === 0) continue;
    const at = isTcp ? ((columns.seq[row] ?? 0) - (base ?? 0) - 1) >>> 0 : datagramAt;
    datagramAt += size;
    if (at >= MOST_STREAM) continue;
    const to = Math.min(at + size, MOST_STREAM);
    const start = columns.payloadAt[row] ?? 0;
    const payload = wholePacket(session.capture, row).subarray(start, start + to - at);
    bytes.set(payload, at);
    known.fill(1, at, at + payload.length);
    length = Math.max(length, to);
    const index = timeline.rowOfPacket(row);
    borders.push({
      at,
      to,
      kind: 'segment',
      label: document.numberText({ kind: 'packet', packet: row }),
      row: index,
    });
  }
  const ofCalls = yield* callBorders(document, connection, direction);
  return {
    bytes,
    known,
    length,
    borders: inOrder([...borders, ...ofCalls]),
  };
}

function inOrder(borders: Border[]): Border[] {
  return borders.sort((x, y) => x.at - y.at);
}

/** Those that begin in [from, to). */
export function bordersIn({ borders }: StreamBytes, from: number, to: number): readonly Border[] {
  const first = firstFrom(borders, from);
  return borders.slice(first, firstFrom(borders, to));
}

function firstFrom(borders: readonly Border[], at: number): number {
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((borders[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** 'send#1': whose it is, the heading of the direction says. */
function nameInRole({ words, session }: Document, call: number): string {
  return words.call(call).slice((session.calls[call]?.role.length ?? -1) + 1);
}

/** Calls by the ranges that their links tell: what a send put in and a recv took out. */
function* callBorders(document: Document, connection: number, direction: 0 | 1): Generator<void, Border[]> {
  const { timeline, session } = document;
  const { columns } = session.capture;
  const ranges = new Map<number, { at: number; to: number; kind: 'send' | 'recv' }>();
  for (const [index, call] of session.calls.entries()) {
    if (index % PACKETS_A_STEP === 0) yield;
    if (timeline.connectionOfCall(index) !== connection || call.name === 'sendall') continue;
    for (const { packet, relation, from, to } of timeline.linksOfCall(index)) {
      if (from === null || to === null || columns.direction[packet] !== direction) continue;
      if (from >= MOST_STREAM) continue;
      if (relation !== 'carries' && relation !== 'consumes') continue;
      const known = ranges.get(index);
      const range = { at: Math.min(from, known?.at ?? from), to: Math.max(to, known?.to ?? to) };
      ranges.set(index, { ...range, kind: relation === 'carries' ? 'send' : 'recv' });
    }
  }
  return [...ranges].map(([call, { at, to, kind }]) => ({
    ...{ at, to, kind, row: document.rowOfCall(call) },
    label: nameInRole(document, call),
  }));
}
