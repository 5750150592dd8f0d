import { closeSync, openSync, writeSync } from 'node:fs';

/** Small fast generator of numbers, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const RECORD = 16;
const HEADERS = 14 + 20 + 32;
const BATCH = 4096;

export interface Generated {
  readonly packets: number;
  readonly flows: number;
  readonly payload: number;
  readonly seed: number;
  /** Share of data segments that are lost before the capture and sent again later, 0 … 1. */
  readonly loss?: number;
}

/**
 * Writes an Ethernet ns pcap of TCP data segments and pure ACKs over IPv4, spread over flows, without handshakes: a
 * load for readers, not a model of TCP. With loss, some segments are left out and come after three duplicate acknowledgements.
 */
export function generateCapture(path: string, { packets, flows, payload, seed, loss = 0 }: Generated): void {
  const next = random(seed);
  const fd = openSync(path, 'w');
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b23c4d, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262144, 16);
  header.writeUInt32LE(1, 20);
  writeSync(fd, header);
  const seqs = new Uint32Array(flows * 2).map(() => next() * 0x1_0000_0000);
  const holes = new Uint32Array(flows);
  const lost = new Uint8Array(flows);
  const batch = Buffer.alloc(BATCH * (RECORD + HEADERS + payload));
  for (let done = 0; done < packets; ) {
    let at = 0;
    for (let count = 0; count < BATCH && done < packets; count++, done++) {
      const flow = Math.floor(next() * flows);
      const step = lost[flow] ?? 0;
      if (loss > 0 && step === 0 && next() < loss) {
        holes[flow] = seqs[flow * 2] ?? 0;
        seqs[flow * 2] = (seqs[flow * 2] ?? 0) + payload;
        lost[flow] = 1;
      }
      // One more segment, three acknowledgements of what came before the hole, then the lost segment.
      const reply = step === 0 ? next() < 0.33 : step > 1 && step < 5;
      const seq = step === 5 ? (holes[flow] ?? 0) : -1;
      at = onePacket(batch, at, done, flow, reply, payload, seqs, seq, step > 0 ? (holes[flow] ?? 0) : -1);
      if ((lost[flow] ?? 0) > 0) lost[flow] = step === 5 ? 0 : step + 1;
    }
    writeSync(fd, batch, 0, at);
  }
  closeSync(fd);
}

function onePacket(
  out: Buffer,
  start: number,
  index: number,
  flow: number,
  reply: boolean,
  payload: number,
  seqs: Uint32Array,
  seq: number,
  ack: number,
): number {
  const data = reply ? 0 : payload;
  const length = HEADERS + data;
  let at = start;
  out.writeUInt32LE(1_700_000_000 + Math.floor(index / 100_000), at);
  out.writeUInt32LE((index % 100_000) * 10_000, at + 4);
  out.writeUInt32LE(length, at + 8);
  out.writeUInt32LE(length, at + 12);
  at += RECORD;
  out.fill(0, at, at + length);
  out.writeUInt16BE(0x0800, at + 12);
  at += 14;
  out[at] = 0x45;
  out.writeUInt16BE(length - 14, at + 2);
  out.writeUInt16BE(index & 0xffff, at + 4);
  out[at + 8] = 64;
  out[at + 9] = 6;
  const client = 0x0a00_0000 + flow;
  const server = 0x0a80_0001;
  out.writeUInt32BE(reply ? server : client, at + 12);
  out.writeUInt32BE(reply ? client : server, at + 16);
  at += 20;
  const clientPort = 1024 + (flow % 60_000);
  out.writeUInt16BE(reply ? 80 : clientPort, at);
  out.writeUInt16BE(reply ? clientPort : 80, at + 2);
  const mine = flow * 2 + (reply ? 1 : 0);
  const theirs = flow * 2 + (reply ? 0 : 1);
  out.writeUInt32BE(seq >= 0 ? seq : (seqs[mine] ?? 0), at + 4);
  out.writeUInt32BE(reply && ack >= 0 ? ack : (seqs[theirs] ?? 0), at + 8);
  out[at + 12] = 0x80;
  out[at + 13] = data > 0 ? 0x18 : 0x10;
  out.writeUInt16BE(501, at + 14);
  out.writeUInt32BE(0x0101_080a, at + 20);
  if (seq < 0) seqs[mine] = (seqs[mine] ?? 0) + data;
  return at + 32 + data;
}
