import type { Layer } from '../decode/layers.ts';
import { eachTcpOption, TCP_OPTION } from '../decode/tcp-options.ts';
import type { Packet } from './field.ts';

const NEEDS = 16;
const MIN_HEADER = 20;

type Visit = (number: number, at: number, length: number, end: number) => void;

/** Wireshark reads no option behind one of these that is too short. */
export function isDeadEnd(number: number, length: number): boolean {
  return (number === TCP_OPTION.sack && length < 10) || (number === TCP_OPTION.mptcp && length < 4);
}

/** Calls `visit` with each option of a header that is not quoted, and where what is captured of the options ends. */
export function eachOption(packet: Packet, layer: Layer, visit: Visit): void {
  const { bytes } = packet;
  if (layer.quoted || layer.at + NEEDS > layer.end) return;
  const headerEnd = layer.at + ((bytes[layer.at + 12] ?? 0) >> 4) * 4;
  if (headerEnd - layer.at < MIN_HEADER) return;
  const end = Math.min(headerEnd, layer.end);
  let gaveUp = false;
  eachTcpOption(bytes, layer.at + MIN_HEADER, end, (number, at, length) => {
    if (gaveUp) return;
    gaveUp = isDeadEnd(number, length);
    if (at + length <= headerEnd) visit(number, at, length, end);
  });
}
