import { writeFileSync } from 'node:fs';
import { random } from '../bench/generate.ts';

/** What befalls packets of generated conversations; shares from 0 to 1. */
export interface Trouble {
  readonly loss: number;
  readonly reorder: number;
  readonly duplicate: number;
  /** Packets that arrive but are not in the capture. */
  readonly uncaptured: number;
}

/** A packet of raw IP, and its time in ns. */
export interface Packet {
  readonly at: number;
  readonly bytes: Buffer;
}

const HEADER = 24;
const MSS = 1000;
const MS = 1e6;

/** One end: what it has sent, what it was told, what it has received. */
interface End {
  readonly port: number;
  readonly address: number;
  readonly isn: number;
  readonly total: number;
  sent: number;
  acked: number;
  received: number;
  readonly early: Map<number, number>;
  dups: number;
  window: number;
  lastSentAt: number;
}

/**
 * The packets of conversations made by a seed: handshake, data both ways, loss, overtaking, copies, zero windows, SACK,
 * close or reset, ports used again, numbers that wrap.
 */
export function conversations(seed: number, trouble: Trouble, count = 6): Packet[] {
  const next = random(seed);
  const packets: Packet[] = [];
  for (let index = 0; index < count; index++) {
    // Every other conversation uses the ports of the one before again.
    converse(packets, next, trouble, 40_000 + (index >> 1), index * 700 * MS);
  }
  return packets.sort((a, b) => a.at - b.at);
}

/** Writes such packets as a capture (raw IP, ns). */
export function writeConversations(path: string, seed: number, trouble: Trouble, count = 6): void {
  writeNanoseconds(path, conversations(seed, trouble, count));
}

/** Writes packets as a capture (ns; raw IP unless another link type is named), in the order in which they are given. */
export function writeNanoseconds(path: string, packets: readonly Packet[], linkType = 101): void {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(0xa1b23c4d, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(linkType, 20);
  const records = packets.map(({ at, bytes }) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_700_000_000 + Math.floor(at / 1e9), 0);
    record.writeUInt32LE(Math.floor(at % 1e9), 4);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(bytes.length, 12);
    return Buffer.concat([record, bytes]);
  });
  writeFileSync(path, Buffer.concat([header, ...records]));
}

function converse(out: Packet[], next: () => number, trouble: Trouble, port: number, start: number): void {
  const rtt = (1 + Math.floor(next() * 40)) * MS;
  const makeEnd = (ownPort: number, address: number): End => ({
    port: ownPort,
    address,
    isn: next() < 0.3 ? 0xffff_f000 + Math.floor(next() * 0xfff) : Math.floor(next() * 0xffff_ffff),
    total: Math.floor(next() * 25) * 400,
    sent: 0,
    acked: 0,
    received: 0,
    early: new Map(),
    dups: 0,
    window: 500 + Math.floor(next() * 200),
    lastSentAt: 0,
  });
  const client = makeEnd(port, 0x0a00_0001);
  const server = makeEnd(9000, 0x0a00_0002);
  let now = start;
  const send = (from: End, to: End, offset: number, length: number, flags: number, sack = false): boolean => {
    now += Math.floor(next() * 0.3 * MS);
    from.lastSentAt = now;
    const at = next() < trouble.reorder ? now + Math.floor(next() * 2 * rtt) : now;
    const lost = next() < trouble.loss;
    const bytes = segment(from, to, offset, length, flags, sack);
    // Lost before or behind the capture.
    if (!(lost && next() < 0.5) && next() >= trouble.uncaptured) out.push({ at, bytes });
    if (next() < trouble.duplicate) out.push({ at: at + 5000, bytes });
    return !lost;
  };
  const SYN = 2;
  const ACK = 16;
  for (let tries = 0; !send(client, server, -1, 0, SYN) && tries < 4; tries++) now += 1000 * MS;
  now += rtt / 2;
  for (let tries = 0; !send(server, client, -1, 0, SYN | ACK) && tries < 4; tries++) now += 1000 * MS;
  now += rtt / 2;
  send(client, server, 0, 0, ACK);
  transfer(client, server, next, send, () => {
    now += rtt;
  });
  const way = next();
  if (way < 0.25) send(client, server, client.sent, 0, 4 | ACK);
  else if (way < 0.9) {
    for (const [a, b] of [
      [client, server],
      [server, client],
    ] as const) {
      if (!send(a, b, a.sent, 0, 1 | ACK)) {
        now += 200 * MS;
        send(a, b, a.sent, 0, 1 | ACK);
      }
      a.sent++;
      b.received = a.sent;
      now += rtt / 2;
      send(b, a, b.sent, 0, ACK);
    }
  }
}

