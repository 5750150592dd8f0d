import { isAccept, isReceive, isSend } from '../timeline/call-kinds.ts';
import { reasonOfCall } from '../timeline/call-reasons.ts';
import type { Facts } from '../timeline/facts.ts';
import type { Finding } from '../timeline/types.ts';
import { Proofs } from './proof.ts';

const BLOCKED_NS = 1e6;
const NS_PER_MS = 1e6;

/** Findings about single calls: short sends, calls that blocked, calls that failed for the network's sake. */
export function callFindings(facts: Facts): Finding[] {
  const short = new Proofs();
  const blocked = new Proofs();
  const unfinished = new Proofs();
  for (const [index, call] of facts.session.calls.entries()) {
    const key = `${call.role}\n${call.name}`;
    const took = (facts.clock.exits[index] ?? 0) - (facts.clock.enters[index] ?? 0);
    if (
      isSend(call) &&
      call.ret !== null &&
      call.ret >= 0 &&
      call.length !== null &&
      call.ret < call.length
    ) {
      short.of(key).add([index], [], call.length - call.ret);
    }
    if (call.exitNs === null) unfinished.of(key).add([index], []);
    else if (took >= BLOCKED_NS && waits(facts, index)) {
      const reason = reasonOfCall(facts, index);
      blocked.of(key).addLargestFirst([index], reason?.packets ?? [], took / NS_PER_MS);
    }
  }
  const findings: Finding[] = [];
  const say = (kind: string, severity: Finding['severity'], proofs: Proofs): void => {
    for (const [key, { count, most, total, calls, packets }] of proofs.entries()) {
      const [role = '', name = ''] = key.split('\n');
      findings.push({ kind, severity, params: { role, name, count, ms: most, total }, calls, packets });
    }
  };
  say('short-send', 'note', short);
  say('blocked', 'chat', blocked);
  say('unfinished', 'warning', unfinished);
  return findings;
}

/** Whether the call waits for the network, rather than being slow. */
function waits({ session, sockets }: Facts, index: number): boolean {
  const call = session.calls[index];
  if (call === undefined || call.name === 'sendall') return false;
  const polls = call.name === 'poll' || call.name === 'select';
  const moves =
    isAccept(call) || isSend(call) || isReceive(call) || call.name === 'connect' || call.name === 'close';
  return polls || (moves && call.socket !== null && sockets.has(call.socket));
}
