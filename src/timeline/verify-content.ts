import { createHash } from 'node:crypto';
import { PROTOCOL, SYN } from '../../capture/columns.ts';
import { wholePacket } from '../../capture/datagram.ts';
import type { Call } from '../sockets/call.ts';
import { hasFlag, isReceive, isSend } from './call-kinds.ts';
import type { CallRanges } from './call-ranges.ts';
import type { Facts } from './facts.ts';
import type { Link } from './types.ts';
import { offsetInDatagram } from './udp-datagrams.ts';
import { type Check, Report } from './verify-report.ts';

export interface ContentResult {
  readonly check: Check;
  readonly bytesCompared: number;
  readonly bytesUnverified: number;
}

interface Tally {
  compared: number;
  unverified: number;
}

/**
 * Compares every byte of every packet with the data (or the hash) of the calls that sent and took it. What was not
 * kept, by snaplen or by thinned recording, is counted as unverified.
 */
export function verifyContent(facts: Facts): ContentResult {
  const report = new Report('bytes on the wire are the bytes of the calls');
  const tally: Tally = { compared: 0, unverified: 0 };
  const starts = rangeStarts(facts);
  for (const [index, call] of facts.session.calls.entries()) {
    if (!isSend(call) && !isReceive(call)) continue;
    const links = facts.links
      .ofCall(index)
      .filter(({ relation, from }) => (relation === 'carries' || relation === 'consumes') && from !== null);
    if (!facts.complete) tally.unverified += uncaptured(facts, call, links);
    if (links.length === 0) continue;
    const start = starts[index] ?? 0;
    if (call.hash !== null) compareHash(facts, call, links, start, report, tally);
    else compareData(facts, call, links, start, report, tally);
  }
  return { check: report.result(), bytesCompared: tally.compared, bytesUnverified: tally.unverified };
}

/** Bytes that a call moved over the network and that no captured packet holds. */
function uncaptured({ sockets }: Facts, call: Call, links: readonly Link[]): number {
  const life = call.socket === null ? undefined : sockets.get(call.socket);
  if (life === undefined || life.unix || hasFlag(call, 'MSG_PEEK')) return 0;
  let captured = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...links].sort((x, y) => (x.from ?? 0) - (y.from ?? 0))) {
    captured += Math.max(0, (to ?? 0) - Math.max(from ?? 0, end));
    end = Math.max(end, to ?? 0);
  }
  return Math.max(0, (call.ret ?? 0) - captured);
}

/** Offset in its stream of the first byte that each call moved; NaN where an urgent byte cuts the call in two. */
function rangeStarts({ session, sides }: Facts): Float64Array {
  const starts = new Float64Array(session.calls.length);
  const put = ({ length, call, from }: CallRanges): void => {
    for (let index = 0; index < length; index++) {
      const split = index > 0 && (call[index] ?? 0) === (call[index - 1] ?? 0);
      starts[call[index] ?? 0] = split ? Number.NaN : (from[index] ?? 0);
    }
  };
  for (const both of sides) {
    for (const side of both ?? []) {
      if (side.calls === null) continue;
      put(side.calls.sends);
      put(side.calls.receives);
    }
  }
  return starts;
}

function compareData(
  facts: Facts,
  call: Call,
  links: readonly Link[],
  start: number,
  report: Report,
  tally: Tally,
): void {
  const { data } = call;
  for (const link of links) {
    const from = link.from ?? 0;
    const length = (link.to ?? 0) - from;
    const there = payloadOf(facts, link);
    const comparable =
      data === null || Number.isNaN(start)
        ? 0
        : Math.max(0, Math.min(length, there.length, data.length - (from - start)));
    tally.unverified += length - comparable;
    tally.compared += comparable;
    if (data === null || comparable === 0) continue;
    const here = data.subarray(from - start, from - start + comparable);
    report.expect(Buffer.compare(here, there.subarray(0, comparable)) === 0, () => differs(call, link));
  }
}

/** Puts the call's bytes together from the packets, and compares their SHA-256; then each repeated packet with them. */
function compareHash(
  facts: Facts,
  call: Call,
  links: readonly Link[],
  start: number,
  report: Report,
  tally: Tally,
): void {
  const size = Math.max(0, call.ret ?? 0);
  const bytes = Buffer.alloc(hasFlag(call, 'MSG_TRUNC') ? Math.min(size, call.length ?? size) : size);
  const total = links.reduce((sum, { from, to }) => sum + (to ?? 0) - (from ?? 0), 0);
  let filled = 0;
  for (const link of [...links].sort((x, y) => (x.from ?? 0) - (y.from ?? 0))) {
    const from = (link.from ?? 0) - start;
    const to = (link.to ?? 0) - start;
    const payload = payloadOf(facts, link);
    if (from > filled || payload.length < to - from) break;
    const skip = filled - from;
    if (to > filled) bytes.set(payload.subarray(skip), filled);
    filled = Math.max(filled, to);
  }
  if (Number.isNaN(start) || filled < bytes.length || call.hash === null) {
    tally.unverified += total;
    return;
  }
  report.expect(
    createHash('sha256').update(bytes).digest('hex') === call.hash,
    () => `${call.role} ${call.name} (call ${call.id}): the hash differs`,
  );
  tally.compared += total;
  for (const link of links) {
    const from = (link.from ?? 0) - start;
    const there = payloadOf(facts, link);
    report.expect(Buffer.compare(there, bytes.subarray(from, from + there.length)) === 0, () =>
      differs(call, link),
    );
  }
}

function differs(call: Call, { packet, from, to }: Link): string {
  return `packet in row ${packet} differs from ${call.role} ${call.name} (call ${call.id}) in bytes ${from}–${(to ?? 0) - 1}`;
}

/** The captured part of the bytes that a link is about; good until the next frame is asked for. */
function payloadOf({ capture, wire }: Facts, { packet, from, to }: Link): Uint8Array {
  const { columns } = capture;
  const frame = wholePacket(capture, packet);
  const tcp = (columns.protocol[packet] ?? 0) === PROTOCOL.tcp;
  const first = tcp
    ? (wire.from[packet] ?? 0) + ((columns.flags[packet] ?? 0) & SYN ? 1 : 0)
    : offsetInDatagram(capture, packet);
  const start = (columns.payloadAt[packet] ?? 0) + (from ?? 0) - first;
  return frame.subarray(start, start + (to ?? 0) - (from ?? 0));
}
