import { wholePacket } from '../../capture/datagram.ts';
import { milliseconds } from '../ladder/units.ts';
import type { Model } from './model.ts';
import { endsText, rowText as textOfRow } from './row-text.ts';
import { screenLines } from './view.ts';

/** What is copied of the chosen row: its line in words, or its payload as hex. */
export function rowText({ document, selected }: Model, what: 'row' | 'bytes'): string {
  if (document === null || document.timeline.rowCount === 0) return '';
  const { timeline, session } = document;
  const row = timeline.row(selected);
  if (what === 'bytes') {
    if (row.kind !== 'packet') return Buffer.from(session.calls[row.call]?.data ?? []).toString('hex');
    const at = session.capture.columns.payloadAt[row.packet] ?? 0;
    const length = session.capture.columns.payloadLen[row.packet] ?? 0;
    return length === 0
      ? ''
      : Buffer.from(wholePacket(session.capture, row.packet).subarray(at, at + length)).toString('hex');
  }
  const time = milliseconds(document.numberedTime(selected));
  const ends = row.kind === 'packet' ? endsText(document, row.packet) : '';
  const reason =
    row.kind === 'packet' ? timeline.reasonOfPacket(row.packet) : timeline.reasonOfCall(row.call);
  const why = reason === null ? '' : document.words.reason(reason);
  return [document.numberText(row), `${time} ms`, ends, textOfRow(document, row), why]
    .filter((part) => part !== '')
    .join('  ');
}

/** The lines of the screen without the bar and the footer, as plain text. */
export function viewText(model: Model): string {
  const lines = screenLines({ ...model, overlay: null, status: null }).slice(1, -1);
  return lines
    .map(({ spans }) =>
      spans
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
