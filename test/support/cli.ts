import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PROJECT } from './tools.ts';

const SOCKSCOPE = join(PROJECT, 'bin/sockscope.js');
/** Every process of a run inherits this variable, so that what is left of one can be found. */
const MARK = 'SOCKSCOPE_TEST_RUN';

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real program, started as its user would, with a temporary directory of its own. */
export class Cli {
  readonly child: ChildProcess;
  /** TMPDIR of the run: must be empty when it is over. */
  readonly temporary = mkdtempSync(join(tmpdir(), 'cli-tmp-'));
  /** Its working directory. */
  readonly folder = mkdtempSync(join(tmpdir(), 'cli-cwd-'));
  readonly finished: Promise<Finished>;
  private readonly mark = randomUUID();
  private stdout = '';
  private stderr = '';

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [SOCKSCOPE, ...args], {
      cwd: this.folder,
      env: { ...process.env, TMPDIR: this.temporary, NO_COLOR: '1', [MARK]: this.mark, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.finished = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => {
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** Process ids of the run, with their titles, as /proc has them now. */
  processes(): { readonly pid: number; readonly title: string }[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => read(`/proc/${name}/environ`).includes(`${MARK}=${this.mark}`))
      .map((name) => ({
        pid: Number(name),
        title: read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim(),
      }));
  }

  /** Waits until a process with that title is there; fails after ten seconds. */
  async process(title: string): Promise<number> {
    return this.until(
      () => this.processes().find((process) => process.title.startsWith(title))?.pid,
      `process ${title}`,
    );
  }

  /** Waits until `look` finds something; fails after ten seconds. */
  async until<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
    const limit = performance.now() + 10_000;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (performance.now() > limit) throw new Error(`waited 10 s for ${what}; stderr: ${this.stderr}`);
      await delay(5);
    }
  }

  /** Waits (at most a second) for the processes to be gone, and tells what is left: processes and files. */
  async leftovers(): Promise<readonly string[]> {
    const limit = performance.now() + 1000;
    while (this.processes().length > 0 && performance.now() < limit) await delay(5);
    return [...this.processes().map(({ pid, title }) => `${pid} ${title}`), ...readdirSync(this.temporary)];
  }

  clean(): void {
    for (const folder of [this.temporary, this.folder]) rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the program to its end. */
export async function sockscope(...args: readonly string[]): Promise<Finished> {
  const cli = new Cli(args);
  try {
    return await cli.finished;
  } finally {
    cli.clean();
  }
}

/** The network namespace of a process, as the kernel names it. */
export function networkOf(pid: number | 'self'): string {
  return readlinkSync(`/proc/${pid}/ns/net`);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // the process has ended meanwhile, or is not ours
  }
}
