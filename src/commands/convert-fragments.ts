import type { Columns } from '../../capture/columns.ts';
import type { Wanted } from '../session/convert-blocks.ts';

const NOWHERE = 0xffff;

/**
 * Of a datagram that came in fragments chooses all of them, as far as they are `allowed`, where the packet is `chosen` (1, by
 * row) that has its headers: the one that completes it, of UDP the first. The others have nothing that a filter for what the
 * datagram carries could match. Looks at the fragments alone, and holds a number for each such datagram. Returns how many
 * packets are chosen more.
 */
export function chooseFragments(
  { datagrams, transportAt }: Columns,
  chosen: Uint8Array,
  allowed: Wanted,
): number {
  const kept = new Set<number>();
  for (const [row, { datagram, whole }] of datagrams) {
    const hasHeaders = transportAt[row] !== NOWHERE || (whole !== null && !whole.isInFirst);
    if (hasHeaders && chosen[row] === 1) kept.add(datagram);
  }
  let added = 0;
  if (kept.size === 0) return added;
  for (const [row, { datagram }] of datagrams) {
    if (chosen[row] === 1 || !kept.has(datagram) || !allowed(row)) continue;
    chosen[row] = 1;
    added++;
  }
  return added;
}
