import type { Capture } from '../capture.ts';
import type { Next } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';

/** Wireshark's kinds of field, by what their values are: numbers, ns as bigint for times, bytes, text. */
export type FieldType =
  /** A protocol's header with all behind it, or a mark that is there or not. */
  | 'protocol'
  | 'bool'
  | 'uint8'
  | 'uint16'
  | 'uint24'
  | 'uint32'
  | 'uint64'
  | 'int32'
  | 'double'
  | 'ipv4'
  | 'ipv6'
  | 'ether'
  | 'bytes'
  | 'string'
  | 'time'
  | 'duration';

/** A bigint for uint64, time and duration (ns); bytes for ipv6, ether, bytes and protocol; a number for ipv4 and bool. */
export type FieldValue = number | bigint | string | Uint8Array;

/** What a field is, whoever gives its values. */
export interface FieldInfo {
  /** Wireshark's name, where it has such a field. */
  readonly name: string;
  readonly type: FieldType;
  readonly about: string;
  /** How numbers are shown: decimal, or hexadecimal at the width of the type. */
  readonly base?: 'dec' | 'hex';
  /** Words that may stand for a number in a filter: TCP for 6. */
  readonly words?: Readonly<Record<string, number>>;
}

/** One frame, taken apart; good until the reader opens another. */
export interface Packet {
  readonly capture: Capture;
  readonly row: number;
  /** The frame's bytes, with others behind them: `end` is where they end. */
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly layers: readonly Layer[];
  /** Index of its flow, -1 where it has none. */
  readonly flow: number;
  readonly direction: number;
  /** The row that was shown before, where not all are: -1 for the first; null: the one before. */
  readonly shownBefore: number | null;
}

/** Where in its header a field always stands: bytes, and the bits of them that are the field's (null: all). */
export interface Place {
  readonly offset: number;
  readonly size: number;
  readonly mask: number | null;
}

/** A field of packets. */
export interface PacketField extends FieldInfo {
  /** The kind of header that it stands in; null for what is known of the frame as a whole. */
  readonly layer: Next | null;
  readonly place?: Place;
  /** Appends the values in one header (in the frame, when `layer` is null). Bytes are views: good until another frame is read. */
  readonly read: (packet: Packet, layer: Layer, out: FieldValue[]) => void;
}
