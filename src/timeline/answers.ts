import { FIN, RST, SYN } from '../../capture/columns.ts';
import { duplicateBlock } from './duplicate-block.ts';
import { firstTransmission } from './explain-segment.ts';
import { WHY } from './explain-syn.ts';
import { dropAnswers } from './owed.ts';
import type { PacketKind } from './reason-table.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';
import { type Answer, bothClosed } from './tcp-side.ts';
import { covers, sackOffsets, timeStamps, usesSack } from './tcp-wire.ts';

/** Kinds of reasons that say what became of the copy before. */
const AGAIN: ReadonlySet<PacketKind> = new Set([
  'again-fast',
  'again-timeout',
  'again-probe',
  'again-recovery',
  'fin-again',
]);

/** How many packets of the flow before an acknowledgement are looked through for what it answers. */
const LOOK_BACK = 2000;

/** What came a second time: bytes, or the FIN (which TIME-WAIT answers without a report). */
const REPEATS: ReadonlySet<Answer['why']> = new Set(['duplicate', 'fin']);

/**
 * The packet with a time stamp older than the one that this acknowledgement echoes, though it arrived later: such a
 * packet is dropped and answered (RFC 7323 §5.3). Linux forgives a difference of 1. -1 when there is none.
 */
export function staleArrival({ capture, columns, wire, gone }: TcpScene, { row, place }: Segment): number {
  const [, echoed] = timeStamps(capture, row) ?? [0, 0];
  if (echoed === 0) return -1;
  const first = Math.max(wire.start[columns.flow[row] ?? 0] ?? 0, place - LOOK_BACK);
  let stale = -1;
  for (let index = place - 1; index >= first; index--) {
    const other = wire.rows[index] ?? 0;
    if (columns.direction[other] === columns.direction[row] || gone[other] === 1) continue;
    const stamp = timeStamps(capture, other)?.[0] ?? echoed + 1;
    if (stamp === echoed && stale >= 0) return stale;
    if (((echoed - stamp) | 0) > 1) stale = other;
  }
  return -1;
}

/** What answers an arrival does so at once, a busy processor between them notwithstanding. */
export const AT_ONCE_NS = 20e6;
const OPENS_AT_ONCE_NS = 1e6;

/**
 * The empty segment that arrived behind bytes which the same end had sent later: it stands outside the window, and is
 * answered for that (RFC 9293 §3.10.7.4). -1 when there is none.
 */
export function arrivalBehind(
  { columns, wire, gone, clock }: TcpScene,
  { row, place, ns, acked }: Segment,
): number {
  const first = Math.max(wire.start[columns.flow[row] ?? 0] ?? 0, place - LOOK_BACK);
  let behind = -1;
  for (let index = place - 1; index >= first; index--) {
    const other = wire.rows[index] ?? 0;
    if (columns.direction[other] === columns.direction[row] || gone[other] === 1) continue;
    const from = wire.from[other] ?? 0;
    const bytes = columns.payloadLen[other] ?? 0;
    // It was overtaken only if what stands after it came before it.
    const end = from + bytes + ((columns.flags[other] ?? 0) & FIN ? 1 : 0);
    if (behind >= 0 && end > (wire.from[behind] ?? 0)) return behind;
    if (ns - (clock.packets[other] ?? 0) > AT_ONCE_NS) {
      // Whatever stands before it is older still.
      if (behind < 0) return -1;
      continue;
    }
    const empty = bytes === 0 && ((columns.flags[other] ?? 0) & (SYN | FIN | RST)) === 0;
    if (empty && from < acked) behind = other;
  }
  return -1;
}

/**
 * The packet that a selective acknowledgement reports as the latest to arrive: the first block holds it (RFC 2018 §4).
 * On a busy machine it may have reached the receiver before others that were captured first, so that to the receiver there
 * was a hole which the capture does not show. -1 when the acknowledgement tells of no such packet.
 */
export function newestReported({ capture, wire, columns }: TcpScene, { row, place, acked }: Segment): number {
  const [left = 0, right = 0] = sackOffsets(capture, wire, row);
  if (right <= acked) return -1;
  const first = Math.max(wire.start[columns.flow[row] ?? 0] ?? 0, place - LOOK_BACK);
  for (let index = place - 1; index >= first; index--) {
    const other = wire.rows[index] ?? 0;
    if (columns.direction[other] === columns.direction[row]) continue;
    const from = wire.from[other] ?? 0;
    const to = from + (columns.payloadLen[other] ?? 0);
    if (from >= left && to <= right && to > from) return other;
  }
  return -1;
}

/**
 * Takes the arrival out of order that an acknowledgement reports: with selective acknowledgements the latest of those
 * that its blocks cover, and all before it, which it reports as well (Linux may answer several at once). Others wait for
 * an acknowledgement of their own, even where one of newer bytes comes first: two processors work side by side.
 */
export function takeHole(scene: TcpScene, { row, acked, sender }: Segment): Answer | undefined {
  const { answers } = sender;
  if (answers.length === 0) return undefined;
  let last: Answer | undefined;
  if (!usesSack(scene.wire, scene.columns.flow[row] ?? 0)) {
    // Without blocks one acknowledgement stands for one arrival, and one with news for all.
    if (acked > sender.lastAck) dropAnswers(sender, 'hole');
    else last = answers.find(({ why }) => why === 'hole');
    if (last !== undefined) answers.splice(answers.indexOf(last), 1);
    return last;
  }
  const edges = sackOffsets(scene.capture, scene.wire, row);
  last = answers.findLast((answer) => answer.why === 'hole' && isReported(scene, answer.row, acked, edges));
  if (last === undefined) return undefined;
  const end = answers.indexOf(last);
  const kept = answers.filter(({ why }, place) => why !== 'hole' || place > end);
  answers.length = 0;
  answers.push(...kept);
  return last;
}

