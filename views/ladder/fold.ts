import { lostRows } from '../../src/session/lost.ts';
import type { Row, Timeline } from '../../src/timeline/types.ts';

/** Rows of the time line that are shown one by one, and stretches of similar ones that are told in one line. */
export type Shown =
  | { readonly kind: 'row'; readonly index: number }
  | { readonly kind: 'folded'; readonly indices: readonly number[] };

/** Row numbers of a time line, or some of them. */
export interface RowList {
  readonly length: number;
  at(position: number): number;
}

/** Ladders up to this long are shown whole. */
const WHOLE = 400;
/** How the first stretch of ordinary rows is folded, so that one sees what the others are like, and how those are. */
const FIRST = { from: 24, edge: 6 };
const LATER = { from: 3, edge: 0 };
/** A finding's first rows are kept, as many as show what is meant: it may have thousands. */
const KEPT_OF_A_FINDING = { warning: 12, note: 4, chat: 0 };
/** Findings of a kind that is this frequent do not each keep their rows. */
const FREQUENT = 20;
/** Packets that the lab dropped, or before which the capture lacks some, are counted after so many. */
const SHOWN_OF_LOST = 20;
/** A call that took as long as this is shown. */
const LONG_NS = 100_000_000n;

/** Whether the reason is one of which a transfer has so many that a single one tells nothing. */
export function isOrdinaryKind(kind: string): boolean {
  return ORDINARY.has(kind);
}

/** Reasons of packets of which a bulk transfer has thousands: new data on its way, its acknowledgements, windows. */
const ORDINARY: ReadonlySet<string> = new Set([
  ...['data', 'data-later', 'data-window', 'data-nagle', 'data-flight', 'data-pushed', 'data-plain'],
  ...['ack', 'ack-late', 'ack-delayed', 'ack-read', 'ack-unseen', 'ack-old', 'window-update'],
  ...['datagram', 'datagram-plain'],
]);
/** Reasons that are worth seeing, but of which a slow reader or a bad line makes thousands: those after so many are counted. */
const RECURRING: ReadonlyMap<string, number> = new Map([
  ...['zero-window', 'zero-window-probe', 'probe-answer', 'keep-alive'].map((kind) => [kind, 4] as const),
  ...['dup-ack', 'ack-duplicate', 'captured-twice'].map((kind) => [kind, 10] as const),
  ...['again', 'again-fast', 'again-timeout', 'again-probe', 'again-recovery', 'again-needless'].map(
    (kind) => [kind, 20] as const,
  ),
]);
const TRANSFERS: ReadonlySet<string> = new Set([
  ...[
    'send',
    'sendall',
    'sendto',
    'sendmsg',
    'write',
    'recv',
    'recvfrom',
    'recvmsg',
    'read',
    'poll',
    'select',
  ],
]);

/** What to show of the rows: all of them, or with the middle of long runs of ordinary data folded. */
export function* foldRows(
  timeline: Timeline,
  rows: RowList,
  all: boolean,
  hole: (packet: number) => string | null = () => null,
): Generator<Shown> {
  const isOrdinary = all || rows.length <= WHOLE ? () => false : ordinaryRows(timeline, hole);
  let stretch: number[] = [];
  let rule = FIRST;
  for (let position = 0; position < rows.length; position++) {
    const index = rows.at(position);
    if (isOrdinary(index)) {
      stretch.push(index);
      continue;
    }
    if (stretch.length > 0) {
      yield* shownStretch(stretch, rule);
      if (stretch.length >= FIRST.from) rule = LATER;
      stretch = [];
    }
    yield { kind: 'row', index };
  }
  yield* shownStretch(stretch, rule);
}

function* shownStretch(indices: readonly number[], { from, edge }: typeof FIRST): Generator<Shown> {
  if (indices.length < from) {
    for (const index of indices) yield { kind: 'row', index };
    return;
  }
  const end = indices.length - edge;
  for (const index of indices.slice(0, edge)) yield { kind: 'row', index };
  yield { kind: 'folded', indices: indices.slice(edge, end) };
  for (const index of indices.slice(end)) yield { kind: 'row', index };
}

/** Tells whether a row may be folded: never one that a finding points at, a change of state, a failure or a loss. */
function ordinaryRows(
  timeline: Timeline,
  hole: (packet: number) => string | null,
): (index: number) => boolean {
  const { packets, calls } = evidence(timeline);
  const lost = lostRows(timeline.session);
  const last = new Map<number, string>();
  const recurred = new Map<string, number>();
  let lostSoFar = 0;
  let holesSoFar = 0;
  const isChange = (index: number): boolean => {
    const states = timeline.states(index);
    if (states === null) return false;
    const now = `${states.a} ${states.b}`;
    const before = last.get(states.connection);
    last.set(states.connection, now);
    return before !== now;
  };
  return (index) => {
    const row = timeline.row(index);
    if (isChange(index)) return false;
    if (row.kind !== 'packet') return isOrdinaryCall(timeline, row, calls);
    if (packets.has(row.packet)) return false;
    if (hole(row.packet) !== null) return ++holesSoFar > SHOWN_OF_LOST;
    if (lost.has(row.packet)) return ++lostSoFar > SHOWN_OF_LOST;
    const { kind } = timeline.reasonOfPacket(row.packet);
    const shown = RECURRING.get(kind);
    if (shown === undefined) return ORDINARY.has(kind);
    const count = (recurred.get(kind) ?? 0) + 1;
    recurred.set(kind, count);
    return count > shown;
  };
}

function isOrdinaryCall(
  timeline: Timeline,
  row: Row & { call: number },
  proving: ReadonlySet<number>,
): boolean {
  const call = timeline.session.calls[row.call];
  if (call === undefined || proving.has(row.call)) return false;
  if (!TRANSFERS.has(call.name) || call.errno !== null || call.ret === 0) return false;
  return call.exitNs !== null && call.exitNs - call.enterNs < LONG_NS;
}

function evidence({ findings }: Timeline): { packets: ReadonlySet<number>; calls: ReadonlySet<number> } {
  const counts = new Map<string, number>();
  const packets = new Set<number>();
  const calls = new Set<number>();
  for (const finding of findings) {
    const count = (counts.get(finding.kind) ?? 0) + 1;
    counts.set(finding.kind, count);
    if (finding.severity === 'note' && count > FREQUENT) continue;
    const kept = KEPT_OF_A_FINDING[finding.severity];
    for (const packet of finding.packets.slice(0, kept)) packets.add(packet);
    for (const call of finding.calls.slice(0, kept)) calls.add(call);
  }
  return { packets, calls };
}
