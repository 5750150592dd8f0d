import { setTimeout as delay } from 'node:timers/promises';
import type { FromLab } from '../../src/lab/protocol.ts';
import type { RunWatcher } from '../../src/lab/recorded-run.ts';
import type { Session } from '../../src/session/session.ts';
import { extended } from '../../src/timeline/extended.ts';
import { timelineInSteps } from '../../src/timeline/timeline.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { progressText } from '../text/progress.ts';
import { Document } from './document.ts';
import type { Message } from './messages.ts';
import type { Running } from './model.ts';
import { inTurns } from './turns.ts';

/** What goes on is shown anew at most so often. */
const EVERY_MS = 100;
/** To explain it anew may take this share of the time: the larger it is, the rarer it is explained. */
const REST = 1;
/** Of a run whose calls take longer than this to be gathered, the rest is shown when it is over. */
const SLOW_MS = 20;

/** Shows a run while it goes on: its growing time line, who waits in step mode, how far a transfer is. */
export class ScreenWatcher implements RunWatcher {
  private readonly scenario: string;
  private readonly send: (message: Message) => void;
  private readonly startedAt = performance.now();
  private readonly waiting = new Map<string, string>();
  private go: (role: string) => void = () => {};
  private progress = '';
  private nextAt = 0;
  private isClosed = false;
  private isSlow = false;
  private isExplaining = false;
  /** Something has come since the last explanation began. */
  private isBehind = false;
  private readonly closing = new AbortController();
  private snapshot: (() => Session) | null = null;
  /** The latest time line whose packets are explained. */
  private explained: Timeline | null = null;
  private later: NodeJS.Timeout | null = null;

  constructor(scenario: string, hear: (message: Message) => void) {
    this.scenario = scenario;
    this.send = hear;
  }

  begin(go: (role: string) => void): void {
    this.go = go;
    this.tell();
  }

  letGo(role: string): void {
    this.waiting.delete(role);
    this.go(role);
    this.tell();
  }

  hear(message: FromLab): void {
    switch (message.type) {
      case 'waiting':
        this.waiting.set(message.role, message.call);
        break;
      case 'exit':
        this.waiting.delete(message.role);
        break;
      case 'progress':
        this.progress = progressText(
          message.role,
          message.done,
          message.total,
          performance.now() - this.startedAt,
        );
        break;
      case 'print':
        this.send({ kind: 'status', text: `${message.role}: ${message.line}`, isError: false });
        return;
      case 'problem':
        this.send({ kind: 'status', text: message.text, isError: true });
        return;
      default:
        return;
    }
    this.tell();
  }

  blocked(): void {}

  /** The run is over: what was not shown yet will be shown with the whole. */
  close(): void {
    if (this.later !== null) clearTimeout(this.later);
    this.isClosed = true;
    this.closing.abort();
  }

  grown(_: number, snapshot: () => Session): void {
    this.snapshot = snapshot;
    this.isBehind = true;
    this.showSoon();
  }

  private showSoon(): void {
    if (this.later !== null || this.isClosed) return;
    const wait = Math.max(0, this.nextAt - performance.now());
    this.later = setTimeout(() => this.show(), wait);
  }

  /** Shows all there is: explained if that is not going on already, else with what is new behind what is explained. */
  private show(): void {
    this.later = null;
    if (this.snapshot === null || this.isSlow) return;
    const start = performance.now();
    const session = this.snapshot();
    this.isSlow = performance.now() - start > SLOW_MS;
    if (this.explained !== null && session.calls.length === 0) {
      const timeline = extended(this.explained, session);
      this.send({ kind: 'document', document: new Document(timeline, this.scenario, 'running') });
    }
    if (!this.isExplaining) void this.explain(session);
    this.nextAt = performance.now() + EVERY_MS;
  }

  private async explain(session: Session): Promise<void> {
    this.isExplaining = true;
    this.isBehind = false;
    const start = performance.now();
    const timeline = await inTurns(timelineInSteps(session, true), this.closing.signal);
    if (timeline === null) return;
    this.explained = timeline;
    // What came meanwhile was shown already, and stays.
    const isMore = this.isBehind && session.calls.length === 0;
    const shown = isMore && this.snapshot !== null ? extended(timeline, this.snapshot()) : timeline;
    this.send({ kind: 'document', document: new Document(shown, this.scenario, 'running') });
    const rest = (performance.now() - start) * REST;
    await delay(rest, undefined, { signal: this.closing.signal, ref: false }).catch(() => {});
    this.isExplaining = false;
    if (this.isBehind) this.showSoon();
  }

  private tell(): void {
    const waiting = [...this.waiting].map(([role, call]) => ({ role, call }));
    const running: Running = { scenario: this.scenario, waiting, progress: this.progress };
    this.send({ kind: 'running', running });
  }
}
