import { expect, test } from 'vitest';
import { forScreen } from '../../../views/tui/screen-text.ts';

test.each([
  { name: 'our own drawing', text: '┃◀── [ACK] ▶ ● ⠤ …', want: '┃◀── [ACK] ▶ ● ⠤ …' },
  { name: 'Latin and Greek', text: 'Grüße µ Δ', want: 'Grüße µ Δ' },
  { name: 'wide letters', text: '日本', want: '日本' },
  { name: 'an emoji', text: '🙂', want: '\\u{1f642}' },
  { name: 'a mark that no letter takes', text: 'x\u0302', want: 'x\\u{302}' },
  { name: 'a mark that a letter takes', text: 'e\u0301', want: 'é' },
  { name: 'Hebrew', text: 'ש', want: '\\u{5e9}' },
  { name: 'a change of direction', text: '\u202e', want: '\\u{202e}' },
  { name: 'an escape', text: '\x1b[2J', want: '\\u{1b}[2J' },
  { name: 'a C1 control', text: '\u009b', want: '\\u{9b}' },
])('$name', ({ text, want }) => expect(forScreen(text)).toBe(want));
