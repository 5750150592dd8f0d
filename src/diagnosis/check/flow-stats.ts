import { ACK, type Columns, FIN, PROTOCOL, RST, SYN } from '../../../capture/columns.ts';
import { FLAG, READING } from '../flags.ts';
import type { RecentFrames } from '../recent-frames.ts';
import type { SecondCaptures } from '../second-captures.ts';
import { STATE } from '../strict-conditions.ts';
import type { SegmentObserver, StrictAnalysis } from '../strict-flags.ts';
import { grown } from '../unacked.ts';
import { placeOf } from './cell-layout.ts';
import { Copies } from './copies-seen.ts';
import { Evidence, FRAMES_NAMED } from './evidence.ts';
import { cellsAt, cellsFor, FLOW, HOT, HOT_SIZE, isQuiet, KIND, roomIn } from './flow-cells.ts';
import { FullWindows } from './full-windows.ts';
import { Gaps } from './gaps.ts';
import { isLateFill } from './late-fill.ts';
import { NagleWaits } from './nagle.ts';
import { OwnNumbers } from './own-numbers.ts';
import { Prompts } from './prompts.ts';
import { ReadingCounts } from './reading-counts.ts';
import { ReceivedTwice } from './received-twice.ts';
import { Resets } from './resets.ts';
import { countFlags, StrictCounts } from './strict-counts.ts';
import type { TooBig } from './too-big.ts';
import { takeBackUnseen } from './unseen-taken-back.ts';
import { countUsual, SMALL, SMALL_FROM } from './usual-segments.ts';
import { closeInSynAck, endStall, sendAfterSynAck, settleSynAck, startStall } from './zero-window.ts';

const PROBES = READING.persistProbe | FLAG.zeroWindowProbe;

/** What is worth knowing of every TCP conversation, gathered segment by segment in one array. */
export class FlowStats implements SegmentObserver {
  cells = cellsFor(1);
  /** The cells that usual segments touch, of flows that are quiet; `cells` has them when they are not, and after `settle`. */
  hot = new Float64Array(roomIn(this.cells) * HOT_SIZE);
  readonly evidence: Evidence;
  readonly gaps = new Gaps();
  readonly flagCounts = new Float64Array(32);
  readonly readings: ReadingCounts;
  /** Rows of small segments are kept between these numbers of them. */
  readonly smallFrom: number;
  readonly smallTo: number;
  readonly copies: Copies;
  readonly receivedTwice: ReceivedTwice;
  readonly own: OwnNumbers;
  readonly resets: Resets;
  private readonly fullWindows: FullWindows;
  private readonly prompts: Prompts;
  private readonly nagle: NagleWaits;
  private flows = 0;
  private flow = 0;
  private direction = 0;
  private strict: StrictCounts | null = null;
  private readonly seconds: SecondCaptures;

  /** Keeps the first `most` rows of everything that it finds. */
  constructor(frames: RecentFrames, most: number, tooBig: TooBig, seconds: SecondCaptures) {
    this.seconds = seconds;
    this.copies = new Copies(frames);
    this.receivedTwice = new ReceivedTwice(frames, most);
    this.evidence = new Evidence(most);
    this.readings = new ReadingCounts(most);
    this.fullWindows = new FullWindows(this.evidence);
    this.nagle = new NagleWaits(this.evidence);
    this.own = new OwnNumbers(this.gaps, this.copies);
    this.resets = new Resets(this.evidence, this.own, this.copies);
    this.prompts = new Prompts(this.evidence, this.gaps, this.receivedTwice, tooBig);
    this.smallFrom = most > FRAMES_NAMED ? 0 : SMALL_FROM;
    this.smallTo = this.smallFrom + most;
  }

  /** Wireshark's flags, by bit: of all segments. */
  get strictCounts(): Float64Array {
    return this.strict?.counts ?? this.flagCounts;
  }

  strictly(): SegmentObserver {
    this.strict = new StrictCounts(this.flagCounts, this.readings, this.seconds);
    return this.strict;
  }

