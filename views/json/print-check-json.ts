import { issueText, toldText } from '../../src/diagnosis/check/messages.ts';
import type { CheckReport } from '../../src/diagnosis/check/report.ts';
import { readingText } from '../../src/diagnosis/messages-readings.ts';
import { words } from '../../src/words/words.ts';
import { safeJson } from '../escape.ts';

/** One line a file. */
export function* printCheckJson(report: CheckReport): Generator<string> {
  const issues = report.issues.map((issue) => ({
    ...issue,
    title: words().issues[issue.kind].title,
    text: issueText(issue),
    told: (issue.told ?? []).map((told) => ({ ...told, text: toldText(told) })),
  }));
  const readings = report.readings.map((reading) => ({ ...reading, text: readingText(reading) }));
  yield jsonLine({ schema: 1, type: 'check', ...report, issues, readings });
}

/** One object as a line of JSON that is safe for a terminal. */
export function jsonLine(value: object): string {
  return safeJson(JSON.stringify(value));
}