type Send = (from: End, to: End, offset: number, length: number, flags: number, sack?: boolean) => boolean;

function transfer(client: End, server: End, next: () => number, send: Send, wait: () => void): void {
  const ACK = 16;
  for (let round = 0; round < 60; round++) {
    const [from, to] = next() < 0.6 ? [client, server] : [server, client];
    const burst = 1 + Math.floor(next() * 6);
    for (let count = 0; count < burst && from.sent < from.total; count++) {
      const length = Math.min(1 + Math.floor(next() * MSS), from.total - from.sent);
      if (send(from, to, from.sent, length, 24)) take(to, from.sent, length);
      from.sent += length;
      if (next() < 0.5) acknowledge(to, from, send);
    }
    if (next() < 0.5) wait();
    acknowledge(to, from, send);
    if (next() < 0.08) closeAndOpen(to, from, send, wait, next);
    if (next() < 0.05) send(from, to, Math.max(from.sent - 1, 0), next() < 0.5 ? 0 : 1, ACK);
    if (from.acked < from.sent && (from.dups >= 2 || next() < 0.3)) {
      if (next() < 0.5) wait();
      const length = Math.min(MSS, from.sent - from.acked);
      if (send(from, to, from.acked, length, 24)) take(to, from.acked, length);
      acknowledge(to, from, send);
    }
  }
}

function closeAndOpen(to: End, from: End, send: Send, wait: () => void, next: () => number): void {
  const ACK = 16;
  const { window } = to;
  to.window = 0;
  send(to, from, to.sent, 0, ACK);
  wait();
  if (next() < 0.5 && from.sent < from.total) send(from, to, from.sent, 1, ACK);
  else send(from, to, Math.max(from.sent - 1, 0), 0, ACK);
  send(to, from, to.sent, 0, ACK);
  to.window = window;
  send(to, from, to.sent, 0, ACK);
}

function take(to: End, offset: number, length: number): void {
  to.early.set(offset, Math.max(to.early.get(offset) ?? 0, length));
  for (let again = true; again; ) {
    again = false;
    for (const [at, size] of to.early) {
      if (at > to.received) continue;
      to.early.delete(at);
      if (at + size <= to.received) continue;
      to.received = at + size;
      again = true;
    }
  }
}

function acknowledge(to: End, from: End, send: Send): void {
  const arrived = send(to, from, to.sent, 0, 16, to.early.size > 0);
  if (!arrived) return;
  if (to.received > from.acked) {
    from.acked = to.received;
    from.dups = 0;
  } else from.dups++;
}

function segment(from: End, to: End, offset: number, length: number, flags: number, sack: boolean): Buffer {
  const options = optionsOf(from, to, flags, sack);
  const bytes = Buffer.alloc(40 + options.length + length);
  bytes[0] = 0x45;
  bytes.writeUInt16BE(bytes.length, 2);
  bytes[8] = 64;
  bytes[9] = 6;
  bytes.writeUInt32BE(from.address, 12);
  bytes.writeUInt32BE(to.address, 16);
  bytes.writeUInt16BE(from.port, 20);
  bytes.writeUInt16BE(to.port, 22);
  bytes.writeUInt32BE((from.isn + 1 + offset) >>> 0, 24);
  if ((flags & 16) !== 0) bytes.writeUInt32BE((to.isn + 1 + from.received) >>> 0, 28);
  bytes[32] = (5 + options.length / 4) << 4;
  bytes[33] = flags;
  bytes.writeUInt16BE(from.window, 34);
  options.copy(bytes, 40);
  return bytes;
}

function optionsOf(from: End, to: End, flags: number, sack: boolean): Buffer {
  if ((flags & 2) !== 0) return Buffer.from([2, 4, 3, 232, 4, 2, 1, 1, 1, 3, 3, 7]);
  const [block] = from.early;
  if (!sack || block === undefined) return Buffer.alloc(0);
  const option = Buffer.alloc(12, 1);
  option[2] = 5;
  option[3] = 10;
  option.writeUInt32BE((to.isn + 1 + block[0]) >>> 0, 4);
  option.writeUInt32BE((to.isn + 1 + block[0] + block[1]) >>> 0, 8);
  return option;
}
