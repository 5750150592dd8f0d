import { shellWord } from './variant-command.ts';

interface Run {
  readonly scenario: string;
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
}

/** What the mended program needs to be seen at work, by mistake: there are several sends for its loop to take. */
const BESIDES: Readonly<Record<string, readonly string[]>> = { 'tcp-echo one-recv': ['--chunk', '2'] };

/** The command for the same exercise without the beginner's mistake (--mistake) of a run; null for runs without one. */
export function mendedRun({ scenario, parameters }: Run): string | null {
  const { mistake, family } = parameters;
  const isOurs = !scenario.includes('.');
  if (!isOurs || typeof mistake !== 'string' || mistake === 'none') return null;
  const same = typeof family === 'string' && family !== 'ipv4' ? ['--family', family] : [];
  const words = ['sockscope', 'run', scenario, ...(BESIDES[`${scenario} ${mistake}`] ?? []), ...same];
  return words.map(shellWord).join(' ');
}
