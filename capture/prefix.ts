import type { Capture } from './capture.ts';
import { Columns } from './columns.ts';

const ORIGINS = new WeakMap<Capture, Capture>();

/** The capture that a prefix was made of, which is the same for all its prefixes; any other capture is its own. */
export function originOf(capture: Capture): Capture {
  return ORIGINS.get(capture) ?? capture;
}

/**
 * The first `rows` packets of a capture that still grows, as a capture that does not. Cells are shared, not copied: it is
 * good as long as the capture it was made of is open.
 */
export function prefixOf(capture: Capture, rows: number): Capture {
  const columns: Columns = Object.assign(Object.create(Columns.prototype), capture.columns);
  columns.length = Math.min(rows, capture.columns.length);
  const { flows } = capture;
  const prefix: Capture = {
    columns,
    flows: {
      length: flows.length,
      get: (index) => flows.get(index),
      baseSeq: (index, direction, row) => flows.baseSeq(index, direction, row),
      reusesPorts: (index) => flows.reusesPorts(index),
      firstRowOf: (index) => flows.firstRowOf(index),
      known: (...ends) => flows.known(...ends),
    },
    interfaces: [...capture.interfaces],
    problems: [...capture.problems],
    format: capture.format,
    section: capture.section,
    frame: (row) => capture.frame(row),
    bytesAt: (offset, length) => capture.bytesAt(offset, length),
    keptBytesAt: (offset, length) => capture.keptBytesAt(offset, length),
    hasTime: (row) => capture.hasTime(row),
    packetOptions: (row) => capture.packetOptions(row),
    packetBlock: (row) => capture.packetBlock(row),
    otherBlocks: capture.otherBlocks,
    close: () => {},
  };
  ORIGINS.set(prefix, originOf(capture));
  return prefix;
}
