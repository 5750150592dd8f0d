import { PROTOCOL, SYN } from '../../capture/columns.ts';
import type { Call } from '../sockets/call.ts';
import { DIRECTIONS } from '../sockets/call-names.ts';
import type { Timeline } from '../timeline/types.ts';
import { isSentAgain } from './signatures.ts';
import type { Units } from './units.ts';

/** What a difference is about; numbers are bytes, counts, or ns. */
export const DIFFERENCE_FIELDS = [
  'flags',
  'bytes',
  'mss',
  'window',
  'sent again',
  'lost here',
  'result',
  'errno',
  'asked',
  'arguments',
  'data',
  'blocked',
  'segments',
] as const;
export type DifferenceField = (typeof DIFFERENCE_FIELDS)[number];

/** One thing in which two paired units differ. 'blocked' is in ns, 0 for a call that did not block. */
export interface Difference {
  readonly field: DifferenceField;
  readonly left: string | number;
  readonly right: string | number;
}

/** Below this a call did not block: it took the time that it takes. */
const BLOCKED_NS = 100_000n;
/** Waits that differ by less are the chance of the scheduler. */
const FAR_NS = 1_000_000;
const TCP_FLAGS = 0xfff;
/** Bits of the TCP flags by name, as Wireshark writes them. */
const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE'];

/** What differs between two paired units; nothing that must differ between any two runs: times, ports, descriptors. */
export function differencesOf(left: Units, leftUnit: number, right: Units, rightUnit: number): Difference[] {
  const ours = left.subjects[leftUnit] ?? 0;
  const theirs = right.subjects[rightUnit] ?? 0;
  return left.isCall[leftUnit] === 0
    ? packetDifferences(left, ours, right, theirs)
    : callDifferences(left.timeline, ours, right.timeline, theirs);
}

/** Whether two paired packets surely have nothing to tell: the quick test for what millions of packets are. */
export function surelySame(left: Units, ours: number, right: Units, theirs: number): boolean {
  const a = left.timeline.session.capture.columns;
  const b = right.timeline.session.capture.columns;
  return (
    a.payloadLen[ours] === b.payloadLen[theirs] &&
    a.flags[ours] === b.flags[theirs] &&
    ((a.flags[ours] ?? 0) & SYN) === 0 &&
    (a.window[ours] === 0) === (b.window[theirs] === 0) &&
    isSentAgain(left.analysis[ours] ?? 0) === isSentAgain(right.analysis[theirs] ?? 0) &&
    left.lost.size === 0 &&
    right.lost.size === 0
  );
}

class Found {
  readonly list: Difference[] = [];

  add(field: DifferenceField, left: string | number, right: string | number): void {
    if (left !== right) this.list.push({ field, left, right });
  }
}

function packetDifferences(left: Units, ours: number, right: Units, theirs: number): Difference[] {
  const found = new Found();
  const a = left.timeline.session.capture.columns;
  const b = right.timeline.session.capture.columns;
  const isTcp = a.protocol[ours] === PROTOCOL.tcp;
  if (isTcp) found.add('flags', flagText(a.flags[ours] ?? 0), flagText(b.flags[theirs] ?? 0));
  found.add('bytes', a.payloadLen[ours] ?? 0, b.payloadLen[theirs] ?? 0);
  const [x, y] = [a.window[ours] ?? 0, b.window[theirs] ?? 0];
  const isSyn = ((a.flags[ours] ?? 0) & SYN) !== 0;
  if (isTcp && isSyn) found.add('mss', mssOf(left.timeline, ours), mssOf(right.timeline, theirs));
  // A window is another at every packet, the first one too; what counts is whether it is closed.
  if (isTcp && (x === 0) !== (y === 0)) found.add('window', x, y);
  const again = (units: Units, packet: number): string =>
    isSentAgain(units.analysis[packet] ?? 0) ? 'yes' : 'no';
  found.add('sent again', again(left, ours), again(right, theirs));
  found.add('lost here', left.lost.has(ours) ? 'yes' : 'no', right.lost.has(theirs) ? 'yes' : 'no');
  return found.list;
}

function flagText(flags: number): string {
  return FLAG_NAMES.filter((_, bit) => (flags & TCP_FLAGS & (1 << bit)) !== 0).join(', ');
}

