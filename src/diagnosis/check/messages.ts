import { messageOf } from '../../timeline/messages.ts';
import type { Ends } from '../../words/issue-parts.ts';
import type { Names } from '../../words/parts.ts';
import { words } from '../../words/words.ts';
import type { Issue, Told } from './report.ts';

/** The ends of an issue's conversation: with the role in front where it is known. */
function endNames({ ends, roles }: Pick<Issue, 'ends' | 'roles'>): Ends {
  const named = (role: string | null | undefined, address: string): string =>
    role === null || role === undefined ? address : `${role} (${address})`;
  return { a: named(roles?.a, ends.a), b: named(roles?.b, ends.b) };
}

/** One issue in the reader's language; where only the calls tell of it, what they say. */
export function issueText(issue: Issue): string {
  const text = words().issues[issue.kind].say(issue, endNames(issue));
  const [first] = issue.told ?? [];
  return text === '' && first !== undefined ? toldText(first) : text;
}

/** What the calls say of an issue: our own words for some kinds, for all else those of the time line. */
export function toldText(told: Told): string {
  const own: Readonly<Record<string, (told: Told) => string>> = words().told;
  const phrase = Object.hasOwn(own, told.kind) ? own[told.kind] : undefined;
  if (phrase !== undefined) return phrase(told);
  const names: Names = {
    call: (index) => told.calls[index]?.name ?? '',
    packet: (index) => words().report.packet(told.frames[index] ?? 0),
  };
  const calls = told.calls.map((_, index) => index);
  const packets = told.frames.map((_, index) => index);
  return messageOf({ kind: told.kind, params: told.params, calls, packets }, names);
}
