import type { Capture } from '../capture.ts';
import { wholeOf, wholePacket } from '../datagram.ts';
import { findLayers, type Layer } from '../decode/layers.ts';
import type { FieldValue, Packet, PacketField } from './field.ts';

const NO_LAYER: Layer = { kind: 0, at: 0, end: 0, wireEnd: 0, quoted: false, firstFragment: false };

/** Takes the frames of a capture apart, one at a time, and reads fields from them. */
export class PacketReader implements Packet {
  readonly capture: Capture;
  row = -1;
  bytes = new Uint8Array(2048);
  end = 0;
  layers: readonly Layer[] = [];
  flow = -1;
  direction = 0;
  shownBefore: number | null = null;

  constructor(capture: Capture) {
    this.capture = capture;
  }

  /** Opens the frame of a row; costs nothing when it is open already. */
  open(row: number): this {
    if (row === this.row) return this;
    const { columns, interfaces } = this.capture;
    const whole = wholeOf(columns, row);
    const frame = wholePacket(this.capture, row);
    // A copy: others may read the capture before the fields are asked for.
    if (frame.length > this.bytes.length) this.bytes = new Uint8Array(frame.length * 2);
    this.bytes.set(frame);
    this.end = Math.min(columns.capLen[row] ?? 0, frame.length);
    this.flow = columns.flow[row] ?? -1;
    this.direction = columns.direction[row] ?? 0;
    const linkType = interfaces[columns.iface[row] ?? 0]?.linkType ?? -1;
    this.layers = findLayers(this.bytes, this.end, columns.wireLen[row] ?? 0, linkType, whole);
    this.row = row;
    return this;
  }

  /** Appends the values that the open frame has for a field, the outermost header's first. */
  values(fields: readonly PacketField[], out: FieldValue[]): void {
    for (const field of fields) {
      if (field.layer === null) field.read(this, NO_LAYER, out);
    }
    // Header by header: a name may be of several kinds of them, as ip.version is.
    for (const layer of this.layers)
      for (const field of fields) if (layer.kind === field.layer) field.read(this, layer, out);
  }

  /** Appends the values in the header that is the n-th of its kind, from 1; a negative number counts from the innermost. */
  valuesOfLayer(fields: readonly PacketField[], number: number, out: FieldValue[]): void {
    for (const field of fields) {
      const headers = this.layers.filter(({ kind }) => kind === field.layer);
      const header = headers[number > 0 ? number - 1 : headers.length + number];
      if (header !== undefined) field.read(this, header, out);
      else if (field.layer === null && Math.abs(number) === 1) field.read(this, NO_LAYER, out);
    }
  }
}
