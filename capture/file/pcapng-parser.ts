import {
  BLOCK,
  BLOCK_OVERHEAD,
  BYTE_ORDER_MAGIC,
  eachOption,
  MAX_BLOCK,
  OPTION,
  optionText,
  padded,
} from './pcapng-blocks.ts';
import { type InterfaceDescription, MAX_FRAME, type PacketSink, PushParser } from './push-parser.ts';
import { holdsFrame, LARGEST_AFTER_DAMAGE, nextBlock } from './resync.ts';
import { TickClock, ticksOfResolution } from './tick-clock.ts';

/** What pcapng has beyond packets. */
export interface PcapngSink extends PacketSink {
  /** Text of a section header. */
  addSection(application: string | null, comments: readonly string[]): void;
  /** A block that is no packet; its body stands in the file at `bodyOffset`. */
  otherBlock(type: number, bodyOffset: number, bodyLength: number, littleEndian: boolean): void;
  /** Counters of an Interface Statistics Block; null where it has none. */
  statistics(iface: number, received: bigint | null, dropped: bigint | null): void;
  /** The next packet comes from a Simple Packet Block, which has no options. */
  simplePacket(): void;
}

// Offsets from the start of a block.
const SECTION = { magic: 8, major: 12, options: 24, size: 28 } as const;
const INTERFACE = { linkType: 8, snaplen: 12, options: 16, size: 20 } as const;
const ENHANCED = { iface: 8, high: 12, low: 16, capLen: 20, wireLen: 24, data: 28, size: 32 } as const;
const SIMPLE = { wireLen: 8, data: 12, size: 16 } as const;
const STATISTICS = { iface: 8, options: 20, size: 24 } as const;
const MICROSECONDS = 6;
const SUPPORTED_MAJOR = 1;
/** Interface numbers are 16-bit cells in the columns. */
const MAX_INTERFACES = 0xffff;
/** Blocks of which none is larger than MAX_BLOCK. */
const OWN_TYPES: ReadonlySet<number> = new Set([
  ...[BLOCK.section, BLOCK.interface, BLOCK.packet, BLOCK.simplePacket, BLOCK.statistics],
  ...[BLOCK.enhancedPacket, BLOCK.journal],
]);

/** Where damage began, what it is, and whether only a new section can be understood after it. */
interface Damage {
  readonly offset: number;
  readonly what: string;
  readonly sectionsOnly: boolean;
}

/** Parses pcapng: several sections and interfaces, both byte orders, all kinds of packet blocks. */
export class PcapngParser extends PushParser<PcapngSink> {
  private littleEndian = true;
  /** The number that the sink gave the section's first interface, its number of interfaces, and their snaplens. */
  private interfaces: number[] = [];
  private snaplens: number[] = [];
  private clocks: TickClock[] = [];
  private total = 0;
  /** Set while the next block that can be read is looked for. */
  private damage: Damage | null = null;
  /** No more bytes will come. */
  private whole = false;

  constructor(sink: PcapngSink) {
    super(sink, BLOCK_OVERHEAD);
  }

  protected parse(bytes: Uint8Array, start: number, end: number, fileOffset: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const toFile = fileOffset - start;
    let at = start;
    for (;;) {
      if (this.damage !== null) at = this.search(view, at, end, toFile);
      if (end - at < BLOCK_OVERHEAD || this.damage !== null) break;
      if (view.getUint32(at, true) === BLOCK.section && !this.readByteOrder(view, at, toFile)) {
        at++;
        continue;
      }
      const length = view.getUint32(at + 4, this.littleEndian);
      if (length < BLOCK_OVERHEAD || (length & 3) !== 0) {
        this.lose(view, at, toFile, `a block of ${length} bytes, which no block can have`);
        at++;
        continue;
      }
      if (length > MAX_BLOCK) {
        this.tooLarge(view, at, toFile, length);
        if (this.damage === null) return this.wait(BLOCK_OVERHEAD, at + BLOCK_OVERHEAD - start);
        at++;
        continue;
      }
      if (end - at < length) return this.wait(length, at - start);
      const again = view.getUint32(at + length - 4, this.littleEndian);
      if (again !== length) {
        const what = `a block that gives its length as ${length} bytes and then as ${again}`;
        this.lose(view, at, toFile, what);
        at++;
        continue;
      }
      this.block(view, at, at + length - 4, toFile);
      at += this.damage === null ? length : 1;
    }
    if (this.damage === null) this.need = BLOCK_OVERHEAD;
    return at - start;
  }