function isReported(
  { wire, columns }: TcpScene,
  row: number,
  acked: number,
  edges: readonly number[],
): boolean {
  const from = wire.from[row] ?? 0;
  const to = from + (columns.payloadLen[row] ?? 0) + ((columns.flags[row] ?? 0) & FIN ? 1 : 0);
  return to <= acked || covers(edges, from, to);
}

/**
 * Takes the arrival of another kind that a segment without news answers: the first of those that came just before it, or
 * else the latest. A duplicate only if the acknowledgement says by D-SACK that it was one, which TIME-WAIT never does.
 */
export function takeOther(scene: TcpScene, segment: Segment): Answer | undefined {
  const { answers } = segment.sender;
  if (answers.length === 0) return undefined;
  const told = usesSack(scene.wire, scene.columns.flow[segment.row] ?? 0);
  const report = told ? reportOf(scene, segment) : null;
  if (report !== null) return duplicateOf(scene, segment, report);
  const reports = told && !bothClosed(segment.sender);
  const asking = answers.filter(({ why }) => why !== 'hole' && (why !== 'duplicate' || !reports));
  const soon = asking.find((answer) => isSoon(scene, segment, answer) && !isUpdate(scene, segment, answer));
  // Of those that went unanswered long ago none makes a window grow; nothing else explains an unchanged one.
  const first = soon ?? (opens(scene, segment) ? undefined : asking.at(-1));
  if (first === undefined) return undefined;
  // Bytes and a FIN that came again in one packet have one answer.
  const taken = asking.findLast(({ row }) => row === first.row) ?? first;
  const past = new Set(asking.slice(0, asking.indexOf(taken) + 1));
  const kept = answers.filter((answer) => !past.has(answer));
  answers.length = 0;
  answers.push(...kept);
  return taken;
}

function isSoon({ clock, shaped }: TcpScene, { ns }: Segment, { row }: Answer): boolean {
  return shaped || ns - (clock.packets[row] ?? 0) <= AT_ONCE_NS + clock.slackNs;
}

/** Whether it says a larger window than the segment before it. */
export function opens({ columns }: TcpScene, { row, sender }: Segment): boolean {
  return sender.lastWindow >= 0 && (columns.window[row] ?? 0) > sender.lastWindow;
}

/**
 * Whether a receive that ran since the probe came made the window grow: then that is why the segment left, whether the
 * probe was answered or not. Without calls an answer that opens a closed window is told by coming at once.
 */
function isUpdate(scene: TcpScene, segment: Segment, { row, why }: Answer): boolean {
  if (why !== 'probe' || !opens(scene, segment)) return false;
  const { clock, hasCalls } = scene;
  const { ns, sender } = segment;
  const arrived = clock.packets[row] ?? 0;
  if (!hasCalls || sender.calls === null) return sender.lastWindow === 0 && ns - arrived > OPENS_AT_ONCE_NS;
  const last = sender.calls.receiving.running(ns) ?? sender.calls.receiving.latest(ns);
  if (last === null || (clock.exits[last] ?? 0) < arrived) return false;
  // One that has slept since before the probe has taken nothing meanwhile; with a closed window there is what to take.
  return sender.lastWindow === 0 || (clock.enters[last] ?? 0) >= arrived || (clock.exits[last] ?? 0) <= ns;
}

function reportOf({ capture, wire }: TcpScene, { row, acked }: Segment): readonly [number, number] | null {
  return duplicateBlock(sackOffsets(capture, wire, row), acked);
}

/** The arrival that a D-SACK block tells of; where none is known, the latest packet that carried the bytes. */
function duplicateOf(
  scene: TcpScene,
  { sender, receiver }: Segment,
  report: readonly [from: number, to: number],
): Answer | undefined {
  const known = sender.answers.findLast((answer) => isReportedTwice(scene, answer, report));
  if (known !== undefined) return known;
  const first = firstTransmission(scene, receiver, report[0]);
  return first < 0 ? undefined : { row: receiver.resent.get(first) ?? first, why: 'duplicate' };
}

function isReportedTwice(
  { wire, columns }: TcpScene,
  { row, why }: Answer,
  [from, to]: readonly [number, number],
): boolean {
  if (!REPEATS.has(why)) return false;
  const start = wire.from[row] ?? 0;
  const end = start + (columns.payloadLen[row] ?? 0) + ((columns.flags[row] ?? 0) & FIN ? 1 : 0);
  return start < to && end > from;
}

/** A segment that reports a duplicate answers it, and those that came before: whatever else the segment is there for. */
export function settleDuplicates(scene: TcpScene, segment: Segment): void {
  const { answers } = segment.sender;
  if (!answers.some(({ why }) => REPEATS.has(why))) return;
  const report = reportOf(scene, segment);
  const last =
    report === null ? undefined : answers.findLast((answer) => isReportedTwice(scene, answer, report));
  if (last === undefined) return;
  noteArrived(scene, last.row);
  const end = answers.indexOf(last);
  const kept = answers.filter(({ why }, place) => !REPEATS.has(why) || place > end);
  answers.length = 0;
  answers.push(...kept);
}

/** What was sent again for no reason that is known: the copy before it had arrived, as is reported now. */
function noteArrived({ reasons }: TcpScene, row: number): void {
  const isAgain = AGAIN.has(reasons.kind(row));
  if (isAgain && reasons.details[row] === WHY.unknown) reasons.details[row] = WHY.arrived;
}
