import { constants } from 'node:os';
import koffi from 'koffi';
import { expect, test } from 'vitest';
import { errnoName, errnoNumber, errnoText } from '../../src/sockets/errno.ts';

test('numbers are those that Node was built with', () => {
  for (const [name, number] of Object.entries(constants.errno))
    expect([name, errnoNumber(name)]).toEqual([name, number]);
});

test('words are those of strerror(3)', () => {
  const strerror: (number: number) => string = koffi.load(null).func('const char *strerror(int number)');
  for (let number = 1; number < 134; number++) {
    const text = strerror(number);
    if (text.startsWith('Unknown error')) continue;
    expect(errnoText(errnoName(number))).toBe(text);
    expect(errnoNumber(errnoName(number))).toBe(number);
  }
});

test('getaddrinfo has its own, and what is unknown stays a number', () => {
  expect(errnoName(-2)).toBe('EAI_NONAME');
  expect(errnoText('EAI_NONAME')).toBe('Name or service not known');
  expect(errnoName(9999)).toBe('E9999');
  expect(errnoNumber('ENONSENSE')).toBeNull();
});
