import { endsBeforeRun } from '../session/unended.ts';
import type { Call } from '../sockets/call.ts';
import { hasFlag, isAccept, isReceive, isSend } from './call-kinds.ts';
import type { Facts } from './facts.ts';
import { heldDuring } from './held-time.ts';
import { refusalOf } from './refusals.ts';
import { BLOCKED_NS } from './rows.ts';
import { resetDuring, roomMaker } from './send-room.ts';
import { cutOffBy, effectOfKill, endedBySignal, isFault } from './signal-reasons.ts';
import type { Link, Reason } from './types.ts';
import { urgentSegment } from './urgent.ts';

const NS_PER_MS = 1e6;
/** Calls that are settled between the program and its kernel: no packet leaves because of them. */
const LOCAL: ReadonlySet<string> = new Set([
  'socket',
  'bind',
  'listen',
  'setsockopt',
  'getsockopt',
  'getsockname',
  'getpeername',
  'fcntl',
  'ioctl',
  'getaddrinfo',
  'getnameinfo',
  'socketpair',
  'dup',
  'poll',
  'select',
]);

/** Reasons that say a call waited; their param `ms` is how long. All other calls that took long were merely slow. */
const WAITS: ReadonlySet<string> = new Set([
  'accept-waited',
  'connect-waited',
  'recv-waited',
  'recv-end',
  'send-blocked',
  'send-cut-short',
  'call-blocked',
  'call-timed-out',
  'connect-failed',
]);

/** How many ms a call waited for the network or its peer, as its reason says; null when it did not for BLOCKED_NS. */
export function waitOf(reason: Reason | null): number | null {
  if (reason === null || !WAITS.has(reason.kind)) return null;
  // What the user held back in step mode is no waiting for the network.
  const ms = Number(reason.params.ms) - Number(reason.params.held ?? 0);
  return ms * NS_PER_MS >= BLOCKED_NS ? ms : null;
}

/** Calls that wait by their nature where no packet can tell. */
function mayWait(call: Call): boolean {
  const { name } = call;
  return ['poll', 'select', 'connect'].includes(name) || isAccept(call) || isReceive(call) || isSend(call);
}

interface Asked {
  readonly facts: Facts;
  readonly index: number;
  readonly call: Call;
  readonly links: readonly Link[];
  readonly tookNs: number;
}

/** Why a call blocked, failed or caused no packet; null where there is nothing to say that is surely true. */
export function reasonOfCall(facts: Facts, index: number): Reason | null {
  const call = facts.session.calls[index];
  if (call === undefined) throw new RangeError(`no call ${index}, there are ${facts.session.calls.length}`);
  const tookNs = (facts.clock.exits[index] ?? 0) - (facts.clock.enters[index] ?? 0);
  const asked = { facts, index, call, links: facts.links.ofCall(index), tookNs };
  if (call.exitNs === null) {
    const kill = cutOffBy(facts, index);
    if (kill !== null) return reasonOf(asked, 'call-cut-off', {}, [], [kill]);
    const signal = endedBySignal(facts, index);
    if (signal !== null)
      return reasonOf(asked, 'call-killed', { signal, from: isFault(signal) ? 'itself' : 'outside' });
    return reasonOf(asked, openKind(facts), {});
  }
  if (call.name === 'kill') return signalled(asked);
  if (call.ret === -1) return failure(asked);
  if (call.name === 'sendall') return heldSends(asked);
  const life = call.socket === null ? undefined : facts.sockets.get(call.socket);
  if (life?.unix === true)
    return tookNs >= BLOCKED_NS
      ? reasonOf(asked, mayWait(call) ? 'call-blocked' : 'call-slow', {})
      : reasonOf(asked, 'call-unix', {});
  if (isAccept(call)) return accepted(asked);
  if (call.name === 'connect') return connected(asked);
  if (isReceive(call)) return received(asked);
  if (isSend(call)) return sent(asked);
  if (call.name === 'close' || call.name === 'shutdown') return closed(asked);
  if (tookNs >= BLOCKED_NS) return reasonOf(asked, mayWait(call) ? 'call-blocked' : 'call-slow', {});
  return LOCAL.has(call.name) ? reasonOf(asked, 'call-local', { name: call.name }) : null;
}

function reasonOf(
  { index, tookNs, facts }: Asked,
  kind: string,
  params: Reason['params'],
  packets: readonly number[] = [],
  calls: readonly number[] = [],
): Reason {
  const ms = Number.isFinite(tookNs) ? tookNs / NS_PER_MS : lastMs(facts, index);
  const said = { ms, ...params };
  const held = WAITS.has(kind) ? heldParams(facts, index, Number(said.ms)) : null;
  return { kind, params: { ...said, ...held }, calls: [index, ...calls], packets };
}

