import { waitedForNext } from '../scenarios/until-stopped.ts';
import { endsBeforeRun } from '../session/unended.ts';
import { isSend } from '../timeline/call-kinds.ts';
import { reasonOfCall, waitOf } from '../timeline/call-reasons.ts';
import type { Facts } from '../timeline/facts.ts';
import { BLOCKED_NS } from '../timeline/rows.ts';
import { endedBySignal } from '../timeline/signal-reasons.ts';
import type { Finding } from '../timeline/types.ts';
import { FINDINGS_A_STEP, Proofs } from './proof.ts';

/** Findings about single calls: short sends, calls that blocked, calls that failed for the network's sake. */
export function* callFindings(facts: Facts): Generator<void, Finding[]> {
  const short = new Proofs();
  const blocked = new Proofs();
  const unfinished = new Proofs();
  const cutOff = new Proofs();
  const { run, isRunning } = facts.session;
  for (const [index, call] of facts.session.calls.entries()) {
    if (index % FINDINGS_A_STEP === 0) yield;
    const key = `${call.role}\n${call.name}`;
    if (
      isSend(call) &&
      call.ret !== null &&
      call.ret >= 0 &&
      call.length !== null &&
      call.ret < call.length
    ) {
      short.of(key).add([index], [], call.length - call.ret);
    }
    if (call.exitNs === null) {
      const signal = endedBySignal(facts, index);
      if (signal === null && (isRunning === true || waitedForNext(call, run))) continue;
      if (signal === null) unfinished.of(key).add([index], []);
      else cutOff.of(`${key}\n${signal}`).add([index], []);
    } else {
      const isLong = tookLong(facts, index);
      // The reason for a wait may be looked for among all packets of a connection.
      if (isLong) yield;
      const reason = isLong ? reasonOfCall(facts, index) : null;
      const waitedMs = waitOf(reason);
      if (waitedMs !== null) blocked.of(key).addLargestFirst([index], reason?.packets ?? [], waitedMs);
    }
  }
  const findings: Finding[] = [];
  const add = (kind: string, severity: Finding['severity'], proofs: Proofs): void => {
    for (const [key, { count, most, total, calls, packets }] of proofs.entries()) {
      const [role = '', name = '', signal] = key.split('\n');
      const params = { role, name, count, ms: most, total, ...(signal !== undefined && { signal }) };
      findings.push({ kind, severity, params, calls, packets });
    }
  };
  add('short-send', 'note', short);
  add('blocked', 'chat', blocked);
  add('cut-off', 'note', cutOff);
  if (endsBeforeRun(facts.session)) add('file-ends', 'note', unfinished);
  else add('unfinished', 'warning', unfinished);
  return findings;
}

/** Only these can have waited: the reasons of millions of quick calls need not be made. */
function tookLong({ clock }: Facts, index: number): boolean {
  return (clock.exits[index] ?? 0) - (clock.enters[index] ?? 0) >= BLOCKED_NS;
}
