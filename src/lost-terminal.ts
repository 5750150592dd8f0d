import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

const STDIO = [0, 1, 2] as const;

/**
 * Node ends by giving terminals their modes back, and aborts (SIGSEGV instead of the exit code) where one is gone and
 * tcsetattr fails with EIO; what is another file by then it leaves alone. So a terminal that was closed is replaced then.
 */
export function outliveTerminal(): void {
  const terminals = STDIO.filter((fd) => isatty(fd));
  if (terminals.length === 0) return;
  process.on('exit', () => {
    for (const fd of terminals) {
      if (isatty(fd)) continue;
      closeSync(fd);
      // The lowest descriptor that is free: the same one.
      openSync('/dev/null', 'r+');
    }
  });
}
