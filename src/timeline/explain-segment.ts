import { FIN } from '../../capture/columns.ts';
import { explainData } from './explain-data.ts';
import { explainNeedless } from './explain-needless.ts';
import { WHY } from './explain-syn.ts';
import { messageBytes } from './infer-send.ts';
import type { PacketKind } from './reason-table.ts';
import type { Segment, TcpScene } from './tcp-scene.ts';
import type { Side } from './tcp-side.ts';

const NS_PER_MS = 1e6;
/** What answers an arrival does so within this time, unless the machine is very busy. */
const SOON_NS = 100e6;
/** Linux never lets its retransmission timer run shorter than this (TCP_RTO_MIN), in ns. */
const RTO_MIN_NS = 190e6;

/** A segment with bytes or a FIN: what it carries, which call made it leave just then, or why it was sent again. */
export function explainSegment(scene: TcpScene, segment: Segment): void {
  const { from, to, flags, sender } = segment;
  const repeats = flags & FIN ? sender.finRow >= 0 : sender.left.has(from, to);
  if (!repeats && flags & FIN) explainFin(scene, segment);
  else if (!repeats) explainData(scene, segment);
  else if (isKeepAlive(segment)) explainKeepAlive(scene, segment);
  else explainAgain(scene, segment);
}

/** RFC 9293 §3.8.4: one byte that was acknowledged long ago. (Linux sends none; see explainAck.) */
function isKeepAlive({ from, to, flags, sender }: Segment): boolean {
  return to - from === 1 && (flags & FIN) === 0 && from === sender.nxt - 1 && sender.una >= sender.nxt;
}

export function explainKeepAlive({ reasons, clock }: TcpScene, { row, ns, sender }: Segment): void {
  const idle = Math.max(
    clock.packets[Math.max(0, sender.heardRow)] ?? 0,
    clock.packets[Math.max(0, sender.lastRow)] ?? 0,
  );
  reasons.set(row, 'keep-alive', {
    value: (ns - idle) / NS_PER_MS,
    count: sender.probes + 1,
    packet: sender.lastRow,
  });
}

function explainFin(scene: TcpScene, segment: Segment): void {
  const { row, ns, from, to, sender } = segment;
  const { reasons, links, clock, hasCalls } = scene;
  const closing = closingCall(scene, sender, ns);
  if (closing === null) {
    reasons.set(row, sender.calls === null ? 'fin-outsider' : 'fin-exit', {
      detail: hasCalls ? 0 : 1,
      count: hasCalls || to <= from ? 0 : messageBytes(scene, segment),
    });
    return;
  }
  links.add('causes', closing, row);
  const waitedMs = (ns - (clock.exits[closing] ?? 0)) / NS_PER_MS;
  reasons.set(row, to > from ? 'fin-data' : 'fin', {
    call: closing,
    value: Math.max(0, waitedMs),
    packet: sender.unaRow,
  });
}

/** The call that ended this direction: the first shutdown of writing, else the last close. */
export function closingCall({ clock }: TcpScene, side: Side, ns: number): number | null {
  const { shutdown = null, close = null } = side.calls ?? {};
  if (shutdown !== null && (clock.enters[shutdown] ?? 0) <= ns) return shutdown;
  if (close !== null && (clock.enters[close] ?? 0) <= ns) return close;
  // A listener that is closed ends the connections that nobody accepted, by a reset; never by a FIN.
  return null;
}

/** Bytes or a FIN that had been sent before. */
function explainAgain(scene: TcpScene, segment: Segment): void {
  const { row, ns, from, to, sender, flags } = segment;
  const { clock, reasons } = scene;
  const original = to > from ? firstTransmission(scene, sender, from) : sender.finRow;
  const previous = original >= 0 ? (sender.resent.get(original) ?? original) : -1;
  const end = to + (flags & FIN ? 1 : 0);
  const why = whyAgain(scene, previous, sender.lostAck >= end);
  // Where the lab lost the first copy or its ACK, that is why the timer ran, however late another ACK came.
  if (why === WHY.unknown && explainNeedless(scene, segment, previous)) {
    if (to === from) sender.finRow = row;
    return;
  }
  if (previous < 0) {
    reasons.set(row, 'again', { packet: -1 });
    return;
  }
  const waitedNs = ns - (clock.packets[previous] ?? 0);
  const kind = to > from ? againKind(scene, segment, waitedNs) : 'fin-again';
  // A probe says how long no acknowledgement came: later ones than the packet's put it off.
  const silentNs = sender.unaRow < 0 ? waitedNs : ns - (clock.packets[sender.unaRow] ?? 0);
  const cells = {
    packet: previous,
    value: (kind === 'again-probe' ? Math.min(waitedNs, silentNs) : waitedNs) / NS_PER_MS,
    count: sender.dupAcks,
    detail: why,
  };
  reasons.set(row, kind, cells);
  if (sender.recoverTo <= sender.una) sender.recoverTo = sender.nxt;
  if (to === from) sender.finRow = row;
}

function whyAgain({ lost, gone, untaken }: TcpScene, previous: number, answerLost: boolean): number {
  if ((lost[previous] ?? 0) === 1) return WHY.lost;
  if (untaken.get(previous)?.fate === 'full') return WHY.noRoom;
  if ((gone[previous] ?? 0) === 1) return WHY.notTaken;
  return answerLost ? WHY.answerLost : WHY.unknown;
}

function againKind({ clock }: TcpScene, { ns, from, to, sender }: Segment, waitedNs: number): PacketKind {
  const dupNs = sender.dupAckRow < 0 ? Number.POSITIVE_INFINITY : ns - (clock.packets[sender.dupAckRow] ?? 0);
  const unaNs = sender.unaRow < 0 ? Number.POSITIVE_INFINITY : ns - (clock.packets[sender.unaRow] ?? 0);
  if ((sender.dupAcks > 0 || sender.sackedTo > from) && dupNs < SOON_NS) return 'again-fast';
  if (sender.recoverTo > sender.una && unaNs < SOON_NS) return 'again-recovery';
  if (waitedNs >= RTO_MIN_NS) return 'again-timeout';
  return to >= sender.nxt - 1 ? 'again-probe' : 'again';
}

/** Row that first carried the byte at `offset`; -1 when it was not captured. */
export function firstTransmission({ wire, columns }: TcpScene, { sent }: Side, offset: number): number {
  let low = 0;
  let high = sent.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = sent.at(middle);
    if ((wire.from[row] ?? 0) + (columns.payloadLen[row] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low < sent.length ? sent.at(low) : -1;
}
