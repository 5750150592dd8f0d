import type { FieldInfo } from '../../capture/fields/field.ts';
import type { Arithmetic, Formula, FunctionName, Operand } from './ast.ts';
import { FilterError } from './error.ts';
import type { Expected } from './expected.ts';
import { constantOf, INTEGERS, TYPE_NAMES } from './literals.ts';
import type { Token } from './tokens.ts';
import { canAdd, comparable, isArithmetic, isConstant, notWhole, typed } from './typed.ts';

/** The functions of several values, and what each gives. */
export const FUNCTIONS: Readonly<Record<FunctionName, string>> = {
  max: 'the greatest of all values',
  min: 'the least of all values',
  abs: 'a number without its sign',
};

/** What a formula is read from: the parser of the whole filter. */
export interface Cursor {
  readonly token: Token;
  readonly after: Token;
  /** Where the token before ends. */
  readonly end: number;
  expected: Expected;
  take(): Token;
  isOperator(text: string): boolean;
  unexpected(hint: string): FilterError;
  isOperand(text: string): boolean;
  /** A field, or a function of one. A mask binds less than arithmetic does: it belongs to the field only where none stands around it. */
  operand(masked: boolean): Operand;
  /** Goes on with what follows the sign that a name begins with. */
  skipSign(): void;
}

interface Part {
  readonly of: Formula;
  /** What its values are. */
  readonly field: FieldInfo;
  readonly from: number;
}

/** Deep enough for people, and far from the end of the stack. */
const MAX_DEPTH = 100;
/** What is worked out of whole numbers may be negative, and greater than the fields that it comes from. */
const WHOLE: FieldInfo = { name: 'what is worked out', type: 'int32', about: '' };

const isFunction = (text: string): text is FunctionName => Object.hasOwn(FUNCTIONS, text);

/** Whether an operand that is more than a constant begins here. */
export function startsFormula(cursor: Cursor): boolean {
  const { token, after } = cursor;
  if (token.kind === 'operator') return token.text === '{' || token.text === '-';
  if (token.kind !== 'word') return false;
  if (cursor.isOperand(token.text) || isFunction(token.text)) return true;
  return isSigned(cursor) || (after.kind === 'operator' && (isArithmetic(after.text) || after.text === '&'));
}

/** Whether the token is a name with a minus in front, which the tokenizer takes for a part of it. */
function isSigned({ token, isOperand }: Cursor): boolean {
  const name = token.text.slice(1);
  return token.text.startsWith('-') && (isFunction(name) || isOperand(name));
}

/**
 * Parses what arithmetic and max(), min() and abs() make of fields and constants. From weak to strong, as in C: & then + -
 * then * / % then a sign; braces group. `known` is what constants are read as before a field has come, null: none may.
 */
export function parseFormula(cursor: Cursor, known: FieldInfo | null): Operand {
  const part = new FormulaParser(cursor, known).masks(true);
  if (part.of.kind === 'values') return part.of.operand;
  const { of: formula, field, from } = part;
  return { field, layer: null, slices: [], mask: null, change: null, formula, from, to: cursor.end };
}

class FormulaParser {
  private depth = 0;
  private known: FieldInfo | null;
  private readonly cursor: Cursor;

  constructor(cursor: Cursor, known: FieldInfo | null) {
    this.cursor = cursor;
    this.known = known;
  }

  masks(masked: boolean): Part {
    let left = this.sums(masked);
    while (this.cursor.isOperator('&')) left = this.joined(left, '&', () => this.sums(false));
    return left;
  }

  private sums(masked: boolean): Part {
    let left = this.products(masked);
    for (;;) {
      const { kind, text } = this.cursor.token;
      if (kind !== 'operator' || (text !== '+' && text !== '-')) return left;
      left = this.joined(left, text, () => this.products(false));
    }
  }

  private products(masked: boolean): Part {
    let left = this.signed(masked);
    for (;;) {
      const { kind, text } = this.cursor.token;
      if (kind !== 'operator' || (text !== '*' && text !== '/' && text !== '%')) return left;
      left = this.joined(left, text, () => this.signed(false));
    }
  }

