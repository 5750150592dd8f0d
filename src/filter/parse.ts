import type { FieldInfo } from '../../capture/fields/field.ts';
import type { Change, Comparison, Constant, FilterNode, Operand, Quantity, Range, Slice } from './ast.ts';
import { checkChange, isChange } from './changes.ts';
import { FilterError } from './error.ts';
import type { Expected } from './expected.ts';
import { BYTES, bytesOf, constantOf, INTEGERS, parseNumber, TYPE_NAMES } from './literals.ts';
import { type Cursor, parseFormula, startsFormula } from './parse-formula.ts';
import { patternOf } from './pattern.ts';
import { slicesOf } from './slices.ts';
import { type Token, tokenize } from './tokens.ts';
import { COMPARISONS, comparable, isArithmetic, isConstant, noField, notWhole, typed } from './typed.ts';

/** Which fields there are. */
export type FindField = (name: string) => FieldInfo | undefined;

export interface Parsed {
  /** Null for an empty text, which lets everything pass. */
  readonly node: FilterNode | null;
  readonly error: FilterError | null;
  readonly expected: Expected;
}

/** Deep enough for people, and far from the end of the stack. */
const MAX_DEPTH = 200;
const NUMBER: FieldInfo = { name: 'a number', type: 'uint64', about: '' };

/** Parses a filter. What is wrong with it, the first thing from the left, is in `error`. */
export function parse(text: string, find: FindField): Parsed {
  const parser = new Parser(text, find);
  try {
    return { node: parser.whole(), error: null, expected: parser.expected };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { node: null, error, expected: parser.expected };
  }
}

class Parser implements Cursor {
  expected: Expected = { kind: 'operand' };
  private tokens: readonly Token[] = [];
  private at = 0;
  private depth = 0;
  private open = 0;
  private readonly text: string;
  private readonly find: FindField;

  constructor(text: string, find: FindField) {
    this.text = text;
    this.find = find;
  }

  whole(): FilterNode | null {
    this.tokens = tokenize(this.text);
    if (this.isEnd()) return null;
    const node = this.or();
    if (!this.isEnd()) throw this.unexpected('&& or || joins conditions');
    return node;
  }

  get token(): Token {
    return this.tokenAt(this.at);
  }

  get after(): Token {
    return this.tokenAt(this.at + 1);
  }

  get end(): number {
    return this.tokens[this.at - 1]?.to ?? 0;
  }

  private tokenAt(index: number): Token {
    return this.tokens[index] ?? { kind: 'end', text: '', from: this.text.length, to: this.text.length };
  }

  private isEnd(): boolean {
    return this.token.kind === 'end';
  }

  take(): Token {
    const { token } = this;
    this.at++;
    return token;
  }

  isOperator(text: string): boolean {
    return this.token.kind === 'operator' && this.token.text === text;
  }

  unexpected(hint: string): FilterError {
    const { kind, text, from, to } = this.token;
    const what =
      kind === 'end' ? 'the filter ends too early' : `${JSON.stringify(text)} was not expected here`;
    return new FilterError(what, from, to, hint, kind === 'end');
  }

  private or(): FilterNode {
    let left = this.and();
    while (this.isOperator('||')) {
      this.take();
      left = { kind: 'or', left, right: this.and() };
    }
    return left;
  }

  private and(): FilterNode {
    let left = this.not();
    while (this.isOperator('&&')) {
      this.take();
      left = { kind: 'and', left, right: this.not() };
    }
    return left;
  }

  private not(): FilterNode {
    this.expected = { kind: 'operand' };
    if (++this.depth > MAX_DEPTH) throw this.unexpected(`conditions may stand ${MAX_DEPTH} deep`);
    try {
      if (this.isOperator('!')) {
        this.take();
        return { kind: 'not', of: this.not() };
      }
      return this.isOperator('(') ? this.group() : this.test();
    } finally {
      this.depth--;
    }
  }

  private group(): FilterNode {
    const opening = this.take();
    this.open++;
    const node = this.or();
    if (!this.isOperator(')')) {
      if (this.token.kind === 'end')
        throw new FilterError('this parenthesis is not closed', opening.from, opening.to, '', true);
      throw this.unexpected('&& or || joins conditions');
    }
    this.take();
    this.open--;
    this.junction();
    return node;
  }

