import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import headless from '@xterm/headless';
import { PROJECT } from '../support/tools.ts';

/**
 * How long the event loop was blocked at most, in ms, since the last time somebody asked: on the clock; less the time
 * in which its thread waited for a processor; and the time in which it had one, with the 99th percentile of that; and the
 * processor time used in all, by all its threads. `gc` is the longest pause of the garbage collector.
 */
export interface Stalls {
  readonly worst: number;
  readonly own: number;
  readonly busy: number;
  readonly p99: number;
  readonly gc: number;
  readonly cpu: number;
}

/** The built program behind a pseudo-terminal (script(1)), with what it writes drawn by a terminal emulator. */
export class PtyProgram {
  /** When it was started, and when its first line of a ladder stood on the screen; ms since 1970. */
  readonly startedAt = Date.now();
  readonly terminal: headless.Terminal;
  private readonly child: ChildProcess;
  private readonly probeFile: string;
  private pid = 0;
  private heard: (() => void) | null = null;

  constructor(
    args: readonly string[],
    size: { readonly columns: number; readonly rows: number },
    folder: string,
  ) {
    this.probeFile = join(folder, 'probe');
    this.terminal = new headless.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
    const program = [process.execPath, join(PROJECT, 'bin/sockscope.js'), ...args].map(quoted).join(' ');
    const command = `stty cols ${size.columns} rows ${size.rows}; echo $$ >${quoted(join(folder, 'pid'))}; exec ${program}`;
    this.child = spawn('script', ['-qfec', command, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        TERM: 'xterm-256color',
        XDG_STATE_HOME: folder,
        SHELL: '/bin/sh',
        NODE_OPTIONS: `--import ${join(PROJECT, 'test/bench/probe.mjs')}`,
        SOCKSCOPE_PROBE: this.probeFile,
      },
    });
    this.child.stdout?.on('data', (bytes: Buffer) => {
      this.terminal.write(bytes);
      this.heard?.();
    });
    this.pidFile = join(folder, 'pid');
  }

  private readonly pidFile: string;

  screen(): string {
    const { active } = this.terminal.buffer;
    return Array.from({ length: this.terminal.rows }, (_, row) =>
      active.getLine(active.viewportY + row)?.translateToString(true),
    ).join('\n');
  }

  /** Presses a key and waits for what is written next: ms, or null when nothing was within a second. */
  press(key: string): Promise<number | null> {
    const start = performance.now();
    return new Promise((resolve) => {
      const end = (answered: boolean): void => {
        clearTimeout(timer);
        this.heard = null;
        resolve(answered ? performance.now() - start : null);
      };
      const timer = setTimeout(() => end(false), 1000);
      this.heard = () => end(true);
      this.child.stdin?.write(key);
    });
  }

  /** Waits until the screen fits; ms. Fails after two minutes with what is there. */
  async until(wanted: string | RegExp): Promise<number> {
    const start = performance.now();
    for (;;) {
      const screen = this.screen();
      if (typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen))
        return performance.now() - start;
      if (performance.now() - start > 120_000) throw new Error(`waited for ${wanted}:\n${screen}`);
      await delay(2);
    }
  }

  /** Waits until something is drawn. What it took to begin is counted no more: no key can be pressed before. */
  async drawn(): Promise<void> {
    await this.until(/\S/);
    await this.stalls();
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    const tty = readlinkSync(`/proc/${this.id()}/fd/0`);
    execFileSync('stty', ['-F', tty, 'cols', String(columns), 'rows', String(rows)]);
  }

  /** What the probe has counted since the last time; begins to count anew. */
  async stalls(): Promise<Stalls> {
    const before = this.notes().length;
    process.kill(this.id(), 'SIGUSR2');
    for (let turn = 0; turn < 500; turn++) {
      const note = this.notes()[before];
      if (note !== undefined) return note as Stalls;
      await delay(5);
    }
    throw new Error('the probe does not answer');
  }

  /** When the program opened the capture; ms since 1970. */
  openedAt(): number {
    const note = this.notes().find((each): each is { openedAt: number } => 'openedAt' in each);
    return note?.openedAt ?? Number.NaN;
  }

  /** Largest and present resident size, MB. */
  memory(): { readonly most: number; readonly now: number } {
    const status = readFileSync(`/proc/${this.id()}/status`, 'utf8');
    const kb = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
    return { most: kb('VmHWM') / 1000, now: kb('VmRSS') / 1000 };
  }

  async quit(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin?.write('\x03');
    await ended;
  }

  /** Ends it where it has not ended: with its terminal. */
  kill(): void {
    if (this.child.exitCode === null) this.child.kill();
  }

  private notes(): (Stalls | { readonly openedAt: number })[] {
    if (!existsSync(this.probeFile)) return [];
    const lines = readFileSync(this.probeFile, 'utf8').split('\n').filter(Boolean);
    return lines.map((each) => JSON.parse(each) as Stalls | { openedAt: number });
  }

  private id(): number {
    this.pid ||= Number(readFileSync(this.pidFile, 'utf8'));
    return this.pid;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
