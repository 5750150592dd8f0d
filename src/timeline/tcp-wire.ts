import type { Capture } from '../../capture/capture.ts';
import { ACK, type Columns, FIN, PROTOCOL, SYN } from '../../capture/columns.ts';
import { wholePacket } from '../../capture/datagram.ts';
import { PROBLEM } from '../../capture/decode/problems.ts';
import type { HeldSeconds } from '../diagnosis/held-seconds.ts';
import type { Clock } from './clock.ts';
import { filled } from './fill-in-steps.ts';
import { CELLS_A_STEP } from './time-order.ts';

/**
 * TCP segments by their place in the stream: byte 0 is the first after the SYN, the FIN counts as one more at the end.
 * Offsets are unwrapped, so that streams beyond 4 GB go on growing.
 */
export interface TcpWire {
  /** Rows of each flow in time order, without second captures: those of flow f stand from start[f] to start[f + 1]. */
  readonly start: Uint32Array;
  readonly rows: Uint32Array;
  /** Offset of the segment's first byte; -1 for a SYN. */
  readonly from: Float64Array;
  /** Offset that the acknowledgement number names: how many bytes have arrived. NaN without the ACK flag. */
  readonly acked: Float64Array;
  /** By flow * 2 + direction: whether the SYN was seen; otherwise offsets count from the first segment captured. */
  readonly synSeen: Uint8Array;
  /** By flow * 2 + direction: 1 where byte 0 is known: by the SYN, or by what acknowledged the one that was not captured. */
  readonly placed: Uint8Array;
  /**
   * By flow: 1 where the end B opened the connection: by its SYN, or A's SYN+ACK, else A is taken for the client, which
   * calls may correct.
   */
  readonly opener: Uint8Array;
  /** By flow * 2 + direction: how far the window field is shifted (RFC 7323 §2.2); 255 where that is not known. */
  readonly shift: Uint8Array;
  /** By flow * 2 + direction: 1 where the SYN had the SACK-permitted option (RFC 2018). */
  readonly sackPermitted: Uint8Array;
  /**
   * By flow * 2 + direction: 1 where the SYN had a time stamp, then all that follows has one (RFC 7323 §3.2); in a
   * conversation without a SYN where the first segment has one.
   */
  readonly stamped: Uint8Array;
  /** By flow * 2 + direction: the MSS option of the SYN; 0 where there was none or no SYN was seen. */
  readonly mss: Uint16Array;
}

/** Lays out all segments. `seconds` tells those that were captured before: they have the place of their first capture. */
export function* layOutTcp(
  capture: Capture,
  clock: Clock,
  seconds: HeldSeconds | null,
): Generator<void, TcpWire> {
  const { columns, flows } = capture;
  const flow = seconds === null ? columns.flow : yield* withoutSeconds(columns, seconds);
  const { start, rows } = yield* rowsByFlow(flow, columns.length, flows.length, clock.order);
  const ends = flows.length * 2;
  const wire: TcpWire = {
    start,
    rows,
    from: new Float64Array(columns.length),
    acked: new Float64Array(columns.length),
    synSeen: new Uint8Array(ends),
    placed: new Uint8Array(ends),
    opener: new Uint8Array(flows.length),
    shift: new Uint8Array(ends).fill(255),
    sackPermitted: new Uint8Array(ends),
    stamped: new Uint8Array(ends),
    mss: new Uint16Array(ends),
  };
  for (let row = 0; row < columns.length; row += CELLS_A_STEP) {
    wire.acked.fill(Number.NaN, row, row + CELLS_A_STEP);
    yield;
  }
  for (let flow = 0; flow < flows.length; flow++) {
    const first = start[flow] ?? 0;
    if (first === (start[flow + 1] ?? 0)) continue;
    yield* layOutFlow(capture, wire, flow);
  }
  for (let row = 0; seconds !== null && row < columns.length; row++) {
    if (row % CELLS_A_STEP === 0) yield;
    const first = seconds.firstOf(row);
    if (first < 0) continue;
    wire.from[row] = wire.from[first] ?? 0;
    wire.acked[row] = wire.acked[first] ?? Number.NaN;
  }
  return wire;
}

/** The flow of each row, -1 of second captures. */
function* withoutSeconds({ flow, length }: Columns, seconds: HeldSeconds): Generator<void, Int32Array> {
  const flows = flow.slice(0, length);
  for (let row = 0; row < length; row++) {
    if (row % CELLS_A_STEP === 0) yield;
    if (seconds.firstOf(row) >= 0) flows[row] = -1;
  }
  return flows;
}

/** So many packets of a flow are looked at before others may do something. */
export const PACKETS_A_STEP = 256;

