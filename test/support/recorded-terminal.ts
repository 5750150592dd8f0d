import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import headless from '@xterm/headless';
import { PROJECT } from './tools.ts';

/** The real program behind a pseudo-terminal of 80 × 24 (script(1)); all bytes that it writes are kept. */
export class RecordedTerminal {
  written = '';
  private readonly folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  private readonly terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  private readonly child: ChildProcess;

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    const program = [process.execPath, join(PROJECT, 'bin/sockscope.js'), ...args].join(' ');
    const { COLORTERM: _, TMUX: __, STY: ___, ...rest } = process.env;
    this.child = spawn('script', ['-qfec', `stty cols 80 rows 24; exec ${program}`, '/dev/null'], {
      cwd: this.folder,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...rest, XDG_STATE_HOME: this.folder, SHELL: '/bin/sh', ...env },
    });
    this.child.stdout?.setEncoding('latin1').on('data', (text: string) => {
      this.written += text;
      this.terminal.write(Buffer.from(text, 'latin1'));
    });
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  /** Waits until the screen, as an emulator draws it, holds a text. Fails after twenty seconds with what is there. */
  async until(wanted: string): Promise<void> {
    const limit = performance.now() + 20_000;
    for (;;) {
      const { active } = this.terminal.buffer;
      const text = Array.from(
        { length: 24 },
        (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
      ).join('\n');
      if (text.includes(wanted)) return;
      if (performance.now() > limit) throw new Error(`waited for ${wanted}; the screen is\n${text}`);
      await delay(20);
    }
  }

  /** Ends what still runs: the terminal is gone then, and the program with it. */
  end(): void {
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Waits for the end of the program. */
  async ended(): Promise<void> {
    if (this.child.exitCode === null) await new Promise((resolve) => this.child.once('exit', resolve));
  }
}
