import { formatIpv4, formatIpv6 } from './addresses.ts';
import { type BaseMove, BaseMoves } from './base-moves.ts';
import type { Flow } from './capture.ts';
import { ACK, PROTOCOL, type Protocol, SYN } from './columns.ts';
import { KeyTable } from './decode/key-table.ts';
import { TupleIndex } from './decode/tuple-index.ts';

const FIRST_CAPACITY = 16;
/** Which directions of a flow have a base sequence number. */
const BASE_KNOWN = [1, 2] as const;
const BOTH_BASES = 3;
/** Set beside them when a base took the place of another. */
const BASE_MOVED = 4;

/** Flows that follow on others, to be sent to another thread. */
export interface FlowPart {
  readonly keys: Uint32Array;
  readonly entry: Int32Array;
  readonly swapped: Uint8Array;
  readonly reuse: Uint8Array;
  readonly firstRow: Int32Array;
  readonly stream: Int32Array;
}

/** What the relative sequence numbers of all flows count from. */
export interface FlowBases {
  readonly based: Uint8Array;
  readonly base: Uint32Array;
  readonly moves: readonly BaseMove[];
}

/**
 * The conversations of a capture. A TCP four-tuple that is used again gets a new flow; its numbers are those of
 * Wireshark's tcp.stream and udp.stream.
 */
export class FlowTable {
  length = 0;
  /** Of the last `find…()`: 0 when the packet goes from the flow's A to its B, 1 the other way. */
  direction = 0;
  /** Number in the capture of the columns' first row, where those hold only a part of it. */
  rowBase = 0;
  private readonly keys = new KeyTable();
  private readonly usual = new TupleIndex();
  private latest = new Int32Array(FIRST_CAPACITY);
  private entry = new Int32Array(FIRST_CAPACITY);
  private swapped = new Uint8Array(FIRST_CAPACITY);
  private reuse = new Uint8Array(FIRST_CAPACITY);
  private firstRow = new Int32Array(FIRST_CAPACITY);
  private stream = new Int32Array(FIRST_CAPACITY);
  private based = new Uint8Array(FIRST_CAPACITY);
  private base = new Uint32Array(FIRST_CAPACITY * 2);
  private readonly moves = new BaseMoves();
  private readonly streams = [0, 0, 0, 0, 0];
  private readonly shown: (Flow | undefined)[] = [];

  /**
   * Index of the flow between these ends, made when it is new; sets `direction`. Addresses are `addressLen` bytes
   * (4 or 16) at `source` and `destination`, which the caller has checked.
   */
  find(
    bytes: Uint8Array,
    source: number,
    destination: number,
    addressLen: number,
    sourcePort: number,
    destinationPort: number,
    protocol: Protocol,
    row: number,
  ): number {
    const { keys } = this;
    const entry = keys.entry(bytes, source, destination, addressLen, sourcePort, destinationPort, protocol);
    const reversed = keys.reversed ? 1 : 0;
    if (keys.added) return this.begin(entry, reversed, protocol, row);
    const flow = this.latest[entry] ?? 0;
    this.direction = reversed ^ (this.swapped[flow] ?? 0);
    return flow;
  }

  /**
   * The flow that these ends are known to have, -1 when there is none; sets `direction`. For headers that are cut too
   * short to begin a flow.
   */
  known(
    bytes: Uint8Array,
    source: number,
    destination: number,
    addressLen: number,
    sourcePort: number,
    destinationPort: number,
    protocol: Protocol,
  ): number {
    const { keys } = this;
    const entry = keys.entry(
      bytes,
      source,
      destination,
      addressLen,
      sourcePort,
      destinationPort,
      protocol,
      false,
    );
    if (entry < 0) return -1;
    const flow = this.latest[entry] ?? 0;
    this.direction = (keys.reversed ? 1 : 0) ^ (this.swapped[flow] ?? 0);
    return flow;
  }

