import type { Session } from '../session/session.ts';
import { hasArrivalTimes, isComplete } from '../timeline/completeness.ts';
import { atOnce } from '../timeline/time-order.ts';
import type { Relation, Timeline } from '../timeline/types.ts';
import { bytesOfCall } from './call-bytes.ts';
import { CallLists } from './call-lists.ts';
import type { CallSeen, ConnectionSeen, Evidence, PacketQuery, PacketSeen, Who } from './evidence.ts';
import { whyMayMiss } from './may-miss.ts';
import type { Parameters } from './parameters.ts';
import { CapturedPacket, flagBits, type SeenRun } from './seen.ts';

/** The evidence of a run, read from its time line. The session must be one of a run, not of a plain capture. */
export function observe(timeline: Timeline, parameters: Parameters): Evidence {
  return atOnce(observeInSteps(timeline, parameters));
}

/** The same in steps: a run may have made hundreds of thousands of calls. */
export function* observeInSteps(timeline: Timeline, parameters: Parameters): Generator<void, Evidence> {
  const { session } = timeline;
  const { run } = session;
  const seen: SeenRun = { timeline, baseNs: timeline.rowCount === 0 ? 0n : timeline.rowTimeNs(0) };
  const lists = yield* CallLists.of(seen);
  const sides = sidesOf(session, lists.roles);
  const isOf = (role: string | null, who: Who): boolean =>
    who === '*' || role === who || (role !== null && sides.get(role) === who);
  const call = (index: number): CallSeen => lists.call(index);
  const packet = (index: number): PacketSeen => new CapturedPacket(seen, index);
  const ordered = !hasArrivalTimes(run);
  const roles = run?.roles ?? [];
  const reports = (who: Who, key: string) =>
    roles.filter(({ name }) => isOf(name, who)).flatMap(({ report }) => report[key] ?? []);
  return {
    parameters,
    complete: isComplete(run),
    mayMiss: whyMayMiss(run),
    ordered,
    calls: (who, name) => lists.find(name, (role) => isOf(role, who)),
    call,
    packet,
    bytesOf: ({ index }) => bytesOfCall(timeline, index),
    packets: (which = {}) => packetsLike(timeline, which, packet, isOf),
    connections: (protocol) => connectionsOf(timeline, protocol),
    packetsOf: (of, ...relations) =>
      distinct(timeline.linksOfCall(of.index), relations, (link) => link.packet).map(packet),
    callsOf: (of, ...relations) =>
      distinct(timeline.linksOfPacket(of.index), relations, (link) => link.call).map(call),
    before(first, second) {
      if (first === undefined || second === undefined) return null;
      if (!ordered && first.kind !== second.kind) return null;
      return endOf(first) <= (second.kind === 'call' ? second.entered : second.time);
    },
    endsBefore(first, second) {
      if (first === undefined || second === undefined) return null;
      return !ordered && first.kind !== second.kind ? null : endOf(first) <= endOf(second);
    },
    during(which, of) {
      if (which === undefined || of === undefined || !ordered) return null;
      return of.entered <= which.time && which.time <= of.returned;
    },
    report: (who, key) => reports(who, key)[0],
    reports,
    exit: (role) => roles.find(({ name }) => name === role)?.exit ?? null,
    counter: (name) => (run?.counters == null ? null : (run.counters[name] ?? 0)),
    isInShell: run?.network.net === 'shell',
    findings: (kind) => timeline.findings.filter((finding) => finding.kind === kind),
  };
}

/** Sides by role; threads and children are listed in the run under their own names. */
function sidesOf({ run }: Session, roles: readonly string[]): ReadonlyMap<string, string> {
  const sides = new Map<string, string>(run?.roles.map(({ name, side }) => [name, side]));
  for (const role of roles) {
    if (sides.has(role)) continue;
    const parent = sides.get(role.split('.')[0] ?? '');
    if (parent !== undefined) sides.set(role, parent);
  }
  return sides;
}

