import { type InterfaceDescription, MAX_FRAME, type PacketSink, PushParser } from './push-parser.ts';

// pcap file header: magic 0-3, major 4-5, minor 6-7, 8-15 unused, snaplen 16-19, link type 20-23.
// Record header: seconds 0-3, fraction 4-7, captured length 8-11, original length 12-15.
// Source: draft-ietf-opsawg-pcap.
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** Records of the old Linux patch have eight bytes more: interface index, protocol, packet type. */
const PATCHED_RECORD_HEADER = 24;
/** Above these bits stand the length of the frame check sequence and its flag. */
export const LINK_TYPE_BITS = 0x03ff_ffff;

export const PCAP_MAGIC = { micro: 0xa1b2c3d4, nano: 0xa1b23c4d, patched: 0xa1b2cd34 } as const;

/** Parses pcap files of microseconds and nanoseconds in both byte orders. */
export class PcapParser extends PushParser<PacketSink> {
  /** 'pcap' or 'pcap-ns'; null until the header has been read. */
  format: string | null = null;
  private littleEndian = true;
  private nanoseconds = false;
  private recordHeader = RECORD_HEADER;
  private swapped: 'never' | 'always' | 'when-larger' = 'never';
  private iface = -1;
  private records = 0;

  constructor(sink: PacketSink) {
    super(sink, FILE_HEADER);
  }

  protected parse(bytes: Uint8Array, start: number, end: number, fileOffset: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const toFile = fileOffset - start;
    let at = start;
    if (this.iface < 0) {
      if (end - at < FILE_HEADER) return this.wait(FILE_HEADER, 0);
      this.readHeader(view, at);
      at += FILE_HEADER;
    }
    const { littleEndian, recordHeader, sink, iface } = this;
    const factor = this.nanoseconds ? 1 : 1000;
    while (end - at >= recordHeader) {
      let capLen = view.getUint32(at + 8, littleEndian);
      let wireLen = view.getUint32(at + 12, littleEndian);
      if (this.swapped !== 'never' && (this.swapped === 'always' || capLen > wireLen)) {
        [capLen, wireLen] = [wireLen, capLen];
      }
      if (capLen > MAX_FRAME) {
        this.refuse(toFile + at, capLen);
        return end - start;
      }
      if (end - at < recordHeader + capLen) return this.wait(recordHeader + capLen, at - start);
      let sec = view.getUint32(at, littleEndian);
      let nsec = view.getUint32(at + 4, littleEndian) * factor;
      if (nsec > 0xffff_ffff) {
        // Damaged: more than fits a cell, so the whole seconds of it are carried over.
        sec += Math.floor(nsec / 1e9);
        nsec %= 1e9;
      }
      this.records++;
      sink.packet(capLen, wireLen, sec, nsec, iface, toFile + at + recordHeader);
      at += recordHeader + capLen;
    }
    return this.wait(recordHeader, at - start);
  }

  protected truncated(offset: number, missing: number): void {
    const what = this.iface < 0 ? 'the file header' : `packet ${this.records + 1}`;
    this.sink.problem(offset, `the file ends inside ${what}: at least ${missing} more bytes belong to it`);
  }

  private wait(need: number, used: number): number {
    this.need = need;
    return used;
  }

  private refuse(offset: number, capLen: number): void {
    this.stopped = true;
    this.sink.problem(
      offset,
      `packet ${this.records + 1} claims ${capLen} captured bytes, more than any frame has (${MAX_FRAME}); a pcap file gives no way to find the next packet, so reading ends here`,
    );
  }

  private readHeader(view: DataView, at: number): void {
    const magicLe = view.getUint32(at, true);
    const magics: readonly number[] = Object.values(PCAP_MAGIC);
    this.littleEndian = magics.includes(magicLe);
    const magic = this.littleEndian ? magicLe : view.getUint32(at, false);
    this.nanoseconds = magic === PCAP_MAGIC.nano;
    if (magic === PCAP_MAGIC.patched) this.recordHeader = PATCHED_RECORD_HEADER;
    this.format = this.nanoseconds ? 'pcap-ns' : 'pcap';
    const major = view.getUint16(at + 4, this.littleEndian);
    const minor = view.getUint16(at + 6, this.littleEndian);
    // Up to 2.2 the two lengths stood the other way round; of 2.3 both kinds exist.
    if (major === 2 && minor < 3) this.swapped = 'always';
    else if (major === 2 && minor === 3) this.swapped = 'when-larger';
    const description: InterfaceDescription = {
      number: 0,
      name: null,
      linkType: view.getUint32(at + 20, this.littleEndian) & LINK_TYPE_BITS,
      snaplen: view.getUint32(at + 16, this.littleEndian),
      ticksPerSecond: this.nanoseconds ? 1_000_000_000n : 1_000_000n,
      filter: null,
      littleEndian: this.littleEndian,
    };
    this.iface = this.sink.addInterface(description);
  }
}
