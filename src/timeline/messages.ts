import type { Names } from './message-parts.ts';
import { CALL_WORDS } from './messages-calls.ts';
import { FINDING_WORDS } from './messages-findings.ts';
import { PACKET_WORDS } from './messages-packets.ts';
import type { Reason } from './types.ts';

export type { Names } from './message-parts.ts';

/** A reason or finding in words of this language, about 100 characters at most. A kind without words stands for itself. */
export function messageOf(reason: Reason, names: Names): string {
  const say = PACKET_WORDS[reason.kind] ?? CALL_WORDS[reason.kind] ?? FINDING_WORDS[reason.kind];
  return say === undefined ? reason.kind : say(reason, names);
}

/** All kinds that have words. */
export const WORDED_KINDS: readonly string[] = [PACKET_WORDS, CALL_WORDS, FINDING_WORDS].flatMap(Object.keys);
