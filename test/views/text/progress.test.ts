import { expect, test } from 'vitest';
import { bytesText, progressText } from '../../../views/text/progress.ts';

test.each([
  { done: 0, total: 100, ms: 0, want: 'client: 0 B of 100 B · 0 % · 0 B/s' },
  { done: 5e6, total: 1e7, ms: 1000, want: 'client: 5.00 MB of 10.0 MB · 50 % · 5.00 MB/s · 1 s left' },
  {
    done: 999_999,
    total: 1e6,
    ms: 500,
    want: 'client: 1.00 MB of 1.00 MB · 99 % · 2.00 MB/s · under 1 s left',
  },
  { done: 1e6, total: 1e6, ms: 500, want: 'client: 1.00 MB of 1.00 MB · 100 % · 2.00 MB/s' },
  {
    done: 1e6,
    total: 1e9,
    ms: 1000,
    want: 'client: 1.00 MB of 1.00 GB · 0 % · 1.00 MB/s · 16 min 39 s left',
  },
  { done: 1e3, total: 1e8, ms: 1000, want: 'client: 1.00 kB of 100 MB · 0 % · 1.00 kB/s · 27 h 46 min left' },
  { done: 0, total: 0, ms: 10, want: 'client: 0 B of 0 B · 100 % · 0 B/s' },
])('$done of $total bytes after $ms ms', ({ done, total, ms, want }) => {
  expect(progressText('client', done, total, ms)).toBe(want);
});

test.each([
  [999, '999 B'],
  [999.6, '1.00 kB'],
  [1536, '1.54 kB'],
  [999_949, '1.00 MB'],
  [2 ** 50, '1126 TB'],
])('%d bytes are %s', (bytes, want) => expect(bytesText(bytes)).toBe(want));
