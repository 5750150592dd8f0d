import { ACK } from '../../capture/columns.ts';
import { dropAnswers } from './owed.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';

const NS_PER_MS = 1e6;

/** Why something had to be sent again, as a Reason's `why`. */
export const WHY = {
  ...{ unknown: 0, lost: 1, answerLost: 2, asked: 3, ignored: 4, notTaken: 5 },
  /** Of what was acknowledged already: the sender had not heard it, or had. */
  ...{ crossed: 6, heard: 7 },
  /** The receiver reports that it got the bytes twice (D-SACK, RFC 2883). */
  arrived: 8,
  /** It came for a connection that the accept queue had no room for. */
  noRoom: 9,
} as const;

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
    value: (ns - (clock.packets[previous] ?? 0)) / NS_PER_MS,
    detail: (lost[previous] ?? 0) === 1 ? WHY.lost : sender.lostAck >= 0 ? WHY.answerLost : WHY.unknown,
  });
}

function explainSynAck(
  { reasons, links, lost, untaken, clock, columns, shaped }: TcpScene,
  { row, ns, sender }: Segment,
): void {
  const listen = sender.listener?.listen ?? null;
  if (listen !== null) links.add('answers', listen, row);
  const previous = sender.synRow;
  if (previous >= 0 && ((columns.flags[previous] ?? 0) & ACK) === 0) {
    // Both sent a SYN at once; otherwise nothing explains a SYN+ACK from the end that asked first.
    const packet = sender.heardRequestRow;
    reasons.set(row, packet >= 0 ? 'syn-crossed' : 'unexplained', {
      packet,
      call: sender.calls?.end.opening ?? null,
    });
    return;
  }
  if (previous < 0) {
    reasons.set(row, 'syn-ack', { call: listen, packet: sender.heardSynRow });
    // SYNs that found no room before are answered with it; on a slow link each may have an answer under way.
    if (!shaped) dropAnswers(sender, 'syn');
    return;
  }
  const asked = sender.answers.findIndex(({ why }) => why === 'syn');
  const again = asked < 0 ? undefined : sender.answers.splice(asked, 1)[0];
  let detail: number = WHY.unknown;
  if (again !== undefined) detail = WHY.asked;
  else if ((lost[previous] ?? 0) === 1) detail = WHY.lost;
  else if (sender.untakenRow >= 0)
    detail = untaken.get(sender.untakenRow)?.fate === 'untold' ? WHY.notTaken : WHY.ignored;
  else if (sender.established) detail = WHY.notTaken;
  else if (sender.lostAck >= 0) detail = WHY.answerLost;
  if (again === undefined) sender.hasTimedSynAck = true;
  reasons.set(row, 'syn-ack-again', {
    call: listen,
    packet: again?.row ?? previous,
    count: sender.synCount,
    value: (ns - (clock.packets[previous] ?? 0)) / NS_PER_MS,
    detail,
  });
}
