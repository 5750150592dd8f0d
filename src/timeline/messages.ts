import { duration, type Names, type Say } from '../words/parts.ts';
import { words } from '../words/words.ts';
import type { Reason } from './types.ts';

/** A reason or finding in the reader's language, about 100 characters. A kind without words stands for itself. */
export function messageOf(reason: Reason, names: Names): string {
  const { packets, calls, findings } = words();
  const tables: readonly Readonly<Record<string, Say>>[] = [packets, calls, findings];
  const say = tables.find((table) => Object.hasOwn(table, reason.kind))?.[reason.kind];
  if (say === undefined) return reason.kind;
  const held = Number(reason.params.held ?? 0);
  const told = say(reason, names);
  return held === 0 ? told : told + words().ladder.heldOf(duration(held), String(reason.params.holder));
}

/** All kinds that have words. */
export function wordedKinds(): readonly string[] {
  const { packets, calls, findings } = words();
  return [packets, calls, findings].flatMap((table) => Object.keys(table));
}
