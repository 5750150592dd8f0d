import { PROTOCOL } from '../../capture/columns.ts';
import { lostRows } from '../session/lost.ts';
import type { Call } from '../sockets/call.ts';
import type { Timeline } from '../timeline/types.ts';
import type { CallSeen, PacketSeen } from './evidence.ts';

/** Calls whose return value is a number of bytes. */
const MOVES: ReadonlySet<string> = new Set([
  'send',
  'sendto',
  'sendmsg',
  'sendall',
  'recv',
  'recvfrom',
  'recvmsg',
  'read',
  'write',
]);

/** A call of a time line as a check sees it. `baseNs` is the time of the run's first event. */
export function callSeen(timeline: Timeline, index: number, baseNs: bigint): CallSeen {
  const call = timeline.session.calls[index];
  if (call === undefined) throw new RangeError(`no call ${index}`);
  const { role, name, args, ret, errno, length, offset, data, fd, socket, created, local, remote } = call;
  const { sendQueue, recvQueue, tcpInfo } = call;
  const entered = milliseconds(call.enterNs - baseNs);
  const returned = call.exitNs === null ? Number.POSITIVE_INFINITY : milliseconds(call.exitNs - baseNs);
  return {
    kind: 'call',
    ...{ index, role, name, args, entered, returned, took: returned - entered },
    ...{ ok: isGood(call), ret, errno, bytes: isGood(call) && MOVES.has(name) ? (ret ?? 0) : 0 },
    ...{ length, offset, data, fd, socket, created, local, remote, sendQueue, recvQueue, tcpInfo },
    connection: timeline.connectionOfCall(index),
  };
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

/** A packet of a time line as a check sees it. */
export function packetSeen(timeline: Timeline, index: number, baseNs: bigint): PacketSeen {
  const { columns } = timeline.session.capture;
  const protocol = NAMES.get(columns.protocol[index] ?? 0) ?? 'other';
  const seq = columns.seq[index] ?? 0;
  const connection = timeline.connectionOfPacket(index);
  return {
    kind: 'packet',
    ...{ index, protocol, connection, seq, ...endsOf(timeline, index, connection) },
    time: milliseconds(columns.timeNs(index) - baseNs),
    flags: protocol === 'tcp' ? flagsText(columns.flags[index] ?? 0) : '',
    bytes: columns.payloadLen[index] ?? 0,
    ack: columns.ack[index] ?? 0,
    window: columns.window[index] ?? 0,
    reason: timeline.reasonOfPacket(index).kind,
    icmpType: protocol === 'icmp' ? seq >> 8 : null,
    icmpCode: protocol === 'icmp' ? seq & 0xff : null,
    lost: lostRows(timeline.session).has(index),
    fragment: columns.fragments.has(index),
  };
}

/** Bits of the TCP flags in the order in which Wireshark names them. */
const FLAGS = [
  ['SYN', 0x02],
  ['FIN', 0x01],
  ['RST', 0x04],
  ['PSH', 0x08],
  ['ACK', 0x10],
  ['URG', 0x20],
] as const;

function flagsText(flags: number): string {
  return FLAGS.filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name)
    .join(' ');
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