/** The MSS that a SYN offers; 0 where it offers none. */
function mssOf({ session }: Timeline, packet: number): number {
  const { tcpOptions } = session.capture.columns;
  let low = 0;
  let high = tcpOptions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tcpOptions.rows[middle] ?? 0) < packet) low = middle + 1;
    else high = middle;
  }
  return low < tcpOptions.length && tcpOptions.rows[low] === packet ? (tcpOptions.mss[low] ?? 0) : 0;
}

function callDifferences(left: Timeline, ours: number, right: Timeline, theirs: number): Difference[] {
  const a = left.session.calls[ours];
  const b = right.session.calls[theirs];
  const found = new Found();
  if (a === undefined || b === undefined) return found.list;
  const movesData = a.name in DIRECTIONS || a.name === 'sendall';
  found.add('errno', a.errno ?? 'none', b.errno ?? 'none');
  if (movesData) found.add('bytes', moved(a), moved(b));
  else if (a.created === null && b.created === null) found.add('result', returned(a), returned(b));
  if (a.name !== 'bind' && a.name !== 'connect') found.add('asked', a.length ?? 'none', b.length ?? 'none');
  const [x, y] = argumentTexts(a, b);
  found.add('arguments', x, y);
  if (movesData && moved(a) === moved(b) && !sameData(a, b)) found.add('data', dataText(a), dataText(b));
  const [p, q] = [tookNs(a), tookNs(b)];
  if (p !== q && (p === null || q === null || isFar(p, q))) found.add('blocked', waitOf(a), waitOf(b));
  if (DIRECTIONS[a.name] === 'send') found.add('segments', segments(left, ours), segments(right, theirs));
  return found.list;
}

const moved = ({ ret }: Call): number => Math.max(0, ret ?? 0);
const returned = ({ ret, exitNs }: Call): string | number => (exitNs === null ? 'not returned' : (ret ?? 0));

/** How long a call blocked: 0 where it did not, null where it never returned. */
export function blockedNs({ enterNs, exitNs }: Call): bigint | null {
  if (exitNs === null) return null;
  const took = exitNs - enterNs;
  return took < BLOCKED_NS ? 0n : took;
}

const tookNs = ({ enterNs, exitNs }: Call): number | null =>
  exitNs === null ? null : Number(exitNs - enterNs);

function waitOf(call: Call): string | number {
  const blocked = blockedNs(call);
  return blocked === null ? 'to the end' : Number(blocked);
}

/**
 * Whether two times in ns differ by a factor of two and by a millisecond, which is not chance. Of times as they were
 * measured: with what is below a limit taken for 0, a small difference at the limit would be a great one.
 */
export function isFar(x: number, y: number): boolean {
  const [less, more] = x < y ? [x, y] : [y, x];
  return more >= less * 2 && more - less >= FAR_NS;
}

/** Arguments that differ, without addresses and descriptors, which are others in every run. */
function argumentTexts(a: Call, b: Call): readonly [string, string] {
  const names = [...new Set([...Object.keys(a.args), ...Object.keys(b.args)])].filter((name) => {
    const [x, y] = [a.args[name] ?? null, b.args[name] ?? null];
    return x !== y && !isPlace(x) && !isPlace(y) && !VARYING.has(name);
  });
  const text = ({ args }: Call): string => names.map((name) => `${name}=${args[name] ?? '–'}`).join(' ');
  return [text(a), text(b)];
}

const VARYING: ReadonlySet<string> = new Set(['fds', 'fd', 'revents', 'ready', 'sv', 'iov']);
const isPlace = (value: unknown): boolean => typeof value === 'string' && /:\d+$|^unix:|^\//.test(value);

/** Compares what was kept of the data, or the hashes where those were kept. */
function sameData(a: Call, b: Call): boolean {
  if (a.hash !== null && b.hash !== null) return a.hash === b.hash;
  if (a.data === null || b.data === null) return true;
  const length = Math.min(a.data.length, b.data.length);
  return Buffer.compare(a.data.subarray(0, length), b.data.subarray(0, length)) === 0;
}

const SHOWN_BYTES = 24;

/** The beginning of the data as printable ASCII. */
function dataText({ data, hash }: Call): string {
  if (data === null) return hash === null ? '' : `SHA-256 ${hash.slice(0, 12)}`;
  return Buffer.from(data.subarray(0, SHOWN_BYTES))
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '.');
}

/** How many packets carried bytes of a send; a packet that was sent again counts again. */
function segments(timeline: Timeline, call: number): number {
  const packets = new Set<number>();
  for (const { relation, packet } of timeline.linksOfCall(call))
    if (relation === 'carries') packets.add(packet);
  return packets.size;
}
