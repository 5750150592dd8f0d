import { ACK, FIN, PROTOCOL, RST, SYN, URG } from '../../capture/columns.ts';
import { isReceive } from './call-kinds.ts';
import { isComplete } from './completeness.ts';
import type { Facts } from './facts.ts';
import { Arrivals } from './reassembly.ts';
import type { Side } from './tcp-side.ts';
import { type Check, Report } from './verify-report.ts';

/** One end's packets as they come: what it has sent, and what has reached it. */
interface Progress {
  /** End of what it has sent; -1 before its SYN. */
  next: number;
  readonly arrived: Arrivals;
  /** Where the FIN that reached it stands; Infinity before. */
  fin: number;
  /** Ends of segments that reached it: where an acknowledgement may stand. */
  readonly borders: Set<number>;
  /** Rows of its packets that were seen before the bytes ahead of them. */
  ahead: number[];
}

/** Packets of two processors overtake each other; by milliseconds where the machine is busy. */
const OVERTAKEN_NS = 20e6;

/** No end acknowledges what has not reached it by then, a part of a segment, or less than its program has read. */
export function acknowledgements(facts: Facts): Check {
  const report = new Report('acknowledgements are of what arrived');
  if (!isComplete(facts.session.run)) {
    report.note('not checked: the capture may miss packets');
    return report.result();
  }
  const { capture, wire } = facts;
  const { columns } = capture;
  for (const [flow, both] of facts.sides.entries()) {
    if (both === null || isForeign(both)) continue;
    const ends = [begin(), begin()] as const;
    const read = [readBefore(facts, both[0]), readBefore(facts, both[1])] as const;
    for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
      const row = wire.rows[index] ?? 0;
      if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp || (columns.flags[row] ?? 0) & RST) continue;
      const direction = (columns.direction[row] ?? 0) === 0 ? 0 : 1;
      const sender = ends[direction];
      checkAcknowledgement(report, facts, row, sender, read[direction]);
      deliver(facts, row, sender, ends[direction === 0 ? 1 : 0]);
      settleAhead(report, facts, row, sender);
    }
    for (const { ahead } of ends)
      for (const row of ahead) report.expect(false, () => `row ${row} goes beyond what was sent`);
  }
  return report.result();
}

/** Whether neither end is of this run: such a flow may have begun before the capture did. */
function isForeign([a, b]: readonly [Side, Side]): boolean {
  return a.calls === null && b.calls === null && a.listener === null && b.listener === null;
}

function begin(): Progress {
  return {
    next: -1,
    arrived: new Arrivals(),
    fin: Number.POSITIVE_INFINITY,
    borders: new Set([0]),
    ahead: [],
  };
}

function checkAcknowledgement(
  report: Report,
  facts: Facts,
  row: number,
  sender: Progress,
  read: ReadonlyMap<number, number>,
): void {
  const { wire, capture, links } = facts;
  const flags = capture.columns.flags[row] ?? 0;
  if ((flags & SYN) === 0 && (wire.from[row] ?? 0) > sender.next) sender.ahead.push(row);
  if ((flags & ACK) === 0) return;
  const acked = wire.acked[row] ?? 0;
  const expected = sender.arrived.next + (sender.fin <= sender.arrived.next ? 1 : 0);
  report.expect(
    acked >= 0 && acked <= expected,
    () => `row ${row} acknowledges ${acked} when ${expected} had arrived`,
  );
  report.expect(sender.borders.has(acked), () => `row ${row} acknowledges a part of a segment`);
  let least = 0;
  for (const { call, relation } of links.ofPacket(row)) {
    if (relation === 'causes' || relation === 'carries') least = Math.max(least, read.get(call) ?? 0);
  }
  report.expect(acked >= least, () => `row ${row} acknowledges ${acked}, its program had read ${least}`);
}

/** What was seen before the bytes ahead of it had only overtaken them, if they follow at once. */
function settleAhead(report: Report, facts: Facts, now: number, sender: Progress): void {
  const { wire, clock } = facts;
  const ns = clock.packets[now] ?? 0;
  for (let place = 0; place < sender.ahead.length; place++) {
    const row = sender.ahead[place] ?? 0;
    const late = ns > (clock.packets[row] ?? 0) + OVERTAKEN_NS;
    if ((wire.from[row] ?? 0) > sender.next && !late) continue;
    report.expect(!late, () => `row ${row} goes beyond what was sent`);
    sender.next = Math.max(sender.next, endOf(facts, row));
    sender.ahead.splice(place, 1);
    // Others may follow what this one has brought.
    place = -1;
  }
}

