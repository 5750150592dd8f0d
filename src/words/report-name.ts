import { words } from './words.ts';

/** Names that hold a number or another name: 'answer 2', 'file 1 bytes', 'poll: sockets open', 'who at 127.0.0.2'. */
const PARTED =
  /^(?:(?<head>[^:]+): )?(?<before>answer|address|file|typed|sendto of|who at|name of|text|image|first|second)?(?<middle>.*?)(?<after>bytes|calls|cut|granted|needs)?$/;

/** What a role's report is called in the reader's language; a name that we do not know stays as it is. */
export function reportName(name: string): string {
  const known: Readonly<Record<string, string>> = words().reports.names;
  const told = (part: string): string => (Object.hasOwn(known, part) ? (known[part] ?? part) : part);
  if (Object.hasOwn(known, name)) return told(name);
  const { head, before = '', middle = '', after = '' } = PARTED.exec(name)?.groups ?? {};
  if (head !== undefined) return `${head}: ${told(name.slice(head.length + 2))}`;
  // Only whole words are parts.
  if (before !== '' && middle !== '' && !middle.startsWith(' ')) return name;
  if (after !== '' && middle !== '' && !middle.endsWith(' ')) return name;
  return `${told(before)}${middle}${told(after)}`;
}
