/** The seam between a run and what captures its packets: two engines stand behind it, one conformance test in front. */

export interface OpenOptions {
  /** An interface, usually 'lo'. There each packet is captured once, as it is received. */
  readonly device: string;
  /** Bytes kept of each frame, MIN_SNAPLEN to MAX_SNAPLEN. */
  readonly snaplen: number;
  /** Size asked of the kernel's ring. 8 MB opens in 8 ms, 64 MB in 25 to 200 ms. */
  readonly ringBytes: number;
  /** The user's filter, pcap-filter(7); null or blank captures everything. */
  readonly filter: string | null;
  /** UDP port of the sentinel on 127.0.0.1, captured whatever the filter is. */
  readonly sentinelPort: number;
  /** A descriptor open for writing; the engine works on a duplicate and shares its offset. */
  readonly outFd: number;
}

export interface CaptureStats {
  /** Packets that passed the filter, those included that were dropped (pcap_stats(3PCAP) on Linux). */
  readonly received: number;
  /** Dropped because the kernel's ring was full. */
  readonly dropped: number;
  /** Dropped by the interface or its driver. */
  readonly interfaceDropped: number;
}

export interface LiveCapture {
  /** LINKTYPE_ number of the stream. */
  readonly linkType: number;
  /** Whose clock reading a packet carries: the kernel's on receipt, or ours when the packet arrived here. */
  readonly times: 'kernel' | 'arrival';
  /** What this engine cannot give, each in words for the screen; empty when nothing is missing. */
  readonly caveats: readonly string[];
  /** Readable when packets wait; null where the engine watches for itself and `drain` only flushes. */
  readonly pollFd: number | null;
  /**
   * Writes the waiting packets, at most DRAIN_LIMIT of them, as nanosecond pcap records to the descriptor, whole
   * records only, none held back. Returns how many were written since the last call. Throws a UserError when the
   * interface is gone or the file cannot grow; what was written before stays readable.
   */
  drain(): number;
  /** From now on writes to another descriptor, which gets a pcap header of its own. */
  redirect(fd: number): void;
  /** Counts since the capture was opened; null where the engine has none. */
  stats(): CaptureStats | null;
  /** Ends the capture. May be called twice; the given descriptors stay open. */
  close(): void;
}

export interface CaptureEngine {
  readonly name: EngineName;
  /** The library's own words. */
  readonly version: string;
  /** Throws a UserError where it is not permitted, the device is missing or the filter is wrong. */
  open(options: OpenOptions): LiveCapture;
}

export const ENGINES = ['libpcap', 'cap'] as const;
export type EngineName = (typeof ENGINES)[number];

/** Ethernet, IPv4, UDP and the sentinel's token: 58 bytes, which must survive the cut. */
export const MIN_SNAPLEN = 64;
/** libpcap's own maximum, MAXIMUM_SNAPLEN. */
export const MAX_SNAPLEN = 262_144;
/**
 * A block of the kernel's ring is handed over when it is full or this old. A ring of 8 MB has 32 blocks, however little is
 * in each: times 32, this is how long a capture may be kept from the processor before packets are dropped.
 */
export const HAND_OVER_MS = 4;

/** Packets in one turn, so that signals and messages are heard during a flood. */
export const DRAIN_LIMIT = 10_000;

/**
 * The filter that the kernel gets. The sentinel stands first: `vlan` and `mpls` move the offsets of all that follows
 * them in an expression (pcap-filter(7)).
 */
export function withSentinel(filter: string | null, port: number): string | null {
  if (filter === null || filter.trim() === '') return null;
  return `(udp and dst host 127.0.0.1 and dst port ${port}) or (${filter})`;
}
