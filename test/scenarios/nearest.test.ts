import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../src/scenarios/nearest.ts';

test.each([
  { a: '', b: 'abc', want: 3 },
  { a: 'kitten', b: 'sitting', want: 3 },
  { a: 'abcd', b: 'acbd', want: 1 },
  { a: 'ca', b: 'abc', want: 3 },
  { a: 'same', b: 'same', want: 0 },
])('editDistance $a $b', ({ a, b, want }) => expect(editDistance(a, b)).toBe(want));

const names = ['loss', 'linger', 'message', 'tcp-echo', 'udp-echo', 'recv-buffer'];
test.each([
  { word: 'lsos', want: 'loss' },
  { word: 'mesages', want: 'message' },
  { word: 'tpc-echo', want: 'tcp-echo' },
  { word: 'recvbuffer', want: 'recv-buffer' },
  { word: 'LOSS', want: 'loss' },
  { word: 'x', want: null },
  { word: 'bandwidth', want: null },
])('nearest to $word is $want', ({ word, want }) => expect(nearest(word, names)).toBe(want));
