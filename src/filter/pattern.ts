import { FilterError } from './error.ts';
import type { Token } from './tokens.ts';

/**
 * The pattern of `matches`: not case sensitive, as in Wireshark, and over bytes as Latin-1. The syntax is JavaScript's,
 * with (?i) and (?-i) at the start.
 */
export function patternOf(token: Token): RegExp {
  const mode = /^\(\?(-?)i\)/.exec(token.text);
  const source = mode === null ? token.text : token.text.slice(mode[0].length);
  try {
    return new RegExp(source, mode?.[1] === '-' ? 's' : 'si');
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : '';
    throw new FilterError(`the pattern cannot be used: ${why}`, token.from, token.to);
  }
}
