/** The nanosecond pcap that engines write: little-endian, one link type, draft-ietf-opsawg-pcap §4 and §5. */

const MAGIC_NANO = 0xa1b2_3c4d;
export const FILE_HEADER = 24;
export const RECORD_HEADER = 16;
// Byte offsets in a record's header.
const SECONDS = 0;
const NANOSECONDS = 4;
const CAP_LEN = 8;
const WIRE_LEN = 12;

/** The header of a file. */
export function fileHeader(snaplen: number, linkType: number): Buffer {
  const header = Buffer.alloc(FILE_HEADER);
  header.writeUInt32LE(MAGIC_NANO, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(snaplen, 16);
  header.writeUInt32LE(linkType, 20);
  return header;
}

/** Writes a record's header at `at`; `timeNs` is since 1970. */
export function writeRecordHeader(
  out: Buffer,
  at: number,
  timeNs: bigint,
  capLen: number,
  wireLen: number,
): void {
  out.writeUInt32LE(Number(timeNs / 1_000_000_000n), at + SECONDS);
  out.writeUInt32LE(Number(timeNs % 1_000_000_000n), at + NANOSECONDS);
  out.writeUInt32LE(capLen, at + CAP_LEN);
  out.writeUInt32LE(wireLen, at + WIRE_LEN);
}

/** Calls `each` with the bounds of every whole record from `at` on, in `bytes` that an engine of ours wrote. Returns where it stopped. */
export function eachRecord(
  bytes: Buffer,
  at: number,
  each: (start: number, frame: number, end: number) => void,
): number {
  let start = at;
  while (start + RECORD_HEADER <= bytes.length) {
    const frame = start + RECORD_HEADER;
    const end = frame + bytes.readUInt32LE(start + CAP_LEN);
    if (end > bytes.length) break;
    each(start, frame, end);
    start = end;
  }
  return start;
}
