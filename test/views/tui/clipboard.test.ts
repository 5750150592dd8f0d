import { expect, test } from 'vitest';
import { clipboardSequence } from '../../../views/tui/clipboard.ts';

// 'hi' in base64 is aGk= (RFC 4648).
test.each([
  { name: 'plain', env: {}, want: '\x1b]52;c;aGk=\x07' },
  { name: 'screen', env: { STY: '1.x' }, want: '\x1bP\x1b]52;c;aGk=\x07\x1b\\' },
  { name: 'tmux', env: { TMUX: '/tmp/x' }, want: '\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\\x1b]52;c;aGk=\x07' },
])('OSC 52 under $name', ({ env, want }) => {
  expect(clipboardSequence('hi', env)).toBe(want);
});