/** Where a segment ends; its SYN counts nothing, its FIN one. */
function endOf({ wire, capture }: Facts, row: number): number {
  const flags = capture.columns.flags[row] ?? 0;
  const from = (wire.from[row] ?? 0) + (flags & SYN ? 1 : 0);
  return from + (capture.columns.payloadLen[row] ?? 0) + (flags & FIN ? 1 : 0);
}

function deliver({ wire, capture, gone }: Facts, row: number, sender: Progress, receiver: Progress): void {
  const { columns } = capture;
  const flags = columns.flags[row] ?? 0;
  const from = (wire.from[row] ?? 0) + (flags & SYN ? 1 : 0);
  const to = from + (columns.payloadLen[row] ?? 0);
  const end = to + (flags & FIN ? 1 : 0);
  if (from <= Math.max(0, sender.next)) sender.next = Math.max(sender.next, end);
  if ((gone[row] ?? 0) === 1) return;
  if (from >= 0) receiver.arrived.take(from, to);
  if (flags & FIN) receiver.fin = to;
  receiver.borders.add(to);
  receiver.borders.add(end);
}

/** For each call of an end: how many bytes (the FIN counts one) its receives that had returned before it had taken. */
function readBefore({ session, clock }: Facts, { calls: own }: Side): ReadonlyMap<number, number> {
  const before = new Map<number, number>();
  if (own === null) return before;
  const taken = new Map<number, number>();
  for (let index = 0; index < own.receives.length; index++)
    taken.set(own.receives.call[index] ?? 0, own.receives.to[index] ?? 0);
  let most = 0;
  const running: { exit: number; to: number }[] = [];
  for (const index of own.end.calls) {
    const enter = clock.enters[index] ?? 0;
    for (let place = running.length - 1; place >= 0; place--) {
      const done = running[place];
      if (done === undefined || done.exit > enter) continue;
      most = Math.max(most, done.to);
      running.splice(place, 1);
    }
    before.set(index, most);
    const call = session.calls[index];
    if (call === undefined || !isReceive(call)) continue;
    running.push({ exit: clock.exits[index] ?? 0, to: taken.get(index) ?? 0 });
  }
  return before;
}

/** Flags that go together, fields that are 0 without their flag, and a handshake before anything else. */
export function rules({ capture, wire, sides, session }: Facts): Check {
  const report = new Report('segments follow the rules of TCP');
  const { columns } = capture;
  const complete = isComplete(session.run);
  for (const [flow, both] of sides.entries()) {
    if (both === null || isForeign(both)) continue;
    const synSeen = [false, false];
    for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
      const row = wire.rows[index] ?? 0;
      if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp) continue;
      const flags = columns.flags[row] ?? 0;
      const direction = columns.direction[row] ?? 0;
      const frame = capture.frame(row);
      const transport = columns.transportAt[row] ?? 0;
      report.expect((flags & ACK) !== 0 || (flags & (SYN | RST)) !== 0, () => `row ${row} has no ACK flag`);
      report.expect(
        (flags & ACK) !== 0 || (columns.ack[row] ?? 0) === 0,
        () => `row ${row} acknowledges without the flag`,
      );
      report.expect(
        (flags & SYN) === 0 || (flags & (FIN | RST)) === 0,
        () => `row ${row} has flags that exclude each other`,
      );
      const urgent = (frame[transport + 18] ?? 0) * 256 + (frame[transport + 19] ?? 0);
      report.expect(
        (flags & URG) !== 0 || urgent === 0,
        () => `row ${row} has an urgent pointer without the flag`,
      );
      if (flags & SYN && flags & ACK)
        report.expect(
          !complete || (synSeen[1 - direction] === true && (wire.acked[row] ?? 0) === 0),
          () => `row ${row} answers a SYN that never came`,
        );
      if (flags & SYN)
        report.expect((wire.from[row] ?? 0) === -1, () => `row ${row} is a SYN in the middle of the stream`);
      if (flags & SYN) synSeen[direction] = true;
      else if ((flags & RST) === 0)
        report.expect(
          !complete || synSeen[direction] === true,
          () => `row ${row} comes before the handshake`,
        );
    }
  }
  return report.result();
}
