import { ACK, type Columns, FIN, PROTOCOL, PSH, RST, SYN, URG } from '../../capture/columns.ts';
import { lostRows } from '../session/lost.ts';
import type { Call } from '../sockets/call.ts';
import { factsOf } from '../timeline/facts.ts';
import type { Timeline } from '../timeline/types.ts';
import type { CallSeen, PacketSeen } from './evidence.ts';

type ConnectionEnds = Timeline['connections'][number];

/** Calls whose return value is a number of bytes. */
const MOVES: ReadonlySet<string> = new Set([
  ...['send', 'sendto', 'sendmsg', 'sendall', 'recv', 'recvfrom', 'recvmsg', 'read', 'write'],
]);

/** The run that calls and packets are seen in. `baseNs` is the time of its first event. */
export interface SeenRun {
  readonly timeline: Timeline;
  readonly baseNs: bigint;
}

/**
 * A call of a time line as a check sees it. It reads from the record when it is asked: a transfer has hundreds of
 * thousands of calls, and a check looks at few fields of them.
 */
export class RecordedCall implements CallSeen {
  readonly index: number;
  readonly #run: SeenRun;
  readonly #call: Call;

  /** Throws a RangeError where the run has no such call. */
  constructor(run: SeenRun, index: number) {
    const call = run.timeline.session.calls[index];
    if (call === undefined) throw new RangeError(`no call ${index}`);
    this.index = index;
    this.#run = run;
    this.#call = call;
  }

  get kind(): 'call' {
    return 'call';
  }
  get entered(): number {
    return milliseconds(this.#call.enterNs - this.#run.baseNs);
  }
  get returned(): number {
    const { exitNs } = this.#call;
    return exitNs === null ? Number.POSITIVE_INFINITY : milliseconds(exitNs - this.#run.baseNs);
  }
  get took(): number {
    return this.returned - this.entered;
  }
  get ok(): boolean {
    return this.#call.ret !== null && this.#call.errno === null;
  }
  get bytes(): number {
    return this.ok && MOVES.has(this.name) ? (this.ret ?? 0) : 0;
  }
  get connection(): number | null {
    return this.#run.timeline.connectionOfCall(this.index);
  }
  get role() {
    return this.#call.role;
  }
  get name() {
    return this.#call.name;
  }
  get args() {
    return this.#call.args;
  }
  get ret() {
    return this.#call.ret;
  }
  get errno() {
    return this.#call.errno;
  }
  get length() {
    return this.#call.length;
  }
  get offset() {
    return this.#call.offset;
  }
  get data() {
    return this.#call.data;
  }
  get fd() {
    return this.#call.fd;
  }
  get socket() {
    return this.#call.socket;
  }
  get created() {
    return this.#call.created;
  }
  get local() {
    return this.#call.local;
  }
  get remote() {
    return this.#call.remote;
  }
  get sendQueue() {
    return this.#call.sendQueue;
  }
  get recvQueue() {
    return this.#call.recvQueue;
  }
  get tcpInfo() {
    return this.#call.tcpInfo;
  }
}

const NAMES = new Map<number, PacketSeen['protocol']>([
  [PROTOCOL.tcp, 'tcp'],
  [PROTOCOL.udp, 'udp'],
  [PROTOCOL.icmp, 'icmp'],
  [PROTOCOL.icmpv6, 'icmp'],
]);

/** A packet of a time line as a check sees it; everything is worked out when it is asked for. */
export class CapturedPacket implements PacketSeen {
  readonly index: number;
  readonly #run: SeenRun;

  constructor(run: SeenRun, index: number) {
    this.index = index;
    this.#run = run;
  }

  get kind(): 'packet' {
    return 'packet';
  }
  get time(): number {
    return milliseconds(this.#columns.timeNs(this.index) - this.#run.baseNs);
  }
  get protocol(): PacketSeen['protocol'] {
    return NAMES.get(this.#columns.protocol[this.index] ?? 0) ?? 'other';
  }
  get flags(): string {
    return this.protocol === 'tcp' ? flagsText(this.#columns.flags[this.index] ?? 0) : '';
  }
  get bytes(): number {
    return this.#columns.payloadLen[this.index] ?? 0;
  }
  get seq(): number {
    return this.#columns.seq[this.index] ?? 0;
  }
  get ack(): number {
    return this.#columns.ack[this.index] ?? 0;
  }
  get window(): number {
    return this.#columns.window[this.index] ?? 0;
  }
  get connection(): number | null {
    return this.#run.timeline.connectionOfPacket(this.index);
  }
  get from(): PacketSeen['from'] {
    const ends = this.#ends;
    if (ends === undefined) return null;
    return this.#isFromA === (ends.client === 'a') ? 'client' : 'server';
  }
  get fromRole(): string | null {
    return (this.#isFromA ? this.#ends?.roleA : this.#ends?.roleB) ?? null;
  }
  get toRole(): string | null {
    return (this.#isFromA ? this.#ends?.roleB : this.#ends?.roleA) ?? null;
  }
  get reason(): string {
    return this.#run.timeline.reasonOfPacket(this.index).kind;
  }
  get icmpType(): number | null {
    return this.protocol === 'icmp' ? this.seq >> 8 : null;
  }
  get icmpCode(): number | null {
    return this.protocol === 'icmp' ? this.seq & 0xff : null;
  }
  get lost(): boolean {
    return lostRows(this.#run.timeline.session).has(this.index);
  }
  get untaken(): PacketSeen['untaken'] {
    return factsOf(this.#run.timeline).untaken.get(this.index)?.fate ?? null;
  }
  get fragment(): boolean {
    return this.#columns.fragments.has(this.index);
  }

  get #columns(): Columns {
    return this.#run.timeline.session.capture.columns;
  }
  get #isFromA(): boolean {
    return this.#columns.direction[this.index] === 0;
  }
  get #ends(): ConnectionEnds | undefined {
    const { connection } = this;
    return connection === null ? undefined : this.#run.timeline.connections[connection];
  }
}

const FLAGS: Readonly<Record<string, number>> = { SYN, FIN, RST, PSH, ACK, URG };

function flagsText(flags: number): string {
  return Object.keys(FLAGS)
    .filter((name) => (flags & (FLAGS[name] ?? 0)) !== 0)
    .join(' ');
}

/** The bits that 'SYN !ACK' wants set, and those that it wants not set. Throws for a name that is none. */
export function flagBits(text: string): { readonly set: number; readonly unset: number } {
  const bits = { set: 0, unset: 0 };
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const name = word.replace('!', '');
    const bit = FLAGS[name];
    if (bit === undefined) throw new TypeError(`${name} is no TCP flag`);
    bits[word.startsWith('!') ? 'unset' : 'set'] |= bit;
  }
  return bits;
}

function milliseconds(ns: bigint): number {
  return Number(ns) / 1e6;
}
