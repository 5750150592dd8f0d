import type { Columns } from '../../../capture/columns.ts';
import { readU16 } from '../../../capture/decode/bytes.ts';
import type { RecentFrames } from '../recent-frames.ts';

/** A quoted packet is looked for so many rows back, for so many errors: it came a round trip before at most. */
const LOOK_BACK = 1024;
const MAX_LOOKS = 4096;
/** Of a frame this holds every header. */
const HEADERS = 512;
const ICMP_HEADER = 8;
/** Of IPv4: identification, protocol, both addresses; of IPv6: both addresses. Routers change the rest, and it may be cut. */
const IPV4 = { id: 4, protocol: 9, addresses: 12, size: 8, header: 20 } as const;
const IPV6 = { addresses: 8, size: 32, header: 40 } as const;
const ICMP_NUMBERS = { at: 4, size: 4 } as const;
/** Ports and TCP's number, or UDP's length; UDP's checksum may be made by the network card only behind the capture. */
const START = { tcp: 8, udp: 6 } as const;

/** Finds the packets that ICMP errors quote (RFC 792, RFC 4443 §2.4) among the rows before them. */
export class QuotedPackets {
  private looks = 0;
  private readonly frames: RecentFrames;

  constructor(frames: RecentFrames) {
    this.frames = frames;
  }

  /**
   * The direction of what the error in row `row` of the columns quotes. It goes against the error, unless the machine that
   * sent it tells itself (Linux, where no neighbour answers).
   */
  direction({ direction }: Columns, row: number, rowBase: number): 0 | 1 {
    const error = this.frames.frame(row + rowBase, row + rowBase, HEADERS);
    const against = direction[row] === 0 ? 1 : 0;
    if (error === null) return against;
    const outer = error.bytes.subarray(error.network);
    const quote = error.bytes.subarray(error.transport + ICMP_HEADER);
    const { addresses, size } = (quote[0] ?? 0) >> 4 === 6 ? IPV6 : IPV4;
    const [length, from, to] = [size / 2, addresses, addresses + size / 2];
    const isOwn = same(quote, outer, from, length) && !same(quote, outer, to, length, from);
    return isOwn ? (against === 0 ? 1 : 0) : against;
  }

  /** The row of the capture that the error in row `row` of the columns quotes, the first where that was captured several times; -1 where it is not found. */
  find({ flow }: Columns, row: number, rowBase: number): number {
    const now = row + rowBase;
    const error = this.looks++ < MAX_LOOKS ? this.frames.frame(now, now, HEADERS) : null;
    if (error === null) return -1;
    const quote = error.bytes.subarray(error.transport + ICMP_HEADER);
    let found = -1;
    for (let back = 1; back <= LOOK_BACK && back <= now; back++) {
      if (back > row && found >= 0) break;
      if (back <= row && flow[row - back] !== flow[row]) continue;
      const frame = this.frames.frame(now - back, now, HEADERS);
      if (frame === null) continue;
      const transport = frame.bytes.subarray(frame.transport);
      if (quotes(quote, frame.bytes.subarray(frame.network), transport)) found = now - back;
      else if (found >= 0) break;
    }
    return found;
  }
}

function quotes(quote: Uint8Array, network: Uint8Array, transport: Uint8Array): boolean {
  if (quote.length < IPV4.header || (quote[0] ?? 0) >> 4 !== (network[0] ?? 0) >> 4) return false;
  if ((quote[0] ?? 0) >> 4 === 6) {
    // Extension headers are the exception, and behind them nothing is compared.
    const isPlain = quote.length >= IPV6.header && quote[6] === network[6];
    return (
      isPlain &&
      same(quote, network, IPV6.addresses, IPV6.size) &&
      sameStart(quote.subarray(IPV6.header), transport, quote[6] ?? 0)
    );
  }
  return (
    readU16(quote, IPV4.id) === readU16(network, IPV4.id) &&
    quote[IPV4.protocol] === network[IPV4.protocol] &&
    same(quote, network, IPV4.addresses, IPV4.size) &&
    sameStart(quote.subarray(((quote[0] ?? 0) & 15) * 4), transport, quote[IPV4.protocol] ?? 0)
  );
}

function sameStart(quote: Uint8Array, transport: Uint8Array, protocol: number): boolean {
  const isTcp = protocol === IP_PROTOCOL.tcp;
  if (isTcp || protocol === IP_PROTOCOL.udp) return same(quote, transport, 0, isTcp ? START.tcp : START.udp);
  return same(quote, transport, ICMP_NUMBERS.at, ICMP_NUMBERS.size);
}

const IP_PROTOCOL = { tcp: 6, udp: 17 } as const;

function same(a: Uint8Array, b: Uint8Array, from: number, size: number, fromB = from): boolean {
  if (a.length < from + size || b.length < fromB + size) return false;
  for (let at = 0; at < size; at++) if (a[from + at] !== b[fromB + at]) return false;
  return true;
}
