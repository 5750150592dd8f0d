import type { Capture } from './capture.ts';
import { type FieldContext, HEADER_FIELDS } from './decode/field-values.ts';
import { type Layer, LayerFinder } from './decode/layers.ts';

/** Names that `fieldText` knows: Wireshark's. */
export const FIELD_NAMES: readonly string[] = [
  'frame.number',
  'frame.time_epoch',
  'frame.len',
  'frame.cap_len',
  'frame.interface_id',
  ...Object.keys(HEADER_FIELDS),
];

interface Opened {
  readonly finder: LayerFinder;
  row: number;
  bytes: Uint8Array;
  layers: readonly Layer[];
}

// The row that was asked about last: its fields are mostly asked for one after the other.
const opened = new WeakMap<Capture, Opened>();

/**
 * The text that Wireshark 4.0 has for a field of one row; '' where the packet does not have it. A field that occurs
 * several times (in packets that ICMP errors quote) is comma separated, the outermost first. A RangeError for a name
 * that is not in FIELD_NAMES.
 */
export function fieldText(capture: Capture, row: number, name: string): string {
  const { columns } = capture;
  switch (name) {
    case 'frame.number':
      return `${frameNumber(capture, row)}`;
    case 'frame.time_epoch':
      return capture.hasTime(row) ? timeText(columns.sec[row] ?? 0, columns.nsec[row] ?? 0) : '';
    case 'frame.len':
      return `${columns.wireLen[row] ?? 0}`;
    case 'frame.cap_len':
      return `${columns.capLen[row] ?? 0}`;
    case 'frame.interface_id':
      return capture.format === 'pcapng' ? `${capture.interfaces[columns.iface[row] ?? 0]?.number ?? 0}` : '';
  }
  const field = HEADER_FIELDS[name];
  if (field === undefined) throw new RangeError(`no field ${name}`);
  const { bytes, layers } = open(capture, row);
  const texts: string[] = [];
  const context = contextOf(capture, row, bytes);
  for (const layer of layers) {
    if (layer.kind !== field.kind) continue;
    const text = field.text(layer, context);
    if (text !== '') texts.push(text);
  }
  return texts.join(',');
}

/** Wireshark's frame.number of a row: journal, custom and event blocks of pcapng are counted too. */
export function frameNumber(capture: Capture, row: number): number {
  return row + 1 + capture.otherBlocks.numberedBefore(row);
}

function open(capture: Capture, row: number): Opened {
  let entry = opened.get(capture);
  if (entry === undefined) {
    entry = { finder: new LayerFinder(), row: -1, bytes: new Uint8Array(0), layers: [] };
    opened.set(capture, entry);
  }
  if (entry.row !== row) {
    const { columns, interfaces } = capture;
    entry.bytes = capture.frame(row).slice();
    const linkType = interfaces[columns.iface[row] ?? 0]?.linkType ?? -1;
    entry.layers = entry.finder.find(entry.bytes, columns.wireLen[row] ?? 0, linkType);
    entry.row = row;
  }
  return entry;
}

function contextOf(capture: Capture, row: number, bytes: Uint8Array): FieldContext {
  const { columns, flows } = capture;
  const flow = columns.flow[row] ?? -1;
  if (flow < 0) return { bytes, stream: -1, peerBase: 0 };
  const peerBase = flows.baseSeq(flow, 1 - (columns.direction[row] ?? 0)) ?? 0;
  return { bytes, stream: flows.get(flow).stream, peerBase };
}

function timeText(sec: number, nsec: number): string {
  return `${sec}.${nsec.toString().padStart(9, '0')}`;
}
