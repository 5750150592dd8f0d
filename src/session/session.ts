import type { Capture } from '../../capture/capture.ts';
import type { Call } from '../sockets/call.ts';
import type { Text } from '../words/text.ts';
import type { KernelView } from './kernel-sample.ts';

export interface RoleInfo {
  readonly name: string;
  readonly side: 'client' | 'server';
  /** 0 where it is not known: the file's header was written before the role began. */
  readonly pid: number;
  /** Exit code or signal name; null while it runs. */
  readonly exit: number | string | null;
  /** It did not end by itself, nor by anybody else's signal; absent where it did, and in files of older versions. */
  readonly endedBy?: 'sockscope';
  /** What the role itself reported at its end, for example bytes and sha256. */
  readonly report: Readonly<Record<string, string | number | boolean>>;
}

/** What a check of the scenario said of the run when it was over; ids of calls, and epb_packetid of packets. */
export interface SavedCheck {
  readonly text: Text;
  /** null: it could not be told. */
  readonly holds: boolean | null;
  readonly note?: Text;
  readonly calls: readonly number[];
  readonly packets: readonly number[];
}

/** Facts of a run, kept as JSON in the section header of its session file. */
export interface RunInfo {
  readonly version: string;
  readonly scenario: string;
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
  /** As asked and as granted: mtu, offload, loss… */
  readonly network: Readonly<Record<string, string | number | boolean | null>>;
  readonly engine: string;
  readonly filter: string | null;
  readonly snaplen: number;
  readonly kernel: string;
  readonly startedNs: string;
  readonly endedNs: string | null;
  readonly roles: readonly RoleInfo[];
  /** What the capture engine cannot give, in words. */
  readonly caveats: readonly Text[];
  /**
   * Packets the filter let through, dropped by the kernel's ring, dropped by the interface (pcap_stats(3PCAP)); null
   * where the engine cannot count or the capture ended early.
   */
  readonly received: number | null;
  readonly dropped: number | null;
  readonly interfaceDropped: number | null;
  /** epb_packetid of each packet that the lab's loss rule dropped after it was captured: in a live session its row + 1. */
  readonly lost: readonly number[];
  /**
   * By how much the counters of /proc/net/snmp, snmp6 and netstat grew in the run's own network, those that did not stay the
   * same; null on the machine's network, whose other programs count as well. Absent in files of older versions.
   */
  readonly counters?: Readonly<Record<string, number>> | null;
  /** Whether calls were thinned, and whether all data (or hashes) were kept for --verify. */
  readonly thinned: boolean;
  readonly data: 'first-bytes' | 'all' | 'hashes';
  readonly outcome: 'ok' | 'failed' | 'interrupted' | 'timeout';
  /** What did not go as told, in words; empty when the outcome is ok. */
  readonly problems: readonly Text[];
  /** Held against the scenario when the run was over; absent while it goes on, and in files of older versions. */
  readonly checks?: readonly SavedCheck[];
  /** The text of the user's own program, by the file names that calls give. */
  readonly sources?: Readonly<Record<string, string>>;
  /** canonicalDigest() of the session when it was saved: --verify compares it. */
  readonly seal?: string;
}

/** Whether a row stands for the entry of a call that blocked, or for its return. */
export type CallRowKind = 'enter' | 'exit';

/** The rows of a file that are no packets and have a frame number, in file order, as columns: there may be a million. */
export interface Marks {
  readonly length: number;
  /** How many packets stand before each. */
  readonly before: Uint32Array;
  /** Whose row it is: an index into session.calls; -1 where it is not a call's. */
  readonly calls: Int32Array;
  /** 1 for the row of a return, 0 for that of an entry. */
  readonly exits: Uint8Array;
}

/** Where the packets and the calls of a session stand in its file. */
export interface FileOrder {
  /** Rows of the columns in file order; null where that is the order of the columns. */
  readonly packets: Uint32Array | null;
  readonly marks: Marks;
}

/** A run or a file: the packets, the calls (none for a plain capture) and what is known of the run. */
export interface Session {
  readonly capture: Capture;
  readonly calls: readonly Call[];
  readonly run: RunInfo | null;
  /** What the kernel's own tables showed of the run's sockets; absent where nobody looked. */
  readonly kernel?: KernelView;
  /** Where the rows stand in the file that was opened; absent for a live run, whose rows stand as sortedOrder has them. */
  readonly order?: FileOrder;
  /** What there was of a run that went on: its calls may return yet. */
  readonly isRunning?: true;
}