function openKind({ session }: Facts): string {
  if (session.isRunning === true) return 'call-running';
  return endsBeforeRun(session) ? 'call-file-ends' : 'call-unfinished';
}

/** How long of the `ms` from its entry on the step mode held its peers back, and who that was. */
function heldParams(facts: Facts, index: number, ms: number): Reason['params'] | null {
  const entered = facts.clock.enters[index] ?? 0;
  const held = heldDuring(facts, index, entered, entered + ms * NS_PER_MS);
  return held === null ? null : { held: held.ns / NS_PER_MS, holder: held.roles.join(', ') };
}

/** A sendall is no call of its own: of the time that it took, what the step mode held its sends back is told. */
function heldSends({ facts, index, tookNs }: Asked): Reason | null {
  const entered = facts.clock.enters[index] ?? 0;
  const held = heldDuring(facts, index, entered, entered + tookNs);
  if (held === null) return null;
  return { kind: 'span-held', params: { ms: held.ns / NS_PER_MS }, calls: [index], packets: [] };
}

/** How long a call that never returned had been running when the run ended; when the last thing happened, where that is not known. */
function lastMs({ rows, clock, session }: Facts, index: number): number {
  const ended = session.run?.endedNs ?? null;
  const last = rows.length === 0 ? 0 : (rows.times[rows.length - 1] ?? 0);
  const end = ended === null ? last : Math.max(last, Number(BigInt(ended) - clock.baseNs));
  return Math.max(0, end - (clock.enters[index] ?? 0)) / NS_PER_MS;
}

function completion({ links }: Asked): number | null {
  return links.find(({ relation }) => relation === 'completes')?.packet ?? null;
}

/**
 * How long a call waited for the packet that made it return; null when the packet was there already. A process may go on
 * long after that, when the machine is busy: that is no waiting for the network.
 */
function waitedFor({ facts, index }: Asked, packet: number): number | null {
  const ns = (facts.clock.packets[packet] ?? 0) - (facts.clock.enters[index] ?? 0);
  return ns < 0 ? null : ns / NS_PER_MS;
}

/** How long after the packet the call returned, where that is long: the process was not running, for others were. */
function wakeUp({ tookNs }: Asked, ms: number): Reason['params'] {
  const late = tookNs - ms * NS_PER_MS;
  return late >= BLOCKED_NS ? { late: late / NS_PER_MS } : {};
}

function waited(asked: Asked, kind: string, packet: number): Reason | null {
  const ms = waitedFor(asked, packet);
  if (ms !== null && ms * NS_PER_MS >= BLOCKED_NS)
    return reasonOf(asked, kind, { ms, ...wakeUp(asked, ms) }, [packet]);
  return asked.tookNs >= BLOCKED_NS ? reasonOf(asked, 'call-late', { after: ms ?? 0 }, [packet]) : null;
}

function failure(asked: Asked): Reason {
  const { call, facts, links } = asked;
  const errno = call.errno ?? 'unknown';
  const packet = completion(asked);
  if (packet !== null) {
    const icmp = facts.reasons.kind(packet).startsWith('icmp');
    const refused = facts.reasons.kind(packet) === 'rst-refused';
    const unreachable = errno === 'ECONNREFUSED' ? 'call-failed-icmp' : 'call-failed-unreachable';
    const reset = errno === 'ECONNABORTED' ? 'call-failed-aborted' : 'call-failed-reset';
    const kind = icmp ? unreachable : refused ? 'call-failed-refused' : reset;
    return reasonOf(asked, kind, { errno }, [packet]);
  }
  const causes = links.filter(({ relation }) => relation === 'causes').map(({ packet: row }) => row);
  if (call.name === 'connect' && errno === 'EINPROGRESS')
    return reasonOf(asked, 'connect-in-progress', {}, causes);
  if (call.name === 'connect' && causes.length > 0)
    return reasonOf(asked, 'connect-failed', { errno, syns: causes.length }, causes);
  const { kind, params = {}, packets, calls } = refusalOf(facts, asked.index, call, asked.tookNs);
  return reasonOf(asked, kind, params, packets, calls);
}

function signalled(asked: Asked): Reason {
  const { kind, call } = effectOfKill(asked.facts, asked.index);
  const { sig, to } = asked.call.args;
  return reasonOf(asked, kind, { signal: String(sig), role: String(to) }, [], call === null ? [] : [call]);
}

function accepted(asked: Asked): Reason | null {
  const packet = completion(asked);
  if (packet === null) return null;
  if (waitedFor(asked, packet) !== null) return waited(asked, 'accept-waited', packet);
  const readyNs = (asked.facts.clock.enters[asked.index] ?? 0) - (asked.facts.clock.packets[packet] ?? 0);
  return reasonOf(asked, 'accept-queued', { ms: readyNs / NS_PER_MS }, [packet]);
}

