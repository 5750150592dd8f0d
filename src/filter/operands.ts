import type { FilterNode, Formula, Operand } from './ast.ts';

/** The operands of a filter, those that something is worked out of too: all fields that it asks for. */
export function* operandsOf(node: FilterNode): Generator<Operand> {
  switch (node.kind) {
    case 'and':
    case 'or':
      yield* operandsOf(node.left);
      yield* operandsOf(node.right);
      return;
    case 'not':
      yield* operandsOf(node.of);
      return;
    case 'present':
      yield* within(node.operand);
      return;
    case 'compare':
      yield* within(node.left);
      if ('field' in node.right) yield* within(node.right);
      return;
    default:
      yield* within(node.left);
  }
}

/** What an operand is worked out of; of a formula's own field only the name is made up. */
function* within(operand: Operand): Generator<Operand> {
  if (operand.formula === undefined) yield operand;
  else yield* ofFormula(operand.formula);
}

function* ofFormula(formula: Formula): Generator<Operand> {
  switch (formula.kind) {
    case 'number':
      return;
    case 'values':
      yield* within(formula.operand);
      return;
    case 'negative':
      yield* ofFormula(formula.of);
      return;
    case 'sum':
      yield* ofFormula(formula.left);
      yield* ofFormula(formula.right);
      return;
    case 'function':
      for (const part of formula.of) yield* ofFormula(part);
      return;
    default:
      formula satisfies never;
  }
}
