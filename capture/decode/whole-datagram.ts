import { type Columns, type Fragment, PROTOCOL, type Whole } from '../columns.ts';
import { readU16 } from './bytes.ts';
import { type Decoding, NEXT, type Next } from './decoding.ts';
import { type Gathered, HEAD } from './gathered.ts';
import { IP_PROTOCOL, nextOfProtocol, protocolOf } from './ip-protocol.ts';
import { PROBLEM } from './problems.ts';
import { tunnelOf } from './udp-tunnels.ts';

/** Addresses are copied before the head of a datagram, so that its headers are decoded with them. */
const ADDRESSES = 32;
/** What columns can hold of an offset. */
const FARTHEST = 0xffff;

/** Records a fragment of either IP version whose payload, of this IP protocol, starts at `at`. */
export function noteFragment(
  bytes: Uint8Array,
  at: number,
  out: Decoding,
  fragment: Fragment,
  protocol: number,
): void {
  const { columns, row } = out;
  out.firstFragment = fragment.offset === 0;
  out.tunnelFragment =
    fragment.offset === 0 && protocol === IP_PROTOCOL.udp && hasTunnelPorts(bytes, at, out.end);
  // Of a datagram that is a fragment and travels in fragments of another, the columns have one.
  if (out.quoted || columns.fragments.has(row)) return;
  columns.fragments.set(row, fragment);
  if (out.fragments === null || columns.problem[row] !== PROBLEM.none) return;
  const length = out.wireEnd - at;
  const captured = Math.max(0, out.end - at);
  out.gathered = out.fragments.add(bytes, at, captured, length, fragment, protocol, out);
  out.tunnelFragment = out.gathered.isTunnel;
}

function hasTunnelPorts(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 4 <= end && tunnelOf(readU16(bytes, at), readU16(bytes, at + 2)) !== NEXT.nothing;
}

/** What decodes what a fragment carries, given what would decode it were it whole. */
export function nextInFragment(offset: number, out: Decoding): Next {
  const { columns, row, next } = out;
  if (offset === 0 && (out.quoted || (next === NEXT.udp && !out.tunnelFragment))) return next;
  // A part of a segment or message is none, and carries nothing of it: that counts where it is complete.
  const isTold = columns.protocol[row] === PROTOCOL.udp && !out.tunnelFragment;
  if (!isTold && columns.protocol[row] !== PROTOCOL.other) carriesNothing(columns, row);
  return NEXT.nothing;
}

function carriesNothing(columns: Columns, row: number): void {
  columns.protocol[row] = PROTOCOL.other;
  columns.payloadLen[row] = 0;
}

/** What decodes the datagram that a row completes; nothing where its first fragment has told all. */
export function nextOfWhole({ protocol, isInFirst }: Whole): Next {
  return isInFirst ? NEXT.nothing : nextOfProtocol(protocol);
}

const head = new Uint8Array(ADDRESSES + HEAD);

/**
 * Makes ready to decode the datagram that the row completes, as if it stood behind the row's frame. Returns the bytes of its
 * headers, to be decoded from ADDRESSES on; null where nothing is complete, or nothing to be decoded.
 */
export function layOutWhole(bytes: Uint8Array, out: Decoding): { bytes: Uint8Array; at: number } | null {
  const { columns, row, gathered } = out;
  if (gathered === null || gathered.whole === null) return null;
  const { protocol, at, length } = gathered.whole;
  out.next = nextOfWhole(gathered.whole);
  if (out.next === NEXT.nothing) return null;
  const capLen = columns.capLen[row]!;
  if (capLen + HEAD > FARTHEST) {
    out.stop(PROBLEM.frameHuge, out.frameAt);
    return null;
  }
  const { sourceAt, destinationAt, addressLen } = out;
  head.set(bytes.subarray(sourceAt, sourceAt + addressLen), 0);
  head.set(bytes.subarray(destinationAt, destinationAt + addressLen), addressLen);
  head.set(gathered.head, ADDRESSES);
  out.sourceAt = 0;
  out.destinationAt = addressLen;
  out.frameAt = ADDRESSES - capLen;
  out.end = ADDRESSES + gathered.firstBytes();
  out.wireEnd = ADDRESSES + length;
  out.firstFragment = false;
  columns.protocol[row] = protocolOf(protocol);
  columns.payloadAt[row] = capLen + at;
  columns.payloadLen[row] = length - at;
  return { bytes: head, at: ADDRESSES + at };
}

/** Gives the row the flow of its datagram, and to the others of its fragments, as soon as one is known. */
export function shareFlow(bytes: Uint8Array, out: Decoding): void {
  const { columns, row, gathered } = out;
  if (gathered === null) return;
  gathered.release();
  if (columns.flow[row]! >= 0) {
    gathered.flow = columns.flow[row]!;
    gathered.direction = columns.direction[row]!;
    for (const other of gathered.rows) give(gathered, columns, other);
    gathered.rows.length = 0;
    return;
  }
  if (gathered.flow < 0 && !gathered.isComplete && gathered.protocol === IP_PROTOCOL.tcp)
    lookUp(bytes, out, gathered);
  if (gathered.flow >= 0) give(gathered, columns, row);
  if (!gathered.isComplete && gathered.rows.length < gathered.pieces.length + 16) gathered.rows.push(row);
}

/** A segment has the flow of its ports, if there is one, before it is complete. */
function lookUp(
  bytes: Uint8Array,
  { sourceAt, destinationAt, addressLen, flows }: Decoding,
  gathered: Gathered,
): void {
  const { ports } = gathered;
  if (ports < 0) return;
  const [source, destination] = [Math.floor(ports / 0x10000), ports % 0x10000];
  const { tcp } = PROTOCOL;
  gathered.flow = flows.known(bytes, sourceAt, destinationAt, addressLen, source, destination, tcp);
  gathered.direction = flows.direction;
}

function give({ flow, direction, isTunnel }: Gathered, columns: Columns, row: number): void {
  // It came before the first fragment, which told that it is none of plain UDP.
  if (isTunnel && columns.protocol[row] === PROTOCOL.udp) carriesNothing(columns, row);
  columns.flow[row] = flow;
  columns.direction[row] = direction;
}
