import type { Capture } from '../capture.ts';
import { PROTOCOL } from '../columns.ts';
import { wholePacket } from '../datagram.ts';
import { readU16, readU32 } from '../decode/bytes.ts';
import { NEXT, type Next } from '../decode/decoding.ts';
import { frameNumber } from '../frame-number.ts';
import type { Packet, PacketField } from './field.ts';
import { worked } from './make.ts';

const HEADER = 8;

/** Requests and replies of a version, and where an IP header of it has its addresses. */
interface Version {
  readonly protocol: number;
  readonly request: number;
  readonly reply: number;
  readonly addressesAt: number;
  readonly words: number;
}

const FOUR: Version = { protocol: PROTOCOL.icmp, request: 8, reply: 0, addressesAt: 12, words: 1 };
const SIX: Version = { protocol: PROTOCOL.icmpv6, request: 128, reply: 129, addressesAt: 8, words: 4 };

/** Rows of the echo requests that replies answer: the latest of the same ends, identifier, number and data, once (RFC 792, RFC 4443). */
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
    const version = [FOUR, SIX].find(({ protocol }) => columns.protocol[row] === protocol);
    if (version === undefined || at === 0xffff) return;
    const frame = wholePacket(this.capture, row);
    const type = frame[at];
    const isRequest = type === version.request;
    if ((!isRequest && type !== version.reply) || at + HEADER > frame.length) return;
    const key = keyOf(version, frame, columns.networkAt[row] ?? 0, at);
    if (isRequest) {
      this.open.set(key, row);
      return;
    }
    const request = this.open.get(key);
    if (request === undefined) return;
    this.open.delete(key);
    this.requests.set(row, request);
  }
}

/** As Wireshark has it: either way between the two, and the same but for the type, which the checksum tells. */
function keyOf(version: Version, frame: Uint8Array, network: number, at: number): string {
  const { addressesAt, words, request, reply } = version;
  const address = (end: number): string =>
    Array.from({ length: words }, (_, word) =>
      readU32(frame, network + addressesAt + (end * words + word) * 4),
    ).join('.');
  const sum = readU16(frame, at + 2);
  // The checksum of a request that has the data of a reply with this one: the types differ (RFC 1624).
  const less = frame[at] === request ? sum : sum + ((reply - request) << 8);
  const folded = less < 0 ? less + 0xffff : less > 0xffff ? less - 0xffff : less;
  return `${version.protocol} ${[address(0), address(1)].sort().join(' ')} ${readU32(frame, at + 4)} ${folded}`;
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

function fieldsOf(kind: Next, prefix: string): readonly PacketField[] {
  return [
    worked(
      kind,
      `${prefix}.resp_to`,
      'uint32',
      'Frame of the request that it answers',
      (packet, layer, out) => {
        const request = layer.quoted ? undefined : requestOf(packet);
        if (request !== undefined) out.push(frameNumber(packet.capture, request));
      },
    ),
    worked(kind, `${prefix}.resptime`, 'double', 'Milliseconds since that request', (packet, layer, out) => {
      const request = layer.quoted ? undefined : requestOf(packet);
      const { columns } = packet.capture;
      if (request !== undefined) out.push(Number(columns.timeNs(packet.row) - columns.timeNs(request)) / 1e6);
    }),
  ];
}

/** What an echo reply answers. */
export const ECHO_FIELDS: readonly PacketField[] = fieldsOf(NEXT.icmp, 'icmp');
export const ECHO6_FIELDS: readonly PacketField[] = fieldsOf(NEXT.icmpv6, 'icmpv6');
