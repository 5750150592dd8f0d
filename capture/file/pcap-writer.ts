import { PCAP_MAGIC } from './pcap-header.ts';

/** Where a writer puts its bytes; they are the receiver's to keep. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

/** Writes a nanosecond (or microsecond) pcap file (version 2.4, little endian); the header goes out at once. */
export class PcapWriter {
  private readonly sink: ByteSink;
  private readonly nanoseconds: boolean;

  /** `linkType` is a LINKTYPE_ number; `snaplen` in bytes. */
  constructor(sink: ByteSink, linkType: number, snaplen: number, nanoseconds = true) {
    this.sink = sink;
    this.nanoseconds = nanoseconds;
    const header = new Uint8Array(FILE_HEADER);
    const view = new DataView(header.buffer);
    view.setUint32(0, nanoseconds ? PCAP_MAGIC.nano : PCAP_MAGIC.micro, true);
    view.setUint16(4, 2, true);
    view.setUint16(6, 4, true);
    view.setUint32(16, snaplen, true);
    view.setUint32(20, linkType, true);
    sink.write(header);
  }

  /** Writes one packet: its time in seconds since 1970 and nanoseconds, its captured bytes, its length on the wire. */
  packet(sec: number, nsec: number, wireLen: number, frame: Uint8Array): void {
    const record = new Uint8Array(RECORD_HEADER + frame.length);
    const view = new DataView(record.buffer);
    view.setUint32(0, sec, true);
    view.setUint32(4, this.nanoseconds ? nsec : Math.floor(nsec / 1000), true);
    view.setUint32(8, frame.length, true);
    view.setUint32(12, wireLen, true);
    record.set(frame, RECORD_HEADER);
    this.sink.write(record);
  }
}
