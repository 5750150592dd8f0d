import type { Connection, Timeline } from '../../src/timeline/types.ts';

/** A vertical line of the ladder: one role's calls, or one end of a conversation. */
export interface Lane {
  readonly title: string;
  readonly side: 'client' | 'server';
  /** The role whose calls stand here; null where the end is only known from packets. */
  readonly role: string | null;
}

/** Where everything stands on a line; columns count from 0. */
export interface Geometry {
  readonly width: number;
  readonly numberWidth: number;
  readonly timeWidth: number;
  readonly deltaWidth: number;
  /** Time of day as well. */
  readonly absolute: boolean;
  /** Column of each lane. */
  readonly columns: readonly number[];
  /** First and last column of the wire between the innermost lanes. */
  readonly zoneStart: number;
  readonly zoneEnd: number;
  /** Where notes stand beside the ladder and how wide they are; null: they stand below. */
  readonly notes: { readonly at: number; readonly width: number } | null;
  /** Columns before the numbers; none unless said. */
  readonly margin?: number;
}

const LANE_STEP = 10;
const MIN_ZONE = 45;
const NOTES_FROM = 120;
const ABSOLUTE_FROM = 150;
const CLOCK_WIDTH = 15;
const MAX_ZONE_BESIDE_NOTES = 84;

/** The lanes of these connections: client roles first, then server roles; ends without calls get a lane each. */
export function lanesOf(
  timeline: Timeline,
  connections: readonly Connection[],
  roles: Iterable<string>,
): Lane[] {
  const known = new Map(timeline.session.run?.roles.map(({ name, side }) => [name, side]) ?? []);
  const lanes = new Map<string, Lane>();
  const add = (role: string | null, side: Lane['side']): void => {
    const key = role ?? `~${side}`;
    if (!lanes.has(key)) lanes.set(key, { title: role ?? side, side, role });
  };
  for (const role of roles) add(role, known.get(role) ?? sideByName(role));
  for (const connection of connections) {
    const [client, server] = rolesOf(connection);
    add(client, (client === null ? null : known.get(client)) ?? 'client');
    add(server, (server === null ? null : known.get(server)) ?? 'server');
  }
  const all = [...lanes.values()];
  const sides = { client: all.filter(isClient), server: all.filter((lane) => !isClient(lane)) };
  if (sides.client.length === 0) sides.client.push({ title: 'client', side: 'client', role: null });
  if (sides.server.length === 0) sides.server.push({ title: 'server', side: 'server', role: null });
  return [...sides.client, ...sides.server];
}

/** The roles at the client's and at the server's end of a connection. */
export function rolesOf({
  client,
  roleA,
  roleB,
}: Connection): [client: string | null, server: string | null] {
  return client === 'a' ? [roleA, roleB] : [roleB, roleA];
}

/** Places lanes in `width` columns; null when they leave too little room between them. */
export function placeLanes(
  lanes: readonly Lane[],
  width: number,
  size: { readonly numberWidth: number; readonly timeWidth: number },
): Geometry | null {
  const deltaWidth = width >= 64 ? 7 : 0;
  const numberWidth = width >= 50 ? size.numberWidth : 0;
  const absolute = width >= ABSOLUTE_FROM;
  const clock = absolute ? CLOCK_WIDTH + 1 : 0;
  const first =
    clock +
    [numberWidth, size.timeWidth, deltaWidth].reduce((sum, part) => sum + (part > 0 ? part + 1 : 0), 0);
  const lefts = lanes.filter(isClient).length;
  const rights = lanes.length - lefts;
  const taken = (lefts - 1 + (rights - 1)) * LANE_STEP;
  const room = width - first - 2 - taken;
  const beside = width >= NOTES_FROM && room * 0.6 >= MIN_ZONE;
  const zone = beside ? Math.min(Math.round(room * 0.6), MAX_ZONE_BESIDE_NOTES) : room;
  if (zone < Math.min(MIN_ZONE, width - first - 2) || zone < 10) return null;
  const zoneStart = first + 1 + (lefts - 1) * LANE_STEP;
  const zoneEnd = zoneStart + zone - 1;
  const columns = lanes.map((_, index) =>
    index < lefts ? first + index * LANE_STEP : zoneEnd + 1 + (index - lefts) * LANE_STEP,
  );
  const last = columns.at(-1) ?? zoneEnd + 1;
  const notes = beside ? { at: last + 3, width: width - last - 3 } : null;
  return {
    width,
    ...{ numberWidth, timeWidth: size.timeWidth, deltaWidth, absolute },
    columns,
    zoneStart,
    zoneEnd,
    notes,
  };
}

function isClient(lane: Lane): boolean {
  return lane.side === 'client';
}

/** Calls of a file that tells nothing of its run. */
function sideByName(role: string): Lane['side'] {
  return /server/i.test(role) ? 'server' : 'client';
}
