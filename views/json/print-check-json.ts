import type { CheckReport } from '../../src/diagnosis/check/report.ts';
import { words } from '../../src/words/words.ts';
import { safeJson } from '../escape.ts';

/** One line a file. */
export function* printCheckJson(report: CheckReport): Generator<string> {
  const issues = report.issues.map((issue) => ({
    ...issue,
    title: words().issues[issue.kind].title,
    text: words().issues[issue.kind].say(issue, issue.ends),
    severity: words().severity[issue.severity].toLowerCase(),
  }));
  yield jsonLine({ type: 'check', ...report, issues });
}

/** One object as a line of JSON that is safe for a terminal. */
export function jsonLine(value: object): string {
  return safeJson(JSON.stringify(value));
}
