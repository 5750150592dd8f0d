import {
  BLOCK,
  BLOCK_OVERHEAD,
  BLOCK_TYPES_WITH_NUMBERS,
  BYTE_ORDER_MAGIC,
  padded,
} from './pcapng-blocks.ts';
import { MAX_FRAME } from './push-parser.ts';

/** The smallest block of each known type; others are not believed after damage. */
const SMALLEST: ReadonlyMap<number, number> = new Map<number, number>([
  ...[...BLOCK_TYPES_WITH_NUMBERS].map((type): [number, number] => [type, BLOCK_OVERHEAD + 4]),
  [BLOCK.section, 28],
  [BLOCK.interface, 20],
  [BLOCK.packet, 32],
  [BLOCK.simplePacket, 16],
  [BLOCK.nameResolution, 16],
  [BLOCK.statistics, 24],
  [BLOCK.enhancedPacket, 32],
  [BLOCK.decryptionSecrets, 20],
]);

/** Larger blocks are not believed after damage: a whole frame with long comments is smaller. */
export const LARGEST_AFTER_DAMAGE = 2 * MAX_FRAME;

/** What `nextBlock` found. */
export interface Found {
  /** Where a block starts, or where the search must go on. */
  at: number;
  /** A block that can be read starts there. */
  isBlock: boolean;
  /** How many bytes from there are needed to know more. */
  need: number;
}

/**
 * Looks for the next block between `at` and `end` that says of itself what a real one says: a known type, the same length
 * twice, a captured length that fits. `whole` says that no more bytes will come; `sectionsOnly` that only the start of
 * a section can be understood.
 */
export function nextBlock(
  view: DataView,
  at: number,
  end: number,
  littleEndian: boolean,
  whole: boolean,
  sectionsOnly: boolean,
): Found {
  let next = at;
  for (; end - next >= BLOCK_OVERHEAD; next++) {
    const length = plausibleLength(view, next, end, littleEndian, sectionsOnly);
    if (length === 0) continue;
    if (length > end - next) {
      // Twice what there is, so that a file full of such blocks is not copied once for each.
      if (!whole) return { at: next, isBlock: false, need: Math.max(length, wanted(end - next)) };
      continue;
    }
    const order = orderAt(view, next) ?? littleEndian;
    if (view.getUint32(next + length - 4, order) === length) return { at: next, isBlock: true, need: length };
  }
  return { at: next, isBlock: false, need: BLOCK_OVERHEAD };
}

function wanted(available: number): number {
  return Math.min(2 * available, 2 * LARGEST_AFTER_DAMAGE);
}

/** Byte order of a section header that starts here; null where none does. */
function orderAt(view: DataView, at: number): boolean | null {
  if (view.getUint32(at, true) !== BLOCK.section) return null;
  if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) return true;
  return view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC ? false : null;
}

/** The length of the block that may start here, 0 where none can. The caller has checked that 12 bytes are there. */
function plausibleLength(
  view: DataView,
  at: number,
  end: number,
  littleEndian: boolean,
  sectionsOnly: boolean,
): number {
  const type = view.getUint32(at, littleEndian);
  if (sectionsOnly && type !== BLOCK.section) return 0;
  const smallest = SMALLEST.get(type);
  if (smallest === undefined) return 0;
  const order = type === BLOCK.section ? orderAt(view, at) : littleEndian;
  if (order === null) return 0;
  const length = view.getUint32(at + 4, order);
  if (length < smallest || (length & 3) !== 0 || length > LARGEST_AFTER_DAMAGE) return 0;
  const isPacket = type === BLOCK.enhancedPacket || type === BLOCK.packet;
  if (isPacket && end - at >= smallest && !holdsFrame(view, at, length, order)) return 0;
  return length;
}

/** Whether the captured length of the packet block of this length fits into it. */
export function holdsFrame(view: DataView, at: number, length: number, littleEndian: boolean): boolean {
  const capLen = view.getUint32(at + 20, littleEndian);
  return capLen <= MAX_FRAME && padded(capLen) + 32 <= length;
}
