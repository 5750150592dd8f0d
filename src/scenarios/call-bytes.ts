import { PROTOCOL } from '../../capture/columns.ts';
import type { Link, Timeline } from '../timeline/types.ts';

/** More than this no check looks at byte by byte. */
const MOST_BYTES = 1 << 20;

/**
 * All bytes that a call moved: its record, which holds only the first of them, or where there are more the payload of the
 * packets that carried them. Null where neither has them all, or they are more than 1 MiB.
 */
export function bytesOfCall(timeline: Timeline, index: number): Uint8Array | null {
  const call = timeline.session.calls[index];
  if (call === undefined || call.ret === null || call.ret < 0 || call.ret > MOST_BYTES) return null;
  if (call.data !== null && call.data.length >= call.ret) return call.data.subarray(0, call.ret);
  const links = timeline
    .linksOfCall(index)
    .filter(({ relation, from }) => (relation === 'carries' || relation === 'consumes') && from !== null)
    .sort((x, y) => (x.from ?? 0) - (y.from ?? 0));
  const start = links[0]?.from ?? 0;
  const bytes = new Uint8Array(call.ret);
  let filled = 0;
  for (const link of links) {
    const at = (link.from ?? 0) - start;
    const payload = payloadOf(timeline, link);
    if (payload === null || at > filled || at + payload.length > bytes.length) return null;
    bytes.set(payload, at);
    filled = Math.max(filled, at + payload.length);
  }
  return filled === bytes.length ? bytes : null;
}

/** The bytes that a link is about; null where the capture cut them off, or they are in a fragment. */
function payloadOf(timeline: Timeline, { packet, from, to }: Link): Uint8Array | null {
  const { capture } = timeline.session;
  const { columns } = capture;
  if (columns.fragments.has(packet)) return null;
  const isTcp = columns.protocol[packet] === PROTOCOL.tcp;
  const first = isTcp ? Number(timeline.reasonOfPacket(packet).params.from) : 0;
  const start = (columns.payloadAt[packet] ?? 0) + (from ?? 0) - first;
  const length = (to ?? 0) - (from ?? 0);
  const payload = capture.frame(packet).subarray(start, start + length);
  return start >= (columns.payloadAt[packet] ?? 0) && payload.length === length ? payload : null;
}
