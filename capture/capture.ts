import type { Columns, Protocol } from './columns.ts';

/** One conversation: a four-tuple of one protocol, one incarnation of it. A is the end that was seen sending first. */
export interface Flow {
  readonly protocol: Protocol;
  readonly addressA: string;
  readonly portA: number;
  readonly addressB: string;
  readonly portB: number;
  /** Wireshark's tcp.stream or udp.stream: counted apart for each protocol, from 0. -1 for others. */
  readonly stream: number;
  readonly firstRow: number;
}

export interface Interface {
  /** Its number in its section of a pcapng file, from 0: sections count anew. */
  readonly number: number;
  readonly name: string | null;
  /** LINKTYPE_ number. */
  readonly linkType: number;
  readonly snaplen: number;
  /** Ticks a second of this interface's time stamps. */
  readonly ticksPerSecond: bigint;
  readonly filter: string | null;
  /** Counters of the Interface Statistics Block: packets that came in, packets dropped for want of room; null where unsaid. */
  readonly received: number | null;
  readonly dropped: number | null;
}

/** Something the reader met that is wrong with the file: said, and where; reading went on where the format allows it. */
export interface FileProblem {
  readonly offset: number;
  readonly message: string;
}

/** A block of a pcapng file that is no packet, in its place among them. */
export interface OtherBlock {
  readonly type: number;
  /** The number of packets before it. */
  readonly beforeRow: number;
  /** The bytes between the two lengths, padding included; a copy. Empty for a section header that was skipped as damaged. */
  readonly body: Uint8Array;
  /** Byte order of the section it stands in. */
  readonly littleEndian: boolean;
  readonly fileOffset: number;
}

/** pcapng options of a packet. */
export interface PacketOptions {
  readonly comments: readonly string[];
  /** epb_packetid. */
  readonly packetId: bigint | null;
  /** epb_flags; bits 0-1 are the direction: 1 inbound, 2 outbound. */
  readonly flags: number | null;
}

/** A capture read into columns. Frames' bytes stay in the file. */
export interface Capture {
  readonly columns: Columns;
  readonly flows: {
    readonly length: number;
    get(index: number): Flow;
    /**
     * What a TCP flow's relative sequence numbers count from (direction 0: from A): the number of the SYN, or one before
     * the first byte seen or acknowledged; null when nothing is known. With a row: what counted there, as Wireshark shows it.
     */
    baseSeq(index: number, direction: number, row?: number): number | null;
    /** Whether a SYN began this flow between ends that had an earlier one. */
    reusesPorts(index: number): boolean;
    /** Row that began a flow; cheaper than `get`, which makes text. */
    firstRowOf(index: number): number;
    /**
     * The latest flow between these ends, -1 where there is none. Addresses are `addressLen` bytes (4 or 16) at `source`
     * and `destination`. What a second thread found it does not know.
     */
    known(
      bytes: Uint8Array,
      source: number,
      destination: number,
      addressLen: number,
      sourcePort: number,
      destinationPort: number,
      protocol: Protocol,
    ): number;
  };
  readonly interfaces: readonly Interface[];
  readonly problems: readonly FileProblem[];
  /** 'pcap', 'pcap-ns', 'pcapng'… as a user would name it. */
  readonly format: string;
  /** pcapng section header: shb_userappl and the comments. */
  readonly section: { readonly application: string | null; readonly comments: readonly string[] };
  /** The captured bytes of a row; the view is good until the next call. */
  frame(row: number): Uint8Array;
  /** Bytes of the file by offset (a row's `fileOffset`), also of rows that are forgotten; good until the next call. */
  bytesAt(offset: number, length: number): Uint8Array;
  /** The same bytes, good until the present rows are forgotten. */
  keptBytesAt(offset: number, length: number): Uint8Array;
  /** Whether the file gives the packet a time: pcapng's Simple Packet Blocks have none, and their time cells hold 0. */
  hasTime(row: number): boolean;
  /** pcapng options of a packet; empty for pcap. Read from the file at each call. */
  packetOptions(row: number): PacketOptions;
  /** The block that a packet came in, to be copied; null for pcap, which has none. Its `beforeRow` is the row. */
  packetBlock(row: number): OtherBlock | null;
  /** The blocks of a pcapng file that are no packets, in file order; bodies are read from the file by `get`. */
  readonly otherBlocks: {
    readonly length: number;
    get(index: number): OtherBlock;
    /** Type and place alone, without reading the body. */
    type(index: number): number;
    beforeRow(index: number): number;
    /** How many of them before this row's packet Wireshark counts in frame.number. */
    numberedBefore(row: number): number;
  };
  /** Frees the file descriptor. */
  close(): void;
}
