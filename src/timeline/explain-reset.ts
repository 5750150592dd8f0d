import { ACK } from '../../capture/columns.ts';
import { hasConstant } from './call-kinds.ts';
import { deserted } from './explain-deserted.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';
import { type Side, unreadAtEnd } from './tcp-side.ts';

/**
 * A reset. The kernel sends two sorts (RFC 9293 §3.5.2): an answer to a segment that fits no connection, which bears the
 * ACK flag only when that segment did not; and the abort of a connection, which always bears it.
 */
export function explainReset(scene: TcpScene, segment: Segment): void {
  const { flags, sender, row } = segment;
  if (isRefusal(segment)) explainRefusal(scene, segment);
  else if (scene.hasCalls && sender.calls === null && sender.listener === null)
    scene.reasons.set(row, 'rst-outsider');
  else if ((flags & ACK) === 0) explainAnswer(scene, segment);
  else explainAbort(scene, segment);
}

/** Whether nothing was ever sent from there, or nothing but refusals of the SYNs before the one that it heard last. */
export function isRefusal({ sender, receiver }: Segment): boolean {
  if (!sender.sentAny) return true;
  return !sender.spoke && receiver.synRow >= 0 && sender.heardRow === receiver.synRow;
}

/** Nothing was ever sent from there: the answer to a SYN. */
function explainRefusal(scene: TcpScene, segment: Segment): void {
  const { reasons, clock, hasCalls, lastSign } = scene;
  const { row, ns, sender, receiver } = segment;
  const { listener } = sender;
  // A process that ends closes its sockets without a call.
  const listens =
    listener !== null &&
    (clock.enters[listener.listen] ?? 0) <= ns &&
    ns <= Math.min(listener.until, lastSign(listener.socket.role));
  if (receiver.synRow < 0) reasons.set(row, 'rst-unknown', { packet: receiver.lastRow });
  else if (listens && hasCalls) reasons.set(row, 'rst-rejected', { packet: receiver.synRow });
  else {
    const absent = deserted(scene, segment);
    reasons.set(row, 'rst-refused', { packet: receiver.synRow, ...absent });
    // Of a stranger's SYN the answer tells that the process had ended.
    if (absent !== null && receiver.calls === null) reasons.set(receiver.synRow, 'syn', absent);
  }
}

/** It answers a segment for a socket that is closed, or that never was. */
function explainAnswer(scene: TcpScene, segment: Segment): void {
  const { reasons, clock } = scene;
  const { row, ns, sender } = segment;
  const packet = sender.heardRow;
  const { close = null } = sender.calls ?? {};
  if (close !== null && (clock.enters[close] ?? 0) <= ns)
    reasons.set(row, 'rst-closed', { packet, call: close });
  else if (hadEnded(scene, segment)) reasons.set(row, 'rst-ended', { packet });
  else if (sender.calls === null && sender.listener !== null) explainUnaccepted(scene, segment);
  else reasons.set(row, wasOpen(segment) && packet >= 0 ? 'rst-gone' : 'rst-unknown', { packet });
}

/** Whether the connection was open until this, and neither side had closed or reset it. */
function wasOpen({ sender, receiver }: Segment): boolean {
  if (sender.resetRow >= 0 || receiver.resetRow >= 0) return false;
  return sender.spoke && sender.finRow < 0 && receiver.finRow < 0;
}

/**
 * Whether the kernel had closed the socket because its last process had ended: it said so by a FIN or a reset that no call
 * asked for. Nor does data after a shutdown of writing alone get a reset while a process holds the socket.
 */
function hadEnded({ reasons, calls }: TcpScene, { row, sender, receiver }: Segment): boolean {
  const own = sender.calls;
  if (own === null) return false;
  const { finRow } = sender;
  const { resetRow } = receiver;
  if (finRow >= 0 && reasons.kind(finRow) === 'fin-exit') return true;
  if (resetRow >= 0 && resetRow < row) return ['rst-exit', 'rst-ended'].includes(reasons.kind(resetRow));
  const shutdowns = own.end.calls
    .flatMap((index) => calls[index] ?? [])
    .filter(({ name }) => name === 'shutdown');
  return finRow >= 0 && shutdowns.length > 0 && shutdowns.every((call) => hasConstant(call, 'SHUT_WR'));
}

/** Nobody accepted it: the listener was closed, or the kernel had never let it into the accept queue. */
function explainUnaccepted(scene: TcpScene, { row, ns, sender }: Segment): void {
  const { reasons, clock, lastSign } = scene;
  const packet = sender.heardRow;
  const { listener, untakenRow } = sender;
  const close = listener?.close ?? null;
  const endNs =
    listener === null || close === null ? lastSign(listener?.socket.role ?? '') : (clock.enters[close] ?? 0);
  if (!sender.established && untakenRow >= 0)
    reasons.set(row, 'rst-half-open', { packet, value: keptOf(scene, sender) });
  else if (endNs <= ns) reasons.set(row, 'rst-listener', { call: close, packet });
  else reasons.set(row, 'rst-unknown', { packet });
}

/** What the kernel had kept of a half-open connection that it does not know any more. */
export const KEPT = { unknown: 0, given: 1, cookie: 2 } as const;

/**
 * Linux gives up what it has kept only after its timer has sent the SYN+ACK again (reqsk_timer_handler); where it never did, and
 * sent SYN cookies, it had kept nothing.
 */
function keptOf({ cookies }: TcpScene, { hasTimedSynAck }: Side): number {
  if (hasTimedSynAck || cookies === 0) return KEPT.given;
  return cookies === null ? KEPT.unknown : KEPT.cookie;
}

function explainAbort(scene: TcpScene, { row, ns, sender }: Segment): void {
  const { reasons, links, clock, hasCalls } = scene;
  const own = sender.calls;
  if (own === null) {
    if (sender.listener === null) reasons.set(row, hasCalls ? 'rst-outsider' : 'rst-plain');
    else reasons.set(row, 'rst-listener', { call: sender.listener.close, packet: sender.heardRow });
    return;
  }
  const unread = unreadAtEnd(sender);
  const close = own.close !== null && (clock.enters[own.close] ?? 0) <= ns ? own.close : null;
  const aborted = own.end.calls.find(
    (call) => scene.calls[call]?.errno === 'ECONNABORTED' && (clock.exits[call] ?? 0) >= ns,
  );
  if (aborted !== undefined) {
    links.add('completes', aborted, row);
    reasons.set(row, 'rst-aborted', { call: aborted });
    return;
  }
  if (close === null) {
    reasons.set(row, 'rst-exit', { value: unread });
    return;
  }
  links.add('causes', close, row);
  if (own.linger !== null) reasons.set(row, 'rst-linger', { call: close, packet: -1, count: own.linger });
  else if (unread > 0) reasons.set(row, 'rst-unread', { call: close, value: unread });
  // A close that leaves nothing unread ends with a FIN.
  else reasons.set(row, 'unexplained');
}
