import { EXIT, type ExitCode, UserError } from '../../capture/user-error.ts';
import type { RunOptions } from '../cli/run-options.ts';
import { compareTimelines } from '../compare/compare.ts';
import { allHold } from '../scenarios/judgement.ts';
import { mendedFile, mendedOptions } from '../scenarios/mended-run.ts';
import { words } from '../words/words.ts';
import { type Interrupts, listenForInterrupts } from './interrupts.ts';
import { type Played, playScenario } from './play.ts';
import { RunScreen } from './run-screen.ts';
import { printLines, textStyle } from './terminal.ts';
import type { Views } from './views.ts';

/**
 * `sockscope run ID --mistake WHICH --compare`: plays the exercise with the beginner's mistake, then without it, and shows
 * the two runs side by side. With -w both are saved. Throws a UserError (exit 2) where there is no mistake to mend.
 */
export async function runWithMended(options: RunOptions, views: Views): Promise<ExitCode> {
  const { mistake } = options.parameters;
  if (typeof mistake !== 'string' || mistake === 'none')
    throw new UserError('--compare goes with --mistake: it plays the mended exercise too', {
      hint: 'for other runs: save both with -w, and `sockscope compare A B`',
      exitCode: EXIT.usage,
    });
  const mended: RunOptions = {
    ...options,
    parameters: { ...mendedOptions(options.scenario, mistake), ...withoutMistake(options) },
    output: options.output === null ? null : mendedFile(options.output),
  };
  const interrupts = listenForInterrupts();
  const played: Played[] = [];
  try {
    for (const each of [options, mended]) {
      played.push(await playOne(each, views, interrupts));
      if (interrupts.code !== null) return interrupts.code;
    }
    await interrupts.release();
    return await show(played, [options, mended], views);
  } finally {
    for (const { recorded } of played) recorded.close();
  }
}

function withoutMistake({ parameters }: RunOptions): RunOptions['parameters'] {
  const { mistake: _, ...others } = parameters;
  return others;
}

async function playOne(options: RunOptions, views: Views, { stop }: Interrupts): Promise<Played> {
  let screen: RunScreen | null = null;
  const begin = () => {
    screen = new RunScreen(views.texts);
    return screen;
  };
  process.stderr.write(`${nameOf(options)}\n`);
  return await playScenario(options, begin, stop).finally(() => screen?.close());
}

/** The command line without what goes before it. */
function nameOf({ scenario, parameters }: RunOptions): string {
  const given = Object.entries(parameters).map(
    ([name, value]) => `--${name}${value === true ? '' : ` ${value}`}`,
  );
  return [scenario, ...given].join(' ');
}

async function show(
  [left, right]: readonly Played[],
  [mistaken, mended]: readonly [RunOptions, RunOptions],
  views: Views,
): Promise<ExitCode> {
  if (left === undefined || right === undefined) return EXIT.failed;
  const comparison = compareTimelines(left.timeline, right.timeline);
  const names = [nameOf(mistaken), nameOf(mended)] as const;
  const { display } = mistaken;
  const isJson = display.format === 'json';
  await printLines(
    isJson ? views.runsJson(comparison, names) : views.runs(comparison, names, textStyle(display)),
  );
  if (mistaken.output !== null && mended.output !== null)
    process.stderr.write(`${words().texts.savedBoth(mistaken.output, mended.output)}\n`);
  const problems = [left, right].flatMap(({ fileProblem }) => fileProblem ?? []);
  for (const problem of problems) process.stderr.write(`sockscope: ${problem}\n`);
  return problems.length === 0 && isGood(left) && isGood(right) ? EXIT.done : EXIT.failed;
}

function isGood({ recorded, timeline }: Played): boolean {
  return recorded.session.run?.outcome === 'ok' && timeline.unexplained === 0 && allHold(timeline);
}
