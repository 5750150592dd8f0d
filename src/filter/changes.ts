import type { FieldType } from '../../capture/fields/field.ts';
import type { Change } from './ast.ts';
import { FilterError } from './error.ts';
import { BYTES, INTEGERS, TYPE_NAMES } from './literals.ts';

/** The functions of a field, and what each gives. */
export const CHANGES: Readonly<Record<Change, string>> = {
  len: 'its length in bytes or letters',
  count: 'how many values it has',
  lower: 'its text in small letters',
  upper: 'its text in capitals',
  string: 'a number, decimal, or an address as text',
};

/** What string() makes text of, besides whole numbers. */
const ADDRESSES: readonly FieldType[] = ['ipv4', 'ipv6', 'ether'];

export function isChange(text: string): text is Change {
  return Object.hasOwn(CHANGES, text);
}

/** Refuses a function that means nothing for the field's type. */
export function checkChange(change: Change, field: string, type: FieldType, from: number, to: number): void {
  const isFor = meansFor(change, type);
  if (isFor !== null)
    throw new FilterError(`${change}() is for ${isFor}, and ${field} is ${TYPE_NAMES[type]}`, from, to);
}

/** What a function is for, where that is not this type. */
function meansFor(change: Change, type: FieldType): string | null {
  switch (change) {
    case 'count':
      return null;
    case 'lower':
    case 'upper':
      return type === 'string' ? null : 'text';
    case 'len':
      return type === 'string' || type === 'ipv4' || BYTES.includes(type) ? null : 'text and bytes';
    case 'string':
      return (type !== 'bool' && INTEGERS.includes(type)) || ADDRESSES.includes(type)
        ? null
        : 'numbers and addresses';
    default:
      return change satisfies never;
  }
}
