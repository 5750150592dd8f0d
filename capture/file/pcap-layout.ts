import { LINKTYPE } from '../decode/link-types.ts';
import { PCAP_MAGIC, type PcapFileHeader } from './pcap-header.ts';
import { MAX_FRAME } from './push-parser.ts';

/** Length of a record header, draft-ietf-opsawg-pcap §5: seconds 0-3, fraction 4-7, captured length 8-11, original length 12-15. */
export const RECORD_HEADER = 16;
/** Records of the old Linux patch have eight bytes more: interface index, protocol, packet type. */
const PATCHED = 24;
/** Without a magic of their own: Nokia's tcpdump has 4 bytes more, Red Hat's 6.1 had 8; SuSE's 6.3 had 4 more than the patch. */
const UNMARKED: ReadonlyMap<number, readonly number[]> = new Map([
  [PCAP_MAGIC.micro, [20, 24]],
  [PCAP_MAGIC.patched, [28]],
]);
const MICROSECONDS = 1_000_000;
/** Two packets that follow each other are nearer in time than so many seconds. */
const NEAR = 86_400;

const ETHERTYPES: ReadonlySet<number> = new Set([
  ...[0x0800, 0x0806, 0x86dd, 0x8100, 0x88a8, 0x8847, 0x8863, 0x8864],
]);

/** Length of the record headers that the magic stands for. */
function usualLayout(magic: number): number {
  return magic === PCAP_MAGIC.patched ? PATCHED : RECORD_HEADER;
}

/**
 * The length of record headers, told from the first record, at `at`, and the next one; or, negative, how many bytes from
 * `at` it takes to tell. It is another than the magic says only where the first record is a frame with the other length
 * alone, and the second makes no sense but with it: so no packet of an ordinary file, whatever it holds, has it misread.
 * `whole` says that the file ends at `end`.
 */
export function recordLayout(
  view: DataView,
  at: number,
  end: number,
  header: PcapFileHeader,
  whole: boolean,
): number {
  const { littleEndian, magic, linkType } = header;
  const usual = usualLayout(magic);
  const others = UNMARKED.get(magic) ?? [];
  if (others.length === 0) return usual;
  if (end - at < RECORD_HEADER) return whole ? usual : -RECORD_HEADER;
  const sec = view.getUint32(at, littleEndian);
  const capLen = view.getUint32(at + 8, littleEndian);
  if (capLen > MAX_FRAME) return usual;
  if (!whole && end - at < usual + capLen) return -(usual + capLen);
  const startsFrame = (layout: number): boolean => isFrame(view, at + layout, end, capLen, linkType);
  if (startsFrame(usual)) return usual;
  const fits = others.filter(startsFrame);
  if (fits.length === 0) return usual;
  const needed = Math.max(...fits) + capLen + RECORD_HEADER;
  if (!whole && end - at < needed) return -needed;
  if (isRecord(view, at + usual + capLen, end, littleEndian)) return usual;
  return (
    fits.find((layout) => {
      const next = at + layout + capLen;
      return (whole && next === end) || (isRecord(view, next, end, littleEndian) && isNext(next));
    }) ?? usual
  );

  function isNext(next: number): boolean {
    const isNear = Math.abs(view.getUint32(next, littleEndian) - sec) < NEAR;
    return isNear && view.getUint32(next + 8, littleEndian) <= view.getUint32(next + 12, littleEndian);
  }
}

/** Whether a record may start at `at`: its captured length and its microseconds are in range. */
function isRecord(view: DataView, at: number, end: number, littleEndian: boolean): boolean {
  if (end - at < RECORD_HEADER) return false;
  return (
    view.getUint32(at + 8, littleEndian) <= MAX_FRAME && view.getUint32(at + 4, littleEndian) < MICROSECONDS
  );
}

/** Whether a frame of `length` bytes seems to start at `at`; false for link types that do not show it. */
function isFrame(view: DataView, at: number, end: number, length: number, linkType: number): boolean {
  switch (linkType) {
    case LINKTYPE.ethernet: {
      if (length < 14 || end - at < 14) return false;
      const type = view.getUint16(at + 12);
      // Below the Ethernet types it is a length, IEEE 802.3 §3.2.6.
      return ETHERTYPES.has(type) || (type >= 3 && type <= length - 14);
    }
    case LINKTYPE.raw:
    case LINKTYPE.rawBsd:
    case LINKTYPE.rawOpenbsd: {
      const version = end > at ? view.getUint8(at) >> 4 : 0;
      return version === 4 || version === 6;
    }
    default:
      return false;
  }
}
