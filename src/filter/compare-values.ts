import type { Capture } from '../../capture/capture.ts';
import { PROTOCOL } from '../../capture/columns.ts';
import type { FieldInfo, FieldValue } from '../../capture/fields/field.ts';
import { valueText } from '../../capture/fields/text.ts';
import type { ValueAgreement, ValueDifference } from '../diagnosis/compare.ts';
import { findField } from './catalog.ts';
import { RowReader } from './values.ts';

/** What of TCP depends on more than the segment itself: numbers that count from a beginning, and what the analysis adds. */
export const COMPARED_VALUES: readonly string[] = [
  'tcp.stream',
  'tcp.completeness',
  'tcp.seq',
  'tcp.ack',
  'tcp.nxtseq',
  'tcp.window_size',
  'tcp.window_size_scalefactor',
  'tcp.connection.syn',
  'tcp.connection.synack',
  'tcp.connection.fin',
  'tcp.connection.rst',
  'tcp.connection.fin_active',
  'tcp.connection.fin_passive',
  'tcp.analysis',
  'tcp.analysis.flags',
  'tcp.analysis.duplicate_ack_num',
  'tcp.analysis.duplicate_ack_frame',
  'tcp.analysis.acks_frame',
  'tcp.analysis.ack_rtt',
  'tcp.analysis.initial_rtt',
  'tcp.analysis.bytes_in_flight',
  'tcp.analysis.push_bytes_sent',
  'tcp.analysis.rto',
  'tcp.analysis.rto_frame',
  'tcp.analysis.tfo_syn',
  'tcp.analysis.tfo_ack',
  'tcp.analysis.tfo_ignored',
];

/** Compares fields, those of COMPARED_VALUES when none are named, with another program's: its texts by frame.number, in that order. */
export function compareValues(
  capture: Capture,
  theirs: ReadonlyMap<number, readonly string[]>,
  fields: readonly string[] = COMPARED_VALUES,
): { values: ValueAgreement[]; valueDifferences: ValueDifference[] } {
  const reader = new RowReader({ capture, timeline: null });
  const found: FieldValue[] = [];
  const valueDifferences: ValueDifference[] = [];
  const values = fields.map((field, index): ValueAgreement => {
    const info = infoOf(field);
    const operand = { field: info, layer: null, slices: [], mask: null, change: null, from: 0, to: 0 };
    const read = reader.reader(operand);
    let same = 0;
    let different = 0;
    for (let row = 0; row < capture.columns.length; row++) {
      if (capture.columns.protocol[row] !== PROTOCOL.tcp) continue;
      const frame = row + 1 + capture.otherBlocks.numberedBefore(row);
      const their = theirs.get(frame);
      if (their === undefined) continue;
      found.length = 0;
      read('packet', row, found);
      const ours = found.map((value) => valueText(info, value)).join(',');
      if (ours === their[index]) same++;
      else {
        different++;
        valueDifferences.push({ frame, field, theirs: their[index] ?? '', ours });
      }
    }
    return { field, same, different };
  });
  return { values, valueDifferences };
}

function infoOf(name: string): FieldInfo {
  const info = findField(name);
  if (info === undefined) throw new RangeError(`no field ${name}`);
  return info;
}
