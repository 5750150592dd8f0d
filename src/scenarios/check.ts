import type { Text } from '../words/text.ts';
import type { CallSeen, Evidence, PacketSeen } from './evidence.ts';

/** One sentence of "what to look for", and how to tell from a run whether it is so. */
export interface Check {
  /** A whole sentence, true when the check holds. */
  readonly text: Text;
  /** In steps (a generator that yields) where it goes through all calls or packets of a long run. */
  test(run: Evidence): Verdict | Generator<void, Verdict>;
}

/**
 * holds: null where it cannot be told (a capture filter, drops, a side that did not run here).
 * calls (indices of session.calls) and packets (rows of the columns): what proves it, or what contradicts it.
 */
export interface Verdict {
  readonly holds: boolean | null;
  readonly calls: readonly number[];
  readonly packets: readonly number[];
  /** What was found, in the run's own numbers: always good to have where a check fails. */
  readonly note?: Text;
}

/** Calls and packets that prove something: single ones, lists, or nothing. */
export type Proof = CallSeen | PacketSeen | readonly (CallSeen | PacketSeen)[] | null | undefined;

/** It is so, and these prove it. */
export function holds(...proof: readonly Proof[]): Verdict {
  return { holds: true, ...rowsOf(proof) };
}

/** The same, with what was found in words. */
export function holdsWith(note: Text, ...proof: readonly Proof[]): Verdict {
  return { ...holds(...proof), note };
}

/** It is not so: what was found instead, and the rows that contradict it. */
export function fails(note: Text, ...proof: readonly Proof[]): Verdict {
  return { holds: false, ...rowsOf(proof), note };
}

/** It cannot be told, and why not. */
export function untold(note: Text, ...proof: readonly Proof[]): Verdict {
  return { holds: null, ...rowsOf(proof), note };
}

/** `condition` decides; null where it cannot be told. The note says what was found, whatever it proves. */
export function decide(condition: boolean | null, note: Text, ...proof: readonly Proof[]): Verdict {
  return { holds: condition, ...rowsOf(proof), note };
}

/** What nothing happened of holds of all of it, and says nothing: where there are no `subjects` it cannot be told. */
export function judging(subjects: readonly unknown[], judge: () => Verdict): Verdict {
  return subjects.length === 0 ? untold(NOTHING_HAPPENED) : judge();
}

const NOTHING_HAPPENED: Text = {
  en: 'nothing of the kind happened',
  es: 'no ocurrió nada de eso',
  ca: 'no va passar res d’això',
};

/** Whoever wants to see more than this looks at the ladder. */
export const ROWS_SHOWN = 50;

/** The indices of what proves something, the first fifty of each. */
export function rowsOf(proof: readonly Proof[]): Pick<Verdict, 'calls' | 'packets'> {
  const calls = new Set<number>();
  const packets = new Set<number>();
  for (const item of proof) {
    for (const seen of toList(item)) {
      const rows = seen.kind === 'call' ? calls : packets;
      if (rows.size < ROWS_SHOWN) rows.add(seen.index);
    }
  }
  return { calls: [...calls], packets: [...packets] };
}

function toList(proof: Proof): readonly (CallSeen | PacketSeen)[] {
  if (proof === null || proof === undefined) return [];
  return 'kind' in proof ? [proof] : proof;
}
