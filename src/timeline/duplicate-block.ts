/** The block by which an acknowledgement reports bytes that came twice (D-SACK, RFC 2883 §4); null when it reports none. */
export function duplicateBlock(
  edges: readonly number[],
  acked: number,
): readonly [from: number, to: number] | null {
  const [left, right, outerLeft, outerRight] = edges;
  if (left === undefined || right === undefined) return null;
  const inside =
    outerLeft !== undefined && outerRight !== undefined && left >= outerLeft && right <= outerRight;
  return right <= acked || inside ? [left, right] : null;
}
