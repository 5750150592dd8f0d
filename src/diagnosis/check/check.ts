import type { Capture } from '../../../capture/capture.ts';
import type { Columns } from '../../../capture/columns.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { statsOf } from '../../../capture/file/stats-of.ts';
import { holdsCalls } from '../../session/holds-calls.ts';
import { FRAMES_NAMED } from './evidence.ts';
import { type CheckLimits, Gathering, reportOf, verdictOf } from './gather.ts';
import type { CheckReport, Verdict } from './report.ts';

/**
 * Says what is wrong in a capture. It is read through once, without holding it; a session is then read again with its
 * calls. Standard input and pipes can't be read again: they are held.
 */
export async function checkFile(file: string, asked: CheckLimits): Promise<CheckReport> {
  const { frames = FRAMES_NAMED } = asked;
  // What calls say of an issue is found by its first frames: fewer are named than are kept.
  const report = await reportOn(file, { ...asked, frames: Math.max(frames, FRAMES_NAMED) });
  return frames < FRAMES_NAMED ? naming(report, frames) : report;
}

/** Says no more of a capture than the gravest there is: of one without calls nothing but that is looked for. */
export async function judgeFile(file: string, { threads }: Pick<CheckLimits, 'threads'>): Promise<Verdict> {
  const limits = { conversations: 0, frames: FRAMES_NAMED, ...(threads === undefined ? {} : { threads }) };
  if (readsOnce(file)) return verdictIn(await reportOn(file, limits));
  const { capture, gathering } = await readThrough(file, limits);
  try {
    if (!holdsCalls(capture)) return verdictOf(capture, gathering);
    const report = reportOf(file, capture, gathering, limits);
    return verdictIn(await (await withSession()).addCalls(report, limits));
  } finally {
    capture.close();
  }
}

/** The gravest of what a report holds. */
export function verdictIn({ issues }: CheckReport): Verdict {
  if (issues.some(({ kind }) => kind === 'damaged-file')) return 'damaged';
  return issues.some(({ severity }) => severity === 'warning') ? 'warning' : 'fine';
}

async function readThrough(
  file: string,
  limits: CheckLimits,
): Promise<{ readonly capture: Capture; readonly gathering: Gathering }> {
  const gathering = new Gathering(limits.frames);
  const { others } = gathering;
  const onRows = (columns: Columns, rowBase: number, capture: Capture): void => {
    others.fillTimes(columns, rowBase, capture);
    gathering.take(columns, rowBase, capture);
  };
  return { capture: await openCapture(file, { onRows, threads: limits.threads ?? 2 }), gathering };
}

async function reportOn(file: string, limits: CheckLimits): Promise<CheckReport> {
  if (readsOnce(file)) return (await withSession()).checkHeld(file, new Gathering(limits.frames), limits);
  const { capture, gathering } = await readThrough(file, limits);
  try {
    const report = reportOf(file, capture, gathering, limits);
    if (!holdsCalls(capture)) return report;
    return await (await withSession()).addCalls(report, limits);
  } finally {
    capture.close();
  }
}

/** Whether what was read is gone: of standard input and pipes, such as those of <(…) in a shell. */
function readsOnce(file: string): boolean {
  return file === '-' || statsOf(file)?.isFIFO() === true;
}

/** The same report with only the first frames of each issue and reading. */
function naming(report: CheckReport, frames: number): CheckReport {
  const shortened = <T extends { readonly frames: readonly number[] }>(one: T): T => ({
    ...one,
    frames: one.frames.slice(0, frames),
  });
  return { ...report, issues: report.issues.map(shortened), readings: report.readings.map(shortened) };
}

let sessionModule: Promise<typeof import('./check-session.ts')> | null = null;

/** What reads calls, loaded with the first file that has them; asked for again it would be looked up again for each file. */
function withSession(): Promise<typeof import('./check-session.ts')> {
  sessionModule ??= import('./check-session.ts');
  return sessionModule;
}
