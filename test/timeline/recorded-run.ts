import { join } from 'node:path';
import { lostRows } from '../../src/session/lost.ts';
import { openSession } from '../../src/session/read.ts';
import type { Session } from '../../src/session/session.ts';
import { Cli } from '../support/cli.ts';
import type { Recorded } from './build-session.ts';

/**
 * Runs a scenario for real and gives what was recorded as plain data; a sentence instead where that cannot be done here.
 * `mayFail`: its roles may give up, as on a busy machine under a short time limit; what was recorded counts all the same.
 */
export async function recordRun(args: readonly string[], mayFail = false): Promise<Recorded | string> {
  const cli = new Cli(['run', ...args, '--text', '--verify', '-w', 'run.pcapng']);
  try {
    const { code, stderr, stdout } = await cli.finished;
    if (code === 3) return stderr.trim();
    if (code !== 0 && !(mayFail && code === 1)) throw new Error(`exit code ${code}\n${stdout}${stderr}`);
    return plain(await openSession(join(cli.folder, 'run.pcapng')));
  } finally {
    cli.clean();
  }
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
