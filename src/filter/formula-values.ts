import type { FieldValue } from '../../capture/fields/field.ts';
import type { Arithmetic, Formula, Operand } from './ast.ts';
import { order } from './compare.ts';
import type { ReadValues } from './values.ts';

/** Past these a result has no place in the 32 bits that Wireshark works with, and there is none. */
const LEAST = -0x7fff_ffff;
const MOST = 0xffff_ffff;

/** How what a formula gives is read; `read` says how its operands are. Of several values on both sides each goes with each. */
export function formulaReader(formula: Formula, read: (operand: Operand) => ReadValues): ReadValues {
  switch (formula.kind) {
    case 'number':
      return (_kind, _index, out) => {
        out.push(formula.value);
      };
    case 'values':
      return read(formula.operand);
    case 'negative':
      return mapped(formulaReader(formula.of, read), (value) =>
        typeof value === 'bigint' ? -value : -Number(value),
      );
    case 'sum':
      return joined(formula.op, formulaReader(formula.left, read), formulaReader(formula.right, read));
    case 'function': {
      const parts = formula.of.map((part) => formulaReader(part, read));
      if (formula.name === 'abs') return mapped((...row) => parts[0]?.(...row), absolute);
      return extreme(parts, formula.name === 'max' ? 1 : -1);
    }
    default:
      return formula satisfies never;
  }
}

function mapped(read: ReadValues, change: (value: FieldValue) => FieldValue): ReadValues {
  return (kind, index, out) => {
    const from = out.length;
    read(kind, index, out);
    for (let at = from; at < out.length; at++) out[at] = change(out[at] ?? 0);
  };
}

const NS_PER_SECOND = 1_000_000_000n;

function absolute(value: FieldValue): FieldValue {
  // Found by trying tshark: a time of less than a second keeps its sign.
  if (typeof value === 'bigint') return value <= -NS_PER_SECOND ? -value : value;
  return Math.abs(Number(value));
}

function joined(op: Arithmetic, left: ReadValues, right: ReadValues): ReadValues {
  return (kind, index, out) => {
    const lefts: FieldValue[] = [];
    const rights: FieldValue[] = [];
    left(kind, index, lefts);
    right(kind, index, rights);
    for (const a of lefts) {
      for (const b of rights) {
        const value = calculated(op, a, b);
        if (value !== null) out.push(value);
      }
    }
  };
}

function extreme(parts: readonly ReadValues[], sign: number): ReadValues {
  return (kind, index, out) => {
    const values: FieldValue[] = [];
    for (const read of parts) read(kind, index, values);
    let [best] = values;
    for (const value of values) if (best !== undefined && order(value, best) * sign > 0) best = value;
    if (best !== undefined) out.push(best);
  };
}

/** One step with two values; null where it divides by 0 or does not fit. Times are added only. */
function calculated(op: Arithmetic, a: FieldValue, b: FieldValue): FieldValue | null {
  if (typeof a === 'bigint' && typeof b === 'bigint' && (op === '+' || op === '-'))
    return op === '+' ? a + b : a - b;
  const value = withNumbers(op, Number(a), Number(b));
  return value === null || value > MOST || value < LEAST ? null : value;
}

/** Whole numbers stay whole, as in C. */
function withNumbers(op: Arithmetic, a: number, b: number): number | null {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? null : Math.trunc(a / b);
    case '%':
      return b === 0 ? null : a % b;
    case '&':
      return (a & b) >>> 0;
    default:
      return op satisfies never;
  }
}
