import type { Capture } from './capture.ts';
import { LINKTYPE } from './decode/link-types.ts';

/** Bytes of the frame in `row`, on the wire or captured: the byte that tells the direction of link type 204 is no part of it. */
export function frameLength(
  { columns, interfaces }: Capture,
  length: 'wireLen' | 'capLen',
  row: number,
): number {
  const bytes = columns[length][row] ?? 0;
  const linkType = interfaces[columns.iface[row] ?? 0]?.linkType;
  return linkType === LINKTYPE.pppWithDirection && bytes > 0 ? bytes - 1 : bytes;
}
