import type { Session } from '../session/session.ts';

/** Connection states of RFC 9293 §3.3.2, by their names there. */
export const TCP_STATES = [
  'CLOSED',
  'LISTEN',
  'SYN-SENT',
  'SYN-RECEIVED',
  'ESTABLISHED',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'CLOSE-WAIT',
  'CLOSING',
  'LAST-ACK',
  'TIME-WAIT',
] as const;
export type TcpState = (typeof TCP_STATES)[number];

/**
 * How a call and a packet belong together.
 * causes: the call made the packet (connect: SYN). carries: the packet holds bytes of this send.
 * pushes: the call made bytes of an earlier send leave. consumes: this recv took bytes of the packet.
 * completes: the packet made the call return. opens: this recv freed the buffer that the window update tells of.
 * answers: the kernel replied on behalf of this call (listen: SYN+ACK).
 */
export type Relation = 'causes' | 'carries' | 'pushes' | 'consumes' | 'completes' | 'opens' | 'answers';

/** `packet` is a row of the columns, `call` an index into session.calls; from/to are stream offsets (to is exclusive). */
export interface Link {
  readonly call: number;
  readonly packet: number;
  readonly relation: Relation;
  readonly from: number | null;
  readonly to: number | null;
}

/** Why a packet exists, or why a call did what it did: a message with parameters, put into words by messages.ts. */
export interface Reason {
  readonly kind: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** What proves it: indices of calls and rows of packets. */
  readonly calls: readonly number[];
  readonly packets: readonly number[];
}

export interface Finding extends Reason {
  readonly severity: 'warning' | 'note' | 'chat';
}

/** One TCP connection or UDP conversation of the run. A and B are those of the flow. */
export interface Connection {
  readonly flow: number;
  readonly protocol: 'tcp' | 'udp';
  readonly endpointA: string;
  readonly endpointB: string;
  /** Which end opened it (TCP: sent the SYN; UDP of a run: sent first). */
  readonly client: 'a' | 'b';
  /** Neither a handshake nor a call tells which end that is: it is guessed by the ports. */
  readonly isGuessed: boolean;
  /**
   * Role names and socket identities at either end, null where no calls are known. A role without a socket is that whose
   * socket listened there, then or at another time, or only had the address.
   */
  readonly roleA: string | null;
  readonly roleB: string | null;
  readonly socketA: string | null;
  readonly socketB: string | null;
}

/** A call that a packet of a plain capture lets one infer: 'close' stands for shutdown as well, 'send' for several. */
export interface InferredCall {
  /** 'connect, send': the SYN carried data (TCP Fast Open). */
  readonly name: 'connect' | 'connect, send' | 'listen' | 'send' | 'send, close' | 'close' | 'sendto';
  /** Bytes that it handed over; null where that is not known, or it has none. */
  readonly bytes: number | null;
  /** They left in several packets, of which this is the last, and may be of several sends. */
  readonly isSum: boolean;
  /** MSG_OOB. */
  readonly isUrgent: boolean;
}

/** What happens at one instant of the time line. A call that is instantaneous on the ladder's scale has only an exit row. */
export type Row =
  | { readonly kind: 'packet'; readonly packet: number }
  | { readonly kind: 'enter'; readonly call: number }
  | { readonly kind: 'exit'; readonly call: number };

export interface RowStates {
  readonly connection: number;
  readonly a: TcpState;
  readonly b: TcpState;
}

/** Everything that src says about a session. Pure: the same session gives the same time line. */
export interface Timeline {
  readonly session: Session;
  readonly connections: readonly Connection[];
  /** In time order; rows are made when asked for, because a file may have millions. */
  readonly rowCount: number;
  row(index: number): Row;
  rowTimeNs(index: number): bigint;
  /** Where a packet, the entry and the return of a call stand among the rows; -1 where they have none. */
  rowOfPacket(packet: number): number;
  rowOfEntry(call: number): number;
  rowOfReturn(call: number): number;
  /** TCP state of both ends of the row's connection after the row; null for UDP and for rows of no connection. */
  states(index: number): RowStates | null;
  /** The connection (index) of a packet or a call, or null. */
  connectionOfPacket(packet: number): number | null;
  connectionOfCall(call: number): number | null;
  linksOfPacket(packet: number): readonly Link[];
  linksOfCall(call: number): readonly Link[];
  readonly linkCount: number;
  /** Why the packet exists. kind 'unexplained' where we cannot tell, 'foreign' where it is not of this run's sockets. */
  reasonOfPacket(packet: number): Reason;
  /** Why a call blocked, failed, or caused no packet; null where there is nothing to say. */
  reasonOfCall(call: number): Reason | null;
  /** Plain captures: what the packet lets us infer about the call behind it on the sender's side, null where nothing. */
  inferredCall(packet: number): InferredCall | null;
  readonly findings: readonly Finding[];
  readonly unexplained: number;
}
