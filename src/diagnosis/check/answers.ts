import { PROTOCOL } from '../../../capture/columns.ts';
import type { CheckFacts } from './find-issues.ts';
import { ANSWER_NS } from './queries.ts';

/** Addresses of many: multicast and broadcast. */
export function isToMany(address: string): boolean {
  const first = Number(address.split('.')[0]);
  return address.startsWith('ff') || address.endsWith('.255') || (first >= 224 && first <= 255);
}

/**
 * Whether a UDP flow has an answer in another one, or is one: a server may answer from a port of its own (TFTP, RFC 1350
 * §4), and what was asked of all is answered by one (DHCP, RFC 2131 §4.1).
 */
export function isAnsweredElsewhere(facts: CheckFacts, flow: number): boolean {
  const starts = startsOf(facts);
  const { addressA, portA, addressB, portB } = facts.capture.flows.get(flow);
  const at = facts.others.queries.firstOf(flow);
  const near = (key: string, from: number): boolean =>
    (starts.get(key) ?? []).some((time) => time >= from && time <= from + ANSWER_NS);
  return (
    near(`${addressB} to ${addressA} ${portA}`, at) ||
    near(`${addressB} ${portB} asks ${addressA}`, at - ANSWER_NS) ||
    near(`${portB} asks all ${portA}`, at - ANSWER_NS)
  );
}

const known = new WeakMap<CheckFacts, ReadonlyMap<string, readonly number[]>>();

/** When UDP flows began, by what they may be answers to and what may be answers to them. */
function startsOf(facts: CheckFacts): ReadonlyMap<string, readonly number[]> {
  const before = known.get(facts);
  if (before !== undefined) return before;
  const starts = new Map<string, number[]>();
  const { flows } = facts.capture;
  for (let flow = 0; flow < flows.length; flow++) {
    const { protocol, addressA, portA, addressB, portB } = flows.get(flow);
    if (protocol !== PROTOCOL.udp) continue;
    const time = facts.others.queries.firstOf(flow);
    const keys = isToMany(addressB)
      ? [`${portA} asks all ${portB}`]
      : [`${addressA} to ${addressB} ${portB}`, `${addressA} ${portA} asks ${addressB}`];
    for (const key of keys) {
      const times = starts.get(key);
      if (times === undefined) starts.set(key, [time]);
      else times.push(time);
    }
  }
  known.set(facts, starts);
  return starts;
}
