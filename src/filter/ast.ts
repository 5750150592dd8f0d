import type { FieldInfo, FieldValue } from '../../capture/fields/field.ts';

/** A place in the text of a filter: offsets of characters, `to` is exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** How many of a field's values must agree. Wireshark: `==` and the like any of them, `!=` all. */
export type Quantity = 'any' | 'all';

/** Bytes `from` … `from + length` of a value; a negative start counts from the end; a length of null goes to the end. */
export interface Slice {
  readonly start: number;
  readonly length: number | null;
}

export type Change = 'len' | 'count' | 'lower' | 'upper' | 'string';

/** A field as it stands in a filter, with what is done to its values. */
export interface Operand extends Span {
  readonly field: FieldInfo;
  /** Only the values of the n-th header of that kind, from 1; negative counts from the innermost. */
  readonly layer: number | null;
  readonly slices: readonly Slice[];
  /** Bitwise and: of numbers, or of bytes, byte by byte. */
  readonly mask: bigint | Uint8Array | null;
  readonly change: Change | null;
  /** What is worked out; then the field says only what comes of it. */
  readonly formula?: Formula;
}

export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '&';
export type FunctionName = 'max' | 'min' | 'abs';

/** What is worked out of fields and constants. */
export type Formula =
  | { readonly kind: 'number'; readonly value: FieldValue }
  | { readonly kind: 'values'; readonly operand: Operand }
  | { readonly kind: 'negative'; readonly of: Formula }
  | { readonly kind: 'sum'; readonly op: Arithmetic; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'function'; readonly name: FunctionName; readonly of: readonly Formula[] };

/** What an operand is compared with. */
export type Constant =
  | { readonly kind: 'value'; readonly value: FieldValue }
  /** An address and its prefix, in bits. */
  | { readonly kind: 'network'; readonly value: number | Uint8Array; readonly prefix: number };

export interface Range {
  readonly low: Constant;
  readonly high: Constant;
}

export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly left: FilterNode; readonly right: FilterNode }
  | { readonly kind: 'not'; readonly of: FilterNode }
  | { readonly kind: 'present'; readonly operand: Operand }
  | {
      readonly kind: 'compare';
      readonly op: Comparison;
      readonly quantity: Quantity;
      readonly left: Operand;
      readonly right: Constant | Operand;
    }
  | {
      readonly kind: 'in';
      readonly quantity: Quantity;
      readonly left: Operand;
      readonly set: readonly (Constant | Range)[];
    }
  | {
      readonly kind: 'contains';
      readonly quantity: Quantity;
      readonly left: Operand;
      readonly right: Constant;
    }
  | {
      readonly kind: 'matches';
      readonly quantity: Quantity;
      readonly left: Operand;
      readonly pattern: RegExp;
    };
