import { setTimeout as delay } from 'node:timers/promises';
import type { Stopped } from '../../src/commands/step-line.ts';
import type { FromLab, StepEdit } from '../../src/lab/protocol.ts';
import type { RunWatcher } from '../../src/lab/recorded-run.ts';
import type { RunTalk } from '../../src/lab/top.ts';
import type { Session } from '../../src/session/session.ts';
import type { SignalName } from '../../src/sockets/user-signals.ts';
import { extended } from '../../src/timeline/extended.ts';
import { atOnce } from '../../src/timeline/time-order.ts';
import { timelineInSteps } from '../../src/timeline/timeline.ts';
import { inTurns } from '../../src/timeline/turns.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { say } from '../../src/words/text.ts';
import { progressText } from '../text/progress.ts';
import { Document } from './document.ts';
import type { Message } from './messages.ts';
import type { Running } from './model.ts';

/** What goes on is shown anew at most so often. */
const EVERY_MS = 100;
/** To explain it anew may take this share of the time: the larger it is, the rarer it is explained. */
const REST = 1;
/** To gather its calls may take this share of the time. */
const GATHERING = 1 / 20;
const MOST_PRINTED = 50;

const isServer = (role: string): boolean => role.startsWith('server');

/** Shows a run while it goes on: its growing time line, who waits in step mode, how far a transfer is. */
export class ScreenWatcher implements RunWatcher {
  private readonly scenario: string;
  private readonly send: (message: Message) => void;
  private readonly startedAt = performance.now();
  /** Roles that run. */
  private readonly roles = new Set<string>();
  private readonly waiting = new Map<string, Stopped>();
  /** Roles that ask for a line, each with its prompt. */
  private readonly asking = new Map<string, string>();
  private talk: RunTalk | null = null;
  private printed: Running['printed'] = [];
  private progress = '';
  private nextAt = 0;
  private isClosed = false;
  private isExplaining = false;
  /** Something has come since what is explained was gathered. */
  private isBehind = false;
  private readonly closing = new AbortController();
  private snapshot: (() => Generator<void, Session>) | null = null;
  private isGathering = false;
  /** More came while it was gathered. */
  private isAskedAgain = false;
  private hasCalls = false;
  /** The latest time line whose packets are explained. */
  private explained: Timeline | null = null;
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

  signal(role: string, signal: SignalName): void {
    this.talk?.signal(role, signal);
  }

  hear(message: FromLab): void {
    switch (message.type) {
      case 'role':
        this.roles.add(message.role);
        break;
      case 'waiting':
        this.waiting.set(message.role, { call: message, edit: null });
        break;
      case 'asking':
        this.asking.set(message.role, message.prompt);
        break;
      case 'exit':
        this.roles.delete(message.role);
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
        this.send({ kind: 'status', text: say(message.text), isError: true });
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

  grown(_: number, snapshot: () => Generator<void, Session>): void {
    this.snapshot = snapshot;
    this.isBehind = true;
    this.showSoon();
  }

  /** All that was recorded so far; null before there is anything. */
  latest(): Session | null {
    return this.snapshot === null ? null : atOnce(this.snapshot());
  }

  private showSoon(): void {
    this.isAskedAgain = this.isGathering;
    if (this.later !== null || this.isGathering || this.isClosed) return;
    const wait = Math.max(0, this.nextAt - performance.now());
    this.later = setTimeout(() => void this.show(), wait);
  }

  /** Shows all there is: explained if that is not going on already, else with what is new behind what is explained. */
  private async show(): Promise<void> {
    this.later = null;
    // With calls nothing is shown unexplained: it is gathered when its turn comes.
    if (this.snapshot === null || (this.isExplaining && this.hasCalls)) return;
    const isExplained = !this.isExplaining;
    if (isExplained) this.isBehind = false;
    this.isGathering = true;
    const start = performance.now();
    const session = await inTurns(this.snapshot(), this.closing.signal);
    this.isGathering = false;
    if (session === null) return;
    const gathering = performance.now() - start;
    this.hasCalls = session.calls.length > 0;
    if (this.explained !== null && session.calls.length === 0) {
      const timeline = extended(this.explained, session);
      this.send({ kind: 'document', document: new Document(timeline, this.scenario, 'running') });
    }
    if (isExplained) void this.explain(session);
    this.nextAt = performance.now() + Math.max(EVERY_MS, gathering / GATHERING);
    if (this.isAskedAgain) this.showSoon();
  }

  private async explain(session: Session): Promise<void> {
    this.isExplaining = true;
    const start = performance.now();
    const timeline = await inTurns(timelineInSteps(session, true), this.closing.signal);
    if (timeline === null) return;
    this.explained = timeline;
    // What came meanwhile was shown already, and stays.
    const isMore = this.isBehind && session.calls.length === 0;
    const shown = isMore && this.snapshot !== null ? extended(timeline, atOnce(this.snapshot())) : timeline;
    this.send({ kind: 'document', document: new Document(shown, this.scenario, 'running') });
    const rest = (performance.now() - start) * REST;
    await delay(rest, undefined, { signal: this.closing.signal, ref: false }).catch(() => {});
    this.isExplaining = false;
    if (this.isBehind) this.showSoon();
  }

  private print(role: string, text: string, isTyped: boolean): void {
    this.printed = [...this.printed, { role, text, isTyped }].slice(-MOST_PRINTED);
  }

  private tell(): void {
    const waiting = [...this.waiting.values()];
    const asking = [...this.asking].map(([role, prompt]) => ({ role, prompt }));
    const running: Running = {
      scenario: this.scenario,
      roles: [...this.roles].sort((a, b) => Number(isServer(b)) - Number(isServer(a))),
      waiting,
      asking,
      printed: this.printed,
      progress: this.progress,
    };
    this.send({ kind: 'running', running });
  }
}
