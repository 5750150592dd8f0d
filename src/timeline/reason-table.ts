import { nones } from './fill-in-steps.ts';
import { CELLS_A_STEP } from './time-order.ts';

/**
 * Kinds of reasons for packets, as small numbers while millions are kept. Each has up to two numbers (`value`, `count`),
 * a call, a packet and a detail; `parameters` names what the numbers mean in the Reason that is made of them.
 */
export const PACKET_KINDS = [
  'unexplained',
  'uncaptured',
  'unplaced',
  'foreign',
  'damaged',
  'cut-short',
  'not-decoded',
  'other',
  'captured-twice',
  'fragment',
  'syn',
  'syn-again',
  'syn-ack',
  'syn-ack-again',
  'syn-crossed',
  'handshake-ack',
  'handshake-ack-again',
  'data',
  'data-later',
  'data-window',
  'data-nagle',
  'data-flight',
  'data-pushed',
  'data-outsider',
  'data-plain',
  'data-unseen',
  'again',
  'again-fast',
  'again-timeout',
  'again-probe',
  'again-recovery',
  'again-needless',
  'ack',
  'ack-late',
  'ack-delayed',
  'ack-read',
  'ack-fin',
  'ack-unseen',
  'ack-old',
  'ack-duplicate',
  'ack-fin-again',
  'ack-stamp',
  'ack-behind',
  'dup-ack',
  'window-update',
  'zero-window',
  'zero-window-probe',
  'keep-alive',
  'probe-answer',
  'ack-plain',
  'fin',
  'fin-data',
  'fin-exit',
  'fin-outsider',
  'fin-again',
  'rst-refused',
  'rst-rejected',
  'rst-unread',
  'rst-linger',
  'rst-closed',
  'rst-ended',
  'rst-exit',
  'rst-aborted',
  'rst-listener',
  'rst-half-open',
  'rst-unknown',
  'rst-gone',
  'rst-outsider',
  'rst-plain',
  'datagram',
  'datagram-outsider',
  'datagram-plain',
  'icmp-unreachable',
  'icmp-error',
  'icmp-echo',
  'icmp-echo-reply',
  'raw',
] as const;
export type PacketKind = (typeof PACKET_KINDS)[number];
/** Those, and that of packets of a live capture that are still to be explained. */
export type PacketReasonKind = PacketKind | 'not-yet';

const NUMBERS = new Map<string, number>(PACKET_KINDS.map((kind, index) => [kind, index]));

export interface ReasonCells {
  readonly value?: number;
  readonly count?: number;
  readonly call?: number | null;
  readonly packet?: number;
  readonly detail?: number;
}

/** Reasons of all packets, one row a packet. -1 stands for no call and no packet. */
export class ReasonTable {
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  readonly counts: Int32Array;
  readonly calls: Int32Array;
  readonly packets: Int32Array;
  readonly details: Uint8Array;

  private constructor(calls: Int32Array, packets: Int32Array) {
    const { length } = packets;
    this.kinds = new Uint8Array(length);
    this.values = new Float64Array(length);
    this.counts = new Int32Array(length);
    this.calls = calls;
    this.packets = packets;
    this.details = new Uint8Array(length);
  }

  /** A table for so many packets, none of which has a reason yet; made in steps. */
  static *make(length: number): Generator<void, ReasonTable> {
    return new ReasonTable(yield* nones(length), yield* nones(length));
  }

  set(
    row: number,
    kind: PacketKind,
    { value = 0, count = 0, call = null, packet = -1, detail = 0 }: ReasonCells = NONE,
  ): void {
    this.kinds[row] = NUMBERS.get(kind) ?? 0;
    this.values[row] = value;
    this.counts[row] = count;
    this.calls[row] = call ?? -1;
    this.packets[row] = packet;
    this.details[row] = detail;
  }

  kind(row: number): PacketKind {
    return PACKET_KINDS[this.kinds[row] ?? 0] ?? 'unexplained';
  }

  /** How many packets have a kind of reason, counted in steps. */
  *count(kind: PacketKind): Generator<void, number> {
    const wanted = NUMBERS.get(kind) ?? 0;
    let found = 0;
    for (let row = 0; row < this.kinds.length; row++) {
      if (row % CELLS_A_STEP === 0) yield;
      if (this.kinds[row] === wanted) found++;
    }
    return found;
  }
}

const NONE: ReasonCells = {};
