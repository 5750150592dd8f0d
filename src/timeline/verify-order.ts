import { ACK, type Columns, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import type { Facts } from './facts.ts';
import { type TcpWire, timeStamps, windowShift } from './tcp-wire.ts';
import { type Check, Report } from './verify-report.ts';

/** Packets of two processors overtake each other by microseconds; on a starved machine by some milliseconds. */
const OVERTAKEN_NS = 100e6;

interface Numbered {
  readonly row: number;
  readonly id: number;
}

/**
 * Linux numbers the IPv4 packets that a TCP socket sends one after the other, in the order in which it sends them, which
 * the times need not tell: packets of two processors overtake each other. Along these numbers acknowledgements, time
 * stamps and the place of empty segments only grow, and no number comes twice or is left out.
 */
export function verifySendingOrder(facts: Facts): Check {
  const report = new Report('each socket sends in order: numbers, acknowledgements and time stamps grow');
  const { capture, ends, sides } = facts;
  for (const [flow, both] of sides.entries()) {
    if (both === null || capture.flows.get(flow).addressA.includes(':')) continue;
    for (const direction of [0, 1] as const) {
      // Other systems than this kernel may number otherwise.
      if (ends.ends[flow * 2 + direction] != null) checkDirection(report, facts, flow, direction);
    }
  }
  return report.result();
}

function checkDirection(report: Report, facts: Facts, flow: number, direction: number): void {
  const { wire, capture } = facts;
  const { columns } = capture;
  const packets = numbered(facts, flow, direction);
  const most = mostOfOne(facts, flow, direction);
  const { complete } = facts;
  const gapless = complete && packets.every(({ row }) => (columns.payloadLen[row] ?? 0) <= most);
  let next = 0;
  let acked = Number.NEGATIVE_INFINITY;
  let stamp: number | null = null;
  let latest = Number.NEGATIVE_INFINITY;
  let before: number | null = null;
  for (const { row, id } of packets) {
    const flags = columns.flags[row] ?? 0;
    report.expect(
      before === null || id > before,
      () => `two packets of a socket have the number ${id & 0xffff} (row ${row})`,
    );
    if (gapless)
      report.expect(before === null || id <= before + 1, () => `a packet before row ${row} is missing`);
    before = id;
    const ns = facts.clock.packets[row] ?? 0;
    report.expect(
      ns >= latest - OVERTAKEN_NS,
      () => `row ${row} was sent after one that was seen long after it`,
    );
    latest = Math.max(latest, ns);
    const from = (wire.from[row] ?? 0) + (flags & SYN ? 1 : 0);
    const to = from + (columns.payloadLen[row] ?? 0);
    if (complete && to === from && (flags & (SYN | FIN)) === 0) {
      // A probe goes one byte back; anything else without bytes stands at the end of what was sent.
      report.expect(
        from === (isProbe(facts, row) ? next - 1 : next),
        () => `row ${row} stands at ${from}, ${next} bytes were sent`,
      );
    }
    next = Math.max(next, to + (flags & FIN ? 1 : 0));
    if (flags & ACK) {
      report.expect((wire.acked[row] ?? 0) >= acked, () => `row ${row} takes an acknowledgement back`);
      acked = Math.max(acked, wire.acked[row] ?? 0);
    }
    const [value] = timeStamps(capture, row) ?? [null];
    if (value === null) continue;
    const last = stamp;
    report.expect(
      last === null || ((value - last) | 0) >= 0,
      () => `row ${row} has an older time stamp than the packet before it`,
    );
    stamp = value;
  }
}

/** The packets of a direction by IP identification, unwrapped; those without one, and resets, are not the socket's own. */
function numbered({ wire, capture }: Facts, flow: number, direction: number): Numbered[] {
  const { columns } = capture;
  const packets: Numbered[] = [];
  const zeros: number[] = [];
  let near: number | null = null;
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0); index++) {
    const row = wire.rows[index] ?? 0;
    if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp || (columns.direction[row] ?? 0) !== direction)
      continue;
    const frame = capture.frame(row);
    const field = (columns.networkAt[row] ?? 0) + 4;
    const raw = (frame[field] ?? 0) * 256 + (frame[field + 1] ?? 0);
    if ((columns.flags[row] ?? 0) & RST) continue;
    if (raw === 0) {
      if (((columns.flags[row] ?? 0) & SYN) === 0) zeros.push(row);
      continue;
    }
    const id: number = near === null ? raw : near + (((raw - near) << 16) >> 16);
    near = id;
    packets.push({ row, id });
  }
  packets.sort((x, y) => x.id - y.id || x.row - y.row);
  return zeros.length === 0 ? packets : withZeros(packets, zeros);
}

/** 0 stands for no number (SYN+ACK, TIME-WAIT), and for the number after 65535: that one fills a gap of one. */
function withZeros(packets: readonly Numbered[], zeros: readonly number[]): Numbered[] {
  const filled: Numbered[] = [];
  let next = 0;
  for (const packet of packets) {
    const before = filled.at(-1)?.id;
    const row = zeros[next];
    if (row !== undefined && before === packet.id - 2 && (packet.id & 0xffff) === 1) {
      filled.push({ row, id: packet.id - 1 });
      next++;
    }
    filled.push(packet);
  }
  return filled;
}

function isProbe({ reasons }: Facts, row: number): boolean {
  const kind = reasons.kind(row);
  return kind === 'zero-window-probe' || kind === 'keep-alive';
}

/**
 * The most bytes of a segment that takes one number; one of more stands for several that the hardware was to cut. To a
 * small window Linux sends segments of half of it at most, as the handshake offered it, and counts larger ones as several.
 */
function mostOfOne({ wire, capture }: Facts, flow: number, direction: number): number {
  const mss = Math.min(wire.mss[flow * 2] ?? 0, wire.mss[flow * 2 + 1] ?? 0);
  return Math.min(mss, offeredAtFirst(wire, capture.columns, flow, 1 - direction) / 2);
}

/** The smaller of the windows of an end's first two segments, in bytes; Infinity where no window is small. */
function offeredAtFirst(wire: TcpWire, columns: Columns, flow: number, direction: number): number {
  const shift = windowShift(wire, flow, direction) ?? 0;
  let smallest = Number.POSITIVE_INFINITY;
  let seen = 0;
  for (let index = wire.start[flow] ?? 0; index < (wire.start[flow + 1] ?? 0) && seen < 2; index++) {
    const row = wire.rows[index] ?? 0;
    if ((columns.protocol[row] ?? 0) !== PROTOCOL.tcp || (columns.direction[row] ?? 0) !== direction)
      continue;
    seen++;
    const window = (columns.window[row] ?? 0) * ((columns.flags[row] ?? 0) & SYN ? 1 : 2 ** shift);
    smallest = Math.min(smallest, window);
  }
  return smallest;
}
