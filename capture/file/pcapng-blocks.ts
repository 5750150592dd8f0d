// Block types and options of pcapng, draft-ietf-opsawg-pcapng. Every block: type 0-3, total length 4-7, body padded to
// four bytes, total length again. Options: code, length, value padded to four; they end with code 0 or with the block.

export const BLOCK = {
  section: 0x0a0d0d0a,
  interface: 1,
  /** The old Packet Block. */
  packet: 2,
  simplePacket: 3,
  nameResolution: 4,
  statistics: 5,
  enhancedPacket: 6,
  journal: 9,
  decryptionSecrets: 10,
  custom: 0x0bad,
  customNoCopy: 0x4000_0bad,
} as const;

/** Blocks that Wireshark lists as rows and counts in frame.number although they are no packets: found by trying. */
export const BLOCK_TYPES_WITH_NUMBERS: ReadonlySet<number> = new Set([
  BLOCK.journal,
  BLOCK.custom,
  BLOCK.customNoCopy,
  // Sysdig events, with and without flags, and large ones.
  0x204,
  0x208,
  0x216,
  0x217,
  0x221,
  0x222,
]);

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Type, length and the length again. */
export const BLOCK_OVERHEAD = 12;
/** A larger block is skipped: 16 MiB, as in Wireshark. */
export const MAX_BLOCK = 16 * 1024 * 1024;

export const OPTION = {
  end: 0,
  comment: 1,
  userApplication: 4,
  interfaceName: 2,
  resolution: 9,
  filter: 11,
  /** if_fcslen: in bytes, as Wireshark has it and the example of the draft. */
  fcsLength: 13,
  timeOffset: 14,
  packetFlags: 2,
  packetId: 5,
  statisticsStart: 2,
  statisticsEnd: 3,
  received: 4,
  dropped: 5,
} as const;

/** Calls `visit` with each option between `at` and `end`; stops at one that does not fit. Returns whether all did. */
export function eachOption(
  view: DataView,
  at: number,
  end: number,
  littleEndian: boolean,
  visit: (code: number, valueAt: number, length: number) => void,
): boolean {
  let next = at;
  while (end - next >= 4) {
    const code = view.getUint16(next, littleEndian);
    const length = view.getUint16(next + 2, littleEndian);
    if (code === OPTION.end) return true;
    if (next + 4 + length > end) return false;
    visit(code, next + 4, length);
    next += 4 + padded(length);
  }
  return true;
}

/** Rounds up to a multiple of four. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

const decoder = new TextDecoder();

/** Text of an option; what is not UTF-8 becomes U+FFFD, and a closing NUL is dropped. */
export function optionText(view: DataView, at: number, length: number): string {
  return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at, length)).replace(/\0+$/, '');
}