  /** What a damaged length kept from being looked at, when it turns out that the file ends before. */
  protected override parseRest(bytes: Uint8Array, end: number, fileOffset: number): number {
    this.whole = true;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    for (;;) {
      at += this.parse(bytes, at, end, fileOffset + at);
      if (this.skipping > 0) {
        this.skipping -= end - at;
        return end;
      }
      if (this.damage !== null || end - at < BLOCK_OVERHEAD || this.isCutPacket(view, at, end)) break;
      // The file ends inside the block at `at`, or its length is damaged and hides blocks behind it.
      const found = nextBlock(view, at + 1, end, this.littleEndian, true, false);
      if (!found.isBlock) break;
      const length = view.getUint32(at + 4, this.littleEndian);
      this.lose(view, at, fileOffset, `a block that claims ${length} bytes, more than the file has`);
      at = found.at;
    }
    if (this.damage !== null) {
      const { offset, what } = this.damage;
      this.sink.problem(
        offset,
        `${what}; in the ${fileOffset + end - offset} bytes from there nothing more can be read`,
      );
      this.stopped = true;
    }
    return at;
  }

  protected truncated(offset: number, missing: number): void {
    this.sink.problem(offset, `the file ends inside a block: at least ${missing} more bytes belong to it`);
  }

  /** Goes on from damage to the next block that can be read; where none is found yet, to where to look on. */
  private search(view: DataView, at: number, end: number, toFile: number): number {
    if (this.damage === null) return at;
    const { offset, what, sectionsOnly } = this.damage;
    const found = nextBlock(view, at, end, this.littleEndian, this.whole, sectionsOnly);
    this.need = found.need;
    if (!found.isBlock) return found.at;
    this.damage = null;
    const skipped = toFile + found.at - offset;
    this.sink.problem(
      offset,
      `${what}; ${skipped} bytes were skipped, up to the next block that can be read`,
    );
    return found.at;
  }

  /** Whether the bytes that the file ends with are the start of a sound packet: its data are not searched for blocks. */
  private isCutPacket(view: DataView, at: number, end: number): boolean {
    const type = view.getUint32(at, this.littleEndian);
    if ((type !== BLOCK.enhancedPacket && type !== BLOCK.packet) || end - at < ENHANCED.size) return false;
    const length = view.getUint32(at + 4, this.littleEndian);
    return length <= LARGEST_AFTER_DAMAGE && holdsFrame(view, at, length, this.littleEndian);
  }

  /** No packet, interface or section is so large, so its length is damaged; what else there is may be, and is skipped. */
  private tooLarge(view: DataView, at: number, toFile: number, length: number): void {
    const type = view.getUint32(at, this.littleEndian);
    if (OWN_TYPES.has(type)) {
      this.lose(view, at, toFile, `a block of type ${hex(type)} that claims ${length} bytes`);
      return;
    }
    this.sink.problem(toFile + at, `a block of type ${hex(type)} has ${length} bytes; it was skipped`);
    this.skip(length - BLOCK_OVERHEAD);
  }

  private wait(need: number, used: number): number {
    this.need = need;
    return used;
  }

  /** The block at `at` can't be read, nor is it known where the next one starts. */
  private lose(view: DataView, at: number, toFile: number, what: string, sectionsOnly = false): void {
    this.damage = { offset: toFile + at, what, sectionsOnly };
    const type = view.getUint32(at, this.littleEndian);
    // Its number is taken all the same, so that the packets of later interfaces keep theirs.
    if (type === BLOCK.interface) this.unusableInterface();
    else if (type === BLOCK.section && !sectionsOnly) this.lostSection(toFile + at);
  }

