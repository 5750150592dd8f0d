import type { RunInfo } from '../session/session.ts';

/** Whether the capture holds every packet of the run: nothing dropped, nothing filtered out, and both are known. */
export function isComplete(run: RunInfo | null): boolean {
  return run !== null && run.dropped === 0 && run.interfaceDropped === 0 && run.filter === null;
}

/** Whether packets bear the time at which they reached the capturing process, not that at which the kernel had them. */
export function hasArrivalTimes(run: RunInfo | null): boolean {
  return run?.engine === 'cap';
}
