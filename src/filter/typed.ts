import type { FieldInfo, FieldType } from '../../capture/fields/field.ts';
import type { Arithmetic, Comparison, Operand, Quantity } from './ast.ts';
import { FilterError } from './error.ts';
import { BYTES, constantOf, INTEGERS, parseNumber, TYPE_NAMES } from './literals.ts';
import { fieldSuggestion } from './near-fields.ts';
import type { Token } from './tokens.ts';

/** What each comparison means, and how many values must agree. */
export const COMPARISONS: Readonly<Record<string, readonly [Comparison, Quantity]>> = {
  '==': ['==', 'any'],
  '===': ['==', 'all'],
  '!=': ['!=', 'all'],
  '!==': ['!=', 'any'],
  '<': ['<', 'any'],
  '<=': ['<=', 'any'],
  '>': ['>', 'any'],
  '>=': ['>=', 'any'],
};

/** What an operand gives: a slice gives bytes, a length a number. */
export function typed({ field, slices, change }: Operand): FieldInfo {
  if (change === 'len' || change === 'count')
    return { name: `${change}(${field.name})`, type: 'uint32', about: '' };
  if (change === 'string') return { name: `string(${field.name})`, type: 'string', about: '' };
  return slices.length === 0 ? field : { name: field.name, type: 'bytes', about: field.about };
}

export function isArithmetic(text: string): text is Exclude<Arithmetic, '&'> {
  return text === '+' || text === '-' || text === '*' || text === '/' || text === '%';
}

/** What can be added and subtracted besides whole numbers. */
const ADDED: readonly FieldType[] = ['duration', 'time', 'double'];

/** Whether arithmetic is for values of a type. */
export function canAdd(op: Arithmetic, type: FieldType): boolean {
  return (type !== 'bool' && INTEGERS.includes(type)) || ((op === '+' || op === '-') && ADDED.includes(type));
}

export function comparable(left: FieldInfo, right: FieldInfo): boolean {
  const inBoth = (types: readonly FieldType[]): boolean =>
    types.includes(left.type) && types.includes(right.type);
  return left.type === right.type || inBoth(INTEGERS) || inBoth(BYTES);
}

export function isConstant(field: FieldInfo, token: Token): boolean {
  try {
    constantOf(field, token);
    return true;
  } catch {
    return false;
  }
}

export function notWhole(op: string, { name, type }: FieldInfo, from: number, to: number): FilterError {
  const what = op === '+' || op === '-' ? 'numbers and times' : 'whole numbers';
  return new FilterError(`${op} is for ${what}, and ${name} is ${TYPE_NAMES[type]}`, from, to);
}

export function noField(token: Token): FilterError {
  const isNumber = parseNumber(token.text) !== null || /^[\d:]/.test(token.text);
  const hint = isNumber
    ? 'a condition starts with a field; the value comes behind the operator'
    : nearest(token.text);
  return new FilterError(`${token.text} is no field`, token.from, token.to, hint);
}

function nearest(text: string): string {
  const near = fieldSuggestion(text);
  if (near !== null) return near;
  return text.includes('.')
    ? 'sockscope packets --fields lists the fields'
    : 'text stands in quotes; fields look like tcp.port';
}
