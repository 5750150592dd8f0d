import type { Row } from '../../src/timeline/types.ts';
import { enterText, wholeText } from '../ladder/call-text.ts';
import { printable } from '../ladder/glyphs.ts';
import type { Document } from './document.ts';

/** Characters of a call's data. */
const DATA = 32;

/** One row in words: '[SYN] Seq=0 Win=64240' or 'client connect#1(19, 127.0.0.1:3500) = 0'. */
export function rowText(document: Document, row: Row, ascii = false): string {
  const { timeline } = document;
  if (row.kind === 'packet') return document.packets(row.packet).text;
  const call = timeline.session.calls[row.call];
  if (call === undefined) return '';
  const name = document.words.call(row.call);
  return printable(row.kind === 'enter' ? enterText(call, name, DATA) : wholeText(call, name, DATA), ascii);
}

/** The ends of a packet, sender first; '' for what has no flow. */
export function endsText({ timeline }: Document, packet: number): string {
  const connection = timeline.connections[timeline.connectionOfPacket(packet) ?? -1];
  if (connection === undefined) return '';
  const { endpointA, endpointB } = connection;
  const isFromA = timeline.session.capture.columns.direction[packet] === 0;
  return isFromA ? `${endpointA} → ${endpointB}` : `${endpointB} → ${endpointA}`;
}
