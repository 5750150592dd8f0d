import { expect, test } from 'vitest';
import { parsePauses } from '../../src/scenarios/pauses.ts';

test.each([
  { text: 'accept=500', want: [{ role: null, call: 'accept', when: 'before', ms: 500 }] },
  { text: 'accept:after=0', want: [{ role: null, call: 'accept', when: 'after', ms: 0 }] },
  { text: 'server:accept=5', want: [{ role: 'server', call: 'accept', when: 'before', ms: 5 }] },
  { text: 'client 2:send:before=7', want: [{ role: 'client 2', call: 'send', when: 'before', ms: 7 }] },
  {
    text: 'connect=1, client:recv:after=2',
    want: [
      { role: null, call: 'connect', when: 'before', ms: 1 },
      { role: 'client', call: 'recv', when: 'after', ms: 2 },
    ],
  },
])('$text', ({ text, want }) => expect(parsePauses(text)).toEqual(want));

test.each([
  { text: '', why: 'no =MS' },
  { text: 'accept', why: 'no =MS' },
  { text: 'accept=', why: 'no time' },
  { text: 'accept=-1', why: 'no time' },
  { text: 'accept=600001', why: 'from 0 to 600000' },
  { text: 'before=5', why: "no call ''" },
  { text: 'server=5', why: "no call 'server'" },
  { text: 'a:server:accept=5', why: 'too many colons' },
  { text: 'servant:accept=5', why: "no role 'servant'" },
  { text: 'accept=5,', why: 'no =MS' },
])('$text is refused: $why', ({ text, why }) => expect(() => parsePauses(text)).toThrow(why));
