import { ACK, type Columns, RST, SYN } from '../../../capture/columns.ts';
import { readU16, readU32 } from '../../../capture/decode/bytes.ts';
import { eachTcpOption, TCP_OPTION } from '../../../capture/decode/tcp-options.ts';
import { duplicateBlock } from '../../timeline/duplicate-block.ts';
import type { RecentFrames } from '../recent-frames.ts';
import type { StrictAnalysis } from '../strict-flags.ts';
import { grown } from '../unacked.ts';
import { Proof } from './evidence.ts';
import { LatestSpans, type Second } from './latest-spans.ts';

/** The fixed header and one block, or a time stamp, take this with their padding. */
const WITH_OPTION = 32;
/** A header of TCP in its network's: no longer ones are looked at. */
const HEADERS = 200;

/** What a receiver reported of one direction. */
export interface Reported {
  readonly proof: Proof;
  bytes: number;
  /** Of the reports: for how many the sender was seen to send again, and how many are of one packet that came twice. */
  again: number;
  twice: number;
}

/** What receivers say to have got twice, by the first block of a selective acknowledgement (D-SACK, RFC 2883 §4). */
export class ReceivedTwice {
  /** By direction that the bytes went. */
  readonly reports = new Map<number, Reported>();
  /** 1 for directions whose segments have time stamps: all have them then (RFC 7323 §3.2). */
  private stamped = new Uint8Array(64);
  private readonly fins = new Set<number>();
  /** What was sent once more, the latest of each direction. */
  private readonly sent: (LatestSpans | undefined)[] = [];
  /** What was captured once more: apart, for where all is, nothing else would be remembered. */
  private readonly seen: (LatestSpans | undefined)[] = [];
  /** What the latest selective acknowledgement of each direction reported, left and right edge by turns. */
  readonly reportedEdges = new Map<number, readonly number[]>();
  private readonly frames: RecentFrames;
  private readonly most: number;

  constructor(frames: RecentFrames, most: number) {
    this.frames = frames;
    this.most = most;
  }

  reserve(flows: number): void {
    if (flows * 2 > this.stamped.length)
      this.stamped = grown(this.stamped, Math.max(flows * 2, this.stamped.length * 2));
  }

  /** The direction ends with a FIN. */
  fin(direction: number): void {
    this.fins.add(direction);
  }

  /** Bytes that the direction had sent before go out, or are captured, once more. */
  note(direction: number, seq: number, end: number, as: Second): void {
    const known = as === 'twice' ? this.seen : this.sent;
    let spans = known[direction];
    if (spans === undefined) {
      spans = new LatestSpans();
      known[direction] = spans;
    }
    spans.add(seq, end, as);
  }

  /** Looks at rows `from` … `to` of the columns, all of them segments of TCP. */
  take(columns: Columns, from: number, to: number, rowBase: number, analysis: StrictAnalysis): void {
    const { payloadAt, transportAt, flow, direction } = columns;
    const { stamped } = this;
    for (let row = from; row < to; row++) {
      const header = (payloadAt[row] ?? 0) - (transportAt[row] ?? 0);
      if (header < WITH_OPTION) continue;
      const sender = ((flow[row] ?? 0) << 1) | (direction[row] ?? 0);
      if (header === WITH_OPTION && stamped[sender] === 1) continue;
      this.look(columns, row, rowBase, sender, analysis);
    }
  }

  private look(
    { flags, ack }: Columns,
    row: number,
    rowBase: number,
    sender: number,
    analysis: StrictAnalysis,
  ): void {
    if (((flags[row] ?? 0) & (SYN | RST | ACK)) !== ACK) return;
    const frame = this.frames.frame(row + rowBase, row + rowBase, HEADERS);
    if (frame === null) return;
    const { bytes, transport } = frame;
    if (transport + 14 > bytes.length) return;
    const end = Math.min(bytes.length, transport + (readU16(bytes, transport + 12) >> 12) * 4);
    const acked = (ack[row] ?? 0) | 0;
    const edges: number[] = [];
    eachTcpOption(bytes, transport + 20, end, (kind, at, length) => {
      if (kind === TCP_OPTION.timestamps) this.stamped[sender] = 1;
      if (kind !== TCP_OPTION.sack || at + length > end) return;
      for (let edge = at + 2; edge + 8 <= at + length; edge += 8)
        edges.push((readU32(bytes, edge) - acked) | 0, (readU32(bytes, edge + 4) - acked) | 0);
    });
    if (edges.length === 0) return;
    this.reportedEdges.set(
      sender ^ 1,
      edges.map((edge) => (acked + edge) | 0),
    );
    const block = duplicateBlock(edges, 0);
    if (block === null) return;
    const [from, to] = [(acked + block[0]) | 0, (acked + block[1]) | 0];
    const { base, next } = analysis.numbersOf(sender ^ 1);
    // SYN and FIN are no data: that they came again is told apart.
    const first = from === base ? (from + 1) | 0 : from;
    const last = to === next && this.fins.has(sender ^ 1) ? (to - 1) | 0 : to;
    if (((last - first) | 0) > 0) this.report(sender ^ 1, first, last, row + rowBase);
  }

  private report(direction: number, from: number, to: number, row: number): void {
    const sent = this.sent[direction]?.take(from, to) ?? null;
    const known = sent ?? this.seen[direction]?.take(from, to);
    // To answer a probe is what it is for.
    if (known === 'probe') return;
    let reported = this.reports.get(direction);
    if (reported === undefined) {
      reported = { proof: new Proof(), bytes: 0, again: 0, twice: 0 };
      this.reports.set(direction, reported);
    }
    reported.proof.add(row, this.most);
    reported.bytes += (to - from) | 0;
    if (known === 'again') reported.again++;
    if (known === 'twice') reported.twice++;
  }
}
