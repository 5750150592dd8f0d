import { FIN, PROTOCOL, RST, SYN, URG } from '../../capture/columns.ts';
import type { Facts } from './facts.ts';
import { SIZE_UNKNOWN } from './infer-send.ts';
import type { InferredCall } from './types.ts';

/** What a packet lets one infer of the call behind it, on its sender's side, where no calls are known; null for nothing. */
export function inferCall(facts: Facts, packet: number): InferredCall | null {
  const { columns } = facts.capture;
  if (facts.reasons.kind(packet) === 'captured-twice') return null;
  const protocol = columns.protocol[packet] ?? 0;
  if (protocol === PROTOCOL.udp) return inferDatagram(facts, packet);
  if (protocol !== PROTOCOL.tcp) return null;
  const flags = columns.flags[packet] ?? 0;
  const kind = facts.reasons.kind(packet);
  if (flags & RST) return null;
  if (flags & SYN) {
    // A SYN+ACK that answers while the own SYN is under way tells of no listen; what is sent again, of no new call.
    if (kind !== 'syn' && kind !== 'syn-ack') return null;
    const bytes = columns.payloadLen[packet] ?? 0;
    if (kind === 'syn' && bytes > 0) return { ...bare('connect, send'), bytes };
    return bare(kind === 'syn' ? 'connect' : 'listen');
  }
  const count =
    kind === 'data-plain' || kind === 'data-unseen' || kind === 'fin-outsider'
      ? (facts.reasons.counts[packet] ?? 0)
      : 0;
  if (count !== 0) {
    const isUrgent = (flags & URG) !== 0;
    const size = count === SIZE_UNKNOWN ? null : count;
    const isSum = size !== null && size !== (columns.payloadLen[packet] ?? 0);
    return { name: flags & FIN ? 'send, close' : 'send', bytes: size, isSum, isUrgent };
  }
  return kind === 'fin-outsider' && flags & FIN ? bare('close') : null;
}

function inferDatagram({ capture, datagrams }: Facts, packet: number): InferredCall | null {
  const { columns } = capture;
  // Later fragments add to the datagram of the first; they are no call of their own.
  const fragment = columns.fragments.get(packet);
  if (fragment !== undefined && fragment.offset > 0) return null;
  const bytes = datagrams.get(packet)?.length ?? columns.payloadLen[packet] ?? 0;
  return { ...bare('sendto'), bytes };
}

function bare(name: InferredCall['name']): InferredCall {
  return { name, bytes: null, isSum: false, isUrgent: false };
}
