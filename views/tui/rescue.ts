import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../../capture/user-error.ts';
import type { Session } from '../../src/session/session.ts';
import { SessionFile } from '../../src/session/write.ts';
import { words } from '../../src/words/words.ts';

/**
 * Saves what was recorded and never saved, before a bug of ours ends the program: in this directory, or among the
 * temporary files where that cannot be written to. Tells where it is, or why it is nowhere; never throws.
 */
export function rescue(session: Session, directories: readonly string[] = ['.', tmpdir()]): string {
  let problem = '';
  for (const directory of directories) {
    try {
      const path = resolve(join(directory, `sockscope-rescued-${process.pid}.pcapng`));
      const file = SessionFile.create(path, { force: false, plainPcap: false, owner: null });
      // What explains the packets may be what is broken: they are explained anew when the file is read.
      const trouble = file.finish(session, () => null);
      if (trouble === null) return words().status.rescued(path);
      problem = trouble;
    } catch (error) {
      problem = error instanceof UserError ? error.message : String(error);
    }
  }
  return words().status.notRescued(problem);
}
