// Options of IPv4, RFC 791 §3.1: kind 0, length 1; of a source route its pointer, which counts from 1, 2, and addresses from 3.
const LENGTH = 1;
const POINTER = 2;
const ADDRESSES = 3;
const ADDRESS = 4;
const KIND = { end: 0, nop: 1, loose: 131, strict: 137 } as const;

// Of the header itself.
const DESTINATION = 16;
const OPTIONS = 20;

/** What `routeLeft` returns where the header has none, and where what was captured of it does not tell. */
const NONE = -1;
const CUT = -2;

/**
 * Offset of the source route of the IPv4 header at `network` that ends at `headerEnd`, when it has stops left; else negative.
 * There is one at most; one whose length or pointer cannot be is none. Nothing is read from `end` on.
 */
export function routeLeft(bytes: Uint8Array, network: number, headerEnd: number, end: number): number {
  for (let at = network + OPTIONS; at < headerEnd; ) {
    if (at >= end) return CUT;
    const kind = bytes[at]!;
    if (kind === KIND.end) return NONE;
    if (kind === KIND.nop) {
      at++;
      continue;
    }
    if (at + LENGTH >= headerEnd) return NONE;
    if (at + LENGTH >= end) return CUT;
    const length = bytes[at + LENGTH]!;
    if (length < 2 || at + length > headerEnd) return NONE;
    if (kind === KIND.loose || kind === KIND.strict) {
      if (length % ADDRESS !== ADDRESSES) return NONE;
      if (at + POINTER >= end) return CUT;
      const pointer = bytes[at + POINTER]!;
      if (pointer < ADDRESS || pointer % ADDRESS !== 0 || pointer >= length) return NONE;
      return at + length > end ? CUT : at;
    }
    at += length;
  }
  return NONE;
}

/**
 * Offset of the address that the IPv4 packet goes to in the end: the last of a source route, else the destination of the header;
 * -1 where a cut header does not tell. The pseudo header has that one (RFC 9293 §3.1, RFC 791 §3.1).
 */
export function finalDestinationV4(
  bytes: Uint8Array,
  network: number,
  headerEnd: number,
  end: number,
): number {
  const route = headerEnd - network > OPTIONS ? routeLeft(bytes, network, headerEnd, end) : NONE;
  if (route === CUT) return -1;
  return route === NONE ? network + DESTINATION : route + bytes[route + LENGTH]! - ADDRESS;
}
