import type { IssueKind, Severity } from '../diagnosis/check/report.ts';
import type { ReadingKind } from '../diagnosis/readings.ts';
import type { PacketReasonKind } from '../timeline/reason-table.ts';
import * as ca from './ca/all.ts';
import * as en from './en/all.ts';
import * as es from './es/all.ts';
import type { Wording } from './issue-parts.ts';
import { type Language, language } from './language.ts';
import type { Phrase } from './parts.ts';

export type CallReasonKind = keyof typeof en.calls;
export type FindingKind = keyof typeof en.findings;
export type LessonName = keyof typeof en.lessons;

/** All that is told in words, in one language; English says which kinds of calls, findings and lessons there are. */
export interface Words {
  /** Why packets exist; why calls blocked, failed or caused no packet; what is worth noticing. */
  readonly packets: Readonly<Record<PacketReasonKind, Phrase>>;
  /** What became of a packet that the kernel of a listener ignored; '' of others. */
  readonly untaken: typeof en.untaken;
  readonly calls: Readonly<Record<CallReasonKind, Phrase>>;
  readonly findings: Readonly<Record<FindingKind, Phrase>>;
  /** What `sockscope check` finds, and the words of its report. */
  readonly issues: Readonly<Record<IssueKind, Wording>>;
  readonly severity: Readonly<Record<Severity, string>>;
  readonly told: typeof en.told;
  readonly report: typeof en.report;
  /** Where we read a frame otherwise than Wireshark. */
  readonly readings: Readonly<Record<ReadingKind, readonly [ours: string, because: string]>>;
  readonly lessons: Readonly<Record<LessonName, string>>;
  /** What views say around it all. */
  readonly ladder: typeof en.ladder;
  readonly screen: typeof en.screen;
  readonly panes: typeof en.panes;
  readonly commands: typeof en.commands;
  readonly parameters: typeof en.parameters;
  readonly errnos: typeof en.errnos;
  readonly texts: typeof en.texts;
  readonly reports: typeof en.reports;
  readonly quiz: typeof en.quiz;
  readonly status: typeof en.status;
  readonly runs: typeof en.runs;
  readonly details: typeof en.details;
}

const TABLES: Readonly<Record<Language, Words>> = { en, es, ca };

/** The words of the reader's language. */
export function words(): Words {
  return TABLES[language()];
}
