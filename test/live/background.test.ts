import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { have, PROJECT } from '../support/tools.ts';

const SOCKSCOPE = join(PROJECT, 'bin', 'sockscope.js');

// script(1) gives a terminal, and `bash -m` each job a process group of its own, as in a shell that somebody sits at.
test.skipIf(!have('script', 'bash', 'unshare', 'setpriv'))(
  'a job in the background prints its ladder: the full screen would stop it',
  () => {
    const job = `bash -mc '"${process.execPath}" "${SOCKSCOPE}" run tcp-echo & wait $!'`;
    const { status, stdout } = spawnSync('script', ['-qec', job, '/dev/null'], {
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, TERM: 'xterm' },
    });
    expect(status).toBe(0);
    expect(stdout).toContain('What to look for');
    expect(stdout).not.toContain('\u001b[?1049h');
  },
  30_000,
);
