import { createHash, randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lostRows } from '../../src/session/lost.ts';
import { openSession } from '../../src/session/read.ts';
import type { Session } from '../../src/session/session.ts';
import { Cli, type Finished } from '../support/cli.ts';
import { sharedPlace } from '../support/shared-place.ts';
import type { Recorded } from './build-session.ts';

/** A run that has ended, and where its session was saved; nobody may write there. */
export interface SavedRun extends Finished {
  readonly file: string;
}

/**
 * Runs a scenario for real, and gives what was recorded as plain data; a sentence instead where that cannot be done here.
 * `mayFail`: its roles may give up, as on a busy machine under a short time limit; what was recorded counts all the same.
 */
export async function recordRun(args: readonly string[], mayFail = false): Promise<Recorded | string> {
  const { code, stderr, stdout, file } = await savedRun(args);
  if (code === 3) return stderr.trim();
  if (code !== 0 && !(mayFail && code === 1)) throw new Error(`exit code ${code}\n${stdout}${stderr}`);
  return plain(await openSession(file));
}

/** The run of a command line. All tests of one start of vitest share it: who asks first makes it. */
export async function savedRun(args: readonly string[]): Promise<SavedRun> {
  const name = createHash('sha256').update(JSON.stringify(args)).digest('hex').slice(0, 16);
  const file = join(sharedPlace(), `${name}.pcapng`);
  const told = join(sharedPlace(), `${name}.json`);
  if (!existsSync(told)) {
    const cli = new Cli(['run', ...args, '--text', '--verify', '-w', 'run.pcapng']);
    try {
      const finished = await cli.finished;
      const made = join(cli.folder, 'run.pcapng');
      // Another test file may do the same at this moment: each name comes into being whole, the session before what tells of it.
      if (existsSync(made)) appear(file, (own) => copyFileSync(made, own));
      appear(told, (own) => writeFileSync(own, JSON.stringify(finished)));
    } finally {
      cli.clean();
    }
  }
  return { ...(JSON.parse(readFileSync(told, 'utf8')) as Finished), file };
}

function appear(path: string, write: (own: string) => void): void {
  const own = `${path}-${randomUUID()}`;
  write(own);
  renameSync(own, path);
}

function plain({ capture, calls, run }: Session): Recorded {
  if (run === null) throw new Error('the file tells of no run');
  const { seal: _, ...unsealed } = run;
  // Rows get new ids when they are opened again.
  const lost = [...lostRows({ capture, calls, run })].map((row) => row + 1);
  const packets = Array.from({ length: capture.columns.length }, (_, row) => ({
    ns: capture.columns.timeNs(row),
    bytes: Buffer.from(capture.frame(row)),
  }));
  capture.close();
  return { packets, calls: [...calls], run: { ...unsealed, lost } };
}
