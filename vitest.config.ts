import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Tests of what only computes. Their files run one after the other in the same workers: a process of its own, in which all
 * sources are read anew, takes each of them longer than its tests. What they change of a module's state they put back.
 */
const PURE = [
  'test/{compare,config,diagnosis,filter,samples,timeline,words}/**/*.test.ts',
  'test/capture/{decode,fields,file}/*.test.ts',
  'test/capture/*.test.ts',
  'test/views/{json,ladder,text}/*.test.ts',
  'test/{scenarios,session}/*.test.ts',
];

/** Tests of the terminal UI without a terminal: alike, in workers of their own. */
const SCREENS = ['test/views/tui/**/*.test.ts'];

/** Tests of what a busy machine cannot do: they run after all others, with both cores to themselves. */
const UNDISTURBED = ['test/live/bulk.test.ts'];

/** The longest file comes first: alone at the end it would leave the other workers without work. Pure files stand together. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) =>
      moduleId.endsWith('test/fuzz/fuzz.test.ts') ? 0 : project.config.isolate ? 1 : 2;
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

const each = { testTimeout: 30_000, maxConcurrency: 2 };

// Live tests start several Node processes each and wait for them; two cores are the machine they must pass on.
export default defineConfig({
  test: {
    globalSetup: 'test/support/own-home.ts',
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...each, name: 'pure', include: PURE, isolate: false } },
      { test: { ...each, name: 'screens', include: SCREENS, isolate: false } },
      {
        test: {
          ...each,
          name: 'alone',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...PURE, ...SCREENS, ...UNDISTURBED],
        },
      },
      { test: { ...each, name: 'undisturbed', include: UNDISTURBED, sequence: { groupOrder: 1 } } },
    ],
  },
});