function connected(asked: Asked): Reason | null {
  const packet = completion(asked);
  if (packet === null)
    return asked.links.length === 0 && asked.facts.complete
      ? reasonOf(asked, 'call-local', { name: 'connect' })
      : null;
  return waited(asked, 'connect-waited', packet);
}

function received(asked: Asked): Reason | null {
  const { call, links, facts } = asked;
  if (hasFlag(call, 'MSG_OOB')) {
    const urgent = urgentSegment(facts, asked.index);
    return urgent === null ? null : reasonOf(asked, 'recv-urgent', {}, [urgent]);
  }
  const packet = completion(asked);
  if (call.ret === 0 && packet !== null && facts.capture.columns.protocol[packet] === 1)
    return reasonOf(asked, 'recv-end', { ms: waitedFor(asked, packet) ?? 0 }, [packet]);
  if (packet !== null) return waited(asked, 'recv-waited', packet);
  const first = links.find(({ relation }) => relation === 'consumes')?.packet;
  if (first === undefined) return null;
  // A datagram is there only with the last of its fragments; a stream with its first byte.
  const there = facts.udp?.byRow.get(first)?.rows.at(-1) ?? first;
  const ms = ((facts.clock.enters[asked.index] ?? 0) - (facts.clock.packets[there] ?? 0)) / NS_PER_MS;
  return ms > 0 ? reasonOf(asked, 'recv-there', { ms }, [there]) : null;
}

function sent(asked: Asked): Reason | null {
  const { call, links, tookNs, facts, index } = asked;
  // A raw socket makes whole packets of its own.
  const carried = links
    .filter(({ relation }) => relation === 'carries' || relation === 'causes')
    .map(({ packet }) => packet);
  const short = call.length !== null && call.ret !== null && call.ret < call.length;
  if (tookNs >= BLOCKED_NS && !short) {
    const freed = roomMaker(facts, index);
    return freed === null
      ? reasonOf(asked, 'call-slow', {})
      : reasonOf(asked, 'send-blocked', { sent: call.ret ?? 0 }, [freed]);
  }
  // A blocking send waits for room; what it took until the connection was reset is all that it can tell of.
  const reset = short && tookNs >= BLOCKED_NS ? resetDuring(facts, index) : null;
  if (reset !== null)
    return reasonOf(asked, 'send-cut-short', { sent: call.ret ?? 0, asked: call.length ?? 0 }, [reset]);
  if (short)
    return reasonOf(
      asked,
      'send-short',
      { sent: call.ret ?? 0, asked: call.length ?? 0 },
      carried.slice(0, 1),
    );
  if (call.ret === 0 && call.length === 0)
    return carried.length === 0 ? reasonOf(asked, 'send-empty', {}) : null;
  if (carried.length === 0)
    return reasonOf(asked, facts.complete ? 'send-unsent' : 'send-uncaptured', { sent: call.ret ?? 0 });
  // An earlier packet with its bytes may not have been captured, or captured late.
  if (!facts.complete) return null;
  const exit = facts.clock.exits[index] ?? 0;
  const first = carried.reduce(
    (least, row) => Math.min(least, facts.clock.packets[row] ?? 0),
    Number.POSITIVE_INFINITY,
  );
  return first > exit
    ? reasonOf(asked, 'send-later', { ms: (first - exit) / NS_PER_MS }, carried.slice(0, 1))
    : null;
}

function closed(asked: Asked): Reason | null {
  const { call, links, facts, index } = asked;
  if (links.some(({ relation }) => relation === 'causes')) return null;
  const life = call.socket === null ? undefined : facts.sockets.get(call.socket);
  if (life === undefined) return null;
  const { calls } = facts.session;
  if (life.calls.some((other) => calls[other]?.name === 'listen' && calls[other]?.ret === 0))
    return reasonOf(asked, 'close-listener', {});
  if (life.type !== 'stream') return reasonOf(asked, 'call-local', { name: call.name });
  const others = life.calls.filter(
    (other) =>
      calls[other]?.pid !== call.pid && (facts.clock.exits[other] ?? 0) > (facts.clock.enters[index] ?? 0),
  );
  if (others.length > 0) return reasonOf(asked, 'close-shared', {}, [], others.slice(0, 1));
  const earlier = life.calls.find(
    (other) =>
      other < index &&
      facts.links
        .ofCall(other)
        .some(
          ({ relation, packet }) => relation === 'causes' && facts.reasons.kind(packet).startsWith('fin'),
        ),
  );
  return earlier === undefined ? null : reasonOf(asked, 'close-after-shutdown', {}, [], [earlier]);
}
