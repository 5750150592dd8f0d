import { afterEach, expect, test } from 'vitest';
import { setLanguage } from '../../../src/words/language.ts';
import { wholeText } from '../../../views/ladder/call-text.ts';
import { BLANK_CALL } from '../../support/blank-call.ts';

afterEach(() => setLanguage('en'));

const BIND = { ...BLANK_CALL, name: 'bind', fd: 3, ret: -1, errno: 'EADDRINUSE', exitNs: 1n } as const;

test.each([
  ['es', '127.0.0.1:80', 'bind(3, 127.0.0.1:80) = -1 EADDRINUSE (la dirección ya está en uso)'],
  ['en', 'unix:/tmp/\u{e9}', 'bind(3, unix:/tmp/\\xe9) = -1 EADDRINUSE (Address already in use)'],
] as const)(
  '%s: our own words keep their accents, names of programs are escaped',
  (language, address, text) => {
    setLanguage(language);
    expect(wholeText({ ...BIND, args: { address } }, 'bind', 80)).toBe(text);
  },
);
