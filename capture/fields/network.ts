import { NEXT } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import type { Packet } from './field.ts';

/** The IP header that a header stands behind; undefined where it has none. */
export function networkOf({ layers }: Packet, layer: Layer): Layer | undefined {
  const before = layers.slice(0, layers.indexOf(layer));
  return before.findLast(({ kind }) => kind === NEXT.ipv4 || kind === NEXT.ipv6);
}
