import type { Stopped } from '../../src/commands/step-line.ts';
import type { FromLab, StepEdit } from '../../src/lab/protocol.ts';
import type { RunWatcher } from '../../src/lab/recorded-run.ts';
import type { RunTalk } from '../../src/lab/top.ts';
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
const MOST_PRINTED = 50;

/** Shows a run while it goes on: its growing time line, who waits in step mode, how far a transfer is. */
export class ScreenWatcher implements RunWatcher {
  private readonly scenario: string;
  private readonly send: (message: Message) => void;
  private readonly startedAt = performance.now();
  private readonly waiting = new Map<string, Stopped>();
  /** Roles that ask for a line, each with its prompt. */
  private readonly asking = new Map<string, string>();
  private talk: RunTalk | null = null;
  private printed: Running['printed'] = [];
  private progress = '';
  private nextAt = 0;
  private isClosed = false;
  private later: NodeJS.Timeout | null = null;

  constructor(scenario: string, hear: (message: Message) => void) {
    this.scenario = scenario;
    this.send = hear;
  }

  begin(talk: RunTalk): void {
    this.talk = talk;
    this.tell();
  }

  letGo(role: string): void {
    const edit = this.waiting.get(role)?.edit ?? undefined;
    this.waiting.delete(role);
    this.talk?.go(role, edit);
    this.tell();
  }

  /** Changes the call that a role waits before. */
  edit(role: string, edit: StepEdit): void {
    const stopped = this.waiting.get(role);
    if (stopped !== undefined) this.waiting.set(role, { ...stopped, edit });
    this.tell();
  }

  /** Gives a role the line that it asked for; null ends its input. */
  answer(role: string, line: string | null): void {
    this.asking.delete(role);
    if (line !== null) this.print(role, line, true);
    this.talk?.answer(role, line);
    this.tell();
  }

  hear(message: FromLab): void {
    switch (message.type) {
      case 'waiting':
        this.waiting.set(message.role, { call: message, edit: null });
        break;
      case 'asking':
        this.asking.set(message.role, message.prompt);
        break;
      case 'exit':
        this.waiting.delete(message.role);
        this.asking.delete(message.role);
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
        this.print(message.role, message.line, false);
        break;
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

  private print(role: string, text: string, isTyped: boolean): void {
    this.printed = [...this.printed, { role, text, isTyped }].slice(-MOST_PRINTED);
  }

  private tell(): void {
    const waiting = [...this.waiting.values()];
    const asking = [...this.asking].map(([role, prompt]) => ({ role, prompt }));
    const running: Running = {
      scenario: this.scenario,
      waiting,
      asking,
      printed: this.printed,
      progress: this.progress,
    };
    this.send({ kind: 'running', running });
  }
}
