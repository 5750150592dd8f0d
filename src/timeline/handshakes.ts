import type { Capture } from '../../capture/capture.ts';
import { ACK, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import type { Call } from '../sockets/call.ts';
import type { Clock } from './clock.ts';
import { clientSide, type Listener, type TcpEnds } from './tcp-ends.ts';
import { PACKETS_A_STEP, sackOffsets, type TcpWire } from './tcp-wire.ts';

/**
 * A packet that reached the listener's kernel and that it did not take, because it held the handshake for unfinished:
 * 'full', the accept queue had no room; 'perhaps', it may have had; 'untold', it had, and nothing here tells why;
 * 'answered', it kept nothing of the connection (SYN cookie) and answered by a reset.
 */
export interface Untaken {
  readonly fate: 'full' | 'perhaps' | 'untold' | 'answered';
  /** How many connections waited for accept(), and what listen() asked for. */
  readonly waiting: number;
  readonly backlog: number;
}

/** A packet of the client that may have completed the handshake for the server. */
interface Arrival {
  readonly row: number;
  readonly ns: number;
  /** Offset of its first byte, or of its FIN; Infinity for an ACK alone. */
  readonly from: number;
}

/** How far a handshake came, as its own packets and calls tell. */
interface Opening {
  readonly arrivals: readonly Arrival[];
  /** The server sent something, or accept() gave it out: it was completed. */
  readonly isProved: boolean;
  /** It was answered by a reset, as what the kernel does not know: it was never completed. */
  readonly isDenied: boolean;
  /** How many of the arrivals the server proves to have ignored, by a SYN+ACK that no SYN asked for. */
  readonly ignored: number;
  /** How many the client had to send again: a kernel that had taken them would have acknowledged them at once. */
  readonly unanswered: number;
  /** Entry and return of the accept() that took it; Infinity for none. */
  readonly enter: number;
  readonly exit: number;
}

/** All that this part looks at. */
interface Scene {
  readonly capture: Capture;
  readonly calls: readonly Call[];
  readonly clock: Clock;
  readonly wire: TcpWire;
  readonly ends: TcpEnds;
  readonly lost: Uint8Array;
  /** ListenOverflows of the run's own network: how often a full accept queue was met; null where that is not known. */
  readonly overflows: number | null;
}

/** Two packets on two CPUs are not captured in the order in which the kernel takes them, when they are so near (ns). */
const TOGETHER_NS = 1e6;

/**
 * The packets of clients that the kernel ignored while the accept queue of their listener was full. Linux takes the last
 * ACK of a handshake only while no more than the backlog wait (tcp_v4_syn_recv_sock); else it drops it, and what comes
 * behind it, until one of them finds room. Of each listener the arrivals are gone through in time order; what a connection tells of itself
 * goes before what the number of those that wait tells. In steps.
 */
export function* untakenInHandshakes(scene: Scene): Generator<void, ReadonlyMap<number, Untaken>> {
  const ofListener = new Map<Listener, Opening[]>();
  for (const [flow, listener] of scene.ends.listeners.entries()) {
    if (listener === null || backlogOf(scene.calls, listener) === null) continue;
    const opening = yield* openingOf(scene, flow);
    if (opening === null) continue;
    const same = ofListener.get(listener);
    if (same === undefined) ofListener.set(listener, [opening]);
    else same.push(opening);
  }
  const untaken = yield* fillQueues(scene, ofListener, 'perhaps');
  const doubts = [...untaken].filter(([, { fate }]) => fate === 'perhaps');
  if (scene.overflows === null || doubts.length === 0) return untaken;
  const ofAcks = scene.overflows - (yield* unansweredSyns(scene));
  const sure = [...untaken.values()].filter(({ fate }) => fate === 'full').length;
  // The kernel counted them all, or none of them; where it counted some, it does not say which.
  if (ofAcks === sure) return yield* fillQueues(scene, ofListener, null);
  if (ofAcks === sure + doubts.length)
    for (const [row, doubt] of doubts) untaken.set(row, { ...doubt, fate: 'full' });
  return untaken;
}

function* fillQueues(
  { calls }: Scene,
  ofListener: ReadonlyMap<Listener, readonly Opening[]>,
  doubt: 'perhaps' | null,
): Generator<void, Map<number, Untaken>> {
  const untaken = new Map<number, Untaken>();
  for (const [listener, openings] of ofListener)
    yield* fillQueue(openings, backlogOf(calls, listener) ?? 0, doubt, untaken);
  return untaken;
}

/** How many SYNs that came to a listener have no SYN+ACK behind them. */
function* unansweredSyns({ capture, wire, ends, lost }: Scene): Generator<void, number> {
  const { flags, direction } = capture.columns;
  let count = 0;
  for (const [flow, listener] of ends.listeners.entries()) {
    if (listener === null) continue;
    let waits = 0;
    for (let place = wire.start[flow] ?? 0; place < (wire.start[flow + 1] ?? 0); place++) {
      if (place % PACKETS_A_STEP === 0) yield;
      const row = wire.rows[place] ?? 0;
      if (((flags[row] ?? 0) & SYN) === 0) continue;
      if (direction[row] !== clientSide(wire, flow)) waits = 0;
      else {
        count += waits;
        waits = lost[row] === 1 ? 0 : 1;
      }
    }
    count += waits;
  }
  return count;
}

/** What listen() asked for; null where it is not known, or as many as the system allows (negative). */
export function backlogOf(calls: readonly Call[], { listen }: Listener): number | null {
  const backlog = calls[listen]?.args.backlog;
  return typeof backlog === 'number' && backlog >= 0 ? backlog : null;
}

function* openingOf(scene: Scene, flow: number): Generator<void, Opening | null> {
  const { capture, clock, wire, ends, lost } = scene;
  const { columns } = capture;
  const client = clientSide(wire, flow);
  if (capture.flows.get(flow).protocol !== PROTOCOL.tcp || wire.synSeen[flow * 2 + client] !== 1) return null;
  const accept = ends.ends[flow * 2 + 1 - client]?.opening ?? null;
  const enter = accept === null ? Number.POSITIVE_INFINITY : (clock.enters[accept] ?? 0);
  const exit = accept === null ? Number.POSITIVE_INFINITY : (clock.exits[accept] ?? 0) + clock.slackNs;
  const arrivals: Arrival[] = [];
  let [isAnswered, isAsked, isProved, isDenied] = [false, false, accept !== null, false];
  let [ignored, unanswered] = [0, 0];
  for (let place = wire.start[flow] ?? 0; place < (wire.start[flow + 1] ?? 0); place++) {
    if (place % PACKETS_A_STEP === 0) yield;
    const row = wire.rows[place] ?? 0;
    if (columns.protocol[row] !== PROTOCOL.tcp) continue;
    const ns = clock.packets[row] ?? 0;
    const flags = columns.flags[row] ?? 0;
    if (columns.direction[row] === client) {
      if (lost[row] === 1) continue;
      if (flags & RST || ns > exit) break;
      if (flags & SYN) isAsked = true;
      else if (isAnswered && (wire.acked[row] ?? Number.NaN) >= 0) {
        const from = arrivalFrom(scene, row);
        const before = arrivals.findLastIndex(
          (other) => other.from !== Number.POSITIVE_INFINITY && other.from >= from,
        );
        unanswered = Math.max(unanswered, before + 1);
        arrivals.push({ row, ns, from });
      }
    } else if (flags & SYN) {
      if (isAnswered && !isAsked) ignored = arrivals.length;
      [isAnswered, isAsked] = [true, false];
    } else if (flags & RST && (flags & ACK) === 0) {
      isDenied = accept === null;
      break;
    } else if (isOfConnection(scene, row)) {
      isProved = true;
      break;
    }
  }
  if (arrivals.length === 0) return null;
  // What was accepted was completed by something.
  if (isProved) ignored = Math.min(ignored, arrivals.length - 1);
  return { arrivals, isProved, isDenied, ignored, unanswered, enter, exit };
}

function arrivalFrom({ capture, wire }: Scene, row: number): number {
  const holds = (capture.columns.payloadLen[row] ?? 0) > 0 || ((capture.columns.flags[row] ?? 0) & FIN) !== 0;
  return holds ? (wire.from[row] ?? 0) : Number.POSITIVE_INFINITY;
}

/** A half-open connection sends a bare ACK at most; whatever else the server sends is of one that is complete. */
function isOfConnection({ capture, wire }: Scene, row: number): boolean {
  const { flags, payloadLen } = capture.columns;
  return (
    ((flags[row] ?? 0) & (FIN | RST)) !== 0 ||
    (payloadLen[row] ?? 0) > 0 ||
    (wire.acked[row] ?? 0) > 0 ||
    sackOffsets(capture, wire, row).length > 0
  );
}

interface Event {
  readonly opening: Opening;
  readonly index: number;
  readonly arrival: Arrival;
}

/** Lets the connections of one listener into its queue one after the other, and notes what finds no room. */
function* fillQueue(
  openings: readonly Opening[],
  backlog: number,
  doubt: 'perhaps' | null,
  untaken: Map<number, Untaken>,
): Generator<void, void> {
  const events: Event[] = openings.flatMap((opening) =>
    opening.arrivals.map((arrival, index) => ({ opening, index, arrival })),
  );
  events.sort((x, y) => x.arrival.ns - y.arrival.ns || x.arrival.row - y.arrival.row);
  const done = new Set<Opening>();
  let queue: { readonly opening: Opening; readonly ns: number }[] = [];
  for (const [place, event] of events.entries()) {
    if (place % PACKETS_A_STEP === 0) yield;
    const { opening, arrival } = event;
    if (done.has(opening)) continue;
    queue = queue.filter((other) => other.opening.exit > arrival.ns);
    // Of what came just before, two CPUs may have let both in.
    const before = queue.filter(({ ns }) => ns <= arrival.ns - TOGETHER_NS);
    const sure = before.filter((other) => other.opening.enter > arrival.ns).length;
    const most = queue.length + rivals(events, place, done, isRefused(event) ? isPossible : isSureOf);
    // Who is given out before one that is in the queue was in it before that one.
    const isAhead = !isRefused(event) && queue.some((other) => other.opening.enter > opening.exit);
    const judged = isAhead ? null : judge(event, sure, most, backlog);
    const fate = judged === 'perhaps' ? doubt : judged;
    if (fate === null) {
      done.add(opening);
      queue.push({ opening, ns: arrival.ns });
    } else untaken.set(arrival.row, { fate, waiting: Math.min(most, backlog + 1), backlog });
  }
}

/** Connections that are captured just after an arrival and get into the queue: they may have been before it. */
function rivals(
  events: readonly Event[],
  place: number,
  done: ReadonlySet<Opening>,
  counts: (event: Event) => boolean,
): number {
  const own = events[place];
  const met = new Set<Opening>(own === undefined ? [] : [own.opening]);
  for (let next = place + 1; own !== undefined && next < events.length; next++) {
    const event = events[next];
    if (event === undefined || event.arrival.ns > own.arrival.ns + TOGETHER_NS) break;
    if (!done.has(event.opening) && counts(event)) met.add(event.opening);
  }
  return met.size - 1;
}

/** Whether it is known not to have completed its handshake. */
function isRefused({ opening, index }: Event): boolean {
  return opening.isDenied || index < opening.ignored;
}

function isPossible(event: Event): boolean {
  return !isRefused(event);
}

/** Whether nothing but this arrival can have completed its handshake. */
function isSureOf({ opening, index }: Event): boolean {
  const { isProved, arrivals, ignored, unanswered } = opening;
  return isProved && index === arrivals.length - 1 && Math.max(ignored, unanswered) >= index;
}

/** What became of an arrival while so many waited at least, and at most; null where it completed the handshake. */
function judge(event: Event, sure: number, most: number, backlog: number): Untaken['fate'] | null {
  const { opening, index } = event;
  const { arrivals, isProved, isDenied, unanswered } = opening;
  const isLast = index === arrivals.length - 1;
  if (isDenied && isLast) return 'answered';
  if (isRefused(event)) return most > backlog ? 'full' : 'untold';
  if (most <= backlog || (isLast && isProved)) return null;
  return sure > backlog || index < unanswered ? 'full' : 'perhaps';
}
