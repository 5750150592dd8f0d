import type { Facts } from '../timeline/facts.ts';
import type { Finding } from '../timeline/types.ts';
import type { Fate } from '../timeline/udp-datagrams.ts';
import { FINDINGS_A_STEP, Proofs } from './proof.ts';

/** Fates of datagrams that are worth a word: what happened, and how grave it is. */
const TOLD: Partial<Readonly<Record<Fate, Finding['severity']>>> = {
  lost: 'warning',
  full: 'warning',
  dropped: 'warning',
  unread: 'warning',
  refused: 'warning',
  closed: 'note',
};

/** Findings about datagrams: those that nobody got, those that were cut, and those that came in fragments. */
export function* udpFindings(facts: Facts): Generator<void, Finding[]> {
  const fates = new Proofs();
  const cut = new Proofs();
  const fragmented = new Proofs();
  const { calls } = facts.session;
  for (const [index, datagram] of facts.udp?.datagrams.entries() ?? []) {
    if (index % FINDINGS_A_STEP === 0) yield;
    const { fate, send, rows, reads, length, icmp } = datagram;
    const sender = send === null ? null : (calls[send]?.role ?? null);
    if (sender !== null && TOLD[fate] !== undefined) {
      fates
        .of(`${fate}\n${sender}`)
        .add(
          send === null ? [] : [send],
          icmp === null ? rows.slice(0, 1) : [...rows.slice(0, 1), icmp],
          length,
        );
    }
    if (rows.length > 1 && sender !== null)
      fragmented.of(sender).add(send === null ? [] : [send], rows, rows.length);
    for (const read of reads) {
      const call = calls[read];
      if (call !== undefined && call.length !== null && call.length < length)
        cut.of(call.role).add([read], rows.slice(0, 1), length - call.length);
    }
  }
  const findings: Finding[] = [];
  for (const [key, { count, total, calls: proving, packets }] of fates.entries()) {
    const [fate = '', sender = ''] = key.split('\n');
    const severity = TOLD[fate as Fate] ?? 'note';
    findings.push({
      kind: `datagrams-${fate}`,
      severity,
      params: { sender, count, total },
      calls: proving,
      packets,
    });
  }
  for (const [receiver, { count, total, calls: proving, packets }] of cut.entries()) {
    findings.push({
      kind: 'datagrams-cut',
      severity: 'warning',
      params: { receiver, count, total },
      calls: proving,
      packets,
    });
  }
  for (const [sender, { count, most, calls: proving, packets }] of fragmented.entries()) {
    findings.push({
      kind: 'datagrams-fragmented',
      severity: 'note',
      params: { sender, count, most },
      calls: proving,
      packets,
    });
  }
  return findings;
}
