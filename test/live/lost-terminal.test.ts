import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { have, PROJECT } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'lost-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Runs a program on a terminal of its own until it has drawn a text, closes the terminal, and prints the exit status, negative for
 * a signal. Who is of the terminal's session gets SIGHUP (termios(3)); who is not only finds the terminal gone.
 */
const CLOSE_TERMINAL = `
import fcntl, os, pty, select, struct, subprocess, sys, termios, time
controls, text, command = sys.argv[1] == 'controls', sys.argv[2].encode(), sys.argv[3:]
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
own = (lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if controls else None
child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, preexec_fn=own)
os.close(slave)
drawn, limit = b'', time.time() + 20
while text not in drawn and time.time() < limit:
    if select.select([master], [], [], 0.1)[0]: drawn += os.read(master, 65536)
os.close(master)
try: print(text in drawn, child.wait(10))
except subprocess.TimeoutExpired:
    child.kill()
    print(text in drawn, 'it goes on')
`;

test.runIf(have('python3')).each(['controls', 'is only written to'])(
  'a full-screen run whose terminal %s is closed ends with 143, as by SIGHUP',
  (how) => {
    const command = [
      process.execPath,
      join(PROJECT, 'bin/sockscope.js'),
      'run',
      'tcp-echo',
      '--role',
      'server',
    ];
    const { stdout } = spawnSync('python3', ['-c', CLOSE_TERMINAL, how, 'accept', ...command], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', XDG_STATE_HOME: folder },
    });
    expect(stdout.trim()).toBe('True 143');
  },
);
