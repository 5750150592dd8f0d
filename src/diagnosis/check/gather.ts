import type { Capture } from '../../../capture/capture.ts';
import type { Columns } from '../../../capture/columns.ts';
import { FLAG_FIELDS } from '../flags.ts';
import { RecentFrames } from '../recent-frames.ts';
import { SecondCaptures } from '../second-captures.ts';
import { StrictAnalysis } from '../strict-flags.ts';
import { Checksums } from './checksums.ts';
import { ClockJumps } from './clock-jumps.ts';
import { conversationOf } from './conversation.ts';
import { endsOf } from './ends.ts';
import { FRAMES_NAMED } from './evidence.ts';
import { type CheckFacts, findIssues, hasWarning } from './find-issues.ts';
import { cellsAt, FLOW } from './flow-cells.ts';
import { FlowStats } from './flow-stats.ts';
import { OtherStats } from './other-stats.ts';
import type { CheckReport, Verdict } from './report.ts';
import { TooBig } from './too-big.ts';
import { type Unacknowledged, unacknowledged } from './unacknowledged.ts';
import { VlanMix } from './vlan-mix.ts';

const NS = 1e9;

export interface CheckLimits {
  /** How many conversations the report holds; the longest come first. */
  readonly conversations: number;
  /** How many frames of each issue are named; Infinity: all of them. */
  readonly frames?: number;
  /** 1: do not read large files in a second thread. */
  readonly threads?: 1 | 2;
}

/** What is gathered of a capture's rows as they come. */
export class Gathering {
  readonly others: OtherStats;
  readonly checksums: Checksums;
  readonly stats: FlowStats;
  readonly clockJumps: ClockJumps;
  readonly vlans: VlanMix;
  private readonly frames = new RecentFrames();
  private readonly seconds = new SecondCaptures(this.frames);
  private analysis: StrictAnalysis | null = null;

  /** Keeps the first `most` rows of everything that it finds; Infinity: all. */
  constructor(most = FRAMES_NAMED) {
    this.checksums = new Checksums(most, this.seconds);
    this.vlans = new VlanMix(most);
    this.clockJumps = new ClockJumps(this.frames);
    const tooBig = new TooBig();
    this.stats = new FlowStats(this.frames, most, tooBig, this.seconds);
    this.others = new OtherStats(most, this.frames, tooBig, { seconds: this.seconds, stats: this.stats });
  }

  /** Second that the times of `stats` count from. */
  get originSec(): number {
    return this.analysis?.originSec ?? Number.NaN;
  }

  /** What the numbers of a direction say in the end; null before the first segment. */
  numbersOf(direction: number): ReturnType<StrictAnalysis['numbersOf']> | null {
    const { analysis, stats } = this;
    if (analysis === null) return null;
    const numbers = analysis.numbersOf(direction);
    const next = stats.own.next(direction);
    if (next === undefined) return numbers;
    // What was acknowledged of it is an older connection's.
    if (stats.cells[cellsAt(direction >> 1) + FLOW.anew] !== 0) return { ...numbers, next, end: next };
    const acked = numbersBeyond(next, analysis.numbersOf(direction ^ 1).lastAck);
    return { ...numbers, next, end: acked };
  }

  /** Up to where the other side acknowledged a direction, signed 32-bit; 0 where it did not. */
  acknowledgedOf(direction: number): number {
    return this.analysis?.acknowledgedBy(direction ^ 1) ?? 0;
  }

  /** Whether a side sent a FIN that the other, who is heard and did not reset, never acknowledged. */
  isFinWaiting(direction: number): boolean {
    const { cells } = this.stats;
    const at = cellsAt(direction >> 1);
    const peer = (direction & 1) ^ 1;
    if (cells[at + FLOW.fins + 1 - peer] === 0 || cells[at + FLOW.packets + peer] === 0) return false;
    if (cells[at + FLOW.rst] !== 0) return false;
    const next = this.numbersOf(direction)?.next ?? 0;
    const acked = this.acknowledgedOf(direction);
    return acked === 0 || ((acked - next) | 0) < 0;
  }

  /** What of a direction nobody acknowledged; null where that is nothing, or where nobody was heard who could. */
  unacknowledged(direction: number): Unacknowledged | null {
    const { analysis, stats } = this;
    const peer = direction ^ 1;
    if (analysis === null) return null;
    const at = cellsAt(direction >> 1);
    const cell = (index: number): number => stats.cells[at + index + (direction & 1)] ?? 0;
    const heard = stats.cells[at + FLOW.packets + (peer & 1)] ?? 0;
    // A reset without ACK says nothing of what had come.
    const isSilent =
      stats.cells[at + FLOW.rst] === (peer & 1) + 1 && Number.isNaN(stats.cells[at + FLOW.rstAck]);
    const acked = analysis.acknowledgedBy(peer);
    if (isSilent ? heard < 2 : acked === 0) return null;
    const { base, next } = this.numbersOf(direction) ?? analysis.numbersOf(direction);
    return unacknowledged(analysis.unacked, direction, {
      acked: isSilent ? null : acked,
      syn: base,
      fin: cell(FLOW.fins) === 0 ? null : (next - 1) | 0,
      probe: cell(FLOW.probeAt),
      edges: stats.receivedTwice.reportedEdges.get(direction) ?? [],
      limit: stats.own.next(direction) ?? null,
    });
  }

