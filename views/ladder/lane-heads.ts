import type { Connection } from '../../src/timeline/types.ts';
import { words } from '../../src/words/words.ts';
import { type Lane, rolesOf } from './lanes.ts';
import { type Canvas, type Style, shorten, widthOf } from './line.ts';

/** Columns between two heads. */
const GAP = 2;
/** Of more connections than these the addresses are not compared: they hardly are all the same. */
const MOST_COMPARED = 64;

/** What stands over a lane: the role; ends that are known from packets alone are called by their address. */
export function headOf(lane: Lane, connections: readonly Connection[]): string {
  if (lane.role !== null) return lane.title;
  if (connections.length > MOST_COMPARED) return words().ladder[lane.side];
  const at = lane.side === 'client' ? 0 : 1;
  const addresses = new Set<string>();
  for (const connection of connections) {
    if (rolesOf(connection)[at] !== null) continue;
    const isA = (connection.client === 'a') === (lane.side === 'client');
    addresses.add(isA ? connection.endpointA : connection.endpointB);
    if (addresses.size > 1) return words().ladder[lane.side];
  }
  return [...addresses][0] ?? words().ladder[lane.side];
}

/** The lane at which an end of a connection stands: its role's, else that of the ends without a role, else the innermost. */
export function laneOfEnd(lanes: readonly Lane[], connection: Connection, side: Lane['side']): number {
  const role = rolesOf(connection)[side === 'client' ? 0 : 1];
  const own = lanes.findIndex((lane) => lane.role === role && (role !== null || lane.side === side));
  if (own >= 0) return own;
  const firstServer = lanes.findIndex((lane) => lane.side === 'server');
  return side === 'client' ? firstServer - 1 : firstServer;
}

/**
 * Puts a head over each lane: a client's begins at its lane, a server's ends there. One that has no room moves inwards, so
 * that none covers another; each side has at most half of the line between the outermost lanes.
 */
export function putHeads(
  canvas: Canvas,
  lanes: readonly Lane[],
  columns: readonly number[],
  heads: readonly string[],
  { style, ellipsis }: { readonly style: Style; readonly ellipsis: string },
): void {
  const clients = lanes.filter(({ side }) => side === 'client').length;
  const [first = 0, last = 0] = [columns[0], columns.at(-1)];
  const middle = Math.floor((first + last) / 2);
  let next = first;
  for (let lane = 0; lane < clients; lane++) {
    const at = Math.max(columns[lane] ?? 0, next);
    const text = shorten(heads[lane] ?? '', middle - at, ellipsis);
    canvas.put(at, text, style);
    next = at + widthOf(text) + GAP;
  }
  let before = last;
  for (let lane = lanes.length - 1; lane >= clients; lane--) {
    const at = Math.min(columns[lane] ?? 0, before);
    const text = shorten(heads[lane] ?? '', at - middle, ellipsis);
    canvas.putBefore(at, text, style);
    before = at - widthOf(text) - GAP;
  }
}
