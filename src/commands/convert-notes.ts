import type { Capture } from '../../capture/capture.ts';
import { frameNumber } from '../../capture/fields.ts';
import type { ConvertOptions, Moment } from '../cli/convert-options.ts';
import { counted } from './left-out.ts';

const NS_A_SECOND = 1_000_000_000n;
/** The end of the year 9999. */
const LAST_DATE = 253_402_300_799n * NS_A_SECOND;

/** What was asked for by number or time and is not in the capture, one sentence each: the file would only be smaller. */
export function* nothingMatches(
  capture: Capture,
  { from, to, packets, conversation }: Pick<ConvertOptions, 'from' | 'to' | 'packets' | 'conversation'>,
): Generator<string> {
  yield* missingPackets(capture, packets);
  yield* missingTimes(capture, { from, to });
  if (conversation === null) return;
  const { flows } = capture;
  const protocol = conversation.protocol === 'tcp' ? 1 : 2;
  for (let flow = 0; flow < flows.length; flow++) {
    const found = flows.get(flow);
    if (found.protocol === protocol && found.stream === conversation.stream) return;
  }
  yield `there is no conversation ${conversation.protocol}:${conversation.stream}`;
}

/** How many packets and conversations a capture has, in words. */
export function whatThereIs({ columns, flows }: Capture): string {
  const streams = [1, 2].map((protocol) => {
    let count = 0;
    for (let flow = 0; flow < flows.length; flow++) {
      const found = flows.get(flow);
      if (found.protocol === protocol) count = Math.max(count, (found.stream ?? -1) + 1);
    }
    const name = protocol === 1 ? 'tcp' : 'udp';
    return count === 0 ? '' : `${name}:0${count === 1 ? '' : ` to ${name}:${count - 1}`}`;
  });
  const there = streams.filter((text) => text !== '').join(' and ');
  return `there are ${counted(columns.length, 'packet')}${there === '' ? '' : `; conversations: ${there}`}`;
}

/** Numbers beyond the last packet, and numbers that only rows of other blocks have, as those of calls in a session. */
function* missingPackets(capture: Capture, packets: ConvertOptions['packets']): Generator<string> {
  const { length } = capture.columns;
  const last = length === 0 ? 0 : frameNumber(capture, length - 1);
  const theLast = length === 0 ? 'the capture has none' : `the last one is ${last}`;
  for (const [first, to] of packets) {
    const asked = first === to ? `${first}` : `${first}-${to}`;
    if (first > last) yield `there is no packet ${asked}: ${theLast}`;
    else if (!hasPacket(capture, first, to))
      yield `there is no packet ${asked}: other rows of the file have ${first === to ? 'this number' : 'these numbers'}, such as calls`;
    else if (to > last) yield `of packets ${asked} there are none beyond ${last}, which is the last`;
  }
}

/** Whether a packet has one of these numbers: they grow with the rows. */
function hasPacket(capture: Capture, first: number, last: number): boolean {
  let [low, high] = [0, capture.columns.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (frameNumber(capture, middle) < first) low = middle + 1;
    else high = middle;
  }
  return low < capture.columns.length && frameNumber(capture, low) <= last;
}

/** Times that no packet has. */
function* missingTimes(
  { columns }: Capture,
  { from, to }: Pick<ConvertOptions, 'from' | 'to'>,
): Generator<string> {
  if (from !== null && to !== null && from.relative === to.relative && from.ns >= to.ns) {
    yield '--from is not before --to: no packet is between them';
    return;
  }
  if (columns.length === 0) return;
  const start = columns.timeNs(0);
  let [earliest, latest] = [start, start];
  for (let row = 1; row < columns.length; row++) {
    const time = columns.timeNs(row);
    if (time < earliest) earliest = time;
    if (time > latest) latest = time;
  }
  const absolute = ({ ns, relative }: Moment): bigint => (relative ? start + ns : ns);
  if (from !== null && absolute(from) > latest)
    yield `--from is after the last packet, which came ${seconds(latest - start)} s after the first, at ${date(latest)}`;
  if (to !== null && absolute(to) <= earliest)
    yield `no packet is before --to: the first came at ${date(earliest)}`;
}

function seconds(ns: bigint): string {
  return `${ns / NS_A_SECOND}.${String(ns % NS_A_SECOND).padStart(9, '0')}`;
}

/** As `--from` takes it; what a damaged time says may lie in no year of four digits. */
function date(ns: bigint): string {
  if (ns < 0n || ns > LAST_DATE) return `${seconds(ns)} s since 1970`;
  const whole = new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19);
  return `${whole}.${String(ns % NS_A_SECOND).padStart(9, '0')}Z`;
}