  /** `left`, the operator that stands here, and what `parse` reads behind it. */
  private joined(left: Part, op: Arithmetic, parse: () => Part): Part {
    const sign = this.cursor.take();
    if (!canAdd(op, left.field.type)) throw notWhole(op, left.field, sign.from, sign.to);
    this.known ??= left.field;
    const right = parse();
    if (!canAdd(op, right.field.type)) throw notWhole(op, right.field, right.from, this.cursor.end);
    if (!comparable(left.field, right.field)) throw this.unlike(left.field, right);
    if ((op === '/' || op === '%') && right.of.kind === 'number' && right.of.value === 0)
      throw new FilterError('nothing is divided by 0', right.from, this.cursor.end);
    const field = INTEGERS.includes(left.field.type) ? WHOLE : left.field;
    return { of: { kind: 'sum', op, left: left.of, right: right.of }, field, from: left.from };
  }

  private unlike({ name }: FieldInfo, { field, from }: Part): FilterError {
    return new FilterError(`${name} and ${field.name} do not go together`, from, this.cursor.end);
  }

  private signed(masked: boolean): Part {
    const { cursor } = this;
    const { token } = cursor;
    if (!(token.kind === 'operator' && token.text === '-') && !(token.kind === 'word' && isSigned(cursor)))
      return this.primary(masked);
    if (token.kind === 'operator') cursor.take();
    else cursor.skipSign();
    const of = this.primary(false);
    if (!canAdd('-', of.field.type)) throw notWhole('-', of.field, of.from, cursor.end);
    const field = INTEGERS.includes(of.field.type) ? WHOLE : of.field;
    return { of: { kind: 'negative', of: of.of }, field, from: token.from };
  }

  private primary(masked: boolean): Part {
    const { cursor, known } = this;
    cursor.expected = known === null ? { kind: 'operand' } : { kind: 'value', field: known, inSet: false };
    if (++this.depth > MAX_DEPTH) throw cursor.unexpected(`arithmetic may stand ${MAX_DEPTH} deep`);
    try {
      const { token } = cursor;
      if (cursor.isOperator('{')) return this.group();
      if (token.kind === 'word' && isFunction(token.text)) return this.function(token.text);
      if (known !== null && !(token.kind === 'word' && cursor.isOperand(token.text)))
        return this.constant(known);
      const operand = cursor.operand(masked);
      this.known ??= typed(operand);
      return { of: { kind: 'values', operand }, field: typed(operand), from: operand.from };
    } finally {
      this.depth--;
    }
  }

  private group(): Part {
    const { cursor } = this;
    const opening = cursor.take();
    const part = this.masks(true);
    this.close('}', opening, 'this brace is not closed', false);
    // A field in braces is that field.
    return { ...part, from: opening.from };
  }

  private close(bracket: ')' | '}', opening: Token, message: string, takesMore: boolean): void {
    const { cursor } = this;
    cursor.expected = { kind: 'bracket', bracket, takesMore };
    if (cursor.token.kind === 'end') throw new FilterError(message, opening.from, opening.to, '', true);
    if (!cursor.isOperator(bracket)) throw cursor.unexpected(`${bracket} closes what is open`);
    cursor.take();
  }

  private function(name: FunctionName): Part {
    const { cursor } = this;
    const word = cursor.take();
    if (!cursor.isOperator('(')) throw cursor.unexpected(`${name}( is followed by fields or numbers`);
    cursor.take();
    const parts = [this.masks(true)];
    const [first] = parts;
    while (name !== 'abs' && cursor.isOperator(',')) {
      cursor.take();
      const part = this.masks(true);
      if (first !== undefined && !comparable(first.field, part.field)) throw this.unlike(first.field, part);
      parts.push(part);
    }
    const given = first?.field ?? WHOLE;
    this.close(')', word, `${name}() is closed by a parenthesis`, name !== 'abs');
    if (name === 'abs' && !canAdd('-', given.type)) {
      const what = `abs() is for numbers, and ${given.name} is ${TYPE_NAMES[given.type]}`;
      throw new FilterError(what, word.from, cursor.end);
    }
    const type = INTEGERS.includes(given.type) ? WHOLE.type : given.type;
    const field = { name: `${name}(${given.name})`, type, about: '' };
    return { of: { kind: 'function', name, of: parts.map(({ of }) => of) }, field, from: word.from };
  }

  private constant(known: FieldInfo): Part {
    const { cursor } = this;
    const { token } = cursor;
    const isWhole = INTEGERS.includes(known.type);
    const field: FieldInfo = isWhole ? { ...known, type: 'int32' } : known;
    if (token.kind === 'end' || token.kind === 'operator' || (isWhole && !isConstant(field, token)))
      throw cursor.unexpected('a number or a field stands here');
    const found = constantOf(field, cursor.take());
    if (found.kind === 'network') throw new FilterError('no network stands here', token.from, token.to);
    return { of: { kind: 'number', value: found.value }, field, from: token.from };
  }
}
