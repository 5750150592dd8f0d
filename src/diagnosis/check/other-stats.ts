import type { Capture } from '../../../capture/capture.ts';
import { type Columns, PROTOCOL } from '../../../capture/columns.ts';
import { wholePacket } from '../../../capture/datagram.ts';
import { readU16 } from '../../../capture/decode/bytes.ts';
import { ICMP_ECHO, ICMPV6_ECHO } from '../../../capture/decode/icmp-types.ts';
import { natureOf } from '../../../capture/decode/problems.ts';
import type { PlainRows } from '../../../capture/strands.ts';
import type { RecentFrames } from '../recent-frames.ts';
import type { SecondCaptures } from '../second-captures.ts';
import type { SegmentObserver } from '../strict-flags.ts';
import { grown } from '../unacked.ts';
import { Evidence, Proof } from './evidence.ts';
import { IncompleteDatagrams } from './incomplete.ts';
import { OverlappingFragments } from './overlapping.ts';
import { EchoRequests } from './pings.ts';
import { Queries } from './queries.ts';
import { QuotedPackets } from './quoted-packet.ts';
import type { TooBig } from './too-big.ts';
import { Undecoded } from './undecoded.ts';

const NS = 1e9;
/** Where the number of an echo stands in its header. */
const ECHO_NUMBER = 6;
/** Captures on several queues or interfaces are not strictly in order; less than this is said of none. */
const BACK_MIN_NS = 1e6;

/** Added to the code of a problem of packets that the capture itself cut. */
export const CUT = 256;

/** ICMP errors of one kind about one direction of a flow. */
export interface QuotingErrors {
  readonly flow: number;
  readonly direction: number;
  readonly code: number;
  readonly v6: boolean;
  /** The row that the first of them quotes; -1 where it is not known. */
  readonly quoted: number;
  readonly proof: Proof;
}

/** What is worth knowing of a capture besides its TCP conversations. */
export class OtherStats {
  packets = 0;
  wireBytes = 0;
  cut = 0;
  readonly byProtocol = [0, 0, 0, 0, 0];
  readonly problems = new Map<number, Proof>();
  /** Datagrams of UDP flows: two cells a flow, from A and from B. */
  datagrams = new Uint32Array(128);
  /** ICMP errors by what they quote: flow and direction, then type * 256 + code, with ICMPv6 above 65536. */
  readonly errors = new Map<number, QuotingErrors>();
  private readonly quoted: QuotedPackets;
  private readonly tooBig: TooBig;
  private readonly seconds: SecondCaptures;
  private readonly copies: Pick<SegmentObserver, 'copied'>;
  readonly evidence: Evidence;
  readonly queries: Queries;
  readonly echoes: EchoRequests;
  readonly incomplete: IncompleteDatagrams;
  readonly overlapping: OverlappingFragments;
  readonly undecoded: Undecoded;
  firstSec = 0;
  firstNsec = 0;
  /** ns since `firstSec`. */
  earliest = 0;
  latest = 0;
  backLargest = 0;
  readonly back = new Proof();
  /** Packets of Simple Packet Blocks, which have no time. */
  readonly timeless = new Proof();
  private filledSec = 0;
  private filledNsec = 0;
  private before = 0;

  /** Keeps the first `most` rows of everything that it finds. */
  constructor(
    most: number,
    frames: RecentFrames,
    tooBig: TooBig,
    { seconds, stats }: { seconds: SecondCaptures; stats: Pick<SegmentObserver, 'copied'> },
  ) {
    this.tooBig = tooBig;
    this.seconds = seconds;
    this.copies = stats;
    this.quoted = new QuotedPackets(frames);
    this.evidence = new Evidence(most);
    this.queries = new Queries(most);
    this.echoes = new EchoRequests(most);
    this.incomplete = new IncompleteDatagrams(most);
    this.overlapping = new OverlappingFragments(most);
    this.undecoded = new Undecoded(most);
  }

  take(columns: Columns, rowBase: number, capture: Capture, from = 0, to = columns.length): void {
    const flows = capture.flows.length;
    const { sec, nsec, protocol, wireLen, capLen, problem } = columns;
    if (flows * 2 > this.datagrams.length)
      this.datagrams = grown(this.datagrams, Math.max(flows * 2, this.datagrams.length * 2));
    if (rowBase + from === 0) {
      this.firstSec = sec[0] ?? 0;
      this.firstNsec = nsec[0] ?? 0;
      this.before = this.firstNsec;
      this.earliest = this.before;
      this.latest = this.before;
    }
    if (columns.plain !== null && from === 0 && to === columns.length) {
      this.takePlain(columns, rowBase, columns.plain);
      return;
    }
    let { before, latest, wireBytes, cut } = this;
    for (let row = from; row < to; row++) {
      const now = ((sec[row] ?? 0) - this.firstSec) * NS + (nsec[row] ?? 0);
      if (before - now > BACK_MIN_NS) this.wentBack(before - now, row + rowBase);
      before = now;
      if (now > latest) latest = now;
      wireBytes += wireLen[row] ?? 0;
      if ((capLen[row] ?? 0) < (wireLen[row] ?? 0)) cut++;
      if (problem[row] !== 0 && !this.seconds.isCopy(row))
        this.problem(problem[row] ?? 0, isCut(columns, row), row + rowBase);
      if (protocol[row] !== PROTOCOL.tcp) this.other(columns, row, rowBase, now, capture);
    }
    this.incomplete.take(columns, rowBase, from, to);
    this.overlapping.take(columns, rowBase, from, to, capture);
    this.before = before;
    this.latest = latest;
    this.wireBytes = wireBytes;
    this.cut = cut;
    this.packets += to - from;
  }

