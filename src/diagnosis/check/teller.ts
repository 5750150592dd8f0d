import { namesOf } from '../../timeline/names.ts';
import type { Reason, Timeline } from '../../timeline/types.ts';
import { endsOf } from './ends.ts';
import type { Told } from './report.ts';

/** Which conversation and which side a finding is about. */
export interface FindingPlace {
  readonly flow: number | null;
  readonly side: 'A' | 'B' | null;
  readonly ends: { readonly a: string; readonly b: string };
}

/** Puts what the time line says into the form of a report, which stands alone. */
export interface Teller {
  of(reason: Reason): Told;
  /** Why the packet with this frame.number exists; null where that is not known. */
  reasonOfFrame(frame: number | undefined): Told | null;
  roles(flow: number): { readonly a: string | null; readonly b: string | null } | null;
  frame(row: number): number;
}

/** Proofs beyond these are left out of a report. */
const KEPT = 6;
const UNKNOWN: ReadonlySet<string> = new Set([
  'unexplained',
  'uncaptured',
  'unplaced',
  'foreign',
  'damaged',
  'cut-short',
  'not-decoded',
  'fragment',
  'other',
]);

export function teller(timeline: Timeline): Teller {
  const { session } = timeline;
  const { capture } = session;
  const frame = (row: number): number => row + 1 + capture.otherBlocks.numberedBefore(row);
  const names = namesOf(session, frame);
  const rowOf = new Map<number, number>();
  for (let row = 0; row < capture.columns.length; row++) rowOf.set(frame(row), row);
  const of = ({ kind, params, calls, packets }: Reason): Told => ({
    kind,
    params,
    calls: calls
      .slice(0, KEPT)
      .map((index) => ({ id: session.calls[index]?.id ?? 0, name: names.call(index) })),
    frames: packets.slice(0, KEPT).map(frame),
  });
  const byFlow = new Map(timeline.connections.map((connection) => [connection.flow, connection]));
  return {
    of,
    frame,
    reasonOfFrame: (number) => {
      const row = number === undefined ? undefined : rowOf.get(number);
      if (row === undefined) return null;
      const reason = timeline.reasonOfPacket(row);
      return UNKNOWN.has(reason.kind) ? null : of(reason);
    },
    roles: (flow) => {
      const connection = byFlow.get(flow);
      if (connection === undefined || (connection.roleA === null && connection.roleB === null)) return null;
      return { a: connection.roleA, b: connection.roleB };
    },
  };
}

/** Where a finding happened: its first packet tells, or else its first call. */
export function placeOf(timeline: Timeline, { packets, calls }: Reason): FindingPlace {
  const { capture } = timeline.session;
  const [packet] = packets;
  const [call] = calls;
  let flow: number | null = null;
  if (packet !== undefined) flow = capture.columns.flow[packet] ?? -1;
  else if (call !== undefined) {
    const connection = timeline.connectionOfCall(call);
    flow = connection === null ? null : (timeline.connections[connection]?.flow ?? null);
  }
  if (flow === null || flow < 0) return { flow: null, side: null, ends: { a: '', b: '' } };
  const direction = packet === undefined ? null : (capture.columns.direction[packet] ?? 0);
  const side = direction === null ? null : direction === 0 ? 'A' : 'B';
  return { flow, side, ends: endsOf(capture, flow) };
}
