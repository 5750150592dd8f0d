import { expect, test } from 'vitest';
import { Lines } from '../../src/scenarios/support/command-lines.ts';

// What Enter is on the wire: LF of nc, CR LF of telnet's line mode, CR NUL where it sends each key at once (RFC 854).
test.each([
  { name: 'LF', parts: ['date\nexit\n'] },
  { name: 'CR LF', parts: ['date\r\nexit\r\n'] },
  { name: 'CR NUL', parts: ['date\r\0exit\r\0'] },
  { name: 'a key at a time', parts: [...'date\r\0', ...'exit\r\0'] },
  { name: 'cut between CR and LF', parts: ['date\r', '\nexit\r', '\n'] },
])('$name ends a line', ({ parts }) => {
  const lines = new Lines();
  expect(parts.flatMap((part) => lines.take(Buffer.from(part, 'latin1')))).toEqual(['date', 'exit']);
});

test('a carriage return inside of a line stays in it', () => {
  expect(new Lines().take(Buffer.from('a\rb\n'))).toEqual(['a\rb']);
});
