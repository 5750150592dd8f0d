import { expect, test } from 'vitest';
import { TupleIndex } from '../../../capture/decode/tuple-index.ts';
import { random } from '../../bench/generate.ts';

test('finds, replaces and forgets like a map', () => {
  const next = random(7);
  const index = new TupleIndex();
  const model = new Map<string, number>();
  // Few addresses, many ports, numbers with the top bit set among them.
  const word = (count: number): number => (Math.floor(next() * count) * 0x2f00_0001) | 0;
  for (let step = 0; step < 50_000; step++) {
    const [source, destination, ports] = [word(7), word(7), word(400)];
    const key = `${source} ${destination} ${ports}`;
    if (next() < 0.2) {
      index.forget(source, destination, ports);
      model.delete(key);
    } else if (next() < 0.5) {
      index.set(source, destination, ports, step);
      model.set(key, step);
    }
    const found = index.find(source, destination, ports);
    expect(found < 0 ? undefined : found).toBe(model.get(key));
  }
  expect(model.size).toBeGreaterThan(5000);
});