  /**
   * Like `find`, for a TCP segment: a SYN (without ACK) whose sequence number is not the base of its direction begins a
   * new flow. A segment that is not `whole` (a fragment, quoted by ICMP, or with a header that is longer than it) gives
   * no base. This is how Wireshark 4.0 numbers streams, found by trying.
   */
  findTcp(
    bytes: Uint8Array,
    source: number,
    destination: number,
    addressLen: number,
    sourcePort: number,
    destinationPort: number,
    flags: number,
    seq: number,
    ack: number,
    whole: boolean,
    row: number,
  ): number {
    let flow = this.find(
      bytes,
      source,
      destination,
      addressLen,
      sourcePort,
      destinationPort,
      PROTOCOL.tcp,
      row,
    );
    if (
      (flags & (SYN | ACK)) === SYN &&
      this.hasBase(flow, this.direction) &&
      this.base[flow * 2 + this.direction] !== seq
    ) {
      const entry = this.entry[flow] ?? 0;
      flow = this.begin(entry, this.direction ^ (this.swapped[flow] ?? 0), PROTOCOL.tcp, row);
    }
    const { direction } = this;
    if (!whole) {
      if ((flags & SYN) !== 0 && this.hasBase(flow, direction)) this.setBase(flow, direction, seq, row);
      return flow;
    }
    if ((flags & SYN) !== 0) this.setBase(flow, direction, seq, row);
    else if (!this.hasBase(flow, direction)) this.setBase(flow, direction, seq - 1, row);
    if ((flags & ACK) !== 0 && !this.hasBase(flow, 1 - direction))
      this.setBase(flow, 1 - direction, ack - 1, row);
    return flow;
  }

  /**
   * For a TCP segment over IPv4: its flow * 2 + direction, when both directions have a base; then the segment cannot
   * change what is known of the flow, unless it is a SYN. -1 otherwise. Addresses and ports are signed 32-bit words.
   */
  findUsual(source: number, destination: number, ports: number): number {
    const known = this.usual.find(source, destination, ports);
    return known >= 0 ? known : this.learnUsual(source, destination, ports);
  }

  private learnUsual(source: number, destination: number, ports: number): number {
    const { keys } = this;
    const entry = keys.known4(source >>> 0, destination >>> 0, ports >>> 0, PROTOCOL.tcp);
    if (entry < 0) return -1;
    const flow = this.latest[entry] ?? 0;
    if (((this.based[flow] ?? 0) & BOTH_BASES) !== BOTH_BASES) return -1;
    const found = flow * 2 + ((keys.reversed ? 1 : 0) ^ (this.swapped[flow] ?? 0));
    this.usual.set(source, destination, ports, found);
    return found;
  }

  /** These ends have another flow from now on. */
  private forgetUsual(entry: number): void {
    const { keys } = this;
    const [a, b] = [keys.addressWord(entry, 0, 0) | 0, keys.addressWord(entry, 1, 0) | 0];
    const [portA, portB] = [keys.port(entry, 0), keys.port(entry, 1)];
    this.usual.forget(a, b, (portA << 16) | portB);
    this.usual.forget(b, a, (portB << 16) | portA);
  }

  /**
   * The number that relative sequence numbers of a TCP flow's direction (0: from A) count from: that of the SYN, or one
   * before the first byte that was seen or acknowledged; null when nothing is known of it. With a row: what counted there.
   */
  baseSeq(flow: number, direction: number, row = Number.POSITIVE_INFINITY): number | null {
    if (!this.hasBase(flow, direction)) return null;
    const key = flow * 2 + direction;
    const now = this.base[key] ?? 0;
    return ((this.based[flow] ?? 0) & BASE_MOVED) === 0 ? now : this.moves.at(key, row, now);
  }

  /** Whether a SYN began this flow between ends that had an earlier one. */
  reusesPorts(index: number): boolean {
    return this.reuse[index] === 1;
  }

  /** Row that began a flow, without making its text. */
  firstRowOf(index: number): number {
    return this.firstRow[index] ?? -1;
  }

