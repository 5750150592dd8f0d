import type { Columns } from '../columns.ts';
import { Decoding } from '../decode/decoding.ts';
import { LINKTYPE } from '../decode/link-types.ts';
import { decodePacket } from '../decode/packet.ts';
import { decodeUsual } from '../decode/usual.ts';
import { CaptureStore } from './capture-store.ts';
import type { FrameSource } from './frame-source.ts';
import type { PcapngSink } from './pcapng-parser.ts';

/** Takes what a parser finds and makes a Capture of it, packet by packet. */
export class CaptureBuilder extends CaptureStore implements PcapngSink {
  private readonly decoding: Decoding;
  /** Rows that are decoded. */
  private decoded = 0;

  constructor(format: string, source: FrameSource) {
    const decoding = new Decoding();
    super(format, source, decoding.columns, decoding.flows);
    this.decoding = decoding;
  }

  packet(
    capLen: number,
    wireLen: number,
    sec: number,
    nsec: number,
    iface: number,
    fileOffset: number,
  ): void {
    const { columns } = this;
    const row = columns.add();
    columns.sec[row] = sec;
    columns.nsec[row] = nsec;
    columns.fileOffset[row] = fileOffset;
    columns.capLen[row] = capLen;
    columns.wireLen[row] = wireLen;
    columns.iface[row] = iface;
  }

  decode(bytes: Uint8Array, toFile: number): void {
    const { columns, decoding, interfaces } = this;
    const { length, fileOffset, capLen, wireLen, iface } = columns;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let row = this.decoded; row < length; row++) {
      const linkType = interfaces[iface[row] ?? 0]?.linkType ?? -1;
      if (linkType === LINKTYPE.ethernet) row = decodeUsual(view, toFile, row, decoding);
      if (row === length) break;
      const at = (fileOffset[row] ?? 0) - toFile;
      const rowLinkType = interfaces[iface[row] ?? 0]?.linkType ?? -1;
      decoding.row = row;
      decodePacket(bytes, at, capLen[row] ?? 0, wireLen[row] ?? 0, rowLinkType, decoding);
    }
    this.decoded = length;
  }

  /** Hands on the rows there are and forgets them. */
  passOn(take: (columns: Columns, rowBase: number) => void): void {
    const { columns, flows } = this;
    if (columns.length === 0) return;
    take(columns, flows.rowBase);
    flows.rowBase += columns.length;
    columns.clear();
    this.decoded = 0;
    this.decoding.fragments?.forgetRows();
  }
}
