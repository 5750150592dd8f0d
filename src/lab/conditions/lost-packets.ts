/** Which captured packets the lab's loss rule dropped: the rule's log, matched to the rows of the capture. Pure. */

export interface LostPacket {
  /** When the kernel received it, µs since 1970; null where the log does not say. */
  readonly timeUs: number | null;
  /** The first bytes of the IP packet. */
  readonly bytes: Uint8Array;
}

/** The rows of a capture, as far as matching needs them. */
export interface Candidates {
  readonly length: number;
  /** Time of a row, ns since 1970. */
  timeNs(row: number): bigint;
  /** The captured bytes from the IP header on; null for a row without one. Good until the next call. */
  ipBytes(row: number): Uint8Array | null;
}

export interface MatchedLoss {
  /** In ascending order. */
  readonly rows: readonly number[];
  /** Lost packets that are no row: the user's filter kept them out, or the kernel dropped them from the ring. */
  readonly unmatched: number;
}

// nfulnl_msg attributes, <linux/netfilter/nfnetlink_log.h>.
const NFGENMSG_SIZE = 4;
const NFULA_TIMESTAMP = 3;
const NFULA_PAYLOAD = 9;
const TYPE_MASK = 0x3fff;

/** Reads one record of LINKTYPE_NFLOG (239): struct nfgenmsg, then attributes padded to 4 bytes. Null without a payload. */
export function readNflog(record: Uint8Array): LostPacket | null {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  let timeUs: number | null = null;
  let bytes: Uint8Array | null = null;
  let at = NFGENMSG_SIZE;
  while (at + 4 <= record.length) {
    const length = view.getUint16(at, true);
    if (length < 4 || at + length > record.length) break;
    const type = view.getUint16(at + 2, true) & TYPE_MASK;
    // struct nfulnl_msg_packet_timestamp: seconds and µs, 64 bits each, big-endian.
    if (type === NFULA_TIMESTAMP && length >= 20) {
      timeUs = Number(view.getBigUint64(at + 4) * 1_000_000n + view.getBigUint64(at + 12));
    }
    if (type === NFULA_PAYLOAD) bytes = Uint8Array.from(record.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return bytes && { timeUs, bytes };
}

/** From its capture to the log a packet takes some microseconds; a processor that is taken away in between, longer. */
const LOGGED_WITHIN_NS = 50_000_000n;
/** How far the rows of a capture on lo may be out of time order: 22 µs have been seen. */
const OUT_OF_ORDER_NS = 1_000_000n;

/**
 * Finds the rows of the lost packets. The kernel captures a packet some microseconds before the rule drops and logs it, so
 * of the rows with equal bytes (as far as both were kept) the latest before the log's time is the one: identical packets
 * are told apart. Without a time it is the first that is not yet taken.
 */
export function matchLost(lost: readonly LostPacket[], candidates: Candidates): MatchedLoss {
  const taken = new Set<number>();
  for (const packet of lost) {
    const row =
      packet.timeUs === null ? firstEqual(packet, candidates, taken) : latestEqual(packet, candidates, taken);
    if (row !== null) taken.add(row);
  }
  return { rows: [...taken].sort((a, b) => a - b), unmatched: lost.length - taken.size };
}

function latestEqual(packet: LostPacket, candidates: Candidates, taken: ReadonlySet<number>): number | null {
  // The log counts whole microseconds.
  const latestNs = BigInt(packet.timeUs ?? 0) * 1000n + 999n;
  let best: number | null = null;
  let bestNs = latestNs - LOGGED_WITHIN_NS;
  for (let row = firstAfter(candidates, latestNs + OUT_OF_ORDER_NS) - 1; row >= 0; row--) {
    const timeNs = candidates.timeNs(row);
    if (timeNs + OUT_OF_ORDER_NS < bestNs) break;
    // Times first: bytes have to be read from the file.
    if (timeNs > latestNs || timeNs < bestNs || taken.has(row)) continue;
    const bytes = candidates.ipBytes(row);
    if (bytes === null || !samePrefix(packet.bytes, bytes)) continue;
    best = row;
    bestNs = timeNs;
  }
  return best;
}

/** The first row of a (nearly) sorted capture that is later than `timeNs`. */
function firstAfter(candidates: Candidates, timeNs: bigint): number {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (candidates.timeNs(middle) > timeNs) high = middle;
    else low = middle + 1;
  }
  return low;
}

function firstEqual(packet: LostPacket, candidates: Candidates, taken: ReadonlySet<number>): number | null {
  for (let row = 0; row < candidates.length; row++) {
    if (taken.has(row)) continue;
    const bytes = candidates.ipBytes(row);
    if (bytes !== null && samePrefix(packet.bytes, bytes)) return row;
  }
  return null;
}

/** Both may be cut, by the rule's snaplen and by the capture's. */
function samePrefix(a: Uint8Array, b: Uint8Array): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return length > 0;
}
