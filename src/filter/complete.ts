import type { FieldInfo } from '../../capture/fields/field.ts';
import { allFields, findField } from './catalog.ts';
import { CHANGES } from './changes.ts';
import type { Expected } from './expected.ts';
import { knownValues } from './known-values.ts';
import { TYPE_NAMES } from './literals.ts';
import { parse } from './parse.ts';
import { FUNCTIONS } from './parse-formula.ts';
import type { Subject } from './subject.ts';

export interface Completion {
  /** What is put in place of `from` … `to`. */
  readonly text: string;
  readonly kind: 'field' | 'operator' | 'value' | 'keyword';
  readonly about: string;
  readonly from: number;
  readonly to: number;
}

const OPERATORS: readonly (readonly [string, string])[] = [
  ['==', 'any value is equal'],
  ['!=', 'no value is equal'],
  ['<', 'less'],
  ['<=', 'less or equal'],
  ['>', 'greater'],
  ['>=', 'greater or equal'],
  ['in', 'one of a set: in {80, 443, 8000..8080}'],
];
const TEXT_OPERATORS: readonly (readonly [string, string])[] = [
  ['contains', 'these bytes or letters are in it'],
  ['matches', 'a regular expression fits, large or small letters'],
];
const JUNCTIONS: readonly (readonly [string, string])[] = [
  ['&&', 'both conditions'],
  ['||', 'one of the conditions'],
];
const PARTIAL = /[\p{L}\p{N}_.:\-/]*$/u;

/**
 * What may come at the cursor (an offset in the text), best first: fields that begin with, then fields that contain what
 * is typed; operators that the field before takes; values that the file has.
 */
export function completions(text: string, cursor: number, subject: Subject | null = null): Completion[] {
  const before = text.slice(0, cursor);
  const quote = openQuote(before);
  const typed = quote === null ? (PARTIAL.exec(before)?.[0] ?? '') : before.slice(quote);
  const from = cursor - typed.length;
  const expected = whatComes(before.slice(0, from), typed);
  if (expected === null) return [];
  const offered = offers(expected, subject);
  const wanted = typed.toLowerCase();
  const starts = offered.filter((each) => each.text.toLowerCase().startsWith(wanted));
  const inside = wanted === '' ? [] : offered.filter((each) => each.text.toLowerCase().indexOf(wanted) > 0);
  return [...starts, ...inside]
    .filter((each) => each.text !== typed)
    .map((each) => ({ ...each, from, to: cursor }));
}

/** Where a string begins that is still open; null when there is none. */
function openQuote(text: string): number | null {
  let open: number | null = null;
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) === '\\' && open !== null) at++;
    else if (text.charAt(at) === '"') open = open === null ? at : null;
  }
  return open;
}

/** What may stand behind `head`; null where `head` is wrong already. */
function whatComes(head: string, typed: string): Expected | null {
  const { error, expected } = parse(head, findField);
  // A field that is complete without a blank behind it may also be the start of a longer name.
  if (error !== null && !error.unfinished) return null;
  if (error === null && head.trim() === '') return { kind: 'operand' };
  if (typed !== '' && expected.kind === 'operator' && /\w$/.test(head)) return { kind: 'operand' };
  return expected;
}

type Offer = Pick<Completion, 'text' | 'kind' | 'about'>;

function offers(expected: Expected, subject: Subject | null): Offer[] {
  switch (expected.kind) {
    case 'operand':
      return [
        ...allFields().map(fieldOffer),
        ...[keyword('!', 'not'), keyword('(', 'group conditions')],
        ...Object.entries({ ...CHANGES, ...FUNCTIONS }).map(([name, about]) => keyword(`${name}(`, about)),
      ];
    case 'operator':
      return [...operatorsOf(expected.field), ...JUNCTIONS.map(([text, about]) => keyword(text, about))];
    case 'value':
      return knownValues(expected.field, subject).map(([text, about]) => ({ text, kind: 'value', about }));
    case 'set-start':
      return [keyword('{', 'a set of values')];
    case 'set-next':
      return [keyword(',', 'another value'), keyword('..', 'a range'), keyword('}', 'the end of the set')];
    case 'bracket':
      return [
        ...(expected.takesMore ? [keyword(',', 'another value')] : []),
        keyword(expected.bracket, 'the end of what is open'),
      ];
    case 'junction': {
      const joined = JUNCTIONS.map(([text, about]) => keyword(text, about));
      return expected.canClose ? [...joined, keyword(')', 'the end of the group')] : joined;
    }
    default:
      return expected satisfies never;
  }
}

function operatorsOf({ type }: FieldInfo): Offer[] {
  const isText =
    type === 'string' || type === 'bytes' || type === 'protocol' || type === 'ether' || type === 'ipv6';
  const pairs = isText ? [...OPERATORS, ...TEXT_OPERATORS] : OPERATORS;
  return pairs.map(([text, about]) => ({ text, kind: 'operator', about }));
}

function fieldOffer({ name, about, type }: FieldInfo): Offer {
  return { text: name, kind: 'field', about: `${about} – ${TYPE_NAMES[type]}` };
}

function keyword(text: string, about: string): Offer {
  return { text, kind: 'keyword', about };
}
