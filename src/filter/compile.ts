import type { FieldValue } from '../../capture/fields/field.ts';
import type { FilterNode, Operand, Quantity } from './ast.ts';
import { columnTest, type TestPacket } from './column-test.ts';
import { holds, order, type TestValue, testOf } from './compare.ts';
import { valueTest } from './compile-value.ts';
import type { Subject } from './subject.ts';
import { type ReadValues, type RowKind, RowReader } from './values.ts';

/** Whether a row passes. */
type TestRow = (kind: RowKind, index: number) => boolean;

/** A filter made ready for one capture or session. */
export interface CompiledFilter {
  /** Whether a packet (a row of the columns) passes. */
  packet(row: number): boolean;
  /** Whether a call (an index into session.calls) passes. */
  call(index: number): boolean;
}

/** Makes closures of a filter; null lets everything pass. Columns answer where they can; else the frame is read again. */
export function compileNode(node: FilterNode | null, subject: Subject): CompiledFilter {
  if (node === null) return { packet: () => true, call: () => true };
  const compiler = new Compiler(subject);
  return {
    packet: compiler.packet(node),
    call: (index) => compiler.row(node)('call', index),
  };
}

/** Whether a masked value has any bit. */
function isSet(value: FieldValue): boolean {
  return value instanceof Uint8Array ? value.some((byte) => byte !== 0) : value !== 0 && value !== 0n;
}

class Compiler {
  private readonly reader: RowReader;
  private readonly rows = new Map<FilterNode, TestRow>();

  constructor(subject: Subject) {
    this.reader = new RowReader(subject);
  }

  /** The test of packets: tests that the columns can answer do not open the frame. */
  packet(node: FilterNode): TestPacket {
    switch (node.kind) {
      case 'and': {
        const [left, right] = [this.packet(node.left), this.packet(node.right)];
        return (row) => left(row) && right(row);
      }
      case 'or': {
        const [left, right] = [this.packet(node.left), this.packet(node.right)];
        return (row) => left(row) || right(row);
      }
      case 'not': {
        const of = this.packet(node.of);
        return (row) => !of(row);
      }
    }
    const slow = this.row(node);
    const openFrame: TestPacket = (row) => slow('packet', row);
    return columnTest(node, this.reader.subject.capture, openFrame) ?? openFrame;
  }

  /** The test of either kind of row, by the values that it has. */
  row(node: FilterNode): TestRow {
    let test = this.rows.get(node);
    if (test === undefined) {
      test = this.make(node);
      this.rows.set(node, test);
    }
    return test;
  }

  private make(node: FilterNode): TestRow {
    switch (node.kind) {
      case 'and': {
        const [left, right] = [this.row(node.left), this.row(node.right)];
        return (kind, index) => left(kind, index) && right(kind, index);
      }
      case 'or': {
        const [left, right] = [this.row(node.left), this.row(node.right)];
        return (kind, index) => left(kind, index) || right(kind, index);
      }
      case 'not': {
        const of = this.row(node.of);
        return (kind, index) => !of(kind, index);
      }
      case 'present':
        return this.present(node.operand);
      case 'compare':
        return 'field' in node.right
          ? this.twoFields(node.left, node.right, (a, b) => holds(node.op, order(a, b)), node.quantity)
          : this.each(node.left, testOf(node.op, node.right), node.quantity);
      default:
        return this.each(node.left, valueTest(node), node.quantity);
    }
  }

  /** A masked field alone asks whether any of the bits is set, and what is worked out whether it is not 0. */
  private present(operand: Operand): TestRow {
    const read = this.reader.reader(operand);
    const isThere = operand.mask === null && operand.formula === undefined;
    const values: FieldValue[] = [];
    return (kind, index) => {
      values.length = 0;
      read(kind, index, values);
      return isThere ? values.length > 0 : values.some(isSet);
    };
  }

  private each(operand: Operand, test: TestValue, quantity: Quantity): TestRow {
    const read = this.reader.reader(operand);
    const values: FieldValue[] = [];
    return (kind, index) => {
      values.length = 0;
      read(kind, index, values);
      return quantity === 'any' ? values.some(test) : values.length > 0 && values.every(test);
    };
  }

  private twoFields(
    left: Operand,
    right: Operand,
    test: (a: FieldValue, b: FieldValue) => boolean,
    quantity: Quantity,
  ): TestRow {
    const readLeft: ReadValues = this.reader.reader(left);
    const readRight: ReadValues = this.reader.reader(right);
    return (kind, index) => {
      const lefts: FieldValue[] = [];
      const rights: FieldValue[] = [];
      readLeft(kind, index, lefts);
      readRight(kind, index, rights);
      if (lefts.length === 0 || rights.length === 0) return false;
      return quantity === 'any'
        ? lefts.some((a) => rights.some((b) => test(a, b)))
        : lefts.every((a) => rights.every((b) => test(a, b)));
    };
  }
}
