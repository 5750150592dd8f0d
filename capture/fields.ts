import type { Capture } from './capture.ts';
import type { FieldInfo, FieldValue } from './fields/field.ts';
import { PacketReader } from './fields/reader.ts';
import { PACKET_FIELDS } from './fields/registry.ts';
import { valueText } from './fields/text.ts';

export { frameNumber } from './frame-number.ts';

/** Names that `fieldText` knows: Wireshark's. */
export const FIELD_NAMES: readonly string[] = [...PACKET_FIELDS.keys()];

const readers = new WeakMap<Capture, PacketReader>();

/** The reader of a capture that fields are read with one after the other. */
export function readerOf(capture: Capture): PacketReader {
  let reader = readers.get(capture);
  if (reader === undefined) {
    reader = new PacketReader(capture);
    readers.set(capture, reader);
  }
  return reader;
}

/** What a field of packets is; null for a name that is not known. */
export function fieldInfo(name: string): FieldInfo | null {
  return PACKET_FIELDS.get(name)?.[0] ?? null;
}

/**
 * The text that Wireshark 4.0 has for a field of one row; '' where the packet does not have it. A field that occurs
 * several times (in tunnels, or in packets that ICMP errors quote) is comma separated, the outermost first. A
 * RangeError for a name that is not in FIELD_NAMES.
 */
export function fieldText(capture: Capture, row: number, name: string): string {
  const fields = PACKET_FIELDS.get(name);
  const [info] = fields ?? [];
  if (fields === undefined || info === undefined) throw new RangeError(`no field ${name}`);
  const values: FieldValue[] = [];
  readerOf(capture).open(row).values(fields, values);
  return values.map((value) => valueText(info, value)).join(',');
}
