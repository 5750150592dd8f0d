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

/**
 * Finds the rows of the lost packets: equal bytes (as far as both were kept), received in the same µs where the log has the
 * time; without it the first row not yet taken, so that identical packets are matched in order.
 */
export function matchLost(lost: readonly LostPacket[], candidates: Candidates): MatchedLoss {
  const timed = new Map<number, LostPacket[]>();
  const untimed: LostPacket[] = [];
  for (const packet of lost) {
    if (packet.timeUs === null) untimed.push(packet);
    else group(timed, packet.timeUs).push(packet);
  }
  const rows: number[] = [];
  for (let row = 0; row < candidates.length && rows.length < lost.length; row++) {
    // Time first: a number to look up, where bytes would have to be read from the file for every row.
    const sameTime = timed.get(Number(candidates.timeNs(row) / 1000n));
    if (!sameTime && untimed.length === 0) continue;
    const bytes = candidates.ipBytes(row);
    if (bytes === null) continue;
    if (sameTime && take(sameTime, bytes)) rows.push(row);
    else if (take(untimed, bytes)) rows.push(row);
  }
  return { rows, unmatched: lost.length - rows.length };
}

function group(map: Map<number, LostPacket[]>, key: number): LostPacket[] {
  const found = map.get(key);
  if (found) return found;
  const made: LostPacket[] = [];
  map.set(key, made);
  return made;
}

/** Removes the first packet with these bytes; false when there is none. */
function take(packets: LostPacket[], bytes: Uint8Array): boolean {
  const index = packets.findIndex((packet) => samePrefix(packet.bytes, bytes));
  if (index < 0) return false;
  packets.splice(index, 1);
  return true;
}

/** Both may be cut, by the rule's snaplen and by the capture's. */
function samePrefix(a: Uint8Array, b: Uint8Array): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return length > 0;
}
