import { TcpOptionTable } from './decode/tcp-option-table.ts';
import type { PlainRows } from './strands.ts';

/** What a packet is at the transport layer. */
export const PROTOCOL = { other: 0, tcp: 1, udp: 2, icmp: 3, icmpv6: 4 } as const;
export type Protocol = (typeof PROTOCOL)[keyof typeof PROTOCOL];

/** TCP flag bits, RFC 9293 §3.1 (NS of RFC 3540 as bit 8), as in Wireshark's 12-bit `tcp.flags`. */
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;
export const URG = 0x20;

/** Facts of one IP fragment: kept apart because few packets have them. */
export interface Fragment {
  /** Identification: 16 bits in IPv4, 32 in IPv6. */
  readonly id: number;
  /** Offset in bytes of this fragment in the datagram's payload. */
  readonly offset: number;
  readonly more: boolean;
}

/** A part of a datagram's payload, as the capture has it. */
export interface Piece {
  /** Bytes from the start of the datagram's payload. */
  readonly offset: number;
  /** Bytes on the wire, and how many of them were captured. */
  readonly length: number;
  readonly captured: number;
  /** Where its bytes start in the file. */
  readonly fileOffset: number;
}

/** A datagram all of whose fragments were captured. */
export interface Whole {
  /** Protocol number of IP of its first header that is no IPv6 extension, and where in the payload that header stands. */
  readonly protocol: number;
  readonly at: number;
  /** Bytes of its payload on the wire. */
  readonly length: number;
  /** They follow on each other without gaps. */
  readonly pieces: readonly Piece[];
  /** All that the columns hold of it stands in its first fragment: UDP that is no tunnel. */
  readonly isInFirst: boolean;
}

/** What a fragment is of. */
export interface DatagramPart {
  /** Number of the datagram among those that came in fragments; below 0 in a tunnel, and for a repetition of what was complete before. */
  readonly datagram: number;
  /** The datagram, on the fragment that completes it. */
  readonly whole: Whole | null;
  /** What of it had come before, in other fragments with the same identification. */
  readonly overlaps?: readonly Overlap[];
  /** Number of the datagram of those, where it had another beginning and is given up for this one; -1 where it is this one. */
  readonly contradicts?: number;
}

/** Bytes of a datagram that two fragments carry. */
export interface Overlap {
  /** Where they start in the file, in the later fragment and in the earlier one; and how many were captured of both. */
  readonly fileOffset: number;
  readonly earlier: number;
  readonly captured: number;
  /** Whether both fragments carry these and no others: the later may repeat the earlier. */
  readonly isWhole: boolean;
}

/** Room at first: of thousands of small files, each would else ask for as much as a large one. */
const FIRST_CAPACITY = 64;
/** What a row takes in all columns, and in shared ones. */
const ROW_BYTES = 61;
export const SHARED_ROW_BYTES = ROW_BYTES + 4;
const NO_STRANDS = new Int32Array(0);

/**
 * The packets of a capture, one row a packet in file order, one typed array a field (about 60 bytes a row).
 * Adding a packet: `const row = columns.add()`, then write its cells. Strings and objects are made only for rows that are shown.
 */
export class Columns {
  length = 0;
  /** Seconds since 1970, and nanoseconds (may exceed 1e9 in damaged files, kept as found). */
  sec: Float64Array;
  nsec: Uint32Array;
  /** Where the frame's bytes start in the file. */
  fileOffset: Float64Array;
  capLen: Uint32Array;
  wireLen: Uint32Array;
  iface: Uint16Array;
  protocol: Uint8Array;
  /** Code of decode problem (0 = none) and its byte offset in the frame. */
  problem: Uint8Array;
  problemAt: Uint16Array;
  /** Index into the flow table, -1 where there is none. An ICMP error has the flow of the packet that it quotes. */
  flow: Int32Array;
  /** 0: from the flow's A (who was seen sending first) to B; 1: from B to A. */
  direction: Uint8Array;
  /** Offsets in the frame of the innermost IP header and of the transport header; 0xffff where there is none. */
  networkAt: Uint16Array;
  transportAt: Uint16Array;
  /** Offset in the frame of the transport payload, and its length on the wire (not cut by snaplen). */
  payloadAt: Uint16Array;
  payloadLen: Uint32Array;
  /** TCP sequence and acknowledgement numbers as on the wire. ICMP: seq holds type * 256 + code. */
  seq: Uint32Array;
  ack: Uint32Array;
  flags: Uint16Array;
  window: Uint16Array;
  readonly fragments = new Map<number, Fragment>();
  /** By row of a fragment. TCP, ICMP and what is in a tunnel have their cells in the row that completes the datagram. */
  readonly datagrams = new Map<number, DatagramPart>();
  /** MSS and window scale of the SYNs that have them. */
  readonly tcpOptions = new TcpOptionTable();
  /** What `strandsOf` and `plainRows` say of the rows: kept in shared columns alone, by the thread that decodes them. */
  readonly strand: Int32Array;
  plain: PlainRows | null = null;

