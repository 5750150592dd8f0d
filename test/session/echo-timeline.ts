import type { Session } from '../../src/session/session.ts';
import type {
  Connection,
  Link,
  Reason,
  Row,
  RowStates,
  TcpState,
  Timeline,
} from '../../src/timeline/types.ts';
import { echoSession } from './fake-session.ts';

type Told = Partial<Pick<Timeline, 'findings' | 'unexplained'>> & {
  readonly reasons?: readonly (readonly [kind: string, params: Reason['params']])[];
  readonly callReasons?: ReadonlyMap<number, Reason>;
  readonly links?: readonly Link[];
  readonly states?: ReadonlyMap<number, readonly [a: TcpState, b: TcpState]>;
  readonly entered?: ReadonlySet<number>;
  readonly connections?: readonly Connection[];
  readonly connectionOfCall?: (call: number) => number | null;
  readonly inferred?: ReadonlyMap<number, { name: string; bytes: number | null }>;
};

/** A time line whose facts are given by hand; rows are put in time order. */
export function toldTimeline(session: Session, told: Told): Timeline {
  const { capture, calls } = session;
  const rows: { row: Row; at: bigint }[] = [];
  for (let packet = 0; packet < capture.columns.length; packet++) {
    rows.push({ row: { kind: 'packet', packet }, at: capture.columns.timeNs(packet) });
  }
  calls.forEach((call, index) => {
    if (told.entered?.has(index)) rows.push({ row: { kind: 'enter', call: index }, at: call.enterNs });
    if (call.exitNs !== null) rows.push({ row: { kind: 'exit', call: index }, at: call.exitNs });
  });
  rows.sort((x, y) => Number(x.at - y.at));
  const links = told.links ?? [];
  const states = statesOfRows(rows, told);
  return {
    session,
    connections: told.connections ?? [CONNECTION],
    rowCount: rows.length,
    row: (index) => rows[index]!.row,
    rowTimeNs: (index) => rows[index]!.at,
    rowOfPacket: (packet) => rows.findIndex(({ row }) => row.kind === 'packet' && row.packet === packet),
    rowOfEntry: (call) => rows.findIndex(({ row }) => row.kind === 'enter' && row.call === call),
    rowOfReturn: (call) => rows.findIndex(({ row }) => row.kind === 'exit' && row.call === call),
    states: (index) => states[index] ?? null,
    connectionOfPacket: (packet) => capture.columns.flow[packet]!,
    connectionOfCall: told.connectionOfCall ?? (() => 0),
    linksOfPacket: (packet) => links.filter((link) => link.packet === packet),
    linksOfCall: (call) => links.filter((link) => link.call === call),
    linkCount: links.length,
    reasonOfPacket: (packet) => {
      const [kind, params] = told.reasons?.[packet] ?? ['ack', {}];
      return { kind, params, calls: [], packets: [packet] };
    },
    reasonOfCall: (call) => told.callReasons?.get(call) ?? null,
    inferredCall: (packet) => told.inferred?.get(packet) ?? null,
    findings: told.findings ?? [],
    unexplained: told.unexplained ?? 0,
  };
}

function statesOfRows(rows: readonly { row: Row }[], told: Told): RowStates[] {
  let now: readonly [a: TcpState, b: TcpState] = ['CLOSED', 'LISTEN'];
  return rows.map(({ row }) => {
    if (row.kind === 'packet') now = told.states?.get(row.packet) ?? now;
    return { connection: 0, a: now[0], b: now[1] };
  });
}

export const CONNECTION: Connection = {
  flow: 0,
  protocol: 'tcp',
  endpointA: '127.0.0.1:40000',
  endpointB: '127.0.0.1:3500',
  client: 'a',
  roleA: 'client',
  roleB: 'server',
  socketA: 'client:1',
  socketB: 'server:2',
};

const link = (
  call: number,
  packet: number,
  relation: Link['relation'],
  from: number | null = null,
): Link => ({
  call,
  packet,
  relation,
  from,
  to: from === null ? null : from + 5,
});

/** The echo of fake-session.ts as a time line would tell it. Calls are counted from 0. */
export function echoTimeline(): Timeline {
  return toldTimeline(echoSession(), {
    entered: new Set([3, 5, 6, 7, 9, 11]),
    links: [
      ...[link(5, 0, 'causes'), link(2, 1, 'answers'), link(5, 1, 'completes'), link(3, 2, 'completes')],
      ...[
        link(6, 3, 'carries', 0),
        link(7, 3, 'consumes', 0),
        link(8, 5, 'carries', 0),
        link(9, 5, 'consumes', 0),
      ],
      ...[link(10, 7, 'causes'), link(11, 7, 'completes'), link(12, 8, 'causes')],
    ],
    reasons: [
      ['connect#1 of client asks for a connection', {}],
      ['the kernel accepts it on behalf of listen#1', {}],
      ['completes the handshake', {}],
      ['bytes 0–4 of client send#1, sent at once', {}],
      ['acknowledges bytes up to 4', {}],
      ['bytes 0–4 of server send#1, sent at once', {}],
      ['acknowledges bytes up to 4', {}],
      ['close#1 of client ends its direction', {}],
      ['close#1 of server ends its direction', {}],
      ['acknowledges the end', {}],
    ],
    states: new Map([
      [0, ['SYN-SENT', 'SYN-RECEIVED']],
      [1, ['ESTABLISHED', 'SYN-RECEIVED']],
      [2, ['ESTABLISHED', 'ESTABLISHED']],
      [7, ['FIN-WAIT-1', 'CLOSE-WAIT']],
      [8, ['TIME-WAIT', 'LAST-ACK']],
      [9, ['TIME-WAIT', 'CLOSED']],
    ]),
    callReasons: new Map([
      [3, { kind: 'no client had connected yet', params: {}, calls: [3], packets: [2] }],
      [9, { kind: 'nothing to read until the reply came', params: {}, calls: [9], packets: [5] }],
    ]),
    findings: [
      { kind: 'TIME-WAIT stays with the client', params: {}, calls: [10], packets: [7], severity: 'chat' },
    ],
  });
}