  /** What has no more to it than its times and lengths: nothing besides is known of TCP here. */
  private takePlain({ sec, nsec, length }: Columns, rowBase: number, { wireBytes }: PlainRows): void {
    const timeOf = (row: number): number => ((sec[row] ?? 0) - this.firstSec) * NS + (nsec[row] ?? 0);
    const back = this.before - timeOf(0);
    if (back > BACK_MIN_NS) this.wentBack(back, rowBase);
    this.before = timeOf(length - 1);
    this.latest = Math.max(this.latest, this.before);
    this.wireBytes += wireBytes;
    this.packets += length;
  }

  /**
   * Gives packets without a time that of the packet before them, or of the first that has one: durations are then those
   * of the packets with times. Only what is read through and forgotten is changed.
   */
  fillTimes(columns: Columns, rowBase: number, capture: Capture, from = 0, to = columns.length): void {
    if (capture.format !== 'pcapng') return;
    const { sec, nsec } = columns;
    for (let row = from; row < to; row++) {
      if (sec[row] === 0 && !capture.hasTime(row + rowBase)) {
        if (row + rowBase === 0) this.takeFirstTime(columns, capture);
        sec[row] = this.filledSec;
        nsec[row] = this.filledNsec;
        this.timeless.add(row + rowBase, this.evidence.most);
      }
      this.filledSec = sec[row] ?? 0;
      this.filledNsec = nsec[row] ?? 0;
    }
  }

  private takeFirstTime({ sec, nsec, length }: Columns, capture: Capture): void {
    let first = 0;
    while (first < length && !capture.hasTime(first)) first++;
    this.filledSec = sec[first] ?? 0;
    this.filledNsec = nsec[first] ?? 0;
  }

  private wentBack(by: number, row: number): void {
    if (by > this.backLargest) this.backLargest = by;
    this.back.add(row, this.evidence.most);
  }

  private problem(code: number, isCut: boolean, row: number): void {
    const key = natureOf(code, isCut) === 'cut' ? code + CUT : code;
    let known = this.problems.get(key);
    if (known === undefined) {
      known = new Proof();
      this.problems.set(key, known);
    }
    known.add(row, this.evidence.most);
  }

  private other(columns: Columns, row: number, rowBase: number, now: number, capture: Capture): void {
    const protocol = columns.protocol[row] ?? 0;
    this.byProtocol[protocol] = (this.byProtocol[protocol] ?? 0) + 1;
    if (protocol === PROTOCOL.other && columns.problem[row] === 0 && !columns.fragments.has(row))
      this.undecoded.take(columns, row, rowBase, capture);
    const flow = columns.flow[row] ?? -1;
    if (flow < 0) return;
    if (this.seconds.isCopy(row)) {
      this.copies.copied?.(columns, row);
      return;
    }
    if (protocol === PROTOCOL.udp) {
      // A datagram in fragments counts once, with its first one.
      if ((columns.fragments.get(row)?.offset ?? 0) > 0) return;
      const cell = flow * 2 + (columns.direction[row] ?? 0);
      this.datagrams[cell] = (this.datagrams[cell] ?? 0) + 1;
      if ((this.datagrams[cell] ?? 0) <= this.evidence.most)
        this.evidence.add(flow, columns.direction[row] ?? 0, row + rowBase);
      if (columns.direction[row] === 1) this.queries.answered(flow);
      else this.queries.sent(flow, row + rowBase, now);
      return;
    }
    const code = columns.seq[row] ?? 0;
    const type = code >> 8;
    const v6 = protocol === PROTOCOL.icmpv6;
    const echo = v6 ? ICMPV6_ECHO : ICMP_ECHO;
    if ((protocol === PROTOCOL.icmp || v6) && echo.includes(type)) {
      const header = wholePacket(capture, row).subarray(columns.transportAt[row] ?? 0xffff);
      const direction = columns.direction[row] ?? 0;
      const isRequest = type === (v6 ? 128 : 8);
      if (header.length < ECHO_NUMBER + 2) return;
      const number = readU16(header, ECHO_NUMBER);
      if (isRequest) this.echoes.sent(flow, direction, number, row + rowBase, now);
      else this.echoes.answered(flow, direction, number);
      return;
    }
    const isError = v6 ? type >= 1 && type <= 4 : type === 3 || type === 11 || type === 12;
    if ((protocol !== PROTOCOL.icmp && !v6) || !isError) return;
    const direction = this.quoted.direction(columns, row, rowBase);
    this.tooBig.take(flow * 2 + direction, code, v6, row + rowBase, this.firstSec * NS + now);
    const key = (flow * 2 + direction) * 131_072 + (v6 ? 65_536 : 0) + code;
    let known = this.errors.get(key);
    if (known === undefined) {
      const quoted = this.quoted.find(columns, row, rowBase);
      known = { flow, direction, code, v6, quoted, proof: new Proof() };
      this.errors.set(key, known);
    }
    known.proof.add(row + rowBase, this.evidence.most);
  }
}

/** Whether the capture holds less of a packet than there was, or of one of the fragments that it was put together from. */
function isCut({ capLen, wireLen, datagrams }: Columns, row: number): boolean {
  if ((capLen[row] ?? 0) < (wireLen[row] ?? 0)) return true;
  const pieces = datagrams.get(row)?.whole?.pieces ?? [];
  return pieces.some(({ captured, length }) => captured < length);
}