function* rowsByFlow(
  flow: Int32Array,
  length: number,
  flows: number,
  order: Uint32Array,
): Generator<void, { start: Uint32Array; rows: Uint32Array }> {
  const start = new Uint32Array(flows + 1);
  for (let row = 0; row < length; row++) {
    if (row % CELLS_A_STEP === 0) yield;
    if ((flow[row] ?? 0) >= 0) start[(flow[row] ?? 0) + 1] = (start[(flow[row] ?? 0) + 1] ?? 0) + 1;
  }
  for (let index = 0; index < flows; index++)
    start[index + 1] = (start[index + 1] ?? 0) + (start[index] ?? 0);
  // Flow by flow: what comes next in time is anywhere in it.
  const rows = yield* filled(new Uint32Array(start[flows] ?? 0), 0);
  const next = start.slice();
  for (let index = 0; index < length; index++) {
    if (index % CELLS_A_STEP === 0) yield;
    const row = order[index] ?? 0;
    const owner = flow[row] ?? 0;
    if (owner < 0) continue;
    rows[next[owner] ?? 0] = row;
    next[owner] = (next[owner] ?? 0) + 1;
  }
  return { start, rows };
}

function* layOutFlow(capture: Capture, wire: TcpWire, flow: number): Generator<void, void> {
  const { columns } = capture;
  const base = yield* findBases(capture, wire, flow);
  const near = [0, 0];
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    if (index % PACKETS_A_STEP === 0) yield;
    const row = wire.rows[index] ?? 0;
    if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp) continue;
    const direction = columns.direction[row] ?? 0;
    const flags = columns.flags[row] ?? 0;
    // A reset may carry 0 as either number, which says nothing of the stream.
    const from = unwrap(base[direction] ?? 0, columns.seq[row] ?? 0, near[direction] ?? 0);
    wire.from[row] = from;
    const end = from + (columns.payloadLen[row] ?? 0) + (flags & (SYN | FIN) ? 1 : 0);
    if (end > (near[direction] ?? 0) && end - (near[direction] ?? 0) < 0x4000_0000) near[direction] = end;
    if ((flags & ACK) === 0) continue;
    wire.acked[row] = unwrap(base[1 - direction] ?? 0, columns.ack[row] ?? 0, near[1 - direction] ?? 0);
  }
}

/** Sequence number of byte 0 of either direction: after the SYN, or as the first segment (or its ACK) names it. */
function* findBases(capture: Capture, wire: TcpWire, flow: number): Generator<void, Float64Array> {
  const { columns } = capture;
  const base = new Float64Array(2).fill(-1);
  const guess = new Float64Array(2).fill(-1);
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    if (index % PACKETS_A_STEP === 0) yield;
    const row = wire.rows[index] ?? 0;
    if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp) continue;
    const direction = columns.direction[row] ?? 0;
    const flags = columns.flags[row] ?? 0;
    if (flags & SYN && (wire.synSeen[flow * 2 + direction] ?? 0) === 0) {
      if (wire.synSeen[flow * 2 + 1 - direction] === 0)
        wire.opener[flow] = flags & ACK ? 1 - direction : direction;
      wire.synSeen[flow * 2 + direction] = 1;
      base[direction] = ((columns.seq[row] ?? 0) + 1) >>> 0;
      readSynOptions(capture, wire, row, flow * 2 + direction);
    }
    if ((guess[direction] ?? 0) < 0) guess[direction] = columns.seq[row] ?? 0;
    if (flags & ACK && (guess[1 - direction] ?? 0) < 0) guess[1 - direction] = columns.ack[row] ?? 0;
    if ((wire.synSeen[flow * 2] ?? 0) && (wire.synSeen[flow * 2 + 1] ?? 0)) break;
  }
  const begins = wire.synSeen[flow * 2] === 1 || wire.synSeen[flow * 2 + 1] === 1;
  const first = wire.rows[wire.start[flow] ?? 0] ?? 0;
  if (!begins && columns.protocol[first] === PROTOCOL.tcp && timeStamps(capture, first) !== null)
    wire.stamped.fill(1, flow * 2, flow * 2 + 2);
  for (const direction of [0, 1]) {
    wire.placed[flow * 2 + direction] = begins ? 1 : 0;
    if ((wire.synSeen[flow * 2 + direction] ?? 0) === 0) base[direction] = Math.max(0, guess[direction] ?? 0);
  }
  return base;
}

function unwrap(base: number, seq: number, near: number): number {
  return near + ((seq - ((base + near) % 4_294_967_296)) | 0);
}

/** The most payload that a segment with the options of this one may have, by what both SYNs offered; below 1 where one is unknown. */
export function largestPayload(wire: TcpWire, columns: Columns, row: number): number {
  const flow = columns.flow[row] ?? 0;
  const options = (columns.payloadAt[row] ?? 0) - (columns.transportAt[row] ?? 0) - 20;
  return Math.min(wire.mss[flow * 2] ?? 0, wire.mss[flow * 2 + 1] ?? 0) - options;
}

/** Kinds of TCP options that matter here: RFC 9293 §3.2, RFC 7323 §2, RFC 2018. */
const OPTION = { end: 0, nop: 1, mss: 2, windowScale: 3, sackPermitted: 4, sack: 5, timeStamps: 8 } as const;

