import { RST } from '../../capture/columns.ts';
import { hasConstant, optionValue } from './call-kinds.ts';
import type { Facts } from './facts.ts';
import type { TcpEnd } from './tcp-ends.ts';

/** A call that waited for a packet returns within this time of it, on a machine that is not very busy. */
const JUST_BEFORE_NS = 500e3;
/** The send buffer that a TCP socket begins with at least: tcp_wmem, tcp(7). */
const DEFAULT_BUFFER = 16_384;

/**
 * The acknowledgement that made room for a send, just before it returned; null without proof that the send had to wait:
 * what was unacknowledged when it was entered, with its own bytes, must be more than the send buffer is known to hold.
 */
export function roomMaker(facts: Facts, call: number): number | null {
  const { ends, sides, clock, connections, connectionOfCall } = facts;
  const { flow } = connections.list[connectionOfCall[call] ?? -1] ?? { flow: -1 };
  const end = [ends.ends[flow * 2], ends.ends[flow * 2 + 1]].find(
    (one) => one?.calls.includes(call) === true,
  );
  const sends = end == null ? undefined : sides[end.flow]?.[end.side].calls?.sends;
  const place = sends?.call.indexOf(call) ?? -1;
  if (end == null || sends === undefined || place < 0) return null;
  const { ackedBefore, freed } = acknowledgedDuring(facts, end.flow, end.side, call);
  if (freed === null) return null;
  if ((clock.exits[call] ?? 0) - (clock.packets[freed] ?? 0) >= JUST_BEFORE_NS) return null;
  const wanted = (sends.to[place] ?? 0) - ackedBefore;
  return wanted > knownRoom(facts, end) ? freed : null;
}

/** The reset from the other side that ended the wait of a send; null where none came while it ran. */
export function resetDuring(facts: Facts, call: number): number | null {
  const { wire, capture, clock, lost, connections, connectionOfCall, ends } = facts;
  const { flow } = connections.list[connectionOfCall[call] ?? -1] ?? { flow: -1 };
  const end = [ends.ends[flow * 2], ends.ends[flow * 2 + 1]].find(
    (one) => one?.calls.includes(call) === true,
  );
  if (end == null) return null;
  const { flags, direction } = capture.columns;
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    const row = wire.rows[index] ?? 0;
    const ns = clock.packets[row] ?? 0;
    if (ns > (clock.exits[call] ?? 0)) break;
    if (ns < (clock.enters[call] ?? 0) || (lost[row] ?? 0) === 1) continue;
    if (((flags[row] ?? 0) & RST) !== 0 && direction[row] !== end.side) return row;
  }
  return null;
}

/** What was acknowledged before a call, and the last packet that acknowledged more while it ran. */
function acknowledgedDuring(
  { wire, capture, clock, lost }: Facts,
  flow: number,
  sender: 0 | 1,
  call: number,
): { ackedBefore: number; freed: number | null } {
  const { columns } = capture;
  let ackedBefore = 0;
  let acked = 0;
  let freed: number | null = null;
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    const row = wire.rows[index] ?? 0;
    const ns = clock.packets[row] ?? 0;
    if (ns > (clock.exits[call] ?? 0)) break;
    if ((columns.direction[row] ?? 0) === sender || (lost[row] ?? 0) === 1) continue;
    const next = wire.acked[row] ?? 0;
    if (!(next > acked)) continue;
    acked = next;
    if (ns < (clock.enters[call] ?? 0)) ackedBefore = acked;
    else freed = row;
  }
  return { ackedBefore, freed };
}

/** By end: an end may have a hundred thousand calls, and as many of them may ask. */
const ROOMS = new WeakMap<TcpEnd, number>();

function knownRoom(facts: Facts, end: TcpEnd): number {
  const known = ROOMS.get(end);
  if (known !== undefined) return known;
  const room = roomOf(facts, end);
  ROOMS.set(end, room);
  return room;
}

/** Bytes that the send buffer surely has room for: what was set, and what its record shows that it once held. */
function roomOf({ session, ends, sides }: Facts, { flow, side, socket, calls }: TcpEnd): number {
  const inherited = ends.listeners[flow]?.socket.controls ?? [];
  const [first = 0] = calls;
  const last = calls.at(-1) ?? 0;
  const own = socket.controls.filter((index) => index >= first && index <= last);
  let room = DEFAULT_BUFFER;
  for (const index of [...inherited, ...own]) {
    const call = session.calls[index];
    if (call?.name === 'setsockopt' && call.ret === 0 && hasConstant(call, 'SO_SNDBUF'))
      room = optionValue(call) ?? room;
  }
  return Math.max(room, sides[flow]?.[side].calls?.queued ?? 0);
}
