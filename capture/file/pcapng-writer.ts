import type { ByteSink } from './pcap-writer.ts';
import { BLOCK, BLOCK_OVERHEAD, BYTE_ORDER_MAGIC, OPTION, padded } from './pcapng-blocks.ts';

export interface SectionText {
  /** shb_userappl: the program and its version. */
  readonly application: string;
  readonly comments?: readonly string[];
}

export interface WrittenInterface {
  readonly name: string | null;
  /** LINKTYPE_ number. */
  readonly linkType: number;
  readonly snaplen: number;
  readonly filter: string | null;
  /** Times are written as microseconds; else as nanoseconds. */
  readonly microseconds?: boolean;
  /** Bytes of the frame check sequence that each frame ends with; absent where that is not known. */
  readonly fcsBytes?: number;
}

export interface WrittenPacketOptions {
  readonly comments?: readonly string[];
  readonly packetId?: bigint | null;
  readonly flags?: number | null;
}

export interface WrittenStatistics {
  /** Times in ns since 1970. */
  readonly startNs?: bigint | null;
  readonly endNs?: bigint | null;
  readonly received?: number | bigint | null;
  readonly dropped?: number | bigint | null;
}

/** The longest value that an option can have. */
const MAX_OPTION = 0xffff;
const MICROSECONDS = 6;
const NANOSECONDS = 9;

interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

const encoder = new TextEncoder();

/** Writes pcapng (version 1.0, little endian) of one section, block by block; times in nanoseconds. */
export class PcapngWriter {
  private readonly sink: ByteSink;
  /** Of each interface: whether its times are microseconds. */
  private readonly interfaces: boolean[] = [];

  /** Writes the section header. A comment of more than 65535 bytes is written as several. */
  constructor(sink: ByteSink, section: SectionText) {
    this.sink = sink;
    const fixed = new Uint8Array(16);
    const view = new DataView(fixed.buffer);
    view.setUint32(0, BYTE_ORDER_MAGIC, true);
    view.setUint16(4, 1, true);
    view.setBigInt64(8, -1n, true); // the length of the section is not known
    this.block(BLOCK.section, fixed, [
      ...texts(OPTION.comment, section.comments ?? []),
      ...texts(OPTION.userApplication, [section.application]),
    ]);
  }

  /** Writes an interface description; returns its number. */
  addInterface(description: WrittenInterface): number {
    const fixed = new Uint8Array(8);
    const view = new DataView(fixed.buffer);
    view.setUint16(0, description.linkType, true);
    view.setUint32(4, description.snaplen, true);
    const options: Option[] = [];
    if (description.name !== null) options.push(...texts(OPTION.interfaceName, [description.name]));
    const { microseconds = false, fcsBytes } = description;
    options.push({
      code: OPTION.resolution,
      value: Uint8Array.of(microseconds ? MICROSECONDS : NANOSECONDS),
    });
    // The first byte says how the filter is written: 0, as text for libpcap.
    if (description.filter !== null) options.push(...texts(OPTION.filter, [`\0${description.filter}`]));
    if (fcsBytes !== undefined) options.push({ code: OPTION.fcsLength, value: Uint8Array.of(fcsBytes) });
    this.block(BLOCK.interface, fixed, options);
    return this.interfaces.push(microseconds) - 1;
  }

  /** Writes one packet: its time in seconds since 1970 and nanoseconds, its length on the wire, its captured bytes. */
  packet(
    iface: number,
    sec: number,
    nsec: number,
    wireLen: number,
    frame: Uint8Array,
    options: WrittenPacketOptions = {},
  ): void {
    const fixed = new Uint8Array(20 + padded(frame.length));
    const view = new DataView(fixed.buffer);
    view.setUint32(0, iface, true);
    const ticks =
      this.interfaces[iface] === true
        ? BigInt(sec) * 1_000_000n + BigInt(Math.floor(nsec / 1000))
        : BigInt(sec) * 1_000_000_000n + BigInt(nsec);
    setTime(view, 4, ticks);
    view.setUint32(12, frame.length, true);
    view.setUint32(16, wireLen, true);
    fixed.set(frame, 20);
    const written = texts(OPTION.comment, options.comments ?? []);
    if (options.flags != null) written.push({ code: OPTION.packetFlags, value: u32(options.flags) });
    if (options.packetId != null) written.push({ code: OPTION.packetId, value: u64(options.packetId) });
    this.block(BLOCK.enhancedPacket, fixed, written);
  }

  /** Writes a systemd Journal Export Block: `entry` is lines of KEY=value, or the journal's binary form. */
  journal(entry: Uint8Array): void {
    this.raw(BLOCK.journal, entry);
  }

  /** Writes a block of any type whose body, little endian, is at hand; it is padded to four bytes. */
  raw(type: number, body: Uint8Array): void {
    this.block(type, body, []);
  }

  /** Writes an Interface Statistics Block; its own time is `endNs`, else 0. */
  statistics(iface: number, statistics: WrittenStatistics): void {
    const { startNs, endNs, received, dropped } = statistics;
    const fixed = new Uint8Array(12);
    const view = new DataView(fixed.buffer);
    view.setUint32(0, iface, true);
    setTime(view, 4, endNs ?? 0n);
    const options: Option[] = [];
    if (startNs != null) options.push({ code: OPTION.statisticsStart, value: time(startNs) });
    if (endNs != null) options.push({ code: OPTION.statisticsEnd, value: time(endNs) });
    if (received != null) options.push({ code: OPTION.received, value: u64(BigInt(received)) });
    if (dropped != null) options.push({ code: OPTION.dropped, value: u64(BigInt(dropped)) });
    this.block(BLOCK.statistics, fixed, options);
  }

  /** One write a block: after a crash the file holds whole blocks. */
  private block(type: number, body: Uint8Array, options: readonly Option[]): void {
    let size = BLOCK_OVERHEAD + padded(body.length);
    for (const { value } of options) size += 4 + padded(value.length);
    if (options.length > 0) size += 4; // the end of the options
    const block = new Uint8Array(size);
    const view = new DataView(block.buffer);
    view.setUint32(0, type, true);
    view.setUint32(4, size, true);
    block.set(body, 8);
    let at = 8 + padded(body.length);
    for (const { code, value } of options) {
      view.setUint16(at, code, true);
      view.setUint16(at + 2, value.length, true);
      block.set(value, at + 4);
      at += 4 + padded(value.length);
    }
    view.setUint32(size - 4, size, true);
    this.sink.write(block);
  }
}

/** Text options, one a text, or several where one cannot hold it; never cut inside a character. */
function texts(code: number, values: readonly string[]): Option[] {
  const options: Option[] = [];
  for (const value of values) {
    let bytes = encoder.encode(value);
    while (bytes.length > MAX_OPTION) {
      let cut = MAX_OPTION;
      while (((bytes[cut] ?? 0) & 0xc0) === 0x80) cut--;
      options.push({ code, value: bytes.subarray(0, cut) });
      bytes = bytes.subarray(cut);
    }
    options.push({ code, value: bytes });
  }
  return options;
}

/** A time of pcapng: the upper 32 bits stand first, in either byte order. */
function setTime(view: DataView, at: number, ns: bigint): void {
  view.setUint32(at, Number((ns >> 32n) & 0xffff_ffffn), true);
  view.setUint32(at + 4, Number(ns & 0xffff_ffffn), true);
}

function time(ns: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  setTime(new DataView(bytes.buffer), 0, ns);
  return bytes;
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}
