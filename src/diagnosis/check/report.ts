/** How bad an issue is: a warning makes `check` exit with 1. */
export type Severity = 'warning' | 'note';

export type IssueKind =
  | 'refused'
  | 'handshake-unanswered'
  | 'handshake-unfinished'
  | 'handshake-slow'
  | 'reset'
  | 'timeouts'
  | 'fast-retransmissions'
  | 'spurious-retransmissions'
  | 'overtaken'
  | 'captured-twice'
  | 'fin-again'
  | 'zero-window'
  | 'window-full'
  | 'nagle-delayed-ack'
  | 'small-segments'
  | 'missing-from-capture'
  | 'dropped-by-capture'
  | 'one-sided'
  | 'datagrams-unanswered'
  | 'icmp-error'
  | 'keep-alives'
  | 'probes'
  | 'clock-back'
  | 'no-times'
  | 'checksum-damage'
  | 'checksum-offload'
  | 'damaged-packets'
  | 'damaged-file';

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
  /** frame.number of packets that prove it, the first few. */
  readonly frames: readonly number[];
  readonly params: Readonly<Record<string, number | string>>;
}

/** One TCP conversation in figures. Seconds and bytes; null: not known. */
export interface Conversation {
  readonly stream: number;
  readonly a: string;
  readonly b: string;
  readonly packets: number;
  readonly seconds: number;
  readonly setupMs: number | null;
  readonly rttMs: number | null;
  /** Payload bytes from A and from B, each byte once. */
  readonly bytes: readonly [number, number];
  /** Bits a second of payload in both directions together; null for less than two packets. */
  readonly goodput: number | null;
  readonly idleSeconds: number;
  readonly sentAgain: number;
  readonly closedBy: 'open' | 'A' | 'B' | 'A-reset' | 'B-reset';
}

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
  /** Those with the most packets first; all when asked for. */
  readonly top: readonly Conversation[];
}
