import type { Capture } from '../../capture/capture.ts';
import type { Finding, Timeline } from '../timeline/types.ts';

/** What a filter is asked about: the packets of a capture and, where there is a time line, its calls and what it says. */
export interface Subject {
  readonly capture: Capture;
  readonly timeline: Timeline | null;
}

interface FindingIndex {
  readonly packets: ReadonlyMap<number, readonly Finding[]>;
  readonly calls: ReadonlyMap<number, readonly Finding[]>;
}

const indices = new WeakMap<Timeline, FindingIndex>();
const NONE: readonly Finding[] = [];

/** The findings that name a row of the columns as their evidence. */
export function findingsOfPacket(timeline: Timeline, packet: number): readonly Finding[] {
  return indexOf(timeline).packets.get(packet) ?? NONE;
}

/** The findings that name a call (an index) as their evidence. */
export function findingsOfCall(timeline: Timeline, call: number): readonly Finding[] {
  return indexOf(timeline).calls.get(call) ?? NONE;
}

function indexOf(timeline: Timeline): FindingIndex {
  let index = indices.get(timeline);
  if (index === undefined) {
    const packets = new Map<number, Finding[]>();
    const calls = new Map<number, Finding[]>();
    for (const finding of timeline.findings) {
      for (const packet of finding.packets) push(packets, packet, finding);
      for (const call of finding.calls) push(calls, call, finding);
    }
    index = { packets, calls };
    indices.set(timeline, index);
  }
  return index;
}

function push(map: Map<number, Finding[]>, key: number, finding: Finding): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [finding]);
  else known.push(finding);
}
