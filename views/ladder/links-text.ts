import type { Link, Relation, Timeline } from '../../src/timeline/types.ts';
import { words } from '../../src/words/words.ts';
import { byteRange } from './units.ts';

const ORDER: readonly Exclude<Relation, 'carries'>[] = [
  'causes',
  'answers',
  'pushes',
  'opens',
  'completes',
  'consumes',
];

type Names = (call: number) => string;

/** The sends whose bytes a packet carries: 'send#1 0–99, send#2 100–149'. Offsets are those of the stream. */
export function carriedText(links: readonly Link[], names: Names): string {
  return links
    .filter(({ relation }) => relation === 'carries')
    .map(({ call, from, to }) =>
      from === null || to === null ? names(call) : `${names(call)} ${byteRange(from, to)}`,
    )
    .join(', ');
}

/** The other calls that belong to a packet, those left out that `reason` already names. */
export function relatedText(timeline: Timeline, packet: number, names: Names, reason: string): string {
  const links = timeline.linksOfPacket(packet);
  const readers = new Set(links.filter(({ relation }) => relation === 'consumes').map(({ call }) => call));
  const parts = ORDER.flatMap((relation) => {
    const calls = new Set(links.filter((link) => link.relation === relation).map(({ call }) => call));
    // That the bytes made the recv return goes without saying.
    if (relation === 'completes') for (const call of readers) calls.delete(call);
    const unnamed = [...calls].filter((call) => !isNamed(names(call), reason));
    return unnamed.length === 0
      ? []
      : [`${words().ladder.relations[relation]} ${listed(timeline, unnamed, names)}`];
  });
  return parts.join(' · ');
}

/** 'send#3', 'send#3, recv#1', and 'recv#2–#40' for many of a name in a row. */
function listed(timeline: Timeline, calls: readonly number[], names: Names): string {
  const nameOf = (call: number): string | undefined => timeline.session.calls[call]?.name;
  const first = calls[0] ?? 0;
  if (calls.length > 2 && calls.every((call) => nameOf(call) === nameOf(first))) {
    const last = names(calls.at(-1) ?? first);
    return `${names(first)}–${last.slice(last.indexOf('#'))}`;
  }
  return calls.map(names).join(', ');
}

function isNamed(name: string, reason: string): boolean {
  const at = reason.indexOf(name);
  return at >= 0 && !/^\d/.test(reason.slice(at + name.length));
}