  private junction(): void {
    this.expected = { kind: 'junction', canClose: this.open > 0 };
  }

  private test(): FilterNode {
    const quantity = this.quantity();
    const left = parseFormula(this, null);
    this.expected = { kind: 'operator', field: typed(left) };
    const { token } = this;
    if (token.kind !== 'operator') return this.present(left, quantity);
    const comparison = COMPARISONS[token.text];
    if (comparison !== undefined) return this.comparison(left, comparison, quantity);
    switch (token.text) {
      case 'contains':
        return this.contains(left, quantity ?? 'any');
      case 'matches':
        return this.matches(left, quantity ?? 'any');
      case 'in':
        this.take();
        return this.membership(left, quantity ?? 'any');
      case '!':
        if (this.tokens[this.at + 1]?.text !== 'in') break;
        this.at += 2;
        return { kind: 'not', of: this.membership(left, quantity ?? 'any') };
    }
    return this.present(left, quantity);
  }

  /** `any` or `all` before a comparison. */
  private quantity(): Quantity | null {
    const { kind, text } = this.token;
    if (kind !== 'word' || (text !== 'any' && text !== 'all')) return null;
    this.take();
    return text;
  }

  private present(operand: Operand, quantity: Quantity | null): FilterNode {
    if (quantity !== null)
      throw this.unexpected(`a comparison follows \`${quantity} ${operand.field.name}\``);
    const name = operand.formula?.kind === 'function' ? operand.formula.name : operand.change;
    if (name !== null) throw this.unexpected(`compare what ${name}() gives, as in ${name}(…) > 1`);
    this.expected = { kind: 'operator', field: typed(operand) };
    return { kind: 'present', operand };
  }

  isOperand = (text: string): boolean => isChange(text) || this.find(text) !== undefined;

  skipSign(): void {
    const { text, ...token } = this.token;
    this.tokens = this.tokens.with(this.at, { ...token, text: text.slice(1), from: token.from + 1 });
  }

  operand(masked: boolean): Operand {
    const { token } = this;
    if (token.kind !== 'word') throw this.unexpected('a condition starts with a field, such as tcp.port');
    this.take();
    if (isChange(token.text) && this.isOperator('(')) return this.changed(token);
    return this.field(token, masked);
  }

  private changed(name: Token): Operand {
    this.take();
    this.expected = { kind: 'operand' };
    const inner = this.operand(true);
    if (inner.change !== null) throw new FilterError('one function of a field is enough', name.from, name.to);
    if (!this.isOperator(')')) throw this.unexpected(`${name.text}() is closed by a parenthesis`);
    const to = this.take().to;
    const change = name.text as Change;
    checkChange(change, inner.field.name, typed(inner).type, name.from, to);
    return { ...inner, change, from: name.from, to };
  }

  private field(token: Token, masked: boolean): Operand {
    const field = this.find(token.text);
    if (field === undefined) throw noField(token);
    const layer = this.layer();
    const slices: Slice[] = [];
    while (this.token.kind === 'slice') slices.push(...slicesOf(this.take(), field));
    const mask = masked ? this.mask(field, slices.length > 0) : null;
    const { to } = this.tokens[this.at - 1] ?? token;
    return { field, layer, slices, mask, change: null, from: token.from, to };
  }

  private layer(): number | null {
    if (!this.isOperator('#')) return null;
    this.take();
    const token = this.take();
    const value = parseNumber(token.text);
    if (value === null || value === 0n || value < -99n || value > 99n)
      throw new FilterError('# is followed by the number of the header, from 1', token.from, token.to);
    return Number(value);
  }

  /** A number behind & that no arithmetic goes on with, or nothing yet. */
  private isPlainMask(): boolean {
    const [, mask, next] = [this.token, this.after, this.tokenAt(this.at + 2)];
    if (mask.kind === 'end') return true;
    return parseNumber(mask.text) !== null && !isArithmetic(next.text) && next.text !== '&';
  }

