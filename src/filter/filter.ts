import { analysisInSteps } from '../diagnosis/analysis.ts';
import { ANALYSIS_FIELDS } from './analysis-fields.ts';
import type { FilterNode } from './ast.ts';
import { findField } from './catalog.ts';
import { type CompiledFilter, compileNode } from './compile.ts';
import type { FilterError } from './error.ts';
import { operandsOf } from './operands.ts';
import { parse } from './parse.ts';
import type { Subject } from './subject.ts';

/** Something in a filter that is right and may still not be what is meant. */
export interface FilterHint {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** A filter that can be used, whatever it is used on. */
export interface Filter {
  readonly text: string;
  /** Null for an empty text, which lets everything pass. */
  readonly node: FilterNode | null;
  readonly hints: readonly FilterHint[];
}

export type FilterResult =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly error: FilterError };

/** Reads a filter in the language of Wireshark's display filters, with the fields of calls beside those of packets. */
export function parseFilter(text: string): FilterResult {
  const { node, error } = parse(text, findField);
  if (error !== null) return { ok: false, error };
  return { ok: true, filter: { text, node, hints: node === null ? [] : [...hintsOf(node)] } };
}

/** Makes a filter ready for a capture or session. */
export function compileFilter(filter: Filter, subject: Subject): CompiledFilter {
  return compileNode(filter.node, subject);
}

/**
 * Makes in steps what a field of the filter needs all packets for: that of millions takes seconds, which the first question
 * to the compiled filter would else take at once.
 */
export function* prepareFilter({ node }: Filter, { capture }: Subject): Generator<void, void> {
  if (node === null) return;
  for (const { field } of operandsOf(node))
    if (ANALYSIS_FIELDS.has(field.name)) {
      yield* analysisInSteps(capture);
      return;
    }
}

/** `tcp.flags.syn` alone asks whether there is such a bit, as in Wireshark: every segment has it. */
function* hintsOf(node: FilterNode): Generator<FilterHint> {
  switch (node.kind) {
    case 'and':
    case 'or':
      yield* hintsOf(node.left);
      yield* hintsOf(node.right);
      return;
    case 'not':
      yield* hintsOf(node.of);
      return;
    case 'present': {
      const { field, from, to } = node.operand;
      // Marks are there only where they hold: alone they ask what is meant.
      if (field.type !== 'bool' || /^tcp\.(connection|analysis)\b/.test(field.name)) return;
      yield {
        from,
        to,
        message: `${field.name} alone asks whether the bit is there, not whether it is set: write ${field.name} == 1`,
      };
    }
  }
}
