import { PROTOCOL } from '../columns.ts';
import { readU16 } from '../decode/bytes.ts';
import { NEXT, type Next } from '../decode/decoding.ts';
import { finalDestination } from '../decode/ipv6-extensions.ts';
import type { Layer } from '../decode/layers.ts';
import type { FieldValue, Packet, PacketField } from './field.ts';
import { flowFacts } from './flow-facts.ts';
import { worked } from './make.ts';
import { networkOf } from './network.ts';

/** Wireshark's tcp.stream or udp.stream of the frame's flow. */
export function streamField(
  layer: Next,
  name: string,
  when: (packet: Packet, layer: Layer) => boolean,
): PacketField {
  return worked(layer, name, 'uint32', 'Number of the conversation, from 0', (packet, header, out) => {
    if (!when(packet, header)) return;
    const flow = flowOf(packet, header);
    if (flow >= 0) out.push(packet.capture.flows.get(flow).stream);
  });
}

/** The flow of a header with ports: the row's, unless a tunnel has others around it, which are found by their ends. */
function flowOf(packet: Packet, header: Layer): number {
  const { layers, flow, bytes, capture } = packet;
  const hasTunnel = layers.some(({ kind }) => kind === NEXT.vxlan || kind === NEXT.geneve);
  const protocol = header.kind === NEXT.tcp ? PROTOCOL.tcp : PROTOCOL.udp;
  const isRows = flow >= 0 && protocol === PROTOCOL.tcp && capture.flows.get(flow).protocol === protocol;
  if (!hasTunnel || isRows) return flow;
  const network = networkOf(packet, header);
  if (network === undefined) return -1;
  const isSix = network.kind === NEXT.ipv6;
  const destination = isSix ? finalDestination(bytes, network.at, header.at) : network.at + 16;
  return capture.flows.known(
    bytes,
    network.at + (isSix ? 8 : 12),
    destination,
    isSix ? 16 : 4,
    readU16(bytes, header.at),
    readU16(bytes, header.at + 2),
    protocol,
  );
}

/** Whether a header of UDP is that around a tunnel, whose times nobody keeps: the row is of what is inside. */
function isAround({ layers }: Packet, header: Layer): boolean {
  return layers.some(({ kind, at }) => (kind === NEXT.vxlan || kind === NEXT.geneve) && at > header.at);
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
        if (prefix === 'udp' && isAround(packet, header)) return;
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