  /** Row `row` of the columns is a second capture of a packet: that is all that is made of it. */
  copied(columns: Columns, row: number): void {
    const { flow, direction, seq, payloadLen, flags, protocol } = columns;
    this.flow = flow[row] ?? 0;
    this.direction = direction[row] ?? 0;
    this.note(FLOW.twice, KIND.twice, this.seconds.rowBase + row);
    const control = ((flags[row] ?? 0) & (SYN | FIN)) === 0 ? 0 : 1;
    const len = (payloadLen[row] ?? 0) + control;
    const from = (seq[row] ?? 0) | 0;
    if (len > 0 && protocol[row] === PROTOCOL.tcp)
      this.receivedTwice.note(this.flow * 2 + this.direction, from, (from + len) | 0, 'twice');
  }

  reserve(flows: number): void {
    this.receivedTwice.reserve(flows);
    this.gaps.reserve(flows * 2);
    this.flows = flows;
    if (flows <= roomIn(this.cells)) return;
    this.cells = cellsFor(flows, this.cells);
    this.hot = grown(this.hot, roomIn(this.cells) * HOT_SIZE);
  }

  /** Brings `cells` up to date: before they are read for a report. */
  settle(): void {
    for (let flow = 0; flow < this.flows; flow++)
      if (this.hot[flow * HOT_SIZE + HOT.quiet] === 1) this.cool(flow);
  }

  private cool(flow: number): void {
    const { cells, hot } = this;
    const at = cellsAt(flow);
    for (let cell = 0; cell < HOT_SIZE; cell++) cells[at + placeOf(cell)] = hot[flow * HOT_SIZE + cell] ?? 0;
  }

  private heat(flow: number): void {
    const { cells, hot } = this;
    const at = cellsAt(flow);
    for (let cell = 0; cell < HOT_SIZE; cell++) hot[flow * HOT_SIZE + cell] = cells[at + placeOf(cell)] ?? 0;
  }

  segments(columns: Columns, from: number, to: number, rowBase: number, analysis: StrictAnalysis): void {
    const { usual } = analysis;
    this.receivedTwice.take(columns, from, to, rowBase, analysis);
    for (let row = from; row < to; row++) {
      row = countUsual(this, columns, usual, from, row, to);
      if (row === to) return;
      analysis.now = usual.now[row - from] ?? 0;
      analysis.rtt = usual.rtt[row - from] ?? 0;
      this.one(columns, row, rowBase, usual.found[row - from] ?? 0, analysis);
    }
  }

  segment(columns: Columns, row: number, rowBase: number, found: number, analysis: StrictAnalysis): void {
    this.receivedTwice.take(columns, row, row + 1, rowBase, analysis);
    this.one(columns, row, rowBase, found, analysis);
  }

