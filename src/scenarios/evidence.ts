import type { ArgValue } from '../sockets/call.ts';
import type { Errno } from '../sockets/errno.ts';
import type { Untaken } from '../timeline/handshakes.ts';
import type { Finding, Relation, TcpState } from '../timeline/types.ts';
import type { Text } from '../words/text.ts';
import type { Parameters } from './parameters.ts';

/**
 * Who: 'client' and 'server' are all roles of that side, their threads and children too; 'client 2' or 'server.1' is that
 * role alone; '*' is everybody.
 */
export type Who = string;

/** A call as a check sees it. Times are in ms since the run's first event. */
export interface CallSeen {
  readonly kind: 'call';
  /** Into session.calls. */
  readonly index: number;
  readonly role: string;
  readonly name: string;
  readonly args: Readonly<Record<string, ArgValue>>;
  /** When it was entered, when it returned (Infinity: it has not), and how long it took. */
  readonly entered: number;
  readonly returned: number;
  readonly took: number;
  /** It has returned, and without an error. */
  readonly ok: boolean;
  readonly ret: number | null;
  readonly errno: Errno | null;
  /** What it moved: the return value of a send or recv that succeeded, else 0. */
  readonly bytes: number;
  /** Bytes asked for. */
  readonly length: number | null;
  /** Offset in the stream of the first byte moved; null for datagrams and where nothing was. */
  readonly offset: number | null;
  readonly data: Uint8Array | null;
  readonly fd: number | null;
  readonly socket: string | null;
  /** The socket that socket() or accept() made. */
  readonly created: string | null;
  readonly local: string | null;
  readonly remote: string | null;
  /** Number of its connection or conversation in the run; null where it has none. */
  readonly connection: number | null;
  /** Bytes in the queues just after it; for close just before. */
  readonly sendQueue: number | null;
  readonly recvQueue: number | null;
  /** TCP_INFO just after it (close: just before): state, rtt_us, cwnd, total_retrans… */
  readonly tcpInfo: Readonly<Record<string, number>> | null;
}

/** A packet as a check sees it. */
export interface PacketSeen {
  readonly kind: 'packet';
  /** Row of the columns. */
  readonly index: number;
  /** When it was captured, in ms since the run's first event. */
  readonly time: number;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'other';
  /** TCP: 'SYN', 'SYN ACK', 'ACK', 'PSH ACK', 'FIN ACK', 'RST'… in the order SYN FIN RST PSH ACK URG; else ''. */
  readonly flags: string;
  /** Bytes of payload. */
  readonly bytes: number;
  readonly seq: number;
  readonly ack: number;
  /** As on the wire, unscaled. */
  readonly window: number;
  /** Which end of its connection sent it, and that end's role; null where that is not known. */
  readonly from: 'client' | 'server' | null;
  readonly fromRole: string | null;
  readonly toRole: string | null;
  readonly connection: number | null;
  /** Kind of its reason: 'syn', 'again-timeout', 'zero-window'… (src/words/en/packets.ts). */
  readonly reason: string;
  /** ICMP and ICMPv6. */
  readonly icmpType: number | null;
  readonly icmpCode: number | null;
  /** The lab dropped it after it was captured. */
  readonly lost: boolean;
  /** Of a listener's client: why the kernel did not take it for the handshake ('full': no room in the accept queue); null of others. */
  readonly untaken: Untaken['fate'] | null;
  readonly fragment: boolean;
}

/** What packets must have in common; a property left out accepts anything. */
export interface PacketQuery {
  /** End or role that sent it. */
  readonly from?: Who;
  readonly to?: Who;
  readonly protocol?: PacketSeen['protocol'];
  /** Flags that are set, others may be too: 'FIN', 'SYN ACK'. '!ACK' after a space excludes: 'SYN !ACK'. */
  readonly flags?: string;
  /** Whether it carries payload. */
  readonly data?: boolean;
  readonly connection?: number | null;
  /** Kind of its reason, or several. */
  readonly reason?: string | readonly string[];
}

/** One TCP connection or UDP conversation. */
export interface ConnectionSeen {
  readonly index: number;
  readonly protocol: 'tcp' | 'udp';
  /** Roles at its ends; null where no role of the run was there. */
  readonly client: string | null;
  readonly server: string | null;
  /** TCP: states of both ends after its last row; null where they are not known. */
  readonly clientState: TcpState | null;
  readonly serverState: TcpState | null;
}

/** What a run left behind, in the words of the exercise. Made for checks: `run.calls('server', 'accept')`. */
export interface Evidence {
  readonly parameters: Parameters;
  /** Every packet was captured: only then does the absence of one prove anything. */
  readonly complete: boolean;
  /** Why it may not be so, in words: a capture filter, drops, an engine that does not count them; null where it is complete. */
  readonly mayMiss: Text | null;
  /** Which packet came before which call can be told: not so with --engine cap, whose packets have no kernel times. */
  readonly ordered: boolean;

  /** Calls in order of entry; of one name, of several, or all. sendall is a span, its sends are calls of their own. */
  calls(who: Who, name?: string | readonly string[]): readonly CallSeen[];
  /** Packets in order of time. */
  packets(which?: PacketQuery): readonly PacketSeen[];
  /** One of them by its index, as findings and reasons name it. */
  call(index: number): CallSeen;
  packet(row: number): PacketSeen;
  /** All bytes that a call moved, of which its `data` holds the first; null where they were not kept. */
  bytesOf(call: CallSeen): Uint8Array | null;
  connections(protocol?: 'tcp' | 'udp'): readonly ConnectionSeen[];

  /** Packets linked to a call; calls linked to a packet. */
  packetsOf(call: CallSeen, ...relations: readonly Relation[]): readonly PacketSeen[];
  callsOf(packet: PacketSeen, ...relations: readonly Relation[]): readonly CallSeen[];

  /** Whether `first` is over before `second` begins; null where that cannot be told, and where either is missing. */
  before(first: CallSeen | PacketSeen | undefined, second: CallSeen | PacketSeen | undefined): boolean | null;
  /** Whether `first` is over before `second` is over; null as above. */
  endsBefore(
    first: CallSeen | PacketSeen | undefined,
    second: CallSeen | PacketSeen | undefined,
  ): boolean | null;
  /** Whether `packet` was captured between the call's entry and its return; null as above. */
  during(packet: PacketSeen | undefined, call: CallSeen | undefined): boolean | null;

  /** What a role reported; undefined when it did not. Of a side with several roles, the first that reported it. */
  report(who: Who, key: string): string | number | boolean | undefined;
  /** Of every role of that side that reported it. */
  reports(who: Who, key: string): readonly (string | number | boolean)[];
  /** Exit code or signal of a role; null while unknown. */
  exit(role: string): number | string | null;
  /** By how much a counter of the run's own network grew: 'TcpExtListenOverflows', 'TcpRetransSegs', 'UdpRcvbufErrors', 'Icmp…', 'Udp6…', named as nstat(8) does. null where others count along: on the machine's own network, and in `sockscope shell`. */
  counter(name: string): number | null;
  /** Whether the run was made in `sockscope shell`, whose other programs share its network. */
  readonly isInShell: boolean;
  findings(kind: string): readonly Finding[];
}