  /** A section begins here all the same: its interfaces are counted anew. That nothing is known of its header, no body says. */
  private lostSection(offset: number): void {
    this.forgetInterfaces();
    this.sink.otherBlock(BLOCK.section, offset + 8, 0, this.littleEndian);
  }

  private forgetInterfaces(): void {
    this.interfaces = [];
    this.snaplens = [];
    this.clocks = [];
  }

  private unusableInterface(): void {
    this.interfaces.push(-1);
    this.snaplens.push(0);
    this.clocks.push(new TickClock(1n, 0));
  }

  private readByteOrder(view: DataView, at: number, toFile: number): boolean {
    if (view.getUint32(at + SECTION.magic, true) === BYTE_ORDER_MAGIC) this.littleEndian = true;
    else if (view.getUint32(at + SECTION.magic, false) === BYTE_ORDER_MAGIC) this.littleEndian = false;
    else {
      this.lose(view, at, toFile, 'a section header without the byte order mark');
      return false;
    }
    return true;
  }

  /** Handles the whole block at `at`; `end` is where its body ends. */
  private block(view: DataView, at: number, end: number, toFile: number): void {
    const type = view.getUint32(at, this.littleEndian);
    switch (type) {
      case BLOCK.enhancedPacket:
      case BLOCK.packet:
        this.packetBlock(view, at, end, toFile, type === BLOCK.packet);
        return;
      case BLOCK.simplePacket:
        this.simpleBlock(view, at, end, toFile);
        return;
      case BLOCK.section:
        this.sectionBlock(view, at, end, toFile);
        break;
      case BLOCK.interface:
        this.interfaceBlock(view, at, end, toFile);
        break;
      case BLOCK.statistics:
        this.statisticsBlock(view, at, end, toFile);
        break;
    }
    if (this.damage === null) this.sink.otherBlock(type, toFile + at + 8, end - at - 8, this.littleEndian);
  }

  private sectionBlock(view: DataView, at: number, end: number, toFile: number): void {
    if (end + 4 - at < SECTION.size) {
      this.lose(view, at, toFile, 'a section header that is too short', true);
      return;
    }
    const major = view.getUint16(at + SECTION.major, this.littleEndian);
    if (major !== SUPPORTED_MAJOR) {
      const minor = view.getUint16(at + SECTION.major + 2, this.littleEndian);
      const what = `a section of pcapng version ${major}.${minor}, only 1.x is known`;
      this.lose(view, at, toFile, what, true);
      return;
    }
    this.forgetInterfaces();
    let application: string | null = null;
    const comments: string[] = [];
    const whole = eachOption(view, at + SECTION.options, end, this.littleEndian, (code, valueAt, length) => {
      if (code === OPTION.comment) comments.push(optionText(view, valueAt, length));
      else if (code === OPTION.userApplication) application ??= optionText(view, valueAt, length);
    });
    if (!whole) this.sink.problem(toFile + at, 'an option of the section header is longer than the header');
    this.sink.addSection(application, comments);
  }

  private interfaceBlock(view: DataView, at: number, end: number, toFile: number): void {
    if (end + 4 - at < INTERFACE.size || this.total === MAX_INTERFACES) {
      this.unusableInterface();
      this.sink.problem(toFile + at, 'an interface description that cannot be used; its packets are skipped');
      return;
    }
    const { littleEndian } = this;
    let name: string | null = null;
    let filter: string | null = null;
    let resolution = MICROSECONDS;
    let offsetSec = 0n;
    const whole = eachOption(view, at + INTERFACE.options, end, littleEndian, (code, valueAt, length) => {
      if (code === OPTION.interfaceName) name = optionText(view, valueAt, length);
      else if (code === OPTION.filter && length > 0) filter = optionText(view, valueAt + 1, length - 1);
      else if (code === OPTION.resolution && length >= 1) resolution = view.getUint8(valueAt);
      else if (code === OPTION.timeOffset && length >= 8) offsetSec = view.getBigInt64(valueAt, littleEndian);
    });
    if (!whole)
      this.sink.problem(toFile + at, 'an option of an interface description is longer than its block');
    const ticksPerSecond = ticksOfResolution(resolution);
    const description: InterfaceDescription = {
      number: this.interfaces.length,
      name,
      linkType: view.getUint16(at + INTERFACE.linkType, littleEndian),
      snaplen: view.getUint32(at + INTERFACE.snaplen, littleEndian),
      ticksPerSecond,
      filter,
      littleEndian,
    };
    this.total++;
    this.interfaces.push(this.sink.addInterface(description));
    this.snaplens.push(description.snaplen);
    this.clocks.push(new TickClock(ticksPerSecond, Number(offsetSec)));
  }

