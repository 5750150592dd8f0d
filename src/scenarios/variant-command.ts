import type { Scenario, Variant } from './scenario.ts';

/** What no POSIX shell takes for more than itself, wherever it stands in a word; zsh(1) reads = and ~ only at its beginning. */
const PLAIN = /^[\p{L}\p{N}_.,:/@%+-][\p{L}\p{N}_.,:/@%+=-]*$/u;

/** A word as it is typed in a shell (POSIX XCU section 2.2.2): in single quotes where a letter of it might mean something there. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The command line that runs a scenario in this way, to be pasted into a shell as it is. */
export function variantCommand({ id }: Pick<Scenario, 'id'>, { options }: Pick<Variant, 'options'>): string {
  const words = options.split(' ').filter((word) => word !== '');
  return ['sockscope', 'run', id, ...words].map(shellWord).join(' ');
}
