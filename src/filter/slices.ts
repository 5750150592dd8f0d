import type { FieldInfo } from '../../capture/fields/field.ts';
import type { Slice } from './ast.ts';
import { FilterError } from './error.ts';
import { BYTES, TYPE_NAMES } from './literals.ts';
import type { Token } from './tokens.ts';

/** `[i]`, `[i:length]`, `[i-j]` (both ends belong to it), `[i:]`, `[:length]`, several with commas between. */
export function slicesOf(token: Token, field: FieldInfo): Slice[] {
  if (field.type !== 'string' && field.type !== 'ipv4' && !BYTES.includes(field.type)) {
    throw new FilterError(
      `${field.name} is ${TYPE_NAMES[field.type]}; slices are of bytes`,
      token.from,
      token.to,
    );
  }
  return token.text.split(',').map((part) => {
    const match = /^\s*(-?\d+)?\s*(?:(:)\s*(\d+)?|(-)\s*(\d+))?\s*$/.exec(part);
    const [, first, colon, length, dash, last] = match ?? [];
    if (match === null || (first === undefined && colon === undefined))
      throw new FilterError('a slice is [start], [start:length] or [first-last]', token.from, token.to);
    const start = Number(first ?? 0);
    if (dash !== undefined) return { start, length: Math.max(0, Number(last) - start + 1) };
    if (colon === undefined) return { start, length: 1 };
    return { start, length: length === undefined ? null : Number(length) };
  });
}
