import type { FromLab } from '../lab/protocol.ts';
import type { RunWatcher } from '../lab/recorded-run.ts';
import type { RunTalk } from '../lab/top.ts';
import type { Call } from '../sockets/call.ts';
import { describeCall } from '../sockets/describe-call.ts';
import { say } from '../words/text.ts';
import { words } from '../words/words.ts';
import { editText, parseStepLine, type Stopped } from './step-line.ts';
import { isInForeground } from './terminal.ts';
import { TypedLines } from './typed-lines.ts';

/** A run shorter than this shows no status line: it would only flicker. */
const STATUS_AFTER_MS = 300;
const STATUS_EVERY_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

export interface ScreenTexts {
  /** Rate, percent and time left of a transfer, as one line. */
  progress(role: string, done: number, total: number, elapsedMs: number): string;
  /** Makes text that came from a role safe for a terminal. */
  escape(text: string): string;
}

/**
 * What the user sees on standard error while a run goes on: what the roles print, and on a terminal one status line with
 * a transfer's progress or the calls that are blocked.
 */
export class RunScreen implements RunWatcher {
  private readonly texts: ScreenTexts;
  private readonly status: boolean;
  private readonly startedAt = performance.now();
  private readonly typed = new TypedLines();
  /** Roles that wait before a call in step mode, the first to wait first. */
  private waiting: readonly Stopped[] = [];
  /** Roles that run. */
  private readonly roles = new Set<string>();
  private isReading = false;
  private isHelpShown = false;
  /** Who asks the user for a line, the oldest first: it is the next line's. */
  private readonly asking: { readonly role: string; readonly prompt: string }[] = [];
  private nextStatus = STATUS_AFTER_MS;
  private transfer: { role: string; done: number; total: number } | null = null;
  private shown = false;
  private talk: RunTalk | null = null;

  constructor(texts: ScreenTexts) {
    this.texts = texts;
    this.status = process.stderr.isTTY === true && process.env.TERM !== 'dumb' && isInForeground();
  }

  begin(talk: RunTalk): void {
    this.talk = talk;
  }

  hear(message: FromLab): void {
    switch (message.type) {
      case 'print':
        this.line(`${message.role}: ${this.texts.escape(message.line)}`);
        return;
      case 'progress':
        this.transfer = message;
        this.draw([]);
        return;
      case 'waiting':
        this.waiting = [...this.waiting, { call: message, edit: null }];
        this.showStop({ call: message, edit: null });
        this.read();
        return;
      case 'asking':
        this.asking.push(message);
        this.showPrompt();
        this.read();
        return;
      case 'role':
        this.roles.add(message.role);
        return;
      case 'exit':
        this.roles.delete(message.role);
        this.forget(message.role);
        return;
      case 'problem':
        this.line(`sockscope: ${say(message.text)}`);
        return;
      default:
    }
  }

  blocked(calls: readonly Call[]): void {
    this.draw(calls);
  }

  close(): void {
    this.clear();
    this.typed.close();
  }

  /** Waits for a line while somebody wants one. */
  private read(): void {
    if (this.isReading || this.asking.length + this.waiting.length === 0) return;
    this.isReading = true;
    this.typed.next((line) => {
      this.isReading = false;
      this.take(line);
      this.read();
    });
  }

  /** A line, or the end of the input: for who asks, and else a command for those who wait. */
  private take(line: string | null): void {
    const asked = this.asking.shift();
    if (asked !== undefined) {
      if (!process.stdin.isTTY) process.stderr.write(`${line === null ? '' : this.texts.escape(line)}\n`);
      this.talk?.answer(asked.role, line);
      this.showPrompt();
      return;
    }
    if (this.waiting.length === 0) return;
    // At the end of the input nobody can press a key any more, so nobody is kept waiting.
    const command = parseStepLine(line ?? 'all', this.waiting, [...this.roles]);
    switch (command.do) {
      case 'go':
        for (const role of command.roles) this.letGo(role);
        return;
      case 'edit':
        this.waiting = this.waiting.map((each) =>
          each.call.role === command.role ? { ...each, edit: command.edit } : each,
        );
        for (const each of this.waiting) if (each.call.role === command.role) this.showStop(each);
        return;
      case 'signal':
        this.talk?.signal(command.role, command.signal);
        this.line(words().texts.signalSent(command.signal, command.role));
        return;
      case 'say':
        this.line(command.text);
        return;
      default:
        command satisfies never;
    }
  }

  private letGo(role: string): void {
    const stopped = this.waiting.find(({ call }) => call.role === role);
    this.waiting = this.waiting.filter((each) => each !== stopped);
    if (stopped !== undefined) this.talk?.go(role, stopped.edit ?? undefined);
  }

  private showStop(stopped: Stopped): void {
    const { role, text } = stopped.call;
    const changed = editText(stopped);
    this.line(words().texts.aboutToCall(role, text, changed));
    if (this.isHelpShown) return;
    this.isHelpShown = true;
    this.line(`  ${words().texts.stepHelp}`);
  }

  /** A role that is gone wants nothing any more. */
  private forget(role: string): void {
    const asks = this.asking.findIndex((each) => each.role === role);
    if (asks >= 0) this.asking.splice(asks, 1);
    this.waiting = this.waiting.filter(({ call }) => call.role !== role);
  }

  /** Says which role asks; what is typed stands behind it. */
  private showPrompt(): void {
    const [first] = this.asking;
    if (first === undefined) return;
    this.clear();
    process.stderr.write(`${first.role}: ${this.texts.escape(first.prompt)} `);
  }

  private line(text: string): void {
    this.clear();
    // On a line of its own, and then the question again: the terminal keeps what was typed so far.
    const isAsking = this.asking.length > 0;
    process.stderr.write(`${isAsking && this.status ? CLEAR_LINE : isAsking ? '\n' : ''}${text}\n`);
    this.showPrompt();
  }

  private draw(blocked: readonly Call[]): void {
    const elapsed = performance.now() - this.startedAt;
    if (!this.status || this.asking.length > 0 || elapsed < this.nextStatus) return;
    this.nextStatus = elapsed + STATUS_EVERY_MS;
    const text = this.statusText(blocked, elapsed);
    if (text === '') return;
    const columns = process.stderr.columns ?? 80;
    process.stderr.write(`${CLEAR_LINE}${text.slice(0, columns - 1)}`);
    this.shown = true;
  }

  private statusText(blocked: readonly Call[], elapsed: number): string {
    const { transfer } = this;
    if (transfer !== null) return this.texts.progress(transfer.role, transfer.done, transfer.total, elapsed);
    const now = BigInt(Date.now()) * 1_000_000n;
    return blocked
      .map((call) =>
        words().texts.blockedIn(
          call.role,
          Number((now - call.enterNs) / 100_000_000n) / 10,
          describeCall(call, { enterOnly: true }),
        ),
      )
      .join(' · ');
  }

  private clear(): void {
    if (!this.shown) return;
    process.stderr.write(CLEAR_LINE);
    this.shown = false;
  }
}
