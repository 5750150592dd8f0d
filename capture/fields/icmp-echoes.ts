import type { Capture } from '../capture.ts';
import { PROTOCOL } from '../columns.ts';
import { readU16, readU32 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import { frameNumber } from '../frame-number.ts';
import type { Packet, PacketField } from './field.ts';
import { worked } from './make.ts';

const ECHO_REPLY = 0;
const ECHO_REQUEST = 8;
const HEADER = 8;

/** Rows of the echo requests that replies answer: the latest of the same ends, identifier, number and data, once (RFC 792). */
class Echoes {
  private readonly requests = new Map<number, number>();
  private readonly open = new Map<string, number>();
  private readonly capture: Capture;
  private rows = 0;

  constructor(capture: Capture) {
    this.capture = capture;
  }

  requestOf(row: number): number | undefined {
    for (; this.rows <= row; this.rows++) this.take(this.rows);
    return this.requests.get(row);
  }

  private take(row: number): void {
    const { columns } = this.capture;
    const at = columns.transportAt[row] ?? 0xffff;
    if (columns.protocol[row] !== PROTOCOL.icmp || at === 0xffff) return;
    const frame = this.capture.frame(row);
    const network = columns.networkAt[row] ?? 0;
    const type = frame[at];
    if ((type !== ECHO_REQUEST && type !== ECHO_REPLY) || at + HEADER > frame.length) return;
    const [from, to] = [readU32(frame, network + 12), readU32(frame, network + 16)];
    // As Wireshark has it: either way between the two, and the same but for the type, which the checksum tells.
    const ends = from < to ? `${from} ${to}` : `${to} ${from}`;
    const sum = readU16(frame, at + 2);
    const key = `${ends} ${readU32(frame, at + 4)} ${type === ECHO_REQUEST ? sum : sumOfRequest(sum)}`;
    if (type === ECHO_REQUEST) {
      this.open.set(key, row);
      return;
    }
    const request = this.open.get(key);
    if (request === undefined) return;
    this.open.delete(key);
    this.requests.set(row, request);
  }
}

/** The checksum of the request that has the data of a reply with this one: their types differ by 8 (RFC 1624). */
function sumOfRequest(sum: number): number {
  const less = sum - (ECHO_REQUEST << 8);
  return less < 0 ? less + 0xffff : less;
}

const echoes = new WeakMap<Capture, Echoes>();

function requestOf({ capture, row }: Packet): number | undefined {
  let known = echoes.get(capture);
  if (known === undefined) {
    known = new Echoes(capture);
    echoes.set(capture, known);
  }
  return known.requestOf(row);
}

/** What an echo reply answers. */
export const ECHO_FIELDS: readonly PacketField[] = [
  worked(
    NEXT.icmp,
    'icmp.resp_to',
    'uint32',
    'Frame of the request that it answers',
    (packet, layer, out) => {
      const request = layer.quoted ? undefined : requestOf(packet);
      if (request !== undefined) out.push(frameNumber(packet.capture, request));
    },
  ),
  worked(NEXT.icmp, 'icmp.resptime', 'double', 'Milliseconds since that request', (packet, layer, out) => {
    const request = layer.quoted ? undefined : requestOf(packet);
    const { columns } = packet.capture;
    if (request !== undefined) out.push(Number(columns.timeNs(packet.row) - columns.timeNs(request)) / 1e6);
  }),
];
