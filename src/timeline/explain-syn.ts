import { ACK } from '../../capture/columns.ts';
import { at } from './at.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';

const NS_PER_MS = 1e6;

/** Why something had to be sent again, as a Reason's `why`. */
export const WHY = { unknown: 0, lost: 1, answerLost: 2, asked: 3, ignored: 4, notTaken: 5 } as const;

export function explainSyn(scene: TcpScene, segment: Segment): void {
  if (segment.flags & ACK) explainSynAck(scene, segment);
  else explainFirstSyn(scene, segment);
}

function explainFirstSyn({ reasons, links, lost, clock }: TcpScene, { row, ns, sender }: Segment): void {
  const opening = sender.calls?.end.opening ?? null;
  if (opening !== null) links.add('causes', opening, row);
  if (sender.synCount === 0) {
    reasons.set(row, 'syn', { call: opening });
    return;
  }
  const previous = sender.synRow;
  reasons.set(row, 'syn-again', {
    call: opening,
    packet: previous,
    count: sender.synCount,
    value: (ns - at(clock.packets, previous)) / NS_PER_MS,
    detail: at(lost, previous) === 1 ? WHY.lost : sender.lostAck >= 0 ? WHY.answerLost : WHY.unknown,
  });
}

function explainSynAck(
  { reasons, links, lost, clock, columns }: TcpScene,
  { row, ns, sender }: Segment,
): void {
  const listen = sender.listener?.listen ?? null;
  if (listen !== null) links.add('answers', listen, row);
  const previous = sender.synRow;
  if (previous >= 0 && (at(columns.flags, previous) & ACK) === 0) {
    const crossed = sender.heardSynRow >= 0 && (at(columns.flags, sender.heardSynRow) & ACK) === 0;
    if (!crossed) {
      reasons.set(row, 'unexplained');
      return;
    }
    reasons.set(row, 'syn-crossed', { packet: sender.heardSynRow, call: sender.calls?.end.opening ?? null });
    return;
  }
  if (previous < 0) {
    reasons.set(row, 'syn-ack', { call: listen, packet: sender.heardSynRow });
    return;
  }
  const asked = sender.answers.findIndex(({ why }) => why === 'syn');
  const again = asked < 0 ? undefined : sender.answers.splice(asked, 1)[0];
  let detail: number = WHY.unknown;
  if (again !== undefined) detail = WHY.asked;
  else if (at(lost, previous) === 1) detail = WHY.lost;
  else if (sender.established) detail = WHY.ignored;
  else if (sender.lostAck >= 0) detail = WHY.answerLost;
  reasons.set(row, 'syn-ack-again', {
    call: listen,
    packet: again?.row ?? previous,
    count: sender.synCount,
    value: (ns - at(clock.packets, previous)) / NS_PER_MS,
    detail,
  });
}
