import { Columns } from '../columns.ts';
import { FlowTable } from '../flows.ts';
import { FragmentTable } from './fragments.ts';
import type { Gathered } from './gathered.ts';
import { PROBLEM, type Problem } from './problems.ts';

/** What a decoder returns instead of an offset when it cannot go on. */
export const STOPPED = -1;

/** Which decoder the next header is for. */
export const NEXT = {
  nothing: 0,
  /** IPv4 or IPv6 by the version in the first byte. */
  ip: 2,
  ipv4: 3,
  ipv6: 4,
  tcp: 5,
  udp: 6,
  icmp: 7,
  icmpv6: 8,
  ethernet: 9,
  vlan: 10,
  /** The word before a packet of LINKTYPE_NULL and LINKTYPE_LOOP. */
  loopback: 11,
  sll: 12,
  sll2: 13,
  arp: 14,
  llc: 15,
  mpls: 16,
  pppoe: 17,
  ppp: 18,
  gre: 19,
  ciscoHdlc: 20,
  /** A mirrored frame with a header of type II or III, and one without any. */
  erspan: 21,
  erspanTypeI: 22,
  /** Ethernet in MPLS with a control word, and without. */
  pseudowire: 23,
  pseudowireBare: 24,
  vxlan: 25,
  geneve: 26,
  /** An authentication header behind IPv4. */
  ah: 27,
  pppoeDiscovery: 28,
} as const;
export type Next = (typeof NEXT)[keyof typeof NEXT];

/** Flows of rows that are only looked at mean nothing; so many may gather. */
const FLOWS_KEPT = 256;
/** What a column cannot hold: an offset in a frame. */
const OFFSET_LIMIT = 0xfffe;

/**
 * Where the decoders write, and what one tells the next. One object a capture, not one a packet: each decoder reads
 * its header in place, writes the row's cells, sets `next` and returns where the next header starts.
 */
export class Decoding {
  readonly columns = new Columns();
  flows = new FlowTable();
  /** Null where single frames are looked at, of which nothing is to be kept. */
  fragments: FragmentTable | null = new FragmentTable();
  row = 0;
  /** Where the frame starts in the bytes being read; columns hold offsets from here. */
  frameAt = 0;
  /** Where the captured part of the packet ends; padding after the IP packet is cut off. */
  end = 0;
  /** Where the packet would end had it been captured whole. */
  wireEnd = 0;
  next: Next = NEXT.nothing;
  etherType = 0;
  /** The innermost IP header's addresses. */
  sourceAt = 0;
  destinationAt = 0;
  addressLen = 0;
  /** Numbers of the VLANs that the frame is tagged with, each 12 bits, the innermost last; 0 without a tag. */
  vlans = 0;
  /** IP headers that were met. */
  networks = 0;
  /** What is being decoded is the first fragment of a datagram. */
  firstFragment = false;
  /** The fragment being decoded is of a datagram that holds a tunnel. */
  tunnelFragment = false;
  /** The datagram that the row is a fragment of. */
  gathered: Gathered | null = null;
  /** It stands in a packet that an ICMP error quotes, whose fragments do not follow. */
  quoted = false;

  /** Where headers were met: kind, offset, captured end and wire end of each; null when nobody asks. */
  trace: number[] | null = null;

  /** Makes the one row that is decoded again and again forget what went before. */
  forget(): void {
    this.columns.problem[this.row] = PROBLEM.none;
    this.columns.tcpOptions.clear();
    if (this.flows.length > FLOWS_KEPT) this.flows = new FlowTable();
    this.columns.fragments.clear();
  }

  /** Makes a note of what is wrong with the row, unless something was before, and ends its decoding. */
  stop(problem: Problem, at: number): typeof STOPPED {
    this.note(problem, at);
    this.next = NEXT.nothing;
    return STOPPED;
  }

  /** As `stop`, also where something was noted before: what cannot be read outweighs a length that is wrong. */
  giveUp(problem: Problem, at: number): typeof STOPPED {
    this.columns.problem[this.row] = PROBLEM.none;
    return this.stop(problem, at);
  }

  /** Makes a note of what is wrong with the row; decoding goes on. */
  note(problem: Problem, at: number): void {
    if (this.columns.problem[this.row] !== PROBLEM.none) return;
    this.columns.problem[this.row] = problem;
    this.columns.problemAt[this.row] = Math.min(at - this.frameAt, 0xffff);
  }

  /** Whether an offset is too large for the columns. */
  tooFar(at: number): boolean {
    return at - this.frameAt > OFFSET_LIMIT;
  }
}
