import { lostRows } from '../../src/session/lost.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { words } from '../../src/words/words.ts';
import { isOrdinaryKind } from './fold.ts';
import { byteRange, grouped } from './units.ts';

interface Direction {
  segments: number;
  acks: number;
  from: number;
  to: number;
}

/** Calls of one name in one role: how many, the first and the last, and which bytes of the stream they moved. */
interface Calls {
  readonly role: string;
  readonly first: number;
  last: number;
  count: number;
  from: number;
  to: number;
}

/** What rows that are not shown hold: segments and their bytes each way, acknowledgements, calls and their bytes. */
export function foldedText(
  timeline: Timeline,
  indices: readonly number[],
  names: (call: number) => string,
): string {
  const ways: readonly [Direction, Direction] = [emptyDirection(), emptyDirection()];
  const calls = new Map<string, Calls>();
  const kinds = new Map<string, number>();
  const lost = lostRows(timeline.session);
  let lostHere = 0;
  for (const index of indices) {
    const row = timeline.row(index);
    if (row.kind === 'packet') {
      countPacket(timeline, row.packet, ways);
      if (lost.has(row.packet)) lostHere++;
      const { kind } = timeline.reasonOfPacket(row.packet);
      if (!isOrdinaryKind(kind)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    } else if (row.kind === 'exit') countCall(timeline, row.call, calls);
  }
  const made = [...calls.values()].map((list) => callsText(list, names));
  const told = [...kinds].map(([kind, count]) => `${grouped(count)} × ${kindText(kind)}`);
  if (lostHere > 0) told.push(words().ladder.lostHere(grouped(lostHere)));
  const parts = [...wayText(ways[0], '→'), ...wayText(ways[1], '←'), ...told, ...made];
  return words().ladder.alike(grouped(indices.length), parts.join(' · '));
}

/** A kind of row that is not ordinary, in words; others stand by their name. */
function kindText(kind: string): string {
  const { kinds } = words().ladder;
  return Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds] : kind;
}

function emptyDirection(): Direction {
  return { segments: 0, acks: 0, from: Number.POSITIVE_INFINITY, to: 0 };
}

function countCall({ session }: Timeline, index: number, calls: Map<string, Calls>): void {
  const call = session.calls[index];
  if (call === undefined) return;
  const { role, name, offset, ret } = call;
  const key = `${role} ${name}`;
  let known = calls.get(key);
  if (known === undefined) {
    known = { role, first: index, last: index, count: 0, from: Number.POSITIVE_INFINITY, to: 0 };
    calls.set(key, known);
  }
  known.last = index;
  known.count++;
  if (offset === null || ret === null || ret <= 0) return;
  known.from = Math.min(known.from, offset);
  known.to = Math.max(known.to, offset + ret);
}

function countPacket(timeline: Timeline, packet: number, ways: readonly [Direction, Direction]): void {
  const { columns } = timeline.session.capture;
  const connection = timeline.connections[timeline.connectionOfPacket(packet) ?? -1];
  const isFromClient = (columns.direction[packet] === 0) === (connection?.client !== 'b');
  const way = ways[isFromClient ? 0 : 1];
  if (columns.payloadLen[packet] === 0) {
    way.acks++;
    return;
  }
  way.segments++;
  for (const { relation, from, to } of timeline.linksOfPacket(packet)) {
    if (relation !== 'carries' || from === null || to === null) continue;
    way.from = Math.min(way.from, from);
    way.to = Math.max(way.to, to);
  }
}

function wayText({ segments, acks, from, to }: Direction, arrow: string): string[] {
  const bytes = to > from ? ` (bytes ${byteRange(from, to)})` : '';
  const parts: string[] = [];
  if (segments > 0) parts.push(`${words().ladder.withData(segments, grouped(segments))} ${arrow}${bytes}`);
  if (acks > 0) parts.push(`${words().ladder.acks(acks, grouped(acks))} ${arrow}`);
  return parts;
}

function callsText({ role, first, last, count, from, to }: Calls, names: (call: number) => string): string {
  const bytes = to > from ? `, bytes ${byteRange(from, to)}` : '';
  if (count === 1) return `${role} ${names(first)}${bytes.replace(',', ':')}`;
  const end = names(last);
  return `${role} ${names(first)}–${end.slice(end.indexOf('#'))}: ${words().ladder.calls(grouped(count))}${bytes}`;
}
