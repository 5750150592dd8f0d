import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import headless from '@xterm/headless';
import type { Session } from '../../../src/session/session.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { App } from '../../../views/tui/app.ts';
import { Document } from '../../../views/tui/document.ts';
import type { ScenarioEntry, Start } from '../../../views/tui/model.ts';
import type { ThemeName } from '../../../views/tui/theme.ts';
import { view } from '../../../views/tui/view.ts';

export interface ScreenOptions {
  readonly width: number;
  readonly height: number;
  readonly theme?: ThemeName;
  readonly ascii?: boolean;
  readonly scenarios?: readonly ScenarioEntry[];
  /** The user's settings. */
  readonly settings?: Partial<Start>;
}

/** The real full screen, drawn into a terminal emulator; keys go in as bytes. */
export class TestScreen {
  readonly app: App;
  readonly terminal: headless.Terminal;
  /** All bytes that were written. */
  written = '';
  private readonly input = new PassThrough();
  private pending: Promise<void> = Promise.resolve();
  private readonly output: PassThrough & { columns: number; rows: number; isTTY: boolean };

  constructor({
    width,
    height,
    theme = 'dark',
    ascii = false,
    scenarios = [],
    settings = {},
  }: ScreenOptions) {
    this.terminal = new headless.Terminal({ cols: width, rows: height, allowProposedApi: true });
    this.output = Object.assign(new PassThrough(), { columns: width, rows: height, isTTY: true });
    this.output.setEncoding('utf8');
    this.output.on('data', (text: string) => {
      this.written += text;
      this.pending = new Promise((resolve) => this.terminal.write(text, resolve));
    });
    this.app = new App(
      { input: this.input, output: this.output },
      { theme, ascii, mouse: true, scenarios, recent: [], ...settings },
    );
    this.app.begin({ kind: 'home' });
  }

  show(session: Session, title = 'test'): void {
    this.app.hear({ kind: 'document', document: new Document(buildTimeline(session), title) });
  }

  /** Presses keys as a terminal sends them: '\r' is Enter, '\x1b[B' the down arrow. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.input.write(key);
      // A lone escape must not meet the next key in one chunk.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  resize(width: number, height: number): void {
    this.terminal.resize(width, height);
    Object.assign(this.output, { columns: width, rows: height });
    this.output.emit('resize');
  }

  lines(): readonly string[] {
    const { active } = this.terminal.buffer;
    return Array.from(
      { length: this.terminal.rows },
      (_, index) => active.getLine(active.baseY + index)?.translateToString(true) ?? '',
    );
  }

  /** Waits until the screen holds a text, or fits a pattern; gives the lines. Fails after two seconds with what is there. */
  async until(wanted: string | RegExp): Promise<readonly string[]> {
    const limit = performance.now() + 2000;
    for (;;) {
      await this.pending;
      const lines = this.lines();
      const text = lines.join('\n');
      if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) return lines;
      if (performance.now() > limit) throw new Error(`waited for ${wanted}; the screen is\n${text}`);
      await delay(5);
    }
  }

  /** Waits until the emulator shows exactly the text of the view: nothing that was drawn was obeyed instead. */
  async settle(): Promise<readonly string[]> {
    const limit = performance.now() + 2000;
    const sgr = new RegExp(`${'\x1b'}\\[[0-9;]*m`, 'g');
    for (;;) {
      await this.pending;
      const wanted = view(this.app.model).map((line) => line.replace(sgr, '').trimEnd());
      const lines = this.lines().map((line) => line.trimEnd());
      if (wanted.every((line, index) => line === lines[index])) return lines;
      if (performance.now() > limit)
        throw new Error(`the screen is\n${lines.join('\n')}\nand should be\n${wanted.join('\n')}`);
      await delay(5);
    }
  }

  close(): void {
    this.app.close();
  }
}
