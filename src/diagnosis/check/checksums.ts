import type { Capture } from '../../../capture/capture.ts';
import {
  CHECKSUM,
  type ChecksumVerdict,
  ipv4HeaderChecksum,
  transportChecksum,
} from '../../../capture/checksum.ts';
import { type Columns, FIN, PROTOCOL, RST, SYN } from '../../../capture/columns.ts';
import { wholeOf, withWhole } from '../../../capture/datagram.ts';
import { readU16 } from '../../../capture/decode/bytes.ts';
import type { SecondCaptures } from '../second-captures.ts';

/**
 * Checksums of TCP are looked at in so many packets, and in every segment that was sent again: of what is damaged it is. Of
 * UDP, where nothing else tells of damage, all are.
 */
const LOOKED_AT = 20_000;

/** Ports of tunnels that may leave out the checksum over IPv6 (RFC 6935): GTP-U, AMT, LISP, GRE, VXLAN, its GPE, GENEVE, MPLS, VXLAN of old Linux. */
const WITHOUT_CHECKSUM = [2152, 2268, 4341, 4754, 4789, 4790, 6081, 6635, 8472];
/** Where the checksum of UDP stands in its header. */
const UDP_CHECKSUM = 6;

/** What was found of one direction of a flow. */
export interface ChecksumCounts {
  readonly flow: number;
  readonly direction: number;
  checked: number;
  wrong: number;
  partial: number;
  /** How many of the wrong ones are so in the IPv4 header. */
  inHeader: number;
  /** UDP: how many have none though IPv6 wants one, and the first rows of them. */
  without: number;
  readonly withoutRows: number[];
  /** TCP: where the numbers of the wrong segments end that have any, signed 32-bit; null: none has. */
  wrongEnd: number | null;
  /** The first rows that are wrong, and that were left to the network card. */
  readonly wrongRows: number[];
  readonly partialRows: number[];
}

/** What the checksum says of the datagram that a row completes; unknown where it completes none. */
function datagramChecksum(capture: Capture, columns: Columns, row: number): ChecksumVerdict {
  const whole = columns.datagrams.get(row)?.whole ?? null;
  const capLen = columns.capLen[row] ?? 0;
  if (whole === null) return CHECKSUM.unknown;
  const packet = withWhole(capture.frame(row), whole, capture);
  if (packet.length < capLen + whole.length) return CHECKSUM.unknown;
  const isDecoded = wholeOf(columns, row) !== null;
  const transport = isDecoded ? (columns.transportAt[row] ?? 0xffff) : capLen + whole.at;
  return transportChecksum(packet, columns.networkAt[row] ?? 0, transport, columns.protocol[row] ?? 0);
}

/** Looks at the checksums of the packets of a capture: of TCP and UDP, and of their IPv4 headers. */
export class Checksums {
  /** By flow * 2 + direction. */
  readonly counts = new Map<number, ChecksumCounts>();
  private readonly most: number;
  private readonly seconds: SecondCaptures;

  constructor(most: number, seconds: SecondCaptures) {
    this.most = most;
    this.seconds = seconds;
  }

  take(columns: Columns, rowBase: number, capture: Capture, from = 0, to = columns.length): void {
    const tcpEnd = LOOKED_AT - rowBase;
    // Nothing but TCP is in it.
    const end = columns.plain === null ? to : Math.min(to, tcpEnd);
    for (let row = from; row < end; row++) {
      const protocol = columns.protocol[row] ?? 0;
      if (protocol !== PROTOCOL.udp && (protocol !== PROTOCOL.tcp || row >= tcpEnd)) continue;
      if (this.seconds.count > 0 && this.seconds.isCopied(row)) continue;
      this.look(columns, row, rowBase, protocol, capture);
    }
  }

  private look(columns: Columns, row: number, rowBase: number, protocol: number, capture: Capture): void {
    const flow = columns.flow[row] ?? -1;
    const network = columns.networkAt[row] ?? 0xffff;
    const transport = columns.transportAt[row] ?? 0xffff;
    const isFragment = columns.fragments.size > 0 && columns.fragments.has(row);
    if (flow < 0 || network === 0xffff || (transport === 0xffff && !isFragment)) return;
    if ((columns.capLen[row] ?? 0) < (columns.wireLen[row] ?? 0) || columns.problem[row] !== 0) return;
    const frame = capture.frame(row);
    const header = ipv4HeaderChecksum(frame, network);
    if (protocol === PROTOCOL.udp && !isFragment && isWithoutChecksum(frame, network, transport)) {
      const counts = this.countsOf(columns, row);
      counts.without++;
      if (counts.without <= this.most) counts.withoutRows.push(row + rowBase);
      return;
    }
    const carried = isFragment
      ? datagramChecksum(capture, columns, row)
      : transportChecksum(frame, network, transport, protocol);
    const verdict = header === CHECKSUM.right || header < carried ? carried : header;
    if (verdict === CHECKSUM.unknown) return;
    const counts = this.countsOf(columns, row);
    if (header === CHECKSUM.wrong) counts.inHeader++;
    this.note(counts, columns, row, rowBase, verdict);
  }

  private note(
    counts: ChecksumCounts,
    columns: Columns,
    row: number,
    rowBase: number,
    verdict: ChecksumVerdict,
  ): void {
    counts.checked++;
    if (verdict === CHECKSUM.right) return;
    const isWrong = verdict === CHECKSUM.wrong;
    if (isWrong) {
      counts.wrong++;
      noteEnd(counts, columns, row);
    } else counts.partial++;
    const rows = isWrong ? counts.wrongRows : counts.partialRows;
    if (rows.length < this.most) rows.push(row + rowBase);
  }

  private countsOf(columns: Columns, row: number): ChecksumCounts {
    const [flow, direction] = [columns.flow[row] ?? 0, columns.direction[row] ?? 0];
    const key = flow * 2 + direction;
    let counts = this.counts.get(key);
    if (counts === undefined) {
      counts = noCounts(flow, direction);
      this.counts.set(key, counts);
    }
    return counts;
  }
}

export function noCounts(flow: number, direction: number): ChecksumCounts {
  return {
    ...{ flow, direction, checked: 0, wrong: 0, partial: 0, inHeader: 0, without: 0, wrongEnd: null },
    ...{ wrongRows: [], partialRows: [], withoutRows: [] },
  };
}

/** Notes where the numbers of a wrong segment end: who acknowledges them took it. */
function noteEnd(counts: ChecksumCounts, columns: Columns, row: number): void {
  const { seq, payloadLen, flags, protocol } = columns;
  const bits = flags[row] ?? 0;
  if (protocol[row] !== PROTOCOL.tcp || (bits & RST) !== 0) return;
  const len = (payloadLen[row] ?? 0) + ((bits & (SYN | FIN)) === 0 ? 0 : 1);
  if (len === 0) return;
  const end = ((seq[row] ?? 0) + len) | 0;
  if (counts.wrongEnd === null || ((end - counts.wrongEnd) | 0) > 0) counts.wrongEnd = end;
}

/** Whether a datagram over IPv6 has no checksum, which a receiver then drops (RFC 8200 §8.1), but for those of tunnels. */
function isWithoutChecksum(frame: Uint8Array, network: number, transport: number): boolean {
  if ((frame[network] ?? 0) >> 4 !== 6 || transport + UDP_CHECKSUM + 2 > frame.length) return false;
  if (readU16(frame, transport + UDP_CHECKSUM) !== 0) return false;
  const ports = [readU16(frame, transport), readU16(frame, transport + 2)];
  return !ports.some((port) => WITHOUT_CHECKSUM.includes(port));
}
