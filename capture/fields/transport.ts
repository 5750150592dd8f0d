import type { Next } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import type { FieldValue, Packet, PacketField } from './field.ts';
import { flowFacts } from './flow-facts.ts';
import { worked } from './make.ts';

/** Wireshark's tcp.stream or udp.stream of the frame's flow. */
export function streamField(
  layer: Next,
  name: string,
  when: (packet: Packet, layer: Layer) => boolean,
): PacketField {
  return worked(layer, name, 'uint32', 'Number of the conversation, from 0', (packet, header, out) => {
    if (packet.flow >= 0 && when(packet, header)) out.push(packet.capture.flows.get(packet.flow).stream);
  });
}

/** Seconds since the first frame of the conversation, and since the one before. */
export function conversationTimes(layer: Next, prefix: string): PacketField[] {
  const since = (name: string, about: string, from: (packet: Packet) => number): PacketField =>
    worked(
      layer,
      `${prefix}.${name}`,
      'duration',
      about,
      (packet: Packet, header: Layer, out: FieldValue[]) => {
        const { capture, row, flow } = packet;
        // Wireshark tells the times when it has read the header, options or not.
        if (prefix === 'tcp' && header.at + 20 > header.end) return;
        if (prefix === 'udp' && capture.columns.payloadLen[row] === 0) return;
        if (header.quoted || flow < 0 || !capture.hasTime(row)) return;
        const before = from(packet);
        out.push(capture.columns.timeNs(row) - capture.columns.timeNs(before < 0 ? row : before));
      },
    );
  return [
    since('time_relative', 'Seconds since the first frame of the conversation', ({ capture, flow }) =>
      flowFacts(capture).firstRow(flow),
    ),
    since(
      'time_delta',
      'Seconds since the frame before in the conversation',
      ({ capture, row }) => flowFacts(capture).previous[row] ?? -1,
    ),
  ];
}
