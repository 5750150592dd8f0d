import type { FieldInfo, FieldType, FieldValue } from '../../capture/fields/field.ts';
import type { Call } from '../sockets/call.ts';
import { queuesOf } from '../timeline/call-queues.ts';
import type { Timeline } from '../timeline/types.ts';
import { findingsOfCall, findingsOfPacket } from './subject.ts';

const NS_PER_MS = 1e6;

/** A field of calls. A packet has the values of the calls that it is linked with. */
export interface CallField extends FieldInfo {
  readonly of: 'call';
  readonly read: (call: Call, out: FieldValue[]) => void;
}

/** A field of what the time line says of a row. */
export interface TimelineField extends FieldInfo {
  readonly of: 'timeline';
  readonly readPacket: (timeline: Timeline, packet: number, out: FieldValue[]) => void;
  readonly readCall: (timeline: Timeline, call: number, out: FieldValue[]) => void;
}

export type RowField = CallField | TimelineField;

function call(
  name: string,
  type: FieldType,
  about: string,
  value: (call: Call) => FieldValue | null | undefined,
): CallField {
  return {
    of: 'call',
    name,
    type,
    about,
    read: (from, out) => {
      const found = value(from);
      if (found !== null && found !== undefined) out.push(found);
    },
  };
}

/** Port of an address as text: 127.0.0.1:3500, [::1]:3500. */
function portOf(address: string | null): number | null {
  const match = /:(\d+)$/.exec(address ?? '');
  return match === null || address?.startsWith('unix:') === true ? null : Number(match[1]);
}

/** Time in the call, in ms; null while it has not returned. */
function blockedMs({ enterNs, exitNs }: Call): number | null {
  return exitNs === null ? null : Number(exitNs - enterNs) / NS_PER_MS;
}

const EMPTY = new Uint8Array(0);

const CALL_FIELDS: readonly CallField[] = [
  call('call', 'protocol', 'A socket call', () => EMPTY),
  call('call.id', 'uint32', 'Number of the call', ({ id }) => id),
  call('call.name', 'string', 'Name of the call, as in its man page', ({ name }) => name),
  call('call.role', 'string', 'Role that made it: server, client, client 2', ({ role }) => role),
  call('call.pid', 'uint32', 'Process that made it', ({ pid }) => pid),
  call('call.thread', 'uint32', 'Thread that made it, 0 for the main one', ({ thread }) => thread),
  call('call.fd', 'int32', 'Descriptor', ({ fd }) => fd),
  call('call.socket', 'string', 'Identity of the socket in the run', ({ socket }) => socket),
  call('call.created', 'string', 'Identity of the socket that it made', ({ created }) => created),
  call('call.local', 'string', 'Local address', ({ local }) => local),
  call('call.remote', 'string', 'Remote address', ({ remote }) => remote),
  {
    ...call('call.port', 'uint16', 'Local or remote port', () => null),
    read: ({ local, remote }, out) => {
      for (const port of [portOf(local), portOf(remote)]) if (port !== null) out.push(port);
    },
  },
  call('call.ret', 'double', 'What it returned; -1 when it failed', ({ ret }) => ret),
  call('call.failed', 'bool', 'It failed', ({ ret, errno }) =>
    ret === null ? null : errno === null ? 0 : 1,
  ),
  call('call.errno', 'string', 'Name of its error: ECONNREFUSED', ({ errno }) => errno),
  call('call.length', 'double', 'Bytes asked for', ({ length }) => length),
  call('call.offset', 'double', 'Offset in its direction of the first byte moved', ({ offset }) => offset),
  call('call.data', 'bytes', 'The first bytes moved', ({ data }) => data),
  call('call.blocked', 'double', 'Milliseconds from entry to return', blockedMs),
  call('call.returned', 'bool', 'It has returned', ({ exitNs }) => (exitNs === null ? 0 : 1)),
  call('call.enter', 'time', 'Time of entry', ({ enterNs }) => enterNs),
  call('call.exit', 'time', 'Time of return', ({ exitNs }) => exitNs),
  call(
    'call.sendq',
    'double',
    'Bytes in the send queue after it; of close before it',
    (each) => queuesOf(each).sendQueue,
  ),
  call(
    'call.recvq',
    'double',
    'Bytes in the receive queue after it; of close before it',
    (each) => queuesOf(each).recvQueue,
  ),
  call('call.rtt', 'double', 'Round trip time after it, in ms (TCP_INFO)', ({ tcpInfo }) => {
    const us = tcpInfo?.rtt_us;
    return us === undefined ? null : us / 1000;
  }),
  call(
    'call.cwnd',
    'double',
    'Congestion window after it, in segments (TCP_INFO)',
    ({ tcpInfo }) => tcpInfo?.cwnd,
  ),
  {
    ...call('call.args', 'string', 'Arguments, each as name=value', () => null),
    read: ({ args }, out) => {
      for (const [name, value] of Object.entries(args)) out.push(`${name}=${value}`);
    },
  },
  call('call.file', 'string', 'Source file that made it', ({ source }) => source?.file),
  call('call.line', 'uint32', 'Line in the source file', ({ source }) => source?.line),
  call('call.func', 'string', 'Function that made it', ({ source }) => source?.func),
  call('call.span', 'uint32', 'Number of the sendall that it belongs to', ({ span }) => span),
];

const TIMELINE_FIELDS: readonly TimelineField[] = [
  {
    of: 'timeline',
    name: 'finding',
    type: 'string',
    about: 'Kind of a finding that names the row',
    readPacket: (timeline, packet, out) => {
      for (const { kind } of findingsOfPacket(timeline, packet)) out.push(kind);
    },
    readCall: (timeline, index, out) => {
      for (const { kind } of findingsOfCall(timeline, index)) out.push(kind);
    },
  },
  {
    of: 'timeline',
    name: 'finding.severity',
    type: 'string',
    about: 'warning, note or chat',
    readPacket: (timeline, packet, out) => {
      for (const { severity } of findingsOfPacket(timeline, packet)) out.push(severity);
    },
    readCall: (timeline, index, out) => {
      for (const { severity } of findingsOfCall(timeline, index)) out.push(severity);
    },
  },
  {
    of: 'timeline',
    name: 'reason',
    type: 'string',
    about: 'Kind of the reason why the row is there',
    readPacket: (timeline, packet, out) => {
      out.push(timeline.reasonOfPacket(packet).kind);
    },
    readCall: (timeline, index, out) => {
      const reason = timeline.reasonOfCall(index);
      if (reason !== null) out.push(reason.kind);
    },
  },
  {
    of: 'timeline',
    name: 'link',
    type: 'string',
    about:
      'How a packet and a call belong together: causes, carries, pushes, consumes, completes, opens, answers',
    readPacket: (timeline, packet, out) => {
      for (const { relation } of timeline.linksOfPacket(packet)) out.push(relation);
    },
    readCall: (timeline, index, out) => {
      for (const { relation } of timeline.linksOfCall(index)) out.push(relation);
    },
  },
  {
    of: 'timeline',
    name: 'connection',
    type: 'uint32',
    about: 'Number of the connection, from 0',
    readPacket: (timeline, packet, out) => {
      const connection = timeline.connectionOfPacket(packet);
      if (connection !== null) out.push(connection);
    },
    readCall: (timeline, index, out) => {
      const connection = timeline.connectionOfCall(index);
      if (connection !== null) out.push(connection);
    },
  },
];

/** Fields that only a session has, by name. */
export const ROW_FIELDS: ReadonlyMap<string, RowField> = new Map(
  [...CALL_FIELDS, ...TIMELINE_FIELDS].map((field) => [field.name, field]),
);
