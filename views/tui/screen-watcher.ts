import type { FromLab } from '../../src/lab/protocol.ts';
import type { RunWatcher } from '../../src/lab/recorded-run.ts';
import type { Session } from '../../src/session/session.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { progressText } from '../text/progress.ts';
import { Document } from './document.ts';
import type { Message } from './messages.ts';
import type { Running } from './model.ts';

/** The time line of a run that goes on is made anew at most so often, and takes at most this share of the time. */
const EVERY_MS = 100;
const SHARE = 10;
/** A run beyond this is counted while it goes on, and shown as a whole when it is over. */
const MOST_ROWS = 20_000;

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
  }

  grown(size: number, snapshot: () => Session): void {
    if (size > MOST_ROWS || this.later !== null || this.isClosed) return;
    const wait = this.nextAt - performance.now();
    if (wait > 0) this.later = setTimeout(() => this.show(snapshot), wait);
    else this.show(snapshot);
  }

  private show(snapshot: () => Session): void {
    this.later = null;
    const start = performance.now();
    const document = new Document(buildTimeline(snapshot()), this.scenario, 'running');
    this.send({ kind: 'document', document });
    const took = performance.now() - start;
    this.nextAt = performance.now() + Math.max(EVERY_MS, took * SHARE);
  }

  private tell(): void {
    const waiting = [...this.waiting].map(([role, call]) => ({ role, call }));
    const running: Running = { scenario: this.scenario, waiting, progress: this.progress };
    this.send({ kind: 'running', running });
  }
}
