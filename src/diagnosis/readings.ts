import type { Capture } from '../../capture/capture.ts';
import type { Reason, Timeline } from '../timeline/types.ts';
import { flagsOf } from './analysis.ts';
import { FLAG, READING } from './flags.ts';
import { secondsOf } from './held-seconds.ts';

/** What we say where Wireshark says something else of the same frame. */
export type ReadingKind =
  | 'persist-probe'
  | 'sent-again'
  | 'captured-twice'
  | 'first-copy-unseen'
  | 'first-scaled'
  | 'probe-byte'
  | 'behind-probe-byte'
  | 'new-connection'
  | 'data-behind'
  | 'ack-ahead'
  | 'ack-older'
  | 'needed';

export interface Reading {
  readonly kind: ReadingKind;
  /** Wireshark's flag, without 'tcp.analysis.'. */
  readonly theirs: string;
}

interface Rule {
  readonly kind: ReadingKind;
  /** Bit of READING that shows it; 0 for what more than the segments must show. */
  readonly bit: number;
  /** Flags of which it is the better name, the most telling first. */
  readonly instead: readonly (readonly [flag: number, name: string])[];
}

const SENT_AGAIN = [
  [FLAG.spuriousRetransmission, 'spurious_retransmission'],
  [FLAG.fastRetransmission, 'fast_retransmission'],
  [FLAG.outOfOrder, 'out_of_order'],
  [FLAG.retransmission, 'retransmission'],
] as const;

/** What a second capture of a packet looks like. */
const CAPTURED_TWICE = [
  ...SENT_AGAIN,
  [FLAG.duplicateAck, 'duplicate_ack'],
  [FLAG.keepAlive, 'keep_alive'],
  [FLAG.keepAliveAck, 'keep_alive_ack'],
  [FLAG.zeroWindowProbe, 'zero_window_probe'],
  [FLAG.zeroWindowProbeAck, 'zero_window_probe_ack'],
] as const;

/** Where we differ, the surest first: a frame has one reading. Words are in messages-readings.ts. */
export const READINGS: readonly Rule[] = [
  { kind: 'captured-twice', bit: READING.capturedTwice, instead: CAPTURED_TWICE },
  { kind: 'persist-probe', bit: READING.persistProbe, instead: [[FLAG.keepAlive, 'keep_alive']] },
  { kind: 'new-connection', bit: READING.newConnection, instead: SENT_AGAIN },
  {
    kind: 'data-behind',
    bit: READING.dataBehind,
    instead: [[FLAG.spuriousRetransmission, 'spurious_retransmission']],
  },
  { kind: 'ack-ahead', bit: READING.ackAhead, instead: [[FLAG.ackLostSegment, 'ack_lost_segment']] },
  { kind: 'ack-older', bit: READING.ackOlder, instead: [[FLAG.ackLostSegment, 'ack_lost_segment']] },
  { kind: 'probe-byte', bit: READING.probeByte, instead: [[FLAG.ackLostSegment, 'ack_lost_segment']] },
  { kind: 'behind-probe-byte', bit: READING.behindProbeByte, instead: [[FLAG.lostSegment, 'lost_segment']] },
  { kind: 'first-scaled', bit: READING.firstScaled, instead: [[FLAG.windowUpdate, 'window_update']] },
  { kind: 'sent-again', bit: READING.sentAgain, instead: [[FLAG.outOfOrder, 'out_of_order']] },
  { kind: 'first-copy-unseen', bit: READING.firstCopyUnseen, instead: SENT_AGAIN },
  { kind: 'needed', bit: 0, instead: [[FLAG.spuriousRetransmission, 'spurious_retransmission']] },
];

/** The reading that the bits of a row alone show. */
export function readingOfBits(found: number): Reading | null {
  for (const { kind, bit, instead } of READINGS) {
    if ((found & bit) === 0) continue;
    const flag = instead.find(([one]) => (found & one) !== 0);
    if (flag !== undefined) return { kind, theirs: flag[1] };
  }
  return null;
}

/** Our reading of a packet where it is not Wireshark's; null where both say the same. */
export function readingOf(capture: Capture, row: number, timeline: Timeline | null = null): Reading | null {
  const flags = flagsOf(capture)[row] ?? 0;
  const isSecond = flags !== 0 && secondsOf(capture).firstOf(row) >= 0;
  const found = isSecond ? flags | READING.capturedTwice : flags;
  const bySegments = readingOfBits(found);
  if (bySegments !== null || timeline === null) return bySegments;
  const isNeeded = (found & FLAG.spuriousRetransmission) !== 0 && wasNeeded(timeline.reasonOfPacket(row));
  return isNeeded ? { kind: 'needed', theirs: 'spurious_retransmission' } : null;
}

/** The calls and the lab show that what it repeats, or the answer to that, never arrived. */
function wasNeeded({ kind, params }: Reason): boolean {
  const { why } = params;
  return kind.startsWith('again') && (why === 'lost' || why === 'answer-lost' || why === 'not-taken');
}
