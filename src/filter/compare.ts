import type { FieldValue } from '../../capture/fields/field.ts';
import type { Comparison, Constant } from './ast.ts';

/** Whether one value passes. */
export type TestValue = (value: FieldValue) => boolean;

/** The order of two values of one kind: negative, 0, positive; NaN for values that cannot be compared. */
export function order(a: FieldValue, b: FieldValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' || typeof b === 'string') {
    if (typeof a !== typeof b) return Number.NaN;
    return a === b ? 0 : a < b ? -1 : 1;
  }
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return Number.NaN;
    // As Wireshark has it, the longer one is greater whatever is in it.
    return a.length - b.length || Buffer.compare(a, b);
  }
  return a === b || BigInt(a) === BigInt(b) ? 0 : a < b ? -1 : 1;
}

/** Whether an order is what a comparison asks for; NaN never is, but for `!=`. */
export function holds(op: Comparison, difference: number): boolean {
  switch (op) {
    case '==':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
    default:
      return op satisfies never;
  }
}

/** A test against a constant; an address with a prefix is compared by its first bits. */
export function testOf(op: Comparison, constant: Constant): TestValue {
  if (constant.kind === 'network') {
    const { value: network, prefix } = constant;
    const start = prefixOf(network, prefix);
    return (value) => holds(op, order(prefixOf(value, prefix), start));
  }
  const wanted = constant.value;
  if (typeof wanted === 'number') return numberTest(op, wanted);
  return (value) => holds(op, order(value, wanted));
}

/** Numbers are most of what is compared: one closure for each operator, without a call for the order. */
function numberTest(op: Comparison, wanted: number): TestValue {
  switch (op) {
    case '==':
      return (value) => value === wanted;
    case '!=':
      return (value) => value !== wanted;
    case '<':
      return (value) => typeof value === 'number' && value < wanted;
    case '<=':
      return (value) => typeof value === 'number' && value <= wanted;
    case '>':
      return (value) => typeof value === 'number' && value > wanted;
    case '>=':
      return (value) => typeof value === 'number' && value >= wanted;
    default:
      return op satisfies never;
  }
}

/** An address with all but its first bits cleared. */
function prefixOf(value: FieldValue, prefix: number): FieldValue {
  if (typeof value === 'number') return prefix === 0 ? 0 : (value & (-1 << (32 - prefix))) >>> 0;
  if (!(value instanceof Uint8Array)) return value;
  const bytes = Uint8Array.from(value);
  for (let at = 0; at < bytes.length; at++) {
    const kept = Math.max(0, Math.min(8, prefix - at * 8));
    bytes[at] = (bytes[at] ?? 0) & (0xff00 >> kept);
  }
  return bytes;
}
