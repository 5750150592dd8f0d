import { readU16, readU32 } from '../decode/bytes.ts';
import type { Next } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import type { FieldInfo, FieldType, FieldValue, Packet, PacketField } from './field.ts';

export interface FixedOptions {
  /** Bits of the number that belong to the field; they are shifted down. */
  readonly mask?: number;
  /** Bytes of the number that the mask is of, where the type alone does not say. */
  readonly size?: number;
  /** Bytes of the header that must be there for the field to be shown. */
  readonly needs?: number;
  readonly when?: (packet: Packet, layer: Layer) => boolean;
  /** In a header without anything wrong, `when` is always true. */
  readonly always?: boolean;
  readonly base?: 'dec' | 'hex';
  readonly words?: Readonly<Record<string, number>>;
}

const SIZES: Readonly<Partial<Record<FieldType, number>>> = {
  bool: 1,
  uint8: 1,
  uint16: 2,
  uint24: 3,
  uint32: 4,
  int32: 4,
  ipv4: 4,
  ether: 6,
  ipv6: 16,
};

/** A field that stands at a fixed offset of its header. */
export function fixed(
  layer: Next,
  offset: number,
  name: string,
  type: FieldType,
  about: string,
  options: FixedOptions = {},
): PacketField {
  const size = options.size ?? SIZES[type] ?? 0;
  const needs = Math.max(options.needs ?? 0, offset + size);
  const isBytes = type === 'ether' || type === 'ipv6' || type === 'bytes';
  const { mask, when } = options;
  const shift = mask === undefined ? 0 : 31 - Math.clz32(mask & -mask);
  const read = (packet: Packet, header: Layer, out: FieldValue[]): void => {
    const at = header.at + offset;
    if (header.at + needs > header.end || (when !== undefined && !when(packet, header))) return;
    if (isBytes) out.push(packet.bytes.subarray(at, at + size));
    else {
      const raw = readNumber(packet.bytes, at, size);
      if (mask === undefined) out.push(raw);
      // A flag of several bits is set when any of them is.
      else if (type === 'bool') out.push((raw & mask) === 0 ? 0 : 1);
      else out.push((raw & mask) >>> shift);
    }
  };
  // What is shown only sometimes is not told by its place alone.
  const isAlways = when === undefined || options.always === true;
  const place = { offset, size, mask: mask ?? null };
  return { ...described(name, type, about, options), layer, read, ...(isAlways ? { place } : {}) };
}

/** A field whose values are worked out. */
export function worked(
  layer: Next | null,
  name: string,
  type: FieldType,
  about: string,
  read: PacketField['read'],
  options: Pick<FixedOptions, 'base' | 'words'> = {},
): PacketField {
  return { ...described(name, type, about, options), layer, read };
}

/** The header of a protocol and all that is captured behind it. */
export function protocol(layer: Next, name: string, about: string, when?: FixedOptions['when']): PacketField {
  return worked(layer, name, 'protocol', about, (packet, header, out) => {
    if (when === undefined || when(packet, header)) out.push(packet.bytes.subarray(header.at, header.end));
  });
}

/** Both of two fields under one name, as ip.addr is ip.src and ip.dst. */
export function either(name: string, about: string, first: PacketField, second: PacketField): PacketField {
  return worked(first.layer, name, first.type, about, (packet, header, out) => {
    first.read(packet, header, out);
    second.read(packet, header, out);
  });
}

function described(
  name: string,
  type: FieldType,
  about: string,
  { base, words }: Pick<FixedOptions, 'base' | 'words'>,
): FieldInfo {
  return {
    name,
    type,
    about,
    ...(base === undefined ? {} : { base }),
    ...(words === undefined ? {} : { words }),
  };
}

/** The number of 1 to 4 bytes at `at`, which the caller has checked. */
export function readNumber(bytes: Uint8Array, at: number, size: number): number {
  if (size === 1) return bytes[at] ?? 0;
  if (size === 2) return readU16(bytes, at);
  if (size === 3) return ((bytes[at] ?? 0) << 16) | readU16(bytes, at + 1);
  return readU32(bytes, at);
}