  private one(columns: Columns, row: number, rowBase: number, found: number, analysis: StrictAnalysis): void {
    const { cells } = this;
    const flow = columns.flow[row] ?? 0;
    const direction = columns.direction[row] ?? 0;
    const at = cellsAt(flow);
    const { now, rtt } = analysis;
    const flags = columns.flags[row] ?? 0;
    // RFC 9293 §3.5.3: a reset may hold a text that says why, which is no data.
    const len = (flags & RST) === 0 ? (columns.payloadLen[row] ?? 0) : 0;
    this.flow = flow;
    this.direction = direction;
    const quiet = flow * HOT_SIZE + HOT.quiet;
    if (this.hot[quiet] === 1) this.cool(flow);
    const last = cells[at + FLOW.last] ?? 0;
    if (last === 0) cells[at + FLOW.first] = now;
    else if (now - last > (cells[at + FLOW.idle] ?? 0)) cells[at + FLOW.idle] = now - last;
    if (now > last) cells[at + FLOW.last] = now;
    const packets = at + FLOW.packets + direction;
    if (cells[packets] === 0)
      // A SYN in a reset opens nothing (RFC 9293 §3.10.7): numbers begin with the reset's own.
      cells[at + FLOW.low + direction] =
        ((columns.seq[row] ?? 0) + ((flags & (SYN | RST)) === SYN ? 1 : 0)) | 0;
    cells[packets] = (cells[packets] ?? 0) + 1;
    if (rtt > 0) {
      const peer = at + 1 - direction;
      const least = cells[peer + FLOW.rttLeast] ?? 0;
      if (cells[peer + FLOW.ambiguous] !== 0) cells[peer + FLOW.ambiguous] = 0;
      else {
        if (least === 0 || rtt < least) cells[peer + FLOW.rttLeast] = rtt;
        cells[peer + FLOW.rttCount] = (cells[peer + FLOW.rttCount] ?? 0) + 1;
      }
    }
    if (cells[at + FLOW.done] === 0 && cells[at + FLOW.synAck] !== 0 && (flags & (SYN | RST | ACK)) === ACK)
      cells[at + FLOW.done] = now;
    const peer = at + 1 - direction;
    if (cells[peer + FLOW.fullSince] !== 0)
      this.fullWindows.answered(cells, peer, now, columns.window[row] ?? 0);
    const theirs = flow * 2 + 1 - direction;
    if (this.gaps.waits[theirs] === 1 && (flags & (ACK | RST)) === ACK)
      this.gaps.acknowledge(theirs, (columns.ack[row] ?? 0) | 0);
    if (found !== 0) countFlags(this.flagCounts, found);
    if (analysis.earlyAcks.hasSettled) takeBackUnseen(this, flow, direction, analysis.earlyAcks);
    if (this.own.any || (found & FLAG.lostSegment) !== 0 || cells[at + FLOW.anew] !== 0)
      found = this.own.reading(cells, columns, row, row + rowBase, found, analysis);
    if (found !== 0) this.flagged(found, row + rowBase, now, len, flags, analysis);
    if (cells[at + FLOW.resetSeen] !== 0 && (flags & RST) === 0)
      this.resets.after(cells, columns, row, rowBase, found, analysis);
    if ((flags & (SYN | FIN | RST)) !== 0)
      this.control(flags, row + rowBase, now, columns.ack[row] ?? 0, analysis);
    else if (cells[at + FLOW.zeroSince + direction] !== 0 && columns.window[row] !== 0) this.opened(now);
    if (len > 0) this.data(at + direction, len, now, found, row + rowBase);
    else if ((flags & (SYN | FIN | RST)) === 0)
      this.nagle.acknowledged(cells, at + 1 - direction, now, rtt > 0);
    if (this.own.any) cells[at + FLOW.astray] = this.own.has(flow * 2) || this.own.has(flow * 2 + 1) ? 1 : 0;
    cells[at + FLOW.quiet] = isQuiet(cells, at) ? 1 : 0;
    if (cells[at + FLOW.quiet] === 1) this.heat(flow);
    else this.hot[quiet] = 0;
  }

  private add(cell: number, amount: number): void {
    const at = cellsAt(this.flow) + cell;
    this.cells[at] = (this.cells[at] ?? 0) + amount;
  }

  private data(mine: number, len: number, now: number, found: number, row: number): void {
    const { cells } = this;
    // The first copy of some was not captured: their bytes count now.
    if ((found & FLAG.retransmission) === 0 || (found & (READING.firstCopyUnseen | READING.dataBehind)) !== 0)
      cells[mine + FLOW.bytes] = (cells[mine + FLOW.bytes] ?? 0) + len;
    cells[mine + FLOW.dataSegments] = (cells[mine + FLOW.dataSegments] ?? 0) + 1;
    if (len < SMALL) {
      const small = (cells[mine + FLOW.smallSegments] ?? 0) + 1;
      cells[mine + FLOW.smallSegments] = small;
      if (small >= this.smallFrom && small <= this.smallTo)
        this.evidence.add(this.flow, KIND.small, row, this.direction);
    }
    sendAfterSynAck(cells, this.evidence, this.flow, this.direction, (found & PROBES) !== 0);
    const opened = cells[mine + FLOW.openedFor] ?? 0;
    if (opened !== 0) this.fullWindows.wentOn(cells, this.flow, this.direction, opened, now);
    this.nagle.data(cells, this.flow, this.direction, len, now, found === 0, row);
    // What was acknowledged before it was captured tells of no acknowledgement to come.
    const isBehind = (found & READING.dataBehind) !== 0;
    if (isBehind) cells[mine + FLOW.ambiguous] = 1;
    cells[mine + FLOW.dataAt] = isBehind ? 0 : now;
    cells[mine + FLOW.dataLen] = len;
  }

