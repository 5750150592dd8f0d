import type { Capture } from '../../capture/capture.ts';
import { PROTOCOL } from '../../capture/columns.ts';
import type { FieldInfo, FieldType, FieldValue } from '../../capture/fields/field.ts';
import { type Analysis, analysisOf } from '../diagnosis/analysis.ts';
import { FLAG, FLAG_FIELDS, STRICT } from '../diagnosis/flags.ts';
import { readingOf } from '../diagnosis/readings.ts';
import type { StrictValue } from '../diagnosis/strict-values.ts';

/** A field of what the strict analysis says of a packet. */
export interface AnalysisField extends FieldInfo {
  readonly of: 'analysis';
  readonly read: (analysis: Analysis, capture: Capture, row: number, out: FieldValue[]) => void;
}

const ABOUT: Readonly<Record<string, string>> = {
  retransmission: 'Sent before, as far as can be told',
  fast_retransmission: 'Sent again because of duplicate acknowledgements',
  spurious_retransmission: 'Sent again though it was acknowledged',
  out_of_order: 'Overtaken by a later segment',
  lost_segment: 'A segment before it is missing in the capture',
  ack_lost_segment: 'It acknowledges data that the capture does not have',
  duplicate_ack: 'It repeats an acknowledgement',
  window_full: 'It fills the window of the receiver',
  zero_window: 'Its sender has no room for data',
  zero_window_probe: 'It asks with a byte whether a window of 0 is open again',
  zero_window_probe_ack: 'It answers such a probe',
  keep_alive: 'It asks whether the other side is still there',
  keep_alive_ack: 'It answers such a question',
  window_update: 'It only changes the window',
  reused_ports: 'A new conversation between ports that had one before',
};

function mark(name: string, about: string, test: AnalysisField['read'] | number): AnalysisField {
  const read: AnalysisField['read'] =
    typeof test === 'number'
      ? ({ flags }, _capture, row, out) => {
          if (((flags[row] ?? 0) & test) === 0) return;
          out.push(1);
          // Wireshark has this one twice: with the number of the repetition, and as a mark.
          if (test === FLAG.duplicateAck) out.push(1);
        }
      : test;
  return { of: 'analysis', name, type: 'bool', about, read };
}

function value(
  name: StrictValue,
  type: FieldType,
  about: string,
  change: (found: number, capture: Capture) => FieldValue = (found) => found,
): AnalysisField {
  return {
    of: 'analysis',
    name: `tcp.analysis.${name}`,
    type,
    about,
    read: ({ values }, capture, row, out) => {
      const found = values.get(name, row);
      if (found !== undefined) out.push(change(found, capture));
    },
  };
}

const frame = (row: number, { otherBlocks }: Capture): number => row + 1 + otherBlocks.numberedBefore(row);
const nanoseconds = (found: number): bigint => BigInt(Math.round(found));

const VALUES: readonly AnalysisField[] = [
  value('duplicate_ack_num', 'uint32', 'How many times it was repeated'),
  value('duplicate_ack_frame', 'uint32', 'Frame of the acknowledgement that it repeats', frame),
  value('acks_frame', 'uint32', 'Frame of the segment that it acknowledges', frame),
  value('ack_rtt', 'duration', 'Time since that segment', nanoseconds),
  value('initial_rtt', 'duration', 'Time that the handshake took', nanoseconds),
  value('bytes_in_flight', 'uint32', 'Bytes of its sender that are not acknowledged'),
  value('push_bytes_sent', 'uint32', 'Bytes since the last segment with PSH'),
  value('rto', 'duration', 'Time since what it repeats', nanoseconds),
  value('rto_frame', 'uint32', 'Frame that this time counts from', frame),
];

function noted(field: string, name: StrictValue, about: string): AnalysisField {
  return mark(field, about, ({ values }, _capture, row, out) => {
    if (values.get(name, row) !== undefined) out.push(1);
  });
}

const MARKS: readonly AnalysisField[] = [
  noted('tcp.analysis.tfo_syn', 'tfo_syn', 'A SYN with data and a Fast Open cookie'),
  noted('tcp.analysis.tfo_ack', 'tfo_ack', 'It accepts the data of such a SYN'),
  noted('tcp.analysis.tfo_ignored', 'tfo_ignored', 'It does not accept the data of such a SYN'),
  noted('tcp.connection.fin_active', 'fin_active', 'A FIN of the side that closes first'),
  noted('tcp.connection.fin_passive', 'fin_passive', 'A FIN of the other side'),
];

const READING_FIELD: AnalysisField = {
  of: 'analysis',
  name: 'reading',
  type: 'string',
  about: 'What we say of it where Wireshark says something else',
  read: (_analysis, capture, row, out) => {
    const reading = readingOf(capture, row);
    if (reading !== null) out.push(reading.kind);
  },
};

const FIELDS: readonly AnalysisField[] = [
  mark('tcp.analysis', 'The analysis says anything of it', ({ flags, values }, capture, row, out) => {
    if (capture.columns.protocol[row] !== PROTOCOL.tcp) return;
    if (((flags[row] ?? 0) & STRICT) !== 0 || values.any(row)) out.push(1);
  }),
  mark('tcp.analysis.flags', 'It has any of the marks below', STRICT),
  ...FLAG_FIELDS.map(([bit, name]) => mark(name, ABOUT[name.replace('tcp.analysis.', '')] ?? '', bit)),
  ...VALUES,
  ...MARKS,
  READING_FIELD,
];

/** Fields of the strict analysis, by name: those of Wireshark 4.0. */
export const ANALYSIS_FIELDS: ReadonlyMap<string, AnalysisField> = new Map(
  FIELDS.map((field) => [field.name, field]),
);

/** Appends the values that a row has for a field. */
export function readAnalysis(field: AnalysisField, capture: Capture, row: number, out: FieldValue[]): void {
  field.read(analysisOf(capture), capture, row, out);
}
