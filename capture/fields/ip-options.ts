import { NEXT } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import type { Packet, PacketField } from './field.ts';
import { worked } from './make.ts';

const MIN_HEADER = 20;
const OPTION = { end: 0, nop: 1 } as const;

/** Options of the IPv4 header (RFC 791 §3.1): the kind of each, padding with them, and the length of those that have one. */
export function ipOptionFields(headerLen: (packet: Packet, layer: Layer) => number): readonly PacketField[] {
  const each = (packet: Packet, layer: Layer, visit: (kind: number, length: number | null) => void): void => {
    const end = Math.min(layer.at + headerLen(packet, layer), layer.end);
    for (let at = layer.at + MIN_HEADER; at < end; ) {
      const kind = packet.bytes[at] ?? 0;
      const isSingle = kind === OPTION.end || kind === OPTION.nop;
      const length = isSingle ? 1 : at + 1 < end ? (packet.bytes[at + 1] ?? 0) : 0;
      if (!isSingle && (length < 2 || at + length > layer.at + headerLen(packet, layer))) return;
      visit(kind, isSingle ? null : length);
      if (kind === OPTION.end) return;
      at += length;
    }
  };
  return [
    worked(NEXT.ipv4, 'ip.opt.type', 'uint8', 'Kinds of the options', (packet, layer, out) => {
      each(packet, layer, (kind) => out.push(kind));
    }),
    worked(NEXT.ipv4, 'ip.opt.len', 'uint8', 'Lengths of the options', (packet, layer, out) => {
      each(packet, layer, (_kind, length) => {
        if (length !== null) out.push(length);
      });
    }),
  ];
}
