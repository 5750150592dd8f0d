import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PROJECT } from './tools.ts';

const SOCKSCOPE = join(PROJECT, 'bin/sockscope.js');

export interface TmuxOptions {
  readonly width: number;
  readonly height: number;
  readonly env?: Readonly<Record<string, string>>;
  /** A command of the shell whose output is the program's standard input. */
  readonly feed?: string;
}

/** The real program in a real terminal: a tmux server of its own, ended by `end`. */
export class Tmux {
  readonly folder = mkdtempSync(join(tmpdir(), 'tmux-'));
  private readonly socket = `sockscope-${randomUUID()}`;

  /** Runs the program; when it ends the screen says END and its exit code, and the shell behind it goes on. */
  constructor(args: readonly string[], { width, height, env = {}, feed }: TmuxOptions) {
    const all = { TERM: 'xterm-256color', LANG: 'C.UTF-8', XDG_STATE_HOME: this.folder, ...env };
    const assignments = Object.entries(all).map(([name, value]) => `${name}=${quoted(value)}`);
    const command = [...assignments, process.execPath, SOCKSCOPE, ...args.map(quoted)].join(' ');
    const piped = feed === undefined ? command : `${feed} | ${command}`;
    const shell = `cd ${quoted(this.folder)}; echo BEFORE; ${piped}; echo END $?; exec sh`;
    this.run(['-f', '/dev/null', 'new-session', '-d', '-x', String(width), '-y', String(height), shell]);
  }

  keys(...keys: readonly string[]): void {
    this.run(['send-keys', ...keys]);
  }

  /** Types text as it is. */
  type(text: string): void {
    this.run(['send-keys', '-l', text]);
  }

  resize(width: number, height: number): void {
    this.run(['resize-window', '-x', String(width), '-y', String(height)]);
  }

  screen(): string {
    return this.run(['capture-pane', '-p']);
  }

  /** A format of tmux(1): '#{alternate_on}', '#{mouse_any_flag}'. */
  ask(format: string): string {
    return this.run(['display-message', '-p', format]).trim();
  }

  /** The id of the program, which the shell of the pane has started. */
  async pid(): Promise<number> {
    const shell = this.ask('#{pane_pid}');
    for (let turn = 0; turn < 500; turn++) {
      const found = spawnSync('pgrep', ['-P', shell, '-f', 'sockscope.js'], {
        encoding: 'utf8',
      }).stdout.trim();
      if (found !== '') return Number(found.split('\n')[0]);
      await delay(10);
    }
    throw new Error('the program did not start');
  }

  /** Waits until the screen holds a text, or fits a pattern. Fails after fifteen seconds with what is there. */
  async until(wanted: string | RegExp): Promise<string> {
    const limit = performance.now() + 15_000;
    for (;;) {
      const text = this.screen();
      if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) return text;
      if (performance.now() > limit) throw new Error(`waited for ${wanted}; the screen is\n${text}`);
      await delay(30);
    }
  }

  end(): void {
    this.run(['kill-server']);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(args: readonly string[]): string {
    return spawnSync('tmux', ['-L', this.socket, ...args], { encoding: 'utf8' }).stdout;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
