import type { Reading } from '../readings.ts';
import type { Closer } from './closer.ts';

/** How bad an issue is: a warning makes `check` exit with 1. */
export type Severity = 'warning' | 'note';

export type IssueKind =
  | 'refused'
  | 'handshake-unanswered'
  | 'handshake-unfinished'
  | 'handshake-slow'
  | 'older-connection'
  | 'reset'
  | 'reset-ignored'
  | 'timeouts'
  | 'fast-retransmissions'
  | 'unprompted-retransmissions'
  | 'too-big-retransmissions'
  | 'fast-open-refused'
  | 'spurious-retransmissions'
  | 'received-twice'
  | 'never-acknowledged'
  | 'overtaken'
  | 'filled-late'
  | 'captured-twice'
  | 'fin-again'
  | 'undelivered'
  | 'datagrams-lost'
  | 'never-accepted'
  | 'call-unfinished'
  | 'seen-in-calls'
  | 'zero-window'
  | 'window-full'
  | 'nagle-delayed-ack'
  | 'small-segments'
  | 'missing-from-capture'
  | 'gap-in-data'
  | 'mixed-vlans'
  | 'dropped-by-capture'
  | 'one-sided'
  | 'datagrams-unanswered'
  | 'pings-unanswered'
  | 'icmp-error'
  | 'keep-alives'
  | 'probes'
  | 'clock-back'
  | 'clock-forward'
  | 'no-times'
  | 'checksum-damage'
  | 'checksum-offload'
  | 'fragments-missing'
  | 'fragments-overlap'
  | 'damaged-packets'
  | 'cut-packets'
  | 'undecoded-packets'
  | 'damaged-file';

/**
 * What the calls of a session say of an issue: a reason or finding of the time line, whose `calls` and `packets` here count
 * from 0 and stand for the names and frame numbers beside them. Words are made by the time line's messages, or by ours.
 */
export interface Told {
  readonly kind: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** Ids of calls, and how words name them: 'client send#2'. */
  readonly calls: readonly { readonly id: number; readonly name: string }[];
  /** frame.number of packets. */
  readonly frames: readonly number[];
}

/** Something that is wrong, or worth a look. Words are made of `kind` and `params` by messages.ts. */
export interface Issue {
  readonly kind: IssueKind;
  readonly severity: Severity;
  /** What orders issues of one kind: seconds lost, or a count. */
  readonly weight: number;
  /** Index of the conversation; null: the whole capture. */
  readonly flow: number | null;
  /** Both ends of the conversation. */
  readonly ends: { readonly a: string; readonly b: string };
  /** frame.number of packets that prove it: the first few, unless all were asked for. */
  readonly frames: readonly number[];
  /** How many packets prove it. */
  readonly total: number;
  readonly params: Readonly<Record<string, number | string>>;
  /** Sessions: the roles at both ends, null where nobody of the run is. */
  readonly roles?: { readonly a: string | null; readonly b: string | null };
  /** Sessions: what the calls say of it. */
  readonly told?: readonly Told[];
}

/** How many frames are read so, and the first of them by frame.number. */
export interface ReadingCount extends Reading {
  readonly count: number;
  readonly frames: readonly number[];
}

/** Times from segments to their acknowledgements, without those of what was sent again (Karn's rule). */
export interface RoundTrip {
  readonly leastMs: number;
  /** How many were measured. */
  readonly count: number;
}

/** One TCP conversation in figures. Seconds and bytes; null: not known. */
export interface Conversation {
  /** Index of the flow. */
  readonly flow: number;
  readonly stream: number;
  readonly a: string;
  readonly b: string;
  /** Sessions: the roles at both ends. */
  readonly roles?: { readonly a: string | null; readonly b: string | null };
  readonly packets: number;
  readonly seconds: number;
  readonly setupMs: number | null;
  /** The least round trip of segments that were sent once: the sum of both halves; null where one was not measured. */
  readonly rttMs: number | null;
  /** What A sent, to its acknowledgement by B, and what B sent: seen from the capture, each is a part of the way. */
  readonly rttHalves: readonly [RoundTrip | null, RoundTrip | null];
  /** Payload bytes from A and from B that the capture holds, each byte once. */
  readonly bytes: readonly [number, number];
  /** Bytes of each that the capture lacks: numbers and acknowledgements show that they were sent. A FIN that it lacks counts as one. */
  readonly missing: readonly [number | null, number | null];
  /** Bits a second of payload in both directions together; with what is missing; null for less than two packets. */
  readonly goodput: number | null;
  readonly idleSeconds: number;
  readonly sentAgain: number;
  readonly closedBy: Closer;
}

/** What a script asks: the gravest there is. */
export type Verdict = 'fine' | 'warning' | 'damaged';

export interface CheckReport {
  readonly file: string;
  readonly format: string;
  readonly packets: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly tcp: number;
  readonly udp: number;
  readonly other: number;
  readonly conversations: number;
  /** Gravest first. */
  readonly issues: readonly Issue[];
  readonly warnings: number;
  /** Strict flags: how many packets have each, by Wireshark's field name. */
  readonly flags: Readonly<Record<string, number>>;
  /** Where our reading of frames is not Wireshark's, the most frequent first. */
  readonly readings: readonly ReadingCount[];
  /** Those with the most packets first; all when asked for. */
  readonly top: readonly Conversation[];
}
