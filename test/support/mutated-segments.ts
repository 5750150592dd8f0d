import { random } from '../bench/generate.ts';
import type { Packet } from './tcp-conversations.ts';

const IP_HEADER = 20;
const FLAGS_AT = IP_HEADER + 13;
const MIN_TCP = 20;
/** What no sender would send, and what seldom comes. */
const FLAGS = [0, 1, 2, 4, 8, 16, 17, 18, 20, 24, 25, 32, 48, 194, 255] as const;

/**
 * Packets (raw IPv4 with TCP) with about every `1 / share`-th changed by a seed: flags, numbers, window, length, options,
 * one before its predecessor, twice or left out. The times keep their places, but for some that go back.
 */
export function mutatedSegments(packets: readonly Packet[], seed: number, share: number): Packet[] {
  const next = random(seed);
  const pick = (below: number): number => Math.floor(next() * below);
  const out: Packet[] = [];
  for (const { at, bytes } of packets) {
    if (next() >= share) {
      out.push({ at, bytes });
      continue;
    }
    const copy = Buffer.from(bytes);
    const kind = pick(13);
    if (kind === 0) continue;
    if (kind === 1) out.push({ at, bytes });
    if (kind === 2 && out.length > 0) {
      // As many places further ahead as make an acknowledgement come before the SYN+ACK.
      const to = Math.max(0, out.length - 1 - pick(6));
      out.splice(to, 0, { at: out[to]?.at ?? at, bytes });
      continue;
    }
    if (kind > 2) mutate(copy, kind, pick, next);
    out.push({
      at: kind === 12 ? Math.max(0, at - pick(40) * 1e6) : at,
      bytes: kind === 10 ? shortened(copy, pick) : copy,
    });
  }
  return out;
}

function mutate(bytes: Buffer, kind: number, pick: (below: number) => number, next: () => number): void {
  const words = (offset: number): void => {
    const at = IP_HEADER + offset;
    const value =
      next() < 0.7
        ? bytes.readUInt32BE(at) + [-2000, -1000, -2, -1, 1, 2, 1000, 3000][pick(8)]!
        : next() * 2 ** 32;
    bytes.writeUInt32BE(next() < 0.1 ? 0 : value >>> 0, at);
  };
  // A SYN stays one: the window scale of a segment that is none is a named difference.
  const syn = bytes[FLAGS_AT]! & 2;
  if (kind === 3) bytes[FLAGS_AT] = FLAGS[pick(FLAGS.length)]! | syn;
  else if (kind === 4) bytes[FLAGS_AT]! &= ~16;
  else if (kind === 5) bytes[FLAGS_AT] = (bytes[FLAGS_AT]! ^ (1 << pick(5))) | syn;
  else if (kind === 6) words(4);
  else if (kind === 7) words(8);
  else if (kind === 8) bytes.writeUInt16BE([0, 0, 1, 500, 501, 65_535][pick(6)]!, IP_HEADER + 14);
  else if (kind === 9) {
    // More or less of what follows is options. (Under 20 bytes, or more than there are: a named difference.)
    const most = Math.min(15, (bytes.length - IP_HEADER) >> 2);
    bytes[IP_HEADER + 12] = Math.min(most, Math.max(5, (bytes[IP_HEADER + 12]! >> 4) + pick(5) - 2)) << 4;
  }
}

/** Some bytes of the data are cut off, or all but one. */
function shortened(bytes: Buffer, pick: (below: number) => number): Buffer {
  const least = IP_HEADER + Math.max(MIN_TCP, (bytes[IP_HEADER + 12]! >> 4) * 4);
  const length = Math.min(bytes.length, least + [0, 1, 2, 500][pick(4)]!);
  const cut = bytes.subarray(0, length);
  cut.writeUInt16BE(length, 2);
  return cut;
}