  private control(flags: number, row: number, now: number, ack: number, analysis: StrictAnalysis): void {
    const { cells, direction } = this;
    const at = cellsAt(this.flow);
    if ((flags & RST) !== 0) {
      this.resets.take(cells, this.flow, direction, flags, row, ack, analysis);
    } else if ((flags & SYN) !== 0) {
      // After a reset the same SYN begins another conversation.
      const isAnswer = (flags & ACK) !== 0;
      if (cells[at + FLOW.rst] !== 0) {
        const isNew = isAnswer
          ? this.resets.answers(cells, this.flow, direction, analysis)
          : this.resets.reopens(cells, this.flow, direction);
        if (!isNew) return;
      }
      if (!isAnswer && direction === 1) cells[at + FLOW.crossed] = 1;
      const isFirstData = !isAnswer && direction === 0 && cells[at + FLOW.synDataRow] === 0;
      if (isFirstData && ((analysis.end - analysis.seq) | 0) > 1) cells[at + FLOW.synDataRow] = row + 1;
      if (isAnswer && analysis.window === 0) closeInSynAck(cells, this.flow, direction, row, now);
      const first = at + (isAnswer ? FLOW.synAck : FLOW.syn);
      if (cells[first] === 0) cells[first] = now;
      // Resets that refused earlier tries have no numbers of this stream.
      if (isAnswer && this.resets.refusals.has(this.flow))
        cells[at + FLOW.low + direction] = (analysis.seq + 1) | 0;
      const count = at + (isAnswer ? FLOW.synAcks : FLOW.syns);
      cells[count] = (cells[count] ?? 0) + 1;
      // What comes of a SYN that crosses an answer does not delay it.
      if (!isAnswer && cells[at + FLOW.synAck] === 0) cells[at + FLOW.lastSyn] = now;
      if (isAnswer && cells[at + FLOW.done] === 0) cells[at + FLOW.lastSynAck] = now;
      this.evidence.add(this.flow, KIND.unanswered, row);
    } else {
      this.add(FLOW.fins + direction, 1);
      this.receivedTwice.fin(this.flow * 2 + direction);
      if (cells[at + FLOW.zeroSince + 1 - direction] !== 0)
        endStall(cells, this.evidence, this.flow, direction, now);
      if (cells[at + FLOW.fin] === 0) {
        cells[at + FLOW.fin] = direction + 1;
        cells[at + FLOW.finAck] = ack | 0;
      }
    }
    if ((flags & (FIN | RST)) !== 0 && cells[at + FLOW.zeroSince + direction] !== 0) this.opened(now);
  }

  private opened(now: number): void {
    const since = cellsAt(this.flow) + FLOW.zeroSince + this.direction;
    this.add(FLOW.zeroTotal + this.direction, now - (this.cells[since] ?? 0));
    this.cells[since] = 0;
    const peer = cellsAt(this.flow) + 1 - this.direction;
    this.cells[peer + FLOW.openedFor] = now;
    // Marks that it was a window of 0 that opened.
    this.cells[peer + FLOW.fullLast] = -1;
  }

