import { isReceive, isSend } from './call-kinds.ts';
import { isComplete } from './completeness.ts';
import type { Facts } from './facts.ts';
import { type Check, Report } from './verify-report.ts';

/** UDP: one send, one datagram; what a receive took is one datagram, and what nobody took is accounted for. */
export function verifyUdp(facts: Facts): Check[] {
  return [datagrams(facts)];
}

function datagrams({ udp, session }: Facts): Check {
  const report = new Report('datagrams balance: sent = received + lost + refused + unread');
  if (udp === null || udp.sockets.length === 0) return report.result();
  const { calls, run } = session;
  const complete = isComplete(run);
  const sends = new Map<number, number>();
  const reads = new Set<number>();
  const fates = new Map<string, number>();
  for (const { send, reads: own, complete: whole, fate } of udp.datagrams) {
    if (send !== null) sends.set(send, (sends.get(send) ?? 0) + 1);
    for (const read of own) reads.add(read);
    fates.set(fate, (fates.get(fate) ?? 0) + 1);
    if (complete) report.expect(whole, () => 'fragments of a datagram are missing');
  }
  // A shaped link may drop what waits in its queue before it is captured.
  const shaped = run?.network.rate != null || run?.network.delay != null;
  for (const socket of udp.sockets) {
    for (const index of socket.life.calls) {
      const call = calls[index];
      if (call === undefined || call.ret === null || call.ret < 0) continue;
      if (isSend(call) && complete && !shaped)
        report.expect(
          sends.get(index) === 1,
          () => `${call.role} ${call.name} (call ${call.id}) made ${sends.get(index) ?? 0} datagrams`,
        );
      if (isReceive(call) && socket.receives.includes(index) && complete)
        report.expect(
          reads.has(index),
          () => `${call.role} ${call.name} (call ${call.id}) took a datagram that is not here`,
        );
    }
  }
  if (udp.datagrams.length > 0) report.note([...fates].map(([fate, count]) => `${count} ${fate}`).join(', '));
  return report.result();
}
