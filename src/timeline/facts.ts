import type { Capture } from '../../capture/capture.ts';
import type { HeldSeconds } from '../diagnosis/held-seconds.ts';
import type { Session } from '../session/session.ts';
import type { Clock } from './clock.ts';
import type { Connections } from './connections.ts';
import type { UdpFacts } from './explain-udp.ts';
import type { Untaken } from './handshakes.ts';
import type { LinkTable } from './link-table.ts';
import type { ReasonTable } from './reason-table.ts';
import type { Rows } from './rows.ts';
import type { SocketLife } from './sockets.ts';
import type { TcpEnds } from './tcp-ends.ts';
import type { Side } from './tcp-side.ts';
import type { TcpWire } from './tcp-wire.ts';
import type { Timeline } from './types.ts';
import type { Datagram } from './udp-datagrams.ts';

/** What building a time line finds out, kept for the checks and findings that look deeper than the Timeline shows. */
export interface Facts {
  readonly session: Session;
  readonly capture: Capture;
  readonly clock: Clock;
  /** Whether the capture holds every packet of the run: only then does the absence of one tell anything. */
  readonly complete: boolean;
  readonly wire: TcpWire;
  /** Packets that were captured before; null where there are none, as in all that a run captures. */
  readonly seconds: HeldSeconds | null;
  readonly lost: Uint8Array;
  /** Lost here, or proved by the receiver's acknowledgements never to have been taken. */
  readonly gone: Uint8Array;
  /** What the listener's kernel did not take while the accept queue was full, by row. */
  readonly untaken: ReadonlyMap<number, Untaken>;
  readonly sockets: ReadonlyMap<string, SocketLife>;
  readonly ends: TcpEnds;
  readonly udp: UdpFacts | null;
  /** The datagram that a UDP packet is of, by row; of a capture without calls those that came in fragments. */
  readonly datagrams: ReadonlyMap<number, Datagram>;
  readonly links: LinkTable;
  readonly reasons: ReasonTable;
  readonly connections: Connections;
  readonly connectionOfCall: Int32Array;
  readonly rows: Rows;
  /** Both ends of each TCP flow as its last packet left them; null for other flows and for captures without calls. */
  readonly sides: readonly (readonly [Side, Side] | null)[];
}

const FACTS = new WeakMap<Timeline, Facts>();

/** The facts behind a time line that buildTimeline made. Throws for any other. */
export function factsOf(timeline: Timeline): Facts {
  const facts = FACTS.get(timeline);
  if (facts === undefined) throw new TypeError('not a time line of buildTimeline');
  return facts;
}

/** Keeps what a time line was made of. */
export function rememberFacts(timeline: Timeline, facts: Facts): void {
  FACTS.set(timeline, facts);
}
