import { LINKTYPE } from '../../capture/decode/link-types.ts';
import type { Numbers } from './numbers.ts';

/** Where the IP header of a frame starts, by its link type; -1 where there is no telling. */
function ipAt(frame: Buffer, linkType: number): number {
  switch (linkType) {
    case LINKTYPE.ethernet: {
      let at = 12;
      while (at + 4 < frame.length && [0x8100, 0x88a8].includes(frame.readUInt16BE(at))) at += 4;
      return at + 2;
    }
    case LINKTYPE.null:
    case LINKTYPE.loop:
      return 4;
    case LINKTYPE.sll:
      return 16;
    case LINKTYPE.sll2:
      return 20;
    default:
      return 0;
  }
}

const TCP_OPTIONS: readonly (readonly number[])[] = [
  ...[
    [0],
    [1],
    [1, 1],
    [2, 4, 5, 180],
    [3, 3, 14],
    [3, 3, 255],
    [4, 2],
    [8, 10, 0, 0, 0, 1, 255, 255, 255, 255],
  ],
  ...[
    [5, 10, 0, 0, 0, 1, 255, 255, 255, 255],
    [5, 2],
    [5, 34],
    [5, 11, 1],
    [34, 2],
    [34, 10, 1, 2, 3, 4, 5, 6, 7, 8],
  ],
  ...[
    [19, 18],
    [29, 4, 1, 1],
    [30, 3, 0],
    [30, 12, 0, 129, 1, 2, 3, 4, 5, 6, 7, 8],
    [253, 4, 249, 137],
  ],
  ...[
    [5, 18, 255, 255, 255, 0, 0, 0, 0, 9, 128, 0, 0, 0, 127, 255, 255, 255],
    [255, 255],
    [2, 0],
    [8, 1],
  ],
];

/** Damages a frame as its headers are built: lengths, options, protocols, numbers; a changed copy. */
export function mutateFrame(frame: Buffer, linkType: number, pick: Numbers): Buffer {
  const copy = Buffer.from(frame);
  const at = ipAt(copy, linkType);
  if (at < 0 || at + 20 > copy.length || pick.chance(0.15)) return anywhere(copy, pick);
  return (copy[at] ?? 0) >> 4 === 6 ? mutateIpv6(copy, at, pick) : mutateIpv4(copy, at, pick);
}

function anywhere(frame: Buffer, pick: Numbers): Buffer {
  if (frame.length === 0) return frame;
  if (pick.chance(0.2)) return frame.subarray(0, pick.below(frame.length + 1));
  for (let change = 0; change < 3; change++) {
    frame[pick.below(Math.min(frame.length, 100))] = pick.of([0, 255, pick.below(256)], 0);
  }
  return frame;
}

function mutateIpv4(frame: Buffer, at: number, pick: Numbers): Buffer {
  const headerLen = ((frame[at] ?? 0) & 15) * 4;
  switch (pick.below(8)) {
    case 0:
      frame[at] = 0x40 | pick.below(16);
      return frame;
    case 1:
      frame.writeUInt16BE(pick.word() & 0xffff, at + 2);
      return frame;
    case 2:
      // Fragments: any offset, with and without more to come.
      frame.writeUInt16BE(pick.of([0x2000, 1, 0x2001, 0x1fff, 0x3fff, pick.below(0x4000)], 0), at + 6);
      return frame;
    case 3:
      frame[at + 9] = pick.of([1, 4, 6, 17, 41, 47, 58, 50, 51, 132, pick.below(256)], 6);
      return frame;
    case 4:
      return withIpOptions(frame, at, headerLen, pick);
    default:
      return mutateTransport(frame, at + headerLen, frame[at + 9] ?? 0, pick);
  }
}

/** Puts up to 40 bytes of options behind the fixed header, true or not to their lengths. */
function withIpOptions(frame: Buffer, at: number, headerLen: number, pick: Numbers): Buffer {
  const options = Buffer.alloc(4 * pick.below(11));
  for (let byte = 0; byte < options.length; byte++)
    options[byte] = pick.of([0, 1, 7, 68, 131, 136, 148, 2, 3, 4, 255], 0);
  const changed = Buffer.concat([frame.subarray(0, at + 20), options, frame.subarray(at + headerLen)]);
  changed[at] = 0x40 | (5 + options.length / 4);
  if (pick.chance(0.8)) changed.writeUInt16BE((changed.length - at) & 0xffff, at + 2);
  return changed;
}

