import { FILE_HEADER, hasPcapMagic, type PcapFileHeader, pcapFileHeader } from './pcap-header.ts';
import { recordLayout } from './pcap-layout.ts';
import { type InterfaceDescription, MAX_FRAME, type PacketSink, PushParser } from './push-parser.ts';

/** Parses pcap files of microseconds and nanoseconds in both byte orders. */
export class PcapParser extends PushParser<PacketSink> {
  /** 'pcap' or 'pcap-ns'; null until the header has been read. */
  format: string | null = null;
  private header: PcapFileHeader | null = null;
  /** Length of record headers; 0 until it is known. */
  private recordHeader = 0;
  private swapped: 'never' | 'always' | 'when-larger' = 'never';
  private iface = -1;
  private records = 0;
  /** No more bytes will come. */
  private whole = false;

  constructor(sink: PacketSink) {
    super(sink, FILE_HEADER);
  }

  protected parse(bytes: Uint8Array, start: number, end: number, fileOffset: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const toFile = fileOffset - start;
    let at = start;
    if (this.header === null) {
      if (end - at < FILE_HEADER) return this.wait(FILE_HEADER, 0);
      this.readHeader(view, at);
      at += FILE_HEADER;
    }
    const { header } = this;
    if (header === null) return end - start;
    if (this.recordHeader === 0) {
      const layout = recordLayout(view, at, end, header, this.whole);
      if (layout < 0) return this.wait(-layout, at - start);
      this.recordHeader = layout;
    }
    const { littleEndian } = header;
    const { recordHeader, sink, iface } = this;
    const factor = header.nanoseconds ? 1 : 1000;
    while (end - at >= recordHeader) {
      let capLen = view.getUint32(at + 8, littleEndian);
      let wireLen = view.getUint32(at + 12, littleEndian);
      if (this.swapped !== 'never' && (this.swapped === 'always' || capLen > wireLen)) {
        [capLen, wireLen] = [wireLen, capLen];
      }
      if ((capLen === 0 || capLen > MAX_FRAME) && hasPcapMagic(view, at)) {
        if (end - at < FILE_HEADER && !this.whole) return this.wait(FILE_HEADER, at - start);
        const other = this.joinedHeader(view, at, end);
        if (other !== null) {
          this.joined(other, toFile + at);
          if (this.stopped) return end - start;
          at += FILE_HEADER;
          continue;
        }
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

  /** What it takes more bytes to tell is told by those that there are. */
  protected override parseRest(bytes: Uint8Array, end: number, fileOffset: number): number {
    this.whole = true;
    return this.header === null ? 0 : this.parse(bytes, 0, end, fileOffset);
  }

  protected truncated(offset: number, missing: number): void {
    const what = this.header === null ? 'the file header' : `packet ${this.records + 1}`;
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

  /** The header of another file that was joined to this one; null where it is a record that stands there. */
  private joinedHeader(view: DataView, at: number, end: number): PcapFileHeader | null {
    if (end - at < FILE_HEADER) return null;
    const other = pcapFileHeader(view, at);
    return other?.major === 2 && other.minor === 4 ? other : null;
  }

  /** Goes on where the records behind another header are as those before. */
  private joined(other: PcapFileHeader, offset: number): void {
    const { header } = this;
    const names = ['magic', 'littleEndian', 'major', 'minor', 'linkType'] as const;
    this.stopped = names.some((name) => header?.[name] !== other[name]);
    const what = this.stopped
      ? 'its format or link type is another, so reading ends here'
      : 'its packets are shown behind the others';
    this.sink.problem(offset, `another capture file begins here, as when two are joined: ${what}`);
  }

  private readHeader(view: DataView, at: number): void {
    const header = pcapFileHeader(view, at);
    if (header === null) {
      // Who calls has looked at the magic.
      this.stopped = true;
      return;
    }
    this.header = header;
    const { nanoseconds, major, minor, littleEndian, linkType, snaplen } = header;
    this.format = nanoseconds ? 'pcap-ns' : 'pcap';
    // Up to 2.2 the two lengths stood the other way round; of 2.3 both kinds exist.
    if (major === 2 && minor < 3) this.swapped = 'always';
    else if (major === 2 && minor === 3) this.swapped = 'when-larger';
    const description: InterfaceDescription = {
      number: 0,
      name: null,
      linkType,
      snaplen,
      ticksPerSecond: nanoseconds ? 1_000_000_000n : 1_000_000n,
      filter: null,
      littleEndian,
    };
    this.iface = this.sink.addInterface(description);
  }
}
