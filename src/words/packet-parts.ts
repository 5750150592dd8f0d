import type { Reason } from '../timeline/types.ts';
import { call, type Names, number, text, waited } from './parts.ts';

/** What the reasons of packets say alike in every language, or read alike from a reason's parameters. */

/** 'bytes 0–99' counts as the stream does, the last one included. */
export function bytes(reason: Reason): string {
  const from = number(reason, 'from');
  const to = number(reason, 'to');
  return to - from === 1 ? `byte ${from}` : `bytes ${from}–${to - 1}`;
}

/** What a segment holds: its bytes, or the FIN alone. */
export function held(reason: Reason): string {
  return number(reason, 'to') > number(reason, 'from') ? bytes(reason) : 'FIN';
}

/** How long it had waited, behind `word`; empty where that is not known. */
export function later(reason: Reason, word: string): string {
  return number(reason, 'ms') > 0 ? `${word}${waited(reason)}` : '';
}

/** The words for the parameter `why`; those for `unknown` where there are none. */
export function byWhy(reason: Reason, table: Readonly<Record<string, string> & { unknown: string }>): string {
  return table[text(reason, 'why')] ?? table.unknown;
}

/** The ending that the parameter `detail` counts to, with its {call} and {errno} filled in. */
export function ending(reason: Reason, names: Names, endings: readonly string[]): string {
  return (endings[number(reason, 'detail')] ?? '')
    .replace('{call}', call(reason, names))
    .replace('{errno}', text(reason, 'errno'));
}

/**
 * What an ICMP destination unreachable says (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1; RFC 4443 §3.1), from a table
 * by version and code: '4:3'. undefined for other types, and codes that the table lacks.
 */
export function icmpSaid(reason: Reason, table: Readonly<Record<string, string>>): string | undefined {
  const version = number(reason, 'version');
  const isUnreachable = number(reason, 'type') === (version === 6 ? 1 : 3);
  return isUnreachable ? table[`${version}:${number(reason, 'code')}`] : undefined;
}