  /** Room for so many rows; where `shared` is given, in that: SHARED_ROW_BYTES a row, and they cannot become more. */
  constructor(capacity = FIRST_CAPACITY, shared: SharedArrayBuffer | null = null) {
    let used = 0;
    const cells = <T extends Numbers>(kind: Kind<T>): T => {
      if (shared === null) return new kind(capacity);
      const made = new kind(shared, used, capacity);
      used += made.byteLength;
      return made;
    };
    // Those with large cells come first, so that all are aligned.
    this.sec = cells(Float64Array);
    this.fileOffset = cells(Float64Array);
    this.nsec = cells(Uint32Array);
    this.capLen = cells(Uint32Array);
    this.wireLen = cells(Uint32Array);
    this.flow = cells(Int32Array);
    this.payloadLen = cells(Uint32Array);
    this.seq = cells(Uint32Array);
    this.ack = cells(Uint32Array);
    this.strand = shared === null ? NO_STRANDS : cells(Int32Array);
    this.iface = cells(Uint16Array);
    this.problemAt = cells(Uint16Array);
    this.networkAt = cells(Uint16Array);
    this.transportAt = cells(Uint16Array);
    this.payloadAt = cells(Uint16Array);
    this.flags = cells(Uint16Array);
    this.window = cells(Uint16Array);
    this.protocol = cells(Uint8Array);
    this.problem = cells(Uint8Array);
    this.direction = cells(Uint8Array);
  }

  /** Copies rows `from` to `to` to row `at` of other columns, whose last rows they are; they must have the room. */
  copyTo(other: Columns, from: number, to: number, at = 0): void {
    const [theirs, ours] = [other.all(), this.all()];
    ours.forEach((cells, index) => {
      theirs[index]?.set(cells.subarray(from, to), at);
    });
    other.length = at + to - from;
  }

  add(): number {
    if (this.length === this.sec.length) this.resize(this.sec.length * 2);
    const row = this.length++;
    this.flow[row] = -1;
    this.networkAt[row] = 0xffff;
    this.transportAt[row] = 0xffff;
    return row;
  }

  /** Forgets all rows, so that the next take their place: for reading through a file that need not be held. */
  clear(): void {
    const { length } = this;
    for (const cells of [this.problemAt, this.payloadAt, this.flags, this.window]) cells.fill(0, 0, length);
    for (const cells of [this.protocol, this.problem, this.direction]) cells.fill(0, 0, length);
    for (const cells of [this.payloadLen, this.seq, this.ack]) cells.fill(0, 0, length);
    this.fragments.clear();
    this.datagrams.clear();
    this.tcpOptions.clear();
    this.length = 0;
  }

  /** Forgets the first rows; the others move to their place. */
  drop(rows: number): void {
    for (const cells of this.all()) cells.copyWithin(0, rows, this.length);
    const fragments = [...this.fragments];
    this.fragments.clear();
    for (const [row, fragment] of fragments) if (row >= rows) this.fragments.set(row - rows, fragment);
    this.length -= rows;
  }

  /** How many rows there is room for without copying. */
  get capacity(): number {
    return this.sec.length;
  }

  /** Makes room for so many rows at once. Room that is never written to takes no memory. */
  reserve(rows: number): void {
    if (rows > this.sec.length) this.resize(rows);
  }

  /** Time of a row in ns since 1970. */
  timeNs(row: number): bigint {
    return BigInt(this.sec[row]!) * 1_000_000_000n + BigInt(this.nsec[row]!);
  }

  private all(): readonly Numbers[] {
    return [
      this.sec,
      this.fileOffset,
      this.nsec,
      this.capLen,
      this.wireLen,
      this.flow,
      this.payloadLen,
      this.seq,
      this.ack,
      this.iface,
      this.problemAt,
      this.networkAt,
      this.transportAt,
      this.payloadAt,
      this.flags,
      this.window,
      this.protocol,
      this.problem,
      this.direction,
    ];
  }

  private resize(capacity: number): void {
    this.sec = copied(new Float64Array(capacity), this.sec);
    this.nsec = copied(new Uint32Array(capacity), this.nsec);
    this.fileOffset = copied(new Float64Array(capacity), this.fileOffset);
    this.capLen = copied(new Uint32Array(capacity), this.capLen);
    this.wireLen = copied(new Uint32Array(capacity), this.wireLen);
    this.iface = copied(new Uint16Array(capacity), this.iface);
    this.protocol = copied(new Uint8Array(capacity), this.protocol);
    this.problem = copied(new Uint8Array(capacity), this.problem);
    this.problemAt = copied(new Uint16Array(capacity), this.problemAt);
    this.flow = copied(new Int32Array(capacity), this.flow);
    this.direction = copied(new Uint8Array(capacity), this.direction);
    this.networkAt = copied(new Uint16Array(capacity), this.networkAt);
    this.transportAt = copied(new Uint16Array(capacity), this.transportAt);
    this.payloadAt = copied(new Uint16Array(capacity), this.payloadAt);
    this.payloadLen = copied(new Uint32Array(capacity), this.payloadLen);
    this.seq = copied(new Uint32Array(capacity), this.seq);
    this.ack = copied(new Uint32Array(capacity), this.ack);
    this.flags = copied(new Uint16Array(capacity), this.flags);
    this.window = copied(new Uint16Array(capacity), this.window);
  }
}

type Numbers = Float64Array | Uint32Array | Uint16Array | Uint8Array | Int32Array;
type Kind<T> = new (from: number | SharedArrayBuffer, offset?: number, length?: number) => T;

function copied<T extends Numbers>(to: T, from: T): T {
  to.set(from);
  return to;
}
