import { ACK, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import { at } from './at.ts';
import type { Facts } from './facts.ts';
import { timeStamps } from './tcp-wire.ts';
import { type Check, isComplete, Report } from './verify-report.ts';

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
  const gapless = isComplete(facts.session.run) && !packets.some(({ row }) => isMany(facts, flow, row));
  let next = 0;
  let acked = Number.NEGATIVE_INFINITY;
  let stamp: number | null = null;
  let before: number | null = null;
  for (const { row, id } of packets) {
    const flags = at(columns.flags, row);
    report.expect(
      before === null || id > before,
      () => `two packets of a socket have the number ${id & 0xffff} (row ${row})`,
    );
    if (gapless)
      report.expect(before === null || id <= before + 1, () => `a packet before row ${row} is missing`);
    before = id;
    const from = at(wire.from, row) + (flags & SYN ? 1 : 0);
    const to = from + at(columns.payloadLen, row);
    if (to === from && (flags & (SYN | FIN)) === 0) {
      // A probe goes one byte back; anything else without bytes stands at the end of what was sent.
      report.expect(
        from === next || from === next - 1,
        () => `row ${row} stands at ${from}, ${next} bytes were sent`,
      );
    }
    next = Math.max(next, to + (flags & FIN ? 1 : 0));
    if (flags & ACK) {
      report.expect(at(wire.acked, row) >= acked, () => `row ${row} takes an acknowledgement back`);
      acked = Math.max(acked, at(wire.acked, row));
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
  let near: number | null = null;
  for (let index = at(wire.start, flow); index < at(wire.start, flow + 1); index++) {
    const row = at(wire.rows, index);
    if (at(columns.protocol, row) !== PROTOCOL.tcp || at(columns.direction, row) !== direction) continue;
    const frame = capture.frame(row);
    const field = at(columns.networkAt, row) + 4;
    const raw = at(frame, field) * 256 + at(frame, field + 1);
    if (raw === 0 || at(columns.flags, row) & RST) continue;
    const id: number = near === null ? raw : near + (((raw - near) << 16) >> 16);
    near = id;
    packets.push({ row, id });
  }
  return packets.sort((x, y) => x.id - y.id || x.row - y.row);
}

/** Whether a segment stands for several that the hardware was to cut: those take several numbers. */
function isMany({ wire, capture }: Facts, flow: number, row: number): boolean {
  const mss = Math.min(at(wire.mss, flow * 2), at(wire.mss, flow * 2 + 1));
  return at(capture.columns.payloadLen, row) > mss;
}
