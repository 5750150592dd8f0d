import { PROTOCOL } from '../../../capture/columns.ts';
import type { CheckFacts } from './find-issues.ts';
import { ANSWER_NS } from './queries.ts';

/** What was asked of all is answered later: each waits a moment of its own (SSDP: up to 5 s). */
const ANSWER_TO_ALL_NS = 5e9;

/** Addresses of many: multicast and broadcast. */
export function isToMany(address: string): boolean {
  const first = Number(address.split('.')[0]);
  return address.startsWith('ff') || address.endsWith('.255') || (first >= 224 && first <= 255);
}

/**
 * Whether a UDP flow has an answer in another one, or is one: a server may answer from a port of its own (TFTP, RFC 1350
 * §4) or from another address; what was asked of all is answered by one (DHCP, RFC 2131 §4.1; SSDP from any port), and what
 * was asked of one may be answered to all.
 */
export function isAnsweredElsewhere(facts: CheckFacts, flow: number): boolean {
  const { one, all, first: began, second: asked } = startsOf(facts);
  const { addressA, portA, addressB, portB } = facts.capture.flows.get(flow);
  const { queries } = facts.others;
  const [first, latest] = [queries.firstOf(flow), queries.latestOf(flow)];
  const within = (key: string, from: number, to: number): boolean => anyWithin(one.get(key), from, to);
  const isAnswer = (key: string): boolean =>
    within(key, first, first + ANSWER_NS) || within(key, latest, latest + ANSWER_NS);
  const isAsked = (key: string): boolean => within(key, first - ANSWER_NS, first);
  if (asked.has(addressA))
    if (isAnswer(`${addressB} to ${addressA} ${portA}`) || isAnswer(`${portB} to ${addressA} ${portA}`))
      return true;
  if (began.has(addressB))
    if (isAsked(`${addressB} ${portB} asks ${addressA}`) || isAsked(`${addressB} ${portB} asks ${portA}`))
      return true;
  if (all.size === 0) return false;
  if (isAnswer(`${addressB} ${portB} to all ${portA}`)) return true;
  const askedAll = [`${portB} asks ${portA}`, `${addressB} ${portB} asks`];
  return askedAll.some((key) =>
    (all.get(key) ?? []).some(({ from, to }) => first >= from && first <= to + ANSWER_TO_ALL_NS),
  );
}

/** When UDP flows began, by what they may be answers to and what may be answers to them. */
interface Starts {
  /** Sorted times. */
  readonly one: ReadonlyMap<string, readonly number[]>;
  /** Of what was asked of all, when first and when last: one flow has the questions of many. */
  readonly all: ReadonlyMap<string, readonly { readonly from: number; readonly to: number }[]>;
  /** Who began a flow, and with whom: of a scan of half a million ports nobody did both, and no key need be made. */
  readonly first: ReadonlySet<string>;
  readonly second: ReadonlySet<string>;
}

const known = new WeakMap<CheckFacts, Starts>();

function startsOf(facts: CheckFacts): Starts {
  const before = known.get(facts);
  if (before !== undefined) return before;
  const one = new Map<string, number[]>();
  const all = new Map<string, { from: number; to: number }[]>();
  const { flows } = facts.capture;
  const { queries } = facts.others;
  const [first, second] = [new Set<string>(), new Set<string>()];
  for (let flow = 0; flow < flows.length; flow++) {
    const { protocol, addressA, addressB } = flows.get(flow);
    if (protocol !== PROTOCOL.udp) continue;
    first.add(addressA);
    second.add(addressB);
  }
  for (let flow = 0; flow < flows.length; flow++) {
    const { protocol, addressA, portA, addressB, portB } = flows.get(flow);
    if (protocol !== PROTOCOL.udp) continue;
    const from = queries.firstOf(flow);
    if (isToMany(addressB)) {
      const span = { from, to: queries.latestOf(flow) };
      put(all, `${portA} asks ${portB}`, span);
      put(all, `${addressA} ${portA} asks`, span);
      put(one, `${addressA} ${portA} to all ${portB}`, from);
      continue;
    }
    if (first.has(addressB)) {
      put(one, `${addressA} to ${addressB} ${portB}`, from);
      put(one, `${portA} to ${addressB} ${portB}`, from);
    }
    if (!second.has(addressA)) continue;
    put(one, `${addressA} ${portA} asks ${addressB}`, from);
    put(one, `${addressA} ${portA} asks ${portB}`, from);
  }
  for (const times of one.values()) times.sort((a, b) => a - b);
  const made = { one, all, first, second };
  known.set(facts, made);
  return made;
}

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** Whether one of these sorted times lies in the interval: one end may have talked with a hundred thousand others. */
function anyWithin(times: readonly number[] | undefined, from: number, to: number): boolean {
  if (times === undefined) return false;
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low < times.length && (times[low] ?? 0) <= to;
}