function endOf(seen: CallSeen | PacketSeen): number {
  return seen.kind === 'call' ? seen.returned : seen.time;
}

function distinct<T extends { readonly relation: Relation }>(
  links: readonly T[],
  relations: readonly Relation[],
  key: (link: T) => number,
): readonly number[] {
  const [only] = links;
  // Most calls and packets have one link, and there are hundreds of thousands of them.
  if (only !== undefined && links.length === 1)
    return relations.length === 0 || relations.includes(only.relation) ? [key(only)] : [];
  const chosen = relations.length === 0 ? links : links.filter((link) => relations.includes(link.relation));
  return [...new Set(chosen.map(key))];
}

function packetsLike(
  timeline: Timeline,
  which: PacketQuery,
  packet: (index: number) => PacketSeen,
  isOf: (role: string | null, who: Who) => boolean,
): readonly PacketSeen[] {
  const { columns } = timeline.session.capture;
  const flags = flagBits(which.flags ?? '');
  const hasFlags = flags.set !== 0 || flags.unset !== 0;
  const reasons = which.reason === undefined ? null : [which.reason].flat();
  const found: PacketSeen[] = [];
  for (let index = 0; index < columns.length; index++) {
    // The columns first: a run may have a million packets, and an object of each would take seconds.
    const bits = columns.flags[index] ?? 0;
    if (which.data !== undefined && (columns.payloadLen[index] ?? 0) > 0 !== which.data) continue;
    if (hasFlags && ((bits & flags.set) !== flags.set || (bits & flags.unset) !== 0)) continue;
    if (which.connection !== undefined && timeline.connectionOfPacket(index) !== which.connection) continue;
    const seen = packet(index);
    if (hasFlags && seen.protocol !== 'tcp') continue;
    if (which.protocol !== undefined && seen.protocol !== which.protocol) continue;
    if (reasons !== null && !reasons.includes(seen.reason)) continue;
    const to = seen.from === null ? null : seen.from === 'client' ? 'server' : 'client';
    if (which.from !== undefined && which.from !== seen.from && !isOf(seen.fromRole, which.from)) continue;
    if (which.to !== undefined && which.to !== to && !isOf(seen.toRole, which.to)) continue;
    found.push(seen);
  }
  return found.sort(
    (a, b) =>
      (columns.sec[a.index] ?? 0) - (columns.sec[b.index] ?? 0) ||
      (columns.nsec[a.index] ?? 0) - (columns.nsec[b.index] ?? 0) ||
      a.index - b.index,
  );
}

function connectionsOf(timeline: Timeline, protocol: 'tcp' | 'udp' | undefined): readonly ConnectionSeen[] {
  const last = lastRows(timeline);
  return timeline.connections.flatMap((connection, index) => {
    if (protocol !== undefined && connection.protocol !== protocol) return [];
    const row = last.get(index);
    const states = row === undefined ? null : timeline.states(row);
    const [client, server] = connection.client === 'a' ? (['A', 'B'] as const) : (['B', 'A'] as const);
    return [
      {
        index,
        protocol: connection.protocol,
        client: connection[`role${client}`],
        server: connection[`role${server}`],
        clientState: (client === 'A' ? states?.a : states?.b) ?? null,
        serverState: (server === 'A' ? states?.a : states?.b) ?? null,
      },
    ];
  });
}

/** From the end on, for as long as there are connections whose last row was not met. */
function lastRows(timeline: Timeline): ReadonlyMap<number, number> {
  const last = new Map<number, number>();
  for (let index = timeline.rowCount - 1; index >= 0 && last.size < timeline.connections.length; index--) {
    const row = timeline.row(index);
    const connection =
      row.kind === 'packet' ? timeline.connectionOfPacket(row.packet) : timeline.connectionOfCall(row.call);
    if (connection !== null && !last.has(connection)) last.set(connection, index);
  }
  return last;
}
