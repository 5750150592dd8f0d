import type { Session } from '../session/session.ts';
import { atOnce } from '../timeline/time-order.ts';
import type { Connection, Timeline } from '../timeline/types.ts';
import { UNITS_A_STEP, type Units } from './units.ts';

const THINGS_A_STEP = 1 << 10;

/** Gives things of two sides a common number where they are the same in meaning, and one of its own where they are not. */
export interface Paired {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly count: number;
}

/**
 * Pairs things by the first key of theirs that both sides have, the first of one side with the first of the other and so
 * on; then what is left by the next key.
 */
export function* pairUp<T>(
  left: readonly T[],
  right: readonly T[],
  keys: readonly ((thing: T) => string)[],
): Generator<void, Paired> {
  const ours = new Array<number>(left.length).fill(-1);
  const theirs = new Array<number>(right.length).fill(-1);
  let count = 0;
  for (const key of keys) {
    const open = yield* openByKey(right, theirs, key);
    for (const [index, thing] of left.entries()) {
      if (index % THINGS_A_STEP === 0) yield;
      if (ours[index] !== -1) continue;
      const waiting = open.get(key(thing));
      const partner = waiting?.places[waiting.next];
      if (waiting === undefined || partner === undefined) continue;
      waiting.next++;
      ours[index] = count;
      theirs[partner] = count++;
    }
  }
  for (const side of [ours, theirs])
    side.forEach((number, index) => {
      if (number === -1) side[index] = count++;
    });
  return { left: ours, right: theirs, count };
}

/** Things of one key that have no partner yet, and which of them is the next to get one. */
interface Waiting {
  readonly places: number[];
  next: number;
}

function* openByKey<T>(
  things: readonly T[],
  numbers: readonly number[],
  key: (thing: T) => string,
): Generator<void, ReadonlyMap<string, Waiting>> {
  const open = new Map<string, Waiting>();
  for (const [index, thing] of things.entries()) {
    if (index % THINGS_A_STEP === 0) yield;
    if (numbers[index] !== -1) continue;
    const name = key(thing);
    const known = open.get(name);
    if (known === undefined) open.set(name, { places: [index], next: 0 });
    else known.places.push(index);
  }
  return open;
}

const portOf = (endpoint: string): string => /:(\d+)$/.exec(endpoint)?.[1] ?? '';

/** Connections that mean the same: of the same roles to the same port, else to the same port, else of the same protocol. */
export function pairConnections(left: Timeline, right: Timeline): Generator<void, Paired> {
  const server = (each: Connection): string => portOf(each.client === 'a' ? each.endpointB : each.endpointA);
  const roles = ({ client, roleA, roleB }: Connection): string =>
    client === 'a' ? `${roleA} ${roleB}` : `${roleB} ${roleA}`;
  return pairUp(left.connections, right.connections, [
    (each) => `${each.protocol} ${roles(each)} ${server(each)}`,
    (each) => `${each.protocol} ${server(each)}`,
    (each) => `${each.protocol} ${roles(each)}`,
    ({ protocol }) => protocol,
  ]);
}

/** Roles by name, else by the side they are on. */
export function pairRoles(left: Session, right: Session): ReadonlyMap<string, number>[] {
  const [ours, theirs] = [rolesOf(left), rolesOf(right)];
  const side = (name: string): string => name.replace(/[^a-z].*$/, '');
  const paired = atOnce(pairUp(ours, theirs, [(name) => name, side]));
  return [ours, theirs].map(
    (names, index) =>
      new Map(names.map((name, at) => [name, (index === 0 ? paired.left : paired.right)[at] ?? -1])),
  );
}

function rolesOf({ calls }: Session): readonly string[] {
  return [...new Set(calls.map(({ role }) => role))];
}

/**
 * The strand of each unit: units of one strand follow each other in both runs, whatever happens beside them. The packets
 * of one direction of a connection are one, the calls of a thread on a connection another.
 */
export class StrandFinder {
  private readonly numbers = new Map<string, number>();
  private readonly connections: number;

  /** @param connections how many common numbers there are for connections */
  constructor(connections: number) {
    this.connections = connections;
  }

  /** @param connection common number of each connection; @param roles of each role */
  *find(
    units: Units,
    connection: readonly number[],
    roles: ReadonlyMap<string, number>,
  ): Generator<void, Int32Array> {
    const { timeline, length, isCall, subjects } = units;
    const { session, connections } = timeline;
    const { direction } = session.capture.columns;
    const isClientA = Uint8Array.from(connections, ({ client }) => (client === 'a' ? 1 : 0));
    const strands = new Int32Array(length);
    for (let unit = 0; unit < length; unit++) {
      if (unit % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
      const subject = subjects[unit] ?? 0;
      if (isCall[unit] === 0) {
        const own = timeline.connectionOfPacket(subject);
        const isFromClient = own !== null && (direction[subject] === 0) === (isClientA[own] === 1);
        const common = own === null ? this.connections : (connection[own] ?? this.connections);
        strands[unit] = common * 2 + (isFromClient ? 1 : 0);
      } else {
        const call = session.calls[subject];
        const own = timeline.connectionOfCall(subject);
        const common = own === null ? -1 : (connection[own] ?? -1);
        strands[unit] = this.ofCalls(`${roles.get(call?.role ?? '') ?? -1} ${call?.thread ?? 0} ${common}`);
      }
    }
    return strands;
  }

  get count(): number {
    return (this.connections + 1) * 2 + this.numbers.size;
  }

  private ofCalls(key: string): number {
    const known = this.numbers.get(key) ?? this.numbers.size;
    this.numbers.set(key, known);
    return (this.connections + 1) * 2 + known;
  }
}