function mutateIpv6(frame: Buffer, at: number, pick: Numbers): Buffer {
  if (at + 40 > frame.length) return anywhere(frame, pick);
  const next = frame[at + 6] ?? 0;
  switch (pick.below(5)) {
    case 0:
      frame.writeUInt16BE(pick.word() & 0xffff, at + 4);
      return frame;
    case 1: {
      // A chain of extension headers, whose lengths may lie.
      const chain: Buffer[] = [];
      const kinds = Array.from({ length: 1 + pick.below(pick.chance(0.1) ? 40 : 3) }, () =>
        pick.of([0, 43, 44, 51, 60, 135, 50, 59], 0),
      );
      kinds.forEach((_, index) => {
        const header = Buffer.alloc(8 * (1 + pick.below(2)));
        header[0] = kinds[index + 1] ?? next;
        header[1] = pick.chance(0.8) ? header.length / 8 - 1 : pick.below(256);
        header.writeUInt16BE(pick.of([0, 1, 8, 9, 0xfff9], 0), 2);
        chain.push(header);
      });
      const changed = Buffer.concat([frame.subarray(0, at + 40), ...chain, frame.subarray(at + 40)]);
      changed[at + 6] = kinds[0] ?? next;
      if (pick.chance(0.8)) changed.writeUInt16BE((changed.length - at - 40) & 0xffff, at + 4);
      return changed;
    }
    case 2:
      frame[at + 6] = pick.of([0, 4, 6, 17, 41, 43, 44, 58, 59, 60, pick.below(256)], 6);
      return frame;
    default:
      return mutateTransport(frame, at + 40, next, pick);
  }
}

function mutateTransport(frame: Buffer, at: number, protocol: number, pick: Numbers): Buffer {
  if (protocol === 6 && at + 20 <= frame.length) return mutateTcp(frame, at, pick);
  if (at + 8 > frame.length) return anywhere(frame, pick);
  if (protocol === 17) {
    if (pick.chance(0.5)) frame.writeUInt16BE(pick.word() & 0xffff, at + 4);
    else frame.writeUInt16BE(pick.of([0, 53, 4789, 3500, 65_535], 0), at + 2 * pick.below(2));
    return frame;
  }
  // ICMP: type and code, and what it quotes.
  if (pick.chance(0.4)) frame[at] = pick.of([0, 1, 2, 3, 4, 5, 8, 11, 12, 128, 129, 135, pick.below(256)], 3);
  else frame[at + pick.below(Math.min(frame.length - at, 60))] = pick.below(256);
  return frame;
}

function mutateTcp(frame: Buffer, at: number, pick: Numbers): Buffer {
  switch (pick.below(7)) {
    case 0:
      frame[at + 12] = (pick.below(16) << 4) | pick.below(16);
      return frame;
    case 1:
      frame[at + 13] = pick.of([0, 1, 2, 4, 16, 17, 18, 20, 255, pick.below(256)], 16);
      return frame;
    case 2: {
      // Sequence and acknowledgement numbers: anywhere, or a little off.
      const field = at + 4 + 4 * pick.below(2);
      const value = pick.chance(0.5) ? frame.readUInt32BE(field) + pick.below(7) - 3 : pick.word();
      frame.writeUInt32BE(value >>> 0, field);
      return frame;
    }
    case 3:
      frame.writeUInt16BE(pick.of([0, 1, 65_535, pick.below(65_536)], 0), at + pick.of([0, 2, 14, 18], 14));
      return frame;
    default:
      return withTcpOptions(frame, at, pick);
  }
}

function withTcpOptions(frame: Buffer, at: number, pick: Numbers): Buffer {
  const oldLen = Math.max(20, ((frame[at + 12] ?? 0) >> 4) * 4);
  let options = Buffer.alloc(0);
  for (let count = pick.below(6); count > 0; count--)
    options = Buffer.concat([options, Uint8Array.from(pick.of(TCP_OPTIONS, [1]))]);
  options = Buffer.concat([options, Buffer.alloc((4 - (options.length & 3)) & 3, pick.below(2))]).subarray(
    0,
    40,
  );
  if (options.length > 0 && pick.chance(0.3)) options[pick.below(options.length)] = pick.below(256);
  const changed = Buffer.concat([frame.subarray(0, at + 20), options, frame.subarray(at + oldLen)]);
  const words = pick.chance(0.9) ? 5 + options.length / 4 : pick.below(16);
  changed[at + 12] = (words << 4) | ((frame[at + 12] ?? 0) & 15);
  return changed;
}
