import type { Capture } from '../../../capture/capture.ts';
import type { Columns } from '../../../capture/columns.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { type CheckLimits, Gathering, reportOf } from './gather.ts';
import type { CheckReport } from './report.ts';

/** systemd Journal Export Block, which calls are kept in. */
const JOURNAL = 9;

/**
 * Says what is wrong in a capture. It is read through once, without holding it; a session is then read again with its
 * calls. Standard input can't be read again: it is held.
 */
export async function checkFile(file: string, limits: CheckLimits): Promise<CheckReport> {
  const gathering = new Gathering();
  if (file === '-') return (await withSession()).checkHeld(file, gathering, limits);
  const { others } = gathering;
  const onRows = (columns: Columns, rowBase: number, capture: Capture): void => {
    others.fillTimes(columns, rowBase, capture);
    gathering.take(columns, rowBase, capture);
  };
  const capture = await openCapture(file, { onRows, threads: limits.threads ?? 2 });
  try {
    const report = reportOf(file, capture, gathering, limits);
    if (!holdsCalls(capture)) return report;
    return await (await withSession()).addCalls(report);
  } finally {
    capture.close();
  }
}

let sessionModule: Promise<typeof import('./check-session.ts')> | null = null;

/** What reads calls, loaded with the first file that has them; asked for again it would be looked up again for each file. */
function withSession(): Promise<typeof import('./check-session.ts')> {
  sessionModule ??= import('./check-session.ts');
  return sessionModule;
}

/** Whether a file has blocks that may be calls: only then is it worth reading again. */
function holdsCalls({ otherBlocks }: Capture): boolean {
  for (let index = 0; index < otherBlocks.length; index++)
    if (otherBlocks.type(index) === JOURNAL) return true;
  return false;
}
