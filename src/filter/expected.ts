import type { FieldInfo } from '../../capture/fields/field.ts';

/** What may come where the text of a filter ends: for completion. */
export type Expected =
  | { readonly kind: 'operand' }
  /** After a field: an operator, or, since the field alone is a filter, a junction. */
  | { readonly kind: 'operator'; readonly field: FieldInfo }
  | { readonly kind: 'value'; readonly field: FieldInfo; readonly inSet: boolean }
  | { readonly kind: 'set-start' }
  | { readonly kind: 'set-next' }
  /** After what stands in a bracket: its end, or, where it takes more, a comma. */
  | { readonly kind: 'bracket'; readonly bracket: ')' | '}'; readonly takesMore: boolean }
  | { readonly kind: 'junction'; readonly canClose: boolean };
