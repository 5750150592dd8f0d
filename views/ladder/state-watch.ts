import type { TcpState, Timeline } from '../../src/timeline/types.ts';

/** One end of a connection has come into another state. */
export interface StateChange {
  readonly side: 'client' | 'server';
  readonly role: string | null;
  readonly state: TcpState;
}

/** Tells, row after row, which TCP states changed. */
export class StateWatch {
  private readonly timeline: Timeline;
  /** Roles that were said to listen: they do so for all their connections. */
  private readonly listening = new Set<string | null>();
  private readonly known = new Map<number, readonly [client: TcpState, server: TcpState]>();

  constructor(timeline: Timeline) {
    this.timeline = timeline;
  }

  changes(index: number): StateChange[] {
    const states = this.timeline.states(index);
    const connection = states === null ? undefined : this.timeline.connections[states.connection];
    if (states === null || connection === undefined) return [];
    const { roleA, roleB } = connection;
    const isA = connection.client === 'a';
    const [client, server] = isA ? [states.a, states.b] : [states.b, states.a];
    const [clientRole, serverRole] = isA ? [roleA, roleB] : [roleB, roleA];
    const before = this.known.get(states.connection) ?? ['CLOSED', 'CLOSED'];
    this.known.set(states.connection, [client, server]);
    const changes: StateChange[] = [];
    if (before[0] !== client) changes.push({ side: 'client', role: clientRole, state: client });
    if (before[1] !== server && !(server === 'LISTEN' && this.listening.has(serverRole))) {
      changes.push({ side: 'server', role: serverRole, state: server });
    }
    if (server === 'LISTEN') this.listening.add(serverRole);
    return changes;
  }
}
