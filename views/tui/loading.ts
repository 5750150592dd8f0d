import { basename } from 'node:path';
import { prefixOf } from '../../capture/prefix.ts';
import { judgeSaved } from '../../src/scenarios/saved-checks.ts';
import { openSession } from '../../src/session/read.ts';
import type { Session } from '../../src/session/session.ts';
import { buildTimeline, timelineInSteps } from '../../src/timeline/timeline.ts';
import { inTurns } from '../../src/timeline/turns.ts';
import { words } from '../../src/words/words.ts';
import { grouped } from '../ladder/units.ts';
import { Document } from './document.ts';
import type { Message } from './messages.ts';
import type { Status } from './model.ts';

/** The rows of a large file that are shown while the rest is read: the more, the later they are there. */
const FIRST_ROWS = 500;
const PROGRESS_EVERY_MS = 100;
/** Steps that a time line takes for each of its packets, roughly, and the share of the whole that reading takes. */
const STEPS_A_PACKET = 1 / 50;
const READING = 0.15;

export interface Loaded {
  readonly document: Document;
  readonly statuses: readonly Status[];
  readonly isDamaged: boolean;
  close(): void;
}

type Progress = Parameters<NonNullable<NonNullable<Parameters<typeof openSession>[1]>['onProgress']>>[0];

/** A file that is read and explained in the background, while its first rows are shown. */
export class Loading {
  private readonly file: string;
  private readonly send: (message: Message) => void;
  private readonly reading = new AbortController();
  private readonly explaining = new AbortController();
  private readonly isQuiz: boolean;
  private isReading = true;
  private isSuperseded = false;
  private toldAt = 0;
  private first: Document | null = null;

  /** With `quiz`, what is read first is not shown. */
  constructor(file: string, hear: (message: Message) => void, quiz = false) {
    this.file = file;
    this.isQuiz = quiz;
    this.send = (message) => {
      if (!this.isSuperseded) hear(message);
    };
  }

  /** Ends what goes on: the reading, and what is read is explained; or the explaining, and the first rows stay. */
  cancel(): void {
    (this.isReading ? this.reading : this.explaining).abort();
  }

  /** Ends it for good: something else is shown. */
  abort(): void {
    this.isSuperseded = true;
    this.reading.abort();
    this.explaining.abort();
  }

  /** Resolves when all is there; null when something else was opened meanwhile. */
  async run(): Promise<Loaded | null> {
    const { signal } = this.reading;
    const session = await openSession(this.file, { signal, onProgress: (progress) => this.heard(progress) });
    this.isReading = false;
    const rows = session.capture.columns.length;
    const document = await this.explain(session, rows);
    if (this.isSuperseded) {
      session.capture.close();
      return null;
    }
    const close = (): void => session.capture.close();
    const name = basename(this.file);
    if (document === null) {
      const shown = this.first ?? new Document(buildTimeline(this.beginning(session)), name);
      const text = words().status.firstOf(grouped(shown.timeline.rowCount), grouped(rows));
      return {
        document: shown.asWhole(),
        statuses: [{ text, isError: false }],
        isDamaged: session.capture.problems.length > 0,
        close,
      };
    }
    const made = session.calls.length === 0 ? null : grouped(session.calls.length);
    const opened = { text: words().status.opened(name, grouped(rows), made), isError: false };
    const [problem] = session.capture.problems;
    const damaged =
      problem === undefined
        ? []
        : [
            {
              text: words().ladder.damaged(words().status.damagedAt(problem.message, problem.offset)),
              isError: true,
            },
          ];
    return { document, statuses: [opened, ...damaged], isDamaged: damaged.length > 0, close };
  }

  private async explain(session: Session, rows: number): Promise<Document | null> {
    const { signal } = this.explaining;
    const told = (steps: number): void => {
      this.tell(Math.min(0.99, READING + (1 - READING) * (steps / (rows * STEPS_A_PACKET + 1))), rows);
    };
    const timeline = await inTurns(timelineInSteps(session, true), signal, told);
    if (timeline === null) return null;
    await judgeSaved(timeline);
    const document = new Document(timeline, basename(this.file));
    return (await inTurns(document.prepare(), signal)) === null ? null : document;
  }

  private heard({ bytes, totalBytes, rows, capture }: Progress): void {
    if (this.first === null && rows >= FIRST_ROWS && !this.isSuperseded && !this.isQuiz) {
      const session = this.beginning({ capture, calls: [], run: null });
      this.first = new Document(buildTimeline(session), basename(this.file), 'loading');
      this.send({ kind: 'document', document: this.first });
    }
    this.tell(totalBytes === null ? null : (bytes / totalBytes) * READING, rows);
  }

  private beginning({ capture }: Session): Session {
    return { capture: prefixOf(capture, FIRST_ROWS), calls: [], run: null };
  }

  private tell(share: number | null, rows: number): void {
    const now = performance.now();
    if (now < this.toldAt + PROGRESS_EVERY_MS) return;
    this.toldAt = now;
    this.send({ kind: 'loading', share, rows });
  }
}
