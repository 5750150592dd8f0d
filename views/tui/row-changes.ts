import type { RowStates, Timeline } from '../../src/timeline/types.ts';
import type { StateChange } from '../ladder/state-watch.ts';

/** How far back the row before of the same connection is looked for. */
const LOOK_BACK = 400;
/** In a large capture, where hundreds of connections may mix, so that a screen stays quick. */
const LOOK_BACK_LARGE = 60;
const LARGE = 100_000;

/** Which TCP states change at a row; none where the connection's row before is out of reach. */
export function stateChanges(timeline: Timeline, index: number): StateChange[] {
  const now = timeline.states(index);
  const connection = now === null ? undefined : timeline.connections[now.connection];
  if (now === null || connection === undefined) return [];
  const before = statesBefore(timeline, index, now.connection);
  if (before === null) return [];
  const isA = connection.client === 'a';
  const row = timeline.row(index);
  // A socket that listens does so for all its connections: that is told at its listen(), not at the first row of each.
  const mayListen = row.kind === 'packet' || timeline.session.calls[row.call]?.name === 'listen';
  const changes: StateChange[] = [];
  const add = (a: boolean): void => {
    const side = a === isA ? 'client' : 'server';
    const role = a ? connection.roleA : connection.roleB;
    const state = now[a ? 'a' : 'b'];
    if (state === before[a ? 'a' : 'b'] || (state === 'LISTEN' && !mayListen)) return;
    changes.push({ side, role, state });
  };
  add(true);
  add(false);
  return changes;
}

function statesBefore(timeline: Timeline, index: number, connection: number): RowStates | null {
  const reach = timeline.rowCount > LARGE ? LOOK_BACK_LARGE : LOOK_BACK;
  for (let at = index - 1; at >= 0 && at > index - reach; at--) {
    const states = timeline.states(at);
    if (states?.connection === connection) return states;
  }
  return index <= reach ? { connection, a: 'CLOSED', b: 'CLOSED' } : null;
}