function readSynOptions(capture: Capture, wire: TcpWire, row: number, end: number): void {
  // Of options that were not captured nothing is known.
  const isCut = capture.columns.problem[row] === PROBLEM.tcpOptionsTruncated;
  wire.shift[end] = isCut ? 255 : 0;
  forEachOption(capture, row, (kind, bytes, offset, length) => {
    if (kind === OPTION.mss && length === 4)
      wire.mss[end] = (bytes[offset + 2] ?? 0) * 256 + (bytes[offset + 3] ?? 0);
    if (kind === OPTION.timeStamps) wire.stamped[end] = 1;
    if (kind === OPTION.sackPermitted) wire.sackPermitted[end] = 1;
    if (kind === OPTION.windowScale && length === 3)
      wire.shift[end] = Math.min(14, bytes[offset + 2] ?? 0) | 0x80;
  });
  // Bit 7 marks that the option was there: it counts only when both SYNs have it.
}

/** How far the window of this end's non-SYN segments is shifted: only if both SYNs had the option, else 0; null if unknown. */
export function windowShift(wire: TcpWire, flow: number, direction: number): number | null {
  const own = wire.shift[flow * 2 + direction] ?? 0;
  const other = wire.shift[flow * 2 + 1 - direction] ?? 0;
  if (own === 255 || other === 255) return null;
  return own & 0x80 && other & 0x80 ? own & 0x7f : 0;
}

/** Whether both ends agreed on selective acknowledgements. */
export function usesSack({ sackPermitted }: TcpWire, flow: number): boolean {
  return (sackPermitted[flow * 2] ?? 0) === 1 && (sackPermitted[flow * 2 + 1] ?? 0) === 1;
}

function isStamped({ stamped }: TcpWire, flow: number): boolean {
  return (stamped[flow * 2] ?? 0) === 1 && (stamped[flow * 2 + 1] ?? 0) === 1;
}

/** SACK blocks of a segment (RFC 2018) as sequence numbers, left and right edge by turns; empty where there are none. */
export function sackBlocks(capture: Capture, wire: TcpWire, row: number): number[] {
  const { columns } = capture;
  // The fixed header and one block, or a time stamp, take 32 bytes with their padding.
  const header = (columns.payloadAt[row] ?? 0) - (columns.transportAt[row] ?? 0);
  if (header < 32 || (header === 32 && isStamped(wire, columns.flow[row] ?? 0))) return [];
  const edges: number[] = [];
  forEachOption(capture, row, (kind, bytes, offset, length) => {
    if (kind !== OPTION.sack) return;
    for (let edge = offset + 2; edge + 4 <= offset + length; edge += 4) {
      edges.push(readU32(bytes, edge));
    }
  });
  return edges;
}

/** SACK blocks as offsets of the stream that the segment acknowledges. */
export function sackOffsets(capture: Capture, wire: TcpWire, row: number): number[] {
  const acked = wire.acked[row] ?? 0;
  return sackBlocks(capture, wire, row).map((edge) => acked + ((edge - (capture.columns.ack[row] ?? 0)) | 0));
}

/** Whether one block of `edges` (left and right by turns) holds all of [from, to). */
export function covers(edges: readonly number[], from: number, to: number): boolean {
  for (let index = 0; index + 1 < edges.length; index += 2) {
    if ((edges[index] ?? 0) <= from && (edges[index + 1] ?? 0) >= to) return true;
  }
  return false;
}

/** Time stamp and echoed time stamp of a segment (RFC 7323 §3.2); null where it has none. */
export function timeStamps(capture: Capture, row: number): readonly [value: number, echo: number] | null {
  let found: readonly [number, number] | null = null;
  forEachOption(capture, row, (kind, bytes, offset, length) => {
    if (kind === OPTION.timeStamps && length === 10)
      found = [readU32(bytes, offset + 2), readU32(bytes, offset + 6)];
  });
  return found;
}

function readU32(bytes: Uint8Array, offset: number): number {
  const high = ((bytes[offset] ?? 0) << 24) | ((bytes[offset + 1] ?? 0) << 16);
  return (high | ((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0)) >>> 0;
}

function forEachOption(
  capture: Capture,
  row: number,
  visit: (kind: number, bytes: Uint8Array, offset: number, length: number) => void,
): void {
  const bytes = wholePacket(capture, row);
  const end = Math.min(capture.columns.payloadAt[row] ?? 0, bytes.length);
  let offset = (capture.columns.transportAt[row] ?? 0) + 20;
  while (offset < end) {
    const kind = bytes[offset] ?? 0;
    if (kind === OPTION.end) return;
    if (kind === OPTION.nop) {
      offset += 1;
      continue;
    }
    const length = bytes[offset + 1] ?? 0;
    if (length < 2 || offset + length > end) return;
    visit(kind, bytes, offset, length);
    offset += length;
  }
}
