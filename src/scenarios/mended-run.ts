import { extname } from 'node:path';
import { shellWord } from './variant-command.ts';

interface Run {
  readonly scenario: string;
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
}

/** What the mended program needs to be seen at work, by mistake: there are several sends for its loop to take. */
const BESIDES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'tcp-echo one-recv': { chunk: '2' },
};

/** The parameters that the mended program is given, beside those of the run with the mistake. */
export function mendedOptions(scenario: string, mistake: string): Readonly<Record<string, string>> {
  return BESIDES[`${scenario} ${mistake}`] ?? {};
}

/** Where the mended run is saved beside that with the mistake: run.pcapng, run-mended.pcapng. */
export function mendedFile(path: string): string {
  const end = extname(path);
  return `${path.slice(0, path.length - end.length)}-mended${end}`;
}

/** The command for the same exercise without the beginner's mistake (--mistake) of a run; null for runs without one. */
export function mendedRun({ scenario, parameters }: Run): string | null {
  const { mistake, family } = parameters;
  const isOurs = !scenario.includes('.');
  if (!isOurs || typeof mistake !== 'string' || mistake === 'none') return null;
  const same = typeof family === 'string' && family !== 'ipv4' ? { family } : {};
  return commandOf(scenario, { ...mendedOptions(scenario, mistake), ...same });
}

/** The command that plays the exercise with its mistake and without it, and shows both; null for runs without one. */
export function bothRuns(run: Run): string | null {
  const { mistake, family } = run.parameters;
  if (mendedRun(run) === null || typeof mistake !== 'string') return null;
  const same = typeof family === 'string' && family !== 'ipv4' ? { family } : {};
  return `${commandOf(run.scenario, { mistake, ...same })} --compare`;
}

function commandOf(scenario: string, given: Readonly<Record<string, string>>): string {
  const options = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
  return ['sockscope', 'run', scenario, ...options].map(shellWord).join(' ');
}