  private statisticsBlock(view: DataView, at: number, end: number, toFile: number): void {
    if (end + 4 - at < STATISTICS.size) return;
    const { littleEndian } = this;
    const iface = this.interfaces[view.getUint32(at + STATISTICS.iface, littleEndian)] ?? -1;
    let received: bigint | null = null;
    let dropped: bigint | null = null;
    eachOption(view, at + STATISTICS.options, end, littleEndian, (code, valueAt, length) => {
      if (length !== 8) return;
      if (code === OPTION.received) received = view.getBigUint64(valueAt, littleEndian);
      else if (code === OPTION.dropped) dropped = view.getBigUint64(valueAt, littleEndian);
    });
    if (iface >= 0) this.sink.statistics(iface, received, dropped);
    else this.sink.problem(toFile + at, 'statistics of an interface that the file has not described');
  }

  private packetBlock(view: DataView, at: number, end: number, toFile: number, old: boolean): void {
    const { littleEndian } = this;
    if (end + 4 - at < ENHANCED.size) {
      this.skipPacket(toFile + at, 'it is too short for its header');
      return;
    }
    // The old block has the interface in 16 bits, and a drop counter in the other 16.
    const number = old
      ? view.getUint16(at + ENHANCED.iface, littleEndian)
      : view.getUint32(at + ENHANCED.iface, littleEndian);
    const iface = this.interfaces[number] ?? -1;
    const clock = this.clocks[number];
    if (iface < 0 || clock === undefined) {
      this.skipPacket(toFile + at, `it names interface ${number}, which the file has not described`);
      return;
    }
    const capLen = view.getUint32(at + ENHANCED.capLen, littleEndian);
    if (capLen > MAX_FRAME || padded(capLen) > end - at - ENHANCED.data) {
      this.skipPacket(toFile + at, `it claims ${capLen} captured bytes, which do not fit into it`);
      return;
    }
    const wireLen = view.getUint32(at + ENHANCED.wireLen, littleEndian);
    clock.split(
      view.getUint32(at + ENHANCED.high, littleEndian),
      view.getUint32(at + ENHANCED.low, littleEndian),
    );
    const dataAt = at + ENHANCED.data;
    this.sink.packet(capLen, wireLen, clock.sec, clock.nsec, iface, toFile + dataAt);
  }

  private simpleBlock(view: DataView, at: number, end: number, toFile: number): void {
    if (end + 4 - at < SIMPLE.size) {
      this.skipPacket(toFile + at, 'it is too short for its header');
      return;
    }
    const iface = this.interfaces[0] ?? -1;
    if (iface < 0) {
      this.skipPacket(toFile + at, 'the file has described no interface before it');
      return;
    }
    const wireLen = view.getUint32(at + SIMPLE.wireLen, this.littleEndian);
    const snaplen = this.snaplens[0] ?? 0;
    // The block states no captured length: the original one, cut by the snaplen of interface 0.
    const capLen = snaplen === 0 ? wireLen : Math.min(wireLen, snaplen);
    if (capLen > MAX_FRAME || padded(capLen) > end - at - SIMPLE.data) {
      this.skipPacket(toFile + at, `it claims ${capLen} bytes, which do not fit into it`);
      return;
    }
    this.sink.simplePacket();
    this.sink.packet(capLen, wireLen, 0, 0, iface, toFile + at + SIMPLE.data);
  }

  private skipPacket(offset: number, why: string): void {
    this.sink.problem(offset, `a packet block was skipped: ${why}`);
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
