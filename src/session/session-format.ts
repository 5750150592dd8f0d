import type { Capture } from '../../capture/capture.ts';
import type { Call } from '../sockets/call.ts';
import type { CallRowKind, RunInfo, Session } from './session.ts';

/** Says why a packet of the session exists (a row of its columns), or null where there is nothing to say. */
export type PacketReason = (row: number) => string | null;

/** How a session is written: block by block while the run goes on, and as a whole when it is over. */
export interface SessionFormat {
  header(run: RunInfo | null, capture: Capture): Iterable<Uint8Array>;
  packet(capture: Capture, row: number): Uint8Array;
  /** One row of a call; null where the format has no calls. */
  call(call: Call, kind: CallRowKind): Uint8Array | null;
  /** In steps: undefined is one on the way to the next block. */
  whole(session: Session, reason: PacketReason): Iterable<Uint8Array | undefined>;
}
