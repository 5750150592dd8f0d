import type { Capture } from '../../capture/capture.ts';
import { NEXT } from '../../capture/decode/decoding.ts';
import { tunnelOf } from '../../capture/decode/udp-tunnels.ts';
import { frameNumber } from '../../capture/fields.ts';
import type { ConvertOptions, Moment } from '../cli/convert-options.ts';
import { compileFilter } from '../filter/filter.ts';
import { filterOption } from '../filter/filter-option.ts';
import type { Wanted } from '../session/convert-blocks.ts';
import { chooseFragments } from './convert-fragments.ts';

export interface PacketChoice {
  readonly wanted: Wanted;
  /** How many of them are wanted because the headers of their datagram are in another. */
  readonly added: number;
}

/** Whether a time (ns since 1970) was asked for. */
export function timeTest(
  capture: Capture,
  { from, to }: Pick<ConvertOptions, 'from' | 'to'>,
): (ns: bigint) => boolean {
  if (from === null && to === null) return () => true;
  const start = capture.columns.length > 0 ? capture.columns.timeNs(0) : 0n;
  const absolute = (moment: Moment): bigint => (moment.relative ? start + moment.ns : moment.ns);
  const first = from === null ? null : absolute(from);
  const end = to === null ? null : absolute(to);
  return (ns) => (first === null || ns >= first) && (end === null || ns < end);
}

/**
 * The packets that were asked for; what passes the filter and the conversation and came in fragments is chosen as whole
 * datagrams. Each packet is asked once: a byte a packet is held.
 */
export function packetChoice(
  capture: Capture,
  { from, to, packets, conversation }: ConvertOptions,
  isInTime: (ns: bigint) => boolean,
  passes: Wanted,
): PacketChoice {
  const allowing: Wanted[] = [];
  if (packets.length > 0) {
    allowing.push((row) => {
      const number = frameNumber(capture, row);
      return packets.some(([first, last]) => number >= first && number <= last);
    });
  }
  if (from !== null || to !== null) allowing.push((row) => isInTime(capture.columns.timeNs(row)));
  const allowed: Wanted = (row) => allowing.every((test) => test(row));
  const isOfConversation = conversation === null ? () => true : conversationTest(capture, conversation);
  const { columns } = capture;
  const chosen = new Uint8Array(columns.length);
  for (let row = 0; row < columns.length; row++)
    if (allowed(row) && isOfConversation(row) && passes(row)) chosen[row] = 1;
  const added = chooseFragments(columns, chosen, allowed);
  return { wanted: (row) => chosen[row] === 1, added };
}

/** By the flow, so that fragments and the ICMP errors that quote it come along; what is in a tunnel, by the datagrams around it. */
function conversationTest(
  capture: Capture,
  { protocol, stream }: NonNullable<ConvertOptions['conversation']>,
): Wanted {
  const number = protocol === 'tcp' ? 1 : 2;
  const { columns, flows } = capture;
  const isIt = (flow: number): boolean => {
    const found = flows.get(flow);
    return found.protocol === number && found.stream === stream;
  };
  const ofFlow: Wanted = (row) => (columns.flow[row] ?? -1) >= 0 && isIt(columns.flow[row] ?? -1);
  if (protocol === 'tcp' || !isTunnel(flows, isIt)) return ofFlow;
  const filter = filterOption(`udp.stream == ${stream}`);
  const isAround = compileFilter(filter, { capture, timeline: null }).packet;
  return (row) => ofFlow(row) || isAround(row);
}

function isTunnel(flows: Capture['flows'], isIt: (flow: number) => boolean): boolean {
  for (let flow = 0; flow < flows.length; flow++) {
    const { portA, portB } = flows.get(flow);
    if (isIt(flow)) return tunnelOf(portA, portB) !== NEXT.nothing;
  }
  return false;
}
