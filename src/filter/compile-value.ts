import type { Constant, FilterNode, Range } from './ast.ts';
import { type TestValue, testOf } from './compare.ts';

/** The test of one value for `in`, `contains` and `matches`. */
export function valueTest(node: Extract<FilterNode, { kind: 'in' | 'contains' | 'matches' }>): TestValue {
  switch (node.kind) {
    case 'in':
      return setTest(node.set);
    case 'contains':
      return containsTest(node.right);
    case 'matches': {
      const { pattern } = node;
      return (value) =>
        pattern.test(
          value instanceof Uint8Array
            ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1')
            : `${value}`,
        );
    }
    default:
      return node satisfies never;
  }
}

function setTest(set: readonly (Constant | Range)[]): TestValue {
  const tests = set.map((element): TestValue => {
    if (!('low' in element)) return testOf('==', element);
    const [low, high] = [testOf('>=', element.low), testOf('<=', element.high)];
    return (value) => low(value) && high(value);
  });
  return (value) => tests.some((test) => test(value));
}

function containsTest({ value: wanted }: Constant): TestValue {
  if (typeof wanted === 'string') return (value) => typeof value === 'string' && value.includes(wanted);
  if (!(wanted instanceof Uint8Array)) return () => false;
  const needle = Buffer.from(wanted.buffer, wanted.byteOffset, wanted.length);
  return (value) =>
    value instanceof Uint8Array && Buffer.from(value.buffer, value.byteOffset, value.length).includes(needle);
}
