import { defineConfig } from 'vitest/config';

// Live tests start several Node processes each and wait for them; two cores are the machine they must pass on.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/own-home.ts',
    testTimeout: 30_000,
    maxWorkers: 3,
    maxConcurrency: 2,
  },
});
