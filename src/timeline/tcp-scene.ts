import type { Capture } from '../../capture/capture.ts';
import type { Columns } from '../../capture/columns.ts';
import type { HeldSeconds } from '../diagnosis/held-seconds.ts';
import type { Call } from '../sockets/call.ts';
import type { Clock } from './clock.ts';
import type { Untaken } from './handshakes.ts';
import type { LastSign } from './last-signs.ts';
import type { LinkTable } from './link-table.ts';
import type { ReasonTable } from './reason-table.ts';
import type { TcpEnds } from './tcp-ends.ts';
import type { Side } from './tcp-side.ts';
import type { TcpWire } from './tcp-wire.ts';

/** All that explaining TCP packets reads, and the two tables that it fills. */
export interface TcpScene {
  readonly capture: Capture;
  readonly columns: Columns;
  readonly calls: readonly Call[];
  readonly clock: Clock;
  /** Whether the capture holds every packet of the run, or is all there is to go by. */
  readonly complete: boolean;
  readonly wire: TcpWire;
  readonly ends: TcpEnds;
  readonly lastSign: LastSign;
  /** 1 for each packet that the lab dropped after it was captured. */
  readonly lost: Uint8Array;
  /** 1 for those, and for segments that the receiver is proved never to have taken. */
  readonly gone: Uint8Array;
  /** What the listener's kernel did not take while the accept queue was full; those rows are `gone` too. */
  readonly untaken: ReadonlyMap<number, Untaken>;
  /** SyncookiesSent of the run's own network: SYN+ACKs of which the kernel kept nothing; null where that is not known. */
  readonly cookies: number | null;
  /** Whether the link may delay packets by itself (rate, delay, other people's captures): then times tell nothing of delayed ACKs. */
  readonly shaped: boolean;
  /** Whether the session has calls at all: without them, reasons speak of packets alone. */
  readonly hasCalls: boolean;
  readonly links: LinkTable;
  readonly reasons: ReasonTable;
  /** Packets that were captured before; null where there are none. */
  readonly seconds: HeldSeconds | null;
}

/** One segment while it is explained: `from` and `to` are its bytes' offsets, `acked` is NaN without the ACK flag. */
export interface Segment {
  readonly row: number;
  /** Its index in wire.rows: those of its flow stand around it, in time order. */
  readonly place: number;
  readonly ns: number;
  readonly flags: number;
  /** Whether its offsets are those of the stream; else they count from some byte in the middle, and mean no calls. */
  readonly placed: boolean;
  readonly from: number;
  /** End of its bytes; the FIN not counted. */
  readonly to: number;
  readonly acked: number;
  readonly sender: Side;
  readonly receiver: Side;
}
