import { expect, test } from 'vitest';
import * as libc from '../../src/sockets/libc.ts';

const four = new Uint8Array(4);

test.each([
  ['send', () => libc.send(-1, four, 5, 0)],
  ['recv', () => libc.recv(-1, four, 5, 0)],
  ['recv, negative', () => libc.recv(-1, four, -1, 0)],
  ['recv, fraction', () => libc.recv(-1, four, 1.5, 0)],
  ['read', () => libc.read(-1, four, 5)],
  ['write', () => libc.write(-1, four, 5)],
  ['sendto', () => libc.sendto(-1, four, 5, 0, four)],
  ['recvfrom', () => libc.recvfrom(-1, four, 5, 0, four, Uint32Array.of(4))],
  ['recvfrom, address', () => libc.recvfrom(-1, four, 4, 0, four, Uint32Array.of(128))],
  ['getsockopt', () => libc.getsockopt(-1, 1, 3, four, Uint32Array.of(8))],
  ['poll', () => libc.poll(new Uint8Array(8), 2, 0)],
])('%s: a length beyond the buffer is refused before C sees it', (_, call) => {
  expect(call).toThrow(RangeError);
});

test('a length within the buffer reaches the kernel', () => {
  expect(libc.send(-1, four, 4, 0)).toBe(-1);
  expect(libc.lastErrno()).toBe(9);
});
