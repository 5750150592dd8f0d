import type { Connection, Timeline } from '../../src/timeline/types.ts';
import type { RowList } from './fold.ts';
import { type Geometry, type Lane, lanesOf, placeLanes, rolesOf } from './lanes.ts';

/** A part of the time line that is drawn with the same lanes: all of it, or one connection. */
export interface Section {
  /** null for a ladder of one section. */
  readonly connection: number | null;
  readonly connections: readonly Connection[];
  /** Those that share both lanes with another: their packets say which they belong to. */
  readonly ambiguous: ReadonlySet<Connection>;
  readonly rows: RowList;
  readonly lanes: readonly Lane[];
  readonly geometry: Geometry;
}

interface Size {
  readonly width: number;
  readonly numberWidth: number;
  readonly timeWidth: number;
}

/**
 * Splits a time line into sections: one with a lane for each role where the width allows it, else the connections one
 * after the other, after the rows that belong to none.
 */
export function sectionsOf(timeline: Timeline, size: Size): Section[] {
  const { connections, rowCount, session } = timeline;
  const roles = new Set(session.calls.map(({ role }) => role));
  const together = session.calls.length > 0 || connections.length <= 1;
  if (together) {
    const lanes = lanesOf(timeline, connections, roles);
    const geometry = placeLanes(lanes, size.width, size);
    const rows = { length: rowCount, at: (position: number) => position };
    if (geometry !== null)
      return [{ connection: null, connections, ambiguous: ambiguous(connections), rows, lanes, geometry }];
  }
  return rowsByConnection(timeline).flatMap(({ connection, rows }) =>
    section(timeline, size, connection, rows),
  );
}

function section(timeline: Timeline, size: Size, index: number | null, rows: readonly number[]): Section[] {
  if (rows.length === 0) return [];
  const connection = index === null ? undefined : timeline.connections[index];
  const connections = connection === undefined ? [] : [connection];
  const every = lanesOf(timeline, connections, index === null ? [] : rolesOfRows(timeline, rows));
  // Of many roles without a connection only two lanes have room; their calls say whose they are.
  const lanes = placeLanes(every, size.width, size) === null ? lanesOf(timeline, connections, []) : every;
  const geometry = placeLanes(lanes, size.width, size) ?? tightest(lanes, size);
  const list = { length: rows.length, at: (position: number) => rows[position] ?? 0 };
  return [{ connection: index, connections, ambiguous: new Set(), rows: list, lanes, geometry }];
}

/** Connections that share both lanes with another. */
export function ambiguous(connections: readonly Connection[]): Set<Connection> {
  const byRoles = new Map<string, Connection[]>();
  for (const connection of connections) {
    const key = JSON.stringify(rolesOf(connection));
    const same = byRoles.get(key);
    if (same === undefined) byRoles.set(key, [connection]);
    else same.push(connection);
  }
  return new Set([...byRoles.values()].filter((same) => same.length > 1).flat());
}

/** A terminal that is too narrow for two lanes gets lines that are wider than it. */
function tightest(lanes: readonly Lane[], size: Size): Geometry {
  const geometry = placeLanes(lanes.slice(0, 2), 64, size) ?? placeLanes(lanes.slice(0, 2), 80, size);
  if (geometry === null) throw new Error('two lanes do not fit into 80 columns');
  return geometry;
}

function rolesOfRows(timeline: Timeline, rows: readonly number[]): Set<string> {
  const roles = new Set<string>();
  for (const index of rows) {
    const row = timeline.row(index);
    if (row.kind === 'packet') continue;
    const role = timeline.session.calls[row.call]?.role;
    if (role !== undefined) roles.add(role);
  }
  return roles;
}

function rowsByConnection(timeline: Timeline): { connection: number | null; rows: number[] }[] {
  const none: number[] = [];
  const each = timeline.connections.map((): number[] => []);
  for (let index = 0; index < timeline.rowCount; index++) {
    const row = timeline.row(index);
    const connection =
      row.kind === 'packet' ? timeline.connectionOfPacket(row.packet) : timeline.connectionOfCall(row.call);
    (connection === null ? none : (each[connection] ?? none)).push(index);
  }
  return [{ connection: null, rows: none }, ...each.map((rows, connection) => ({ connection, rows }))];
}
