import { FIN } from '../../capture/columns.ts';
import { WHY } from './explain-syn.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';
import { timeStamps } from './tcp-wire.ts';

const NS_PER_MS = 1e6;
/** So many packets are looked back through for the one that acknowledged a segment. */
const LOOK_BACK = 4096;

/** Bytes, or a FIN, sent again though an ACK of all of them had been captured before. `previous` is the copy before, -1 if unknown. */
export function explainNeedless(scene: TcpScene, segment: Segment, previous: number): boolean {
  const { row, ns, to, flags, sender } = segment;
  const end = to + (flags & FIN ? 1 : 0);
  if (sender.una < end) return false;
  const acked = acknowledging(scene, segment, end);
  // Bytes before the first that were captured: nobody was seen to acknowledge them.
  if (acked < 0) return false;
  scene.reasons.set(row, 'again-needless', {
    packet: acked,
    value: previous < 0 ? 0 : (ns - (scene.clock.packets[previous] ?? 0)) / NS_PER_MS,
    detail: whatItHadHeard(scene, row, acked),
  });
  return true;
}

/** The first packet that acknowledged all up to `end`, of those that reached the sender of the segment. */
function acknowledging({ wire, columns, gone }: TcpScene, segment: Segment, end: number): number {
  let first = segment.sender.unaRow;
  for (let place = segment.place - 1; place >= 0 && segment.place - place < LOOK_BACK; place--) {
    const row = wire.rows[place] ?? 0;
    if (columns.flow[row] !== columns.flow[segment.row]) break;
    const acked = wire.acked[row] ?? Number.NaN;
    if (columns.direction[row] === columns.direction[segment.row] || gone[row] === 1 || Number.isNaN(acked))
      continue;
    if (acked >= end) first = row;
    else if (columns.payloadLen[row] === 0) break;
  }
  return first;
}

/**
 * Whether the sender had heard the ACK when it made the segment: by the time stamp that it echoes (RFC 7323 §4.3), which is
 * the ACK's or a later one, or one from before. One that stands in older packets too proves nothing.
 */
function whatItHadHeard(scene: TcpScene, row: number, acked: number): number {
  const [, echoed] = timeStamps(scene.capture, row) ?? [0, 0];
  const [stamp] = timeStamps(scene.capture, acked) ?? [0, 0];
  if (echoed === 0 || stamp === 0) return WHY.unknown;
  return ((echoed - stamp) | 0) < 0 ? WHY.crossed : WHY.heard;
}
