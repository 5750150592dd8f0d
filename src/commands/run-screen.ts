import { createInterface, type Interface } from 'node:readline';
import type { FromLab } from '../lab/protocol.ts';
import type { RunWatcher } from '../lab/recorded-run.ts';
import type { Call } from '../sockets/call.ts';
import { describeCall } from '../sockets/describe-call.ts';

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
  private readonly keys: Interface | null;
  private readonly waiting: string[] = [];
  private nextStatus = STATUS_AFTER_MS;
  private transfer: { role: string; done: number; total: number } | null = null;
  private shown = false;
  private ended = false;
  private go: (role: string) => void = () => {};

  /** @param step Whether roles wait before each call until Enter is pressed. */
  constructor(texts: ScreenTexts, step: boolean) {
    this.texts = texts;
    this.status = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
    this.keys = step ? createInterface({ input: process.stdin }) : null;
    this.keys?.on('line', () => this.letOneGo());
    this.keys?.on('close', () => this.letAllGo());
  }

  begin(go: (role: string) => void): void {
    this.go = go;
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
        this.waiting.push(message.role);
        this.line(`${message.role} is about to call ${message.call}: Enter lets it`);
        if (this.ended) this.letAllGo();
        return;
      case 'problem':
        this.line(`sockscope: ${message.text}`);
        return;
      default:
    }
  }

  blocked(calls: readonly Call[]): void {
    this.draw(calls);
  }

  close(): void {
    this.clear();
    this.keys?.removeAllListeners('close');
    this.keys?.close();
  }

  private letOneGo(): void {
    const role = this.waiting.shift();
    if (role !== undefined) this.go(role);
  }

  /** The end of the input: nobody can press a key any more, so nobody is kept waiting. */
  private letAllGo(): void {
    this.ended = true;
    while (this.waiting.length > 0) this.letOneGo();
  }

  private line(text: string): void {
    this.clear();
    process.stderr.write(`${text}\n`);
  }

  private draw(blocked: readonly Call[]): void {
    const elapsed = performance.now() - this.startedAt;
    if (!this.status || elapsed < this.nextStatus) return;
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
      .map(
        (call) =>
          `${call.role} blocked ${Number((now - call.enterNs) / 100_000_000n) / 10} s in ${describeCall(call)}`,
      )
      .join(' · ');
  }

  private clear(): void {
    if (!this.shown) return;
    process.stderr.write(CLEAR_LINE);
    this.shown = false;
  }
}
