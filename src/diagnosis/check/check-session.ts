import { openSession } from '../../session/read.ts';
import type { Session } from '../../session/session.ts';
import { buildTimeline } from '../../timeline/timeline.ts';
import { type CheckLimits, type Gathering, reportOf } from './gather.ts';
import type { CheckReport } from './report.ts';
import { withCalls } from './with-calls.ts';

/** Reads a file again, with its calls, and says what they tell; a report of packets alone stays as it is. */
export async function addCalls(report: CheckReport, { frames }: CheckLimits): Promise<CheckReport> {
  const session = await openSession(report.file);
  try {
    return told(report, session, frames);
  } finally {
    session.capture.close();
  }
}

/** Checks a capture that is held whole. */
export async function checkHeld(
  file: string,
  gathering: Gathering,
  limits: CheckLimits,
): Promise<CheckReport> {
  const session = await openSession(file);
  const { capture } = session;
  try {
    gathering.others.fillTimes(capture.columns, 0, capture);
    gathering.take(capture.columns, 0, capture);
    return told(reportOf(file, capture, gathering, limits), session, limits.frames);
  } finally {
    capture.close();
  }
}

function told(report: CheckReport, session: Session, frames?: number): CheckReport {
  return session.calls.length === 0 ? report : withCalls(report, buildTimeline(session), frames);
}