  /** Takes the next rows, which are rows `rowBase` … of the capture. */
  take(columns: Columns, rowBase: number, capture: Capture): void {
    this.takePart(columns, rowBase, capture, 0, columns.length);
    this.seconds.keep();
    this.frames.keep();
  }

  /** Takes rows `from` … `to` of columns that stay. */
  takePart(columns: Columns, rowBase: number, capture: Capture, from: number, to: number): void {
    const { stats, seconds } = this;
    this.analysis ??= new StrictAnalysis(capture.flows, null, stats, seconds);
    this.frames.take(columns, rowBase, capture);
    seconds.take(columns, rowBase);
    stats.reserve(capture.flows.length);
    // What routers say goes before what is sent again because of it.
    this.others.take(columns, rowBase, capture, from, to);
    this.analysis.run(columns, rowBase, from, to);
    this.checksums.take(columns, rowBase, capture, from, to);
    this.clockJumps.take(columns, rowBase, from, to);
    this.vlans.take(columns, rowBase, capture, from, to);
  }
}

/** The further of two numbers; 0 stands for none. */
function numbersBeyond(next: number, acked: number): number {
  return acked !== 0 && ((acked - next) | 0) > 0 ? acked : next;
}

/** The number of a row's frame in its file, as Wireshark counts. */
function frameNumber({ otherBlocks }: Capture, row: number): number {
  return row + 1 + otherBlocks.numberedBefore(row);
}

/** What issues are made of; `frame` gives a row what stands for it in their lists: its frame's number, or the row itself. */
export function factsOf(capture: Capture, gathering: Gathering, frame: (row: number) => number): CheckFacts {
  const { stats, others, checksums, originSec } = gathering;
  stats.reserve(capture.flows.length);
  stats.settle();
  const rejected = new Set<number>();
  for (const { flow, direction } of others.errors.values()) if (direction === 0) rejected.add(flow);
  const end = (others.firstSec - originSec) * NS + others.latest;
  const { vlans } = gathering;
  const mixedEnds = new Set(
    vlans.flows().map((flow) => {
      const { a, b } = endsOf(capture, flow);
      return `${a} ${b}`;
    }),
  );
  const number = (row: number): number => frameNumber(capture, row);
  const waiting = (direction: number): Unacknowledged | null => gathering.unacknowledged(direction);
  const isFinWaiting = (direction: number): boolean => gathering.isFinWaiting(direction);
  const acknowledgedOf = (direction: number): number => gathering.acknowledgedOf(direction);
  return {
    ...{ capture, stats, others, checksums, rejected, end, vlans, mixedEnds },
    ...{
      clockJumps: gathering.clockJumps.list(),
      unacknowledged: waiting,
      acknowledgedOf,
      isFinWaiting,
      frame,
      number,
    },
  };
}

/** What a script asks of a capture. */
export function verdictOf(capture: Capture, gathering: Gathering): Verdict {
  if (capture.problems.length > 0) return 'damaged';
  const frame = (row: number): number => frameNumber(capture, row);
  return hasWarning(factsOf(capture, gathering, frame)) ? 'warning' : 'fine';
}

/** The report of all that was gathered of a capture. */
export function reportOf(
  file: string,
  capture: Capture,
  gathering: Gathering,
  limits: CheckLimits,
): CheckReport {
  const { stats, others } = gathering;
  const frame = (row: number): number => frameNumber(capture, row);
  const [other = 0, , udp = 0, icmp = 0, icmpv6 = 0] = others.byProtocol;
  const issues = findIssues(factsOf(capture, gathering, frame));
  const tcpFlows = tcpFlowsOf(capture, stats);
  return {
    file,
    format: capture.format,
    packets: others.packets,
    bytes: others.wireBytes,
    seconds: (others.latest - others.earliest) / NS,
    tcp: others.packets - other - udp - icmp - icmpv6,
    udp,
    other: other + icmp + icmpv6,
    conversations: tcpFlows.length,
    issues,
    warnings: issues.filter(({ severity }) => severity === 'warning').length,
    flags: Object.fromEntries(FLAG_FIELDS.map(([, field], bit) => [field, stats.strictCounts[bit] ?? 0])),
    readings: stats.readings
      .list()
      .map(({ reading, count, rows }) => ({ ...reading, count, frames: rows.map(frame) })),
    top: longest(tcpFlows, stats, limits.conversations).map((flow) =>
      conversationOf(capture, gathering, flow),
    ),
  };
}

function packetsOf(stats: FlowStats, flow: number): number {
  const at = cellsAt(flow) + FLOW.packets;
  return (stats.cells[at] ?? 0) + (stats.cells[at + 1] ?? 0);
}

function tcpFlowsOf(capture: Capture, stats: FlowStats): number[] {
  const flows: number[] = [];
  for (let flow = 0; flow < capture.flows.length; flow++) if (packetsOf(stats, flow) > 0) flows.push(flow);
  return flows;
}

function longest(flows: readonly number[], stats: FlowStats, count: number): readonly number[] {
  if (count === 0) return [];
  const packets = new Map(flows.map((flow) => [flow, packetsOf(stats, flow)]));
  const of = (flow: number): number => packets.get(flow) ?? 0;
  return [...flows].sort((a, b) => of(b) - of(a) || a - b).slice(0, count);
}
