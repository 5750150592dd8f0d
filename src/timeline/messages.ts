import { duration, type Names, type Phrase } from '../words/parts.ts';
import { words } from '../words/words.ts';
import type { Reason } from './types.ts';

/** A reason or finding in the reader's language, about 100 characters. A kind without words stands for itself. */
export function messageOf(reason: Reason, names: Names): string {
  const { packets, calls, findings, untaken } = words();
  const tables: readonly Readonly<Record<string, Phrase>>[] = [packets, calls, findings];
  const phrase = tables.find((table) => Object.hasOwn(table, reason.kind))?.[reason.kind];
  if (phrase === undefined) return reason.kind;
  const { held, late, holder } = reason.params;
  const { heldOf, runsLater } = words().ladder;
  const byUser = held === undefined ? '' : heldOf(duration(Number(held)), String(holder));
  const byMachine = late === undefined ? '' : runsLater(duration(Number(late)));
  return phrase(reason, names) + untaken(reason) + byMachine + byUser;
}

/** All kinds that have words. */
export function wordedKinds(): readonly string[] {
  const { packets, calls, findings } = words();
  return [packets, calls, findings].flatMap((table) => Object.keys(table));
}
