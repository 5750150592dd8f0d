import { readU16, readU32 } from './bytes.ts';

/** Numbers of IANA's registry of TCP options. */
export const TCP_OPTION = {
  end: 0,
  nop: 1,
  mss: 2,
  windowScale: 3,
  sackPermitted: 4,
  sack: 5,
  timestamps: 8,
  md5: 19,
  fastOpen: 34,
  authentication: 29,
  mptcp: 30,
  /** RFC 3692 §2, shared by experiments by the number that follows (RFC 6994). */
  experiment1: 253,
  experiment2: 254,
} as const;

/** Fast Open as an experiment (RFC 7413 §4.1.1). */
export const FAST_OPEN_EXPERIMENT = 0xf989;

/** One option of a TCP header, as it stands on the wire. */
export type TcpOption =
  | { readonly kind: 'mss'; readonly mss: number }
  | { readonly kind: 'window-scale'; readonly shift: number }
  | { readonly kind: 'sack-permitted' }
  /** Blocks of absolute sequence numbers, [left, right). */
  | { readonly kind: 'sack'; readonly blocks: readonly (readonly [number, number])[] }
  | { readonly kind: 'timestamps'; readonly value: number; readonly echo: number }
  /** Another number, or one of the above with a length that it can't have. */
  | { readonly kind: 'other'; readonly number: number; readonly at: number; readonly length: number };

/**
 * Reads the options of a TCP header from `at` to `end` (RFC 9293 §3.2); padding is left out. Reading ends where a
 * length does not fit.
 */
export function tcpOptions(bytes: Uint8Array, at: number, end: number): TcpOption[] {
  const options: TcpOption[] = [];
  const limit = Math.min(end, bytes.length);
  eachTcpOption(bytes, at, limit, (number, optionAt, length) => {
    if (optionAt + length <= limit) options.push(oneOption(bytes, number, optionAt, length));
  });
  return options;
}

/**
 * Calls `visit` with number, offset and length of each option from `at` to `end`, padding left out. The last one may
 * reach beyond `end`, where the header is cut.
 */
export function eachTcpOption(
  bytes: Uint8Array,
  at: number,
  end: number,
  visit: (number: number, at: number, length: number) => void,
): void {
  for (let next = at; next < end; ) {
    const number = bytes[next]!;
    if (number === TCP_OPTION.end) return;
    if (number === TCP_OPTION.nop) {
      next++;
      continue;
    }
    const length = next + 1 < end ? bytes[next + 1]! : 0;
    if (length < 2) return;
    visit(number, next, length);
    next += length;
  }
}

function oneOption(bytes: Uint8Array, number: number, at: number, length: number): TcpOption {
  // RFC 9293 §3.2 (MSS), RFC 7323 §2.2 and §3.2 (window scale, timestamps), RFC 2018 §2 and §3 (SACK).
  if (number === TCP_OPTION.mss && length === 4) return { kind: 'mss', mss: readU16(bytes, at + 2) };
  if (number === TCP_OPTION.windowScale && length === 3)
    return { kind: 'window-scale', shift: bytes[at + 2]! };
  if (number === TCP_OPTION.sackPermitted && length === 2) return { kind: 'sack-permitted' };
  if (number === TCP_OPTION.timestamps && length === 10) {
    return { kind: 'timestamps', value: readU32(bytes, at + 2), echo: readU32(bytes, at + 6) };
  }
  if (number === TCP_OPTION.sack && length >= 10 && (length - 2) % 8 === 0) {
    const blocks: [number, number][] = [];
    for (let block = at + 2; block < at + length; block += 8) {
      blocks.push([readU32(bytes, block), readU32(bytes, block + 4)]);
    }
    return { kind: 'sack', blocks };
  }
  return { kind: 'other', number, at, length };
}
