import { FIN, PSH } from '../../capture/columns.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';
import { largestPayload } from './tcp-wire.ts';

/** IPv4 hosts must take segments of this size (RFC 9293 §3.7.1); smaller ones were not cut from something larger. */
const LEAST_FULL = 536;

/** A send is inferred at a packet, but not of how many bytes. */
export const SIZE_UNKNOWN = -1;

/**
 * The bytes that were handed over with one send, or several, up to this segment, which may be the end of one: new bytes
 * since the last such end. 0 where nothing says that a send ends here: one send may leave in many segments, so that a full
 * one tells nothing; a shorter one with PSH, or with the FIN, does (RFC 9293 §3.9.1.2). SIZE_UNKNOWN where it began before
 * the capture.
 */
export function messageBytes(scene: TcpScene, { row, from, to, flags, sender }: Segment): number {
  const { wire, columns } = scene;
  const length = to - from;
  const direction = columns.direction[row] ?? 0;
  const flow = columns.flow[row] ?? 0;
  if (Number.isNaN(sender.messageFrom) && (wire.synSeen[flow * 2 + direction] ?? 0) === 1)
    sender.messageFrom = 0;
  const full = largestPayload(wire, columns, row);
  sender.largest = Math.max(sender.largest, length);
  // A packet of several segments (offload) ends in a short one where it is no multiple of them.
  const isFull = full > 0 ? length % full === 0 : length >= LEAST_FULL && length >= sender.largest;
  const ends = (flags & FIN) !== 0 || ((flags & PSH) !== 0 && !isFull);
  const start = sender.messageFrom;
  if (!ends || from < start) return 0;
  sender.messageFrom = to;
  return Number.isNaN(start) || to - start > 0x7fff_ffff ? SIZE_UNKNOWN : to - start;
}
