import { ACK, FIN, PROTOCOL, PSH, RST, SYN, URG } from '../../capture/columns.ts';
import { lostRows } from '../session/lost.ts';
import type { Call } from '../sockets/call.ts';
import type { Timeline } from '../timeline/types.ts';
import type { CallSeen, PacketSeen } from './evidence.ts';

/** Calls whose return value is a number of bytes. */
const MOVES: ReadonlySet<string> = new Set([
  ...['send', 'sendto', 'sendmsg', 'sendall', 'recv', 'recvfrom', 'recvmsg', 'read', 'write'],
]);

/** A call of a time line as a check sees it. `baseNs` is the time of the run's first event. */
export function callSeen(timeline: Timeline, index: number, baseNs: bigint): CallSeen {
  const call = timeline.session.calls[index];
  if (call === undefined) throw new RangeError(`no call ${index}`);
  return new RecordedCall(timeline, index, call, baseNs);
}

/** Reads from the record when it is asked: a transfer has hundreds of thousands of calls, and a check looks at few fields. */
class RecordedCall implements CallSeen {
  readonly kind = 'call';
  readonly index: number;
  readonly entered: number;
  private readonly timeline: Timeline;
  private readonly call: Call;
  private readonly baseNs: bigint;

  constructor(timeline: Timeline, index: number, call: Call, baseNs: bigint) {
    this.timeline = timeline;
    this.index = index;
    this.call = call;
    this.baseNs = baseNs;
    this.entered = milliseconds(call.enterNs - baseNs);
  }

  get returned(): number {
    const { exitNs } = this.call;
    return exitNs === null ? Number.POSITIVE_INFINITY : milliseconds(exitNs - this.baseNs);
  }
  get took(): number {
    return this.returned - this.entered;
  }
  get ok(): boolean {
    return isGood(this.call);
  }
  get bytes(): number {
    return this.ok && MOVES.has(this.name) ? (this.ret ?? 0) : 0;
  }
  get connection(): number | null {
    return this.timeline.connectionOfCall(this.index);
  }
  get role() {
    return this.call.role;
  }
  get name() {
    return this.call.name;
  }
  get args() {
    return this.call.args;
  }
  get ret() {
    return this.call.ret;
  }
  get errno() {
    return this.call.errno;
  }
  get length() {
    return this.call.length;
  }
  get offset() {
    return this.call.offset;
  }
  get data() {
    return this.call.data;
  }
  get fd() {
    return this.call.fd;
  }
  get socket() {
    return this.call.socket;
  }
  get created() {
    return this.call.created;
  }
  get local() {
    return this.call.local;
  }
  get remote() {
    return this.call.remote;
  }
  get sendQueue() {
    return this.call.sendQueue;
  }
  get recvQueue() {
    return this.call.recvQueue;
  }
  get tcpInfo() {
    return this.call.tcpInfo;
  }
}

function isGood({ exitNs, errno }: Call): boolean {
  return exitNs !== null && errno === null;
}

const NAMES = new Map<number, PacketSeen['protocol']>([
  [PROTOCOL.tcp, 'tcp'],
  [PROTOCOL.udp, 'udp'],
  [PROTOCOL.icmp, 'icmp'],
  [PROTOCOL.icmpv6, 'icmp'],
]);

/** A packet of a time line as a check sees it; what costs something is worked out when it is asked for. */
export function packetSeen(timeline: Timeline, index: number, baseNs: bigint): PacketSeen {
  const { columns } = timeline.session.capture;
  const protocol = NAMES.get(columns.protocol[index] ?? 0) ?? 'other';
  const seq = columns.seq[index] ?? 0;
  const connection = timeline.connectionOfPacket(index);
  return {
    kind: 'packet',
    ...{ index, protocol, connection, seq, ...endsOf(timeline, index, connection) },
    bytes: columns.payloadLen[index] ?? 0,
    ack: columns.ack[index] ?? 0,
    window: columns.window[index] ?? 0,
    icmpType: protocol === 'icmp' ? seq >> 8 : null,
    icmpCode: protocol === 'icmp' ? seq & 0xff : null,
    fragment: columns.fragments.has(index),
    get time() {
      return milliseconds(columns.timeNs(index) - baseNs);
    },
    get flags() {
      return protocol === 'tcp' ? flagsText(columns.flags[index] ?? 0) : '';
    },
    get reason() {
      return timeline.reasonOfPacket(index).kind;
    },
    get lost() {
      return lostRows(timeline.session).has(index);
    },
  };
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

function endsOf(
  timeline: Timeline,
  index: number,
  connection: number | null,
): Pick<PacketSeen, 'from' | 'fromRole' | 'toRole'> {
  const ends = connection === null ? undefined : timeline.connections[connection];
  if (ends === undefined) return { from: null, fromRole: null, toRole: null };
  const fromA = timeline.session.capture.columns.direction[index] === 0;
  const [fromRole, toRole] = fromA ? [ends.roleA, ends.roleB] : [ends.roleB, ends.roleA];
  return { from: fromA === (ends.client === 'a') ? 'client' : 'server', fromRole, toRole };
}

function milliseconds(ns: bigint): number {
  return Number(ns) / 1e6;
}
