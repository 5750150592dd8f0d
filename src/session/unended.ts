import type { RunInfo, Session } from './session.ts';

/** Whether the recording ended before the run did: the file is of a run that goes on, or of a sockscope that was killed. */
export function endsBeforeRun({ run, isRunning }: Session): boolean {
  return isRunning !== true && run !== null && run.endedNs === null;
}

/** How the run ended; null where the file ends before. */
export function outcomeOf(run: RunInfo): RunInfo['outcome'] | null {
  return run.endedNs === null ? null : run.outcome;
}
