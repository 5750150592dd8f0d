// pcap file header, draft-ietf-opsawg-pcap §4: magic 0-3, major 4-5, minor 6-7, 8-15 unused, snaplen 16-19, link type 20-23.
export const FILE_HEADER = 24;
/** Above these bits stand the length of the frame check sequence and its flag. */
export const LINK_TYPE_BITS = 0x03ff_ffff;

export const PCAP_MAGIC = { micro: 0xa1b2c3d4, nano: 0xa1b23c4d, patched: 0xa1b2cd34 } as const;
const MAGICS: ReadonlySet<number> = new Set(Object.values(PCAP_MAGIC));

/** AIX writes version 2.2, nanoseconds, and the interface type of RFC 1573 for a link type. */
const AIX_ETHERNET = 6;
const ETHERNET = 1;

export interface PcapFileHeader {
  readonly littleEndian: boolean;
  readonly magic: number;
  readonly nanoseconds: boolean;
  readonly major: number;
  readonly minor: number;
  readonly snaplen: number;
  readonly linkType: number;
}

/** Whether a magic stands at `at`, in either byte order. */
export function hasPcapMagic(view: DataView, at: number): boolean {
  return MAGICS.has(view.getUint32(at, true)) || MAGICS.has(view.getUint32(at, false));
}

/** The file header at `at`, of which 24 bytes are there; null where no magic stands. */
export function pcapFileHeader(view: DataView, at: number): PcapFileHeader | null {
  const littleEndian = MAGICS.has(view.getUint32(at, true));
  const magic = view.getUint32(at, littleEndian);
  if (!MAGICS.has(magic)) return null;
  const major = view.getUint16(at + 4, littleEndian);
  const minor = view.getUint16(at + 6, littleEndian);
  const linkType = view.getUint32(at + 20, littleEndian) & LINK_TYPE_BITS;
  const isAix = magic === PCAP_MAGIC.micro && major === 2 && minor === 2 && linkType === AIX_ETHERNET;
  return {
    littleEndian,
    magic,
    nanoseconds: magic === PCAP_MAGIC.nano || isAix,
    major,
    minor,
    snaplen: view.getUint32(at + 16, littleEndian),
    linkType: isAix ? ETHERNET : linkType,
  };
}