  private mask(field: FieldInfo, sliced: boolean): bigint | Uint8Array | null {
    if (!this.isOperator('&') || (!sliced && !this.isPlainMask())) return null;
    const sign = this.take();
    if (sliced) {
      this.expected = { kind: 'value', field: NUMBER, inSet: false };
      if (this.token.kind !== 'word') throw this.unexpected('bytes follow &, such as 0f:ff');
      const { value } = constantOf({ ...field, type: 'bytes' }, this.take());
      return value instanceof Uint8Array ? value : null;
    }
    if (!INTEGERS.includes(field.type)) throw notWhole('&', field, sign.from, sign.to);
    this.expected = { kind: 'value', field: NUMBER, inSet: false };
    const token = this.take();
    const value = parseNumber(token.text);
    if (value === null || value < 0n) throw new FilterError('a number follows &', token.from, token.to);
    return value;
  }

  private comparison(
    left: Operand,
    [op, usual]: readonly [Comparison, Quantity],
    given: Quantity | null,
  ): FilterNode {
    this.take();
    const right = this.rightSide(left);
    return { kind: 'compare', op, quantity: given ?? usual, left, right };
  }

  private rightSide(left: Operand): Constant | Operand {
    const field = typed(left);
    this.expected = { kind: 'value', field, inSet: false };
    const { token } = this;
    const isFormula = startsFormula(this);
    if (!isFormula && (token.kind === 'end' || token.kind === 'operator'))
      throw this.unexpected(`${field.name} is compared with ${TYPE_NAMES[field.type]}`);
    if (isFormula) {
      const before = this.at;
      const right = parseFormula(this, field);
      if (comparable(field, typed(right))) {
        this.junction();
        return right;
      }
      this.at = before;
      if (!isConstant(field, token)) {
        throw new FilterError(
          `${left.field.name} and ${right.field.name} cannot be compared`,
          left.from,
          right.to,
        );
      }
    }
    const constant = constantOf(field, this.take());
    this.junction();
    return constant;
  }

  private membership(left: Operand, quantity: Quantity): FilterNode {
    this.expected = { kind: 'set-start' };
    if (!this.isOperator('{')) throw this.unexpected('a set follows, such as {80, 443, 8000..8080}');
    this.take();
    const field = typed(left);
    const set: (Constant | Range)[] = [];
    for (;;) {
      this.expected = { kind: 'value', field, inSet: true };
      set.push(this.element(field));
      this.expected = { kind: 'set-next' };
      if (this.isOperator('}')) break;
      if (!this.isOperator(',')) throw this.unexpected('a comma or } follows');
      this.take();
    }
    this.take();
    this.junction();
    return { kind: 'in', quantity, left, set };
  }

  private element(field: FieldInfo): Constant | Range {
    const { kind } = this.token;
    if (kind === 'end' || kind === 'operator') throw this.unexpected(`${TYPE_NAMES[field.type]} is expected`);
    const low = constantOf(field, this.take());
    if (!this.isOperator('..')) return low;
    this.take();
    const high = constantOf(field, this.take());
    return { low, high };
  }

  private contains(left: Operand, quantity: Quantity): FilterNode {
    const sign = this.take();
    const field = typed(left);
    if (field.type !== 'string' && !BYTES.includes(field.type)) {
      const what = `${field.name} is ${TYPE_NAMES[field.type]}; contains is for text and bytes`;
      throw new FilterError(what, left.from, sign.to);
    }
    const token = this.textOf(field, 'contains');
    const value = field.type === 'string' ? token.text : bytesOf(token);
    this.junction();
    return { kind: 'contains', quantity, left, right: { kind: 'value', value } };
  }

  private matches(left: Operand, quantity: Quantity): FilterNode {
    const sign = this.take();
    const field = typed(left);
    if (field.type !== 'string' && field.type !== 'bytes' && field.type !== 'protocol') {
      const what = `${field.name} is ${TYPE_NAMES[field.type]}; matches is for text and bytes`;
      throw new FilterError(what, left.from, sign.to);
    }
    const token = this.textOf(field, 'matches');
    const pattern = patternOf(token);
    this.junction();
    return { kind: 'matches', quantity, left, pattern };
  }

  private textOf(field: FieldInfo, operator: string): Token {
    this.expected = { kind: 'value', field, inSet: false };
    const { kind } = this.token;
    if (kind === 'end' || kind === 'operator') throw this.unexpected(`text follows ${operator}`);
    return this.take();
  }
}
