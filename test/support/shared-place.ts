/** Names a directory for what tests make once and share; test/support/own-home.ts makes it before the tests, and removes it. */
export const PLACE_VARIABLE = 'SOCKSCOPE_TEST_PLACE';

/** The directory that all test files of one start of vitest share. */
export function sharedPlace(): string {
  const place = process.env[PLACE_VARIABLE];
  if (place === undefined) throw new Error(`${PLACE_VARIABLE} is not set: it is made for vitest only`);
  return place;
}