  private flagged(
    found: number,
    row: number,
    now: number,
    len: number,
    flags: number,
    analysis: StrictAnalysis,
  ): void {
    const { cells, direction, flow } = this;
    const isAgain = (found & (FLAG.retransmission | READING.sentAgain)) !== 0;
    if (isAgain && (found & READING.dataBehind) === 0 && (flags & RST) === 0)
      this.again(found, row, len, flags, analysis);
    if (found >= READING.persistProbe) this.readings.take(found, row);
    else if ((found & FLAG.outOfOrder) !== 0) this.note(FLOW.overtaken, KIND.overtaken, row);
    if ((found & FLAG.zeroWindow) !== 0) startStall(cells, this.evidence, flow, direction, row, now);
    if ((found & FLAG.windowFull) !== 0) this.fullWindows.fill(cells, cellsAt(flow) + direction, row, now);
    if ((found & READING.unseenData) !== 0) this.note(FLOW.unseen, KIND.missing, row);
    if ((found & FLAG.zeroWindowProbe) !== 0) cells[cellsAt(flow) + FLOW.probeAt + direction] = analysis.seq;
    if ((found & PROBES) !== 0) {
      this.note(FLOW.probes, KIND.probe, row);
      settleSynAck(cells, this.evidence, flow, 1 - direction, true);
    } else if ((found & FLAG.keepAlive) !== 0) {
      if (len > 0) this.receivedTwice.note(flow * 2 + direction, analysis.seq, analysis.end, 'probe');
      this.note(FLOW.keepAlives, KIND.keepAlive, row);
      const at = cellsAt(flow);
      const heard = cells[at + FLOW.packets + 1 - direction] ?? 0;
      const run = at + FLOW.keepAliveRun + direction;
      cells[run] = cells[at + FLOW.keepAliveAt + direction] === heard ? (cells[run] ?? 0) + 1 : 1;
      cells[at + FLOW.keepAliveAt + direction] = heard;
    }
    if ((found & (FLAG.lostSegment | READING.behindProbeByte)) === FLAG.lostSegment) {
      const mine = flow * 2 + direction;
      const isProbed =
        cells[cellsAt(flow) + FLOW.probeAt + direction] === ((analysis.seq - analysis.ahead) | 0);
      this.gaps.add(mine, analysis.seq, analysis.ahead - (isProbed ? 1 : 0), row, now);
      // It may be acknowledged already: acknowledgements can stand before what they acknowledge.
      const acknowledged = analysis.state[(mine ^ 1) * STATE.size + STATE.lastAck] ?? 0;
      if (acknowledged !== 0) this.gaps.acknowledge(mine, acknowledged);
    } else if ((found & (FLAG.retransmission | FLAG.outOfOrder)) !== 0) {
      this.gaps.fill(flow * 2 + direction, analysis.seq, analysis.end);
      if ((flags & SYN) === 0) this.begins(analysis.seq, analysis.end);
    }
  }

  /** What was sent again, or came late, may lie before all that was captured until then. */
  private begins(seq: number, end: number): void {
    const at = cellsAt(this.flow) + FLOW.low + this.direction;
    const low = this.cells[at] ?? 0;
    if (((seq - low) | 0) >= 0) return;
    this.cells[at] = seq;
    this.add(FLOW.lowMissing + this.direction, Math.max(0, (low - end) | 0));
  }

  private note(cell: number, kind: number, row: number): void {
    this.add(cell + this.direction, 1);
    this.evidence.add(this.flow, kind, row, this.direction);
  }

  private again(found: number, row: number, len: number, flags: number, analysis: StrictAnalysis): void {
    const { cells, direction } = this;
    this.receivedTwice.note(this.flow * 2 + direction, analysis.seq, analysis.end, 'again');
    // What acknowledges it may be an answer to either copy, of a SYN and a FIN too (Karn's rule, RFC 6298 §3).
    cells[cellsAt(this.flow) + FLOW.ambiguous + direction] = 1;
    // SYNs are counted apart; a FIN alone stalls nobody.
    if ((flags & SYN) !== 0) return;
    if (len === 0) {
      this.note(FLOW.finsAgain, KIND.finAgain, row);
      return;
    }
    const mine = this.flow * 2 + direction;
    const isAsked = this.prompts.isAsked(found, mine, analysis);
    if (isLateFill(found, isAsked, analysis)) {
      this.note(FLOW.filled, KIND.filled, row);
      return;
    }
    this.add(FLOW.again + direction, 1);
    this.add(FLOW.againBytes + direction, len);
    if ((found & READING.firstCopyUnseen) === 0) this.add(FLOW.repeats + direction, 1);
    if ((found & FLAG.spuriousRetransmission) !== 0) {
      this.note(FLOW.spurious, KIND.spurious, row);
      return;
    }
    this.prompts.take(cells, mine, found, row, len, isAsked, analysis);
    const { copyRow } = analysis;
    if (copyRow >= 0 && this.copies.isDamaged(copyRow, row)) this.note(FLOW.damaged, KIND.damaged, copyRow);
  }
}