  /** One flow with its addresses as text; a RangeError when there is none of that number. */
  get(index: number): Flow {
    const made = this.shown[index];
    if (made !== undefined) return made;
    if (!(index >= 0 && index < this.length))
      throw new RangeError(`no flow ${index}, there are ${this.length}`);
    const entry = this.entry[index] ?? 0;
    const a = this.swapped[index] ?? 0;
    const flow: Flow = {
      protocol: this.keys.tag(entry) as Protocol,
      addressA: this.address(entry, a),
      portA: this.keys.port(entry, a),
      addressB: this.address(entry, 1 - a),
      portB: this.keys.port(entry, 1 - a),
      stream: this.stream[index] ?? -1,
      firstRow: this.firstRow[index] ?? 0,
    };
    this.shown[index] = flow;
    return flow;
  }

  /** The flows from `first` on, with the keys from `firstKey` on. */
  part(first: number, firstKey: number): FlowPart {
    const { length } = this;
    return {
      keys: this.keys.part(firstKey),
      entry: this.entry.slice(first, length),
      swapped: this.swapped.slice(first, length),
      reuse: this.reuse.slice(first, length),
      firstRow: this.firstRow.slice(first, length),
      stream: this.stream.slice(first, length),
    };
  }

  /** Number of pairs of ends: flows less those that reuse the ends of others. */
  get pairs(): number {
    return this.keys.length;
  }

  /** Appends flows that another table found; no more can be found by this one. */
  append(part: FlowPart): void {
    const at = this.length;
    this.length += part.entry.length;
    while (this.length > this.entry.length) this.grow();
    this.keys.append(part.keys);
    this.entry.set(part.entry, at);
    this.swapped.set(part.swapped, at);
    this.reuse.set(part.reuse, at);
    this.firstRow.set(part.firstRow, at);
    this.stream.set(part.stream, at);
  }

  bases(): FlowBases {
    return {
      based: this.based.slice(0, this.length),
      base: this.base.slice(0, this.length * 2),
      moves: this.moves.all,
    };
  }

  takeBases({ based, base, moves }: FlowBases): void {
    this.based.set(based);
    this.base.set(base);
    for (const move of moves) this.moves.add(move);
  }

  private hasBase(flow: number, direction: number): boolean {
    return ((this.based[flow] ?? 0) & BASE_KNOWN[direction === 0 ? 0 : 1]) !== 0;
  }

  private setBase(flow: number, direction: number, seq: number, row: number): void {
    const key = flow * 2 + direction;
    let known = (this.based[flow] ?? 0) | BASE_KNOWN[direction === 0 ? 0 : 1];
    const before = this.base[key] ?? 0;
    if (known === this.based[flow] && before !== seq) {
      known |= BASE_MOVED;
      this.moves.add({ key, row: row + this.rowBase, before });
    }
    this.base[key] = seq;
    this.based[flow] = known;
  }

  private begin(entry: number, swapped: number, protocol: Protocol, row: number): number {
    const flow = this.length++;
    if (flow === this.entry.length) this.grow();
    if (entry >= this.latest.length) this.latest = doubled(this.latest);
    const counted = protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp;
    const stream = this.streams[protocol] ?? 0;
    this.streams[protocol] = stream + 1;
    if (!this.keys.added && protocol === PROTOCOL.tcp && this.keys.addressLen(entry) === 4)
      this.forgetUsual(entry);
    this.latest[entry] = flow;
    this.entry[flow] = entry;
    this.swapped[flow] = swapped;
    this.reuse[flow] = this.keys.added ? 0 : 1;
    this.firstRow[flow] = row + this.rowBase;
    this.stream[flow] = counted ? stream : -1;
    this.direction = 0;
    return flow;
  }

  private address(entry: number, end: number): string {
    const word = (index: number): number => this.keys.addressWord(entry, end, index);
    return this.keys.addressLen(entry) === 4
      ? formatIpv4(word(0))
      : formatIpv6(word(0), word(1), word(2), word(3));
  }

  private grow(): void {
    this.entry = doubled(this.entry);
    this.swapped = doubled(this.swapped);
    this.reuse = doubled(this.reuse);
    this.firstRow = doubled(this.firstRow);
    this.stream = doubled(this.stream);
    this.based = doubled(this.based);
    this.base = doubled(this.base);
  }
}

function doubled<T extends Int32Array | Uint32Array | Uint8Array>(from: T): T {
  const to = new (from.constructor as new (length: number) => T)(from.length * 2);
  to.set(from);
  return to;
}
