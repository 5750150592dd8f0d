import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import { words } from '../../src/words/words.ts';
import type { App } from './app.ts';

export interface Signals {
  /** The exit code that a signal asked for. */
  readonly code: ExitCode | null;
  /** The terminal is gone, which SIGHUP tells only the processes of its session: what it would do is done. */
  hangUp(): void;
  /** The app that has the terminal. */
  guard(app: App): void;
  /** The terminal is given back. A signal ends the process at once from now on, though a run may still be ending. */
  release(): void;
}

/**
 * Gives the terminal back on every way out: signals end the program in order, a second one at once; a crash shows its
 * message on a screen that is ours no more. Is to be called before the terminal is taken. blessed's own handlers stay quiet
 * while there are others.
 */
export function watchSignals(): Signals {
  let app: App | null = null;
  let heard: ExitCode | null = null;
  const end = (code: ExitCode) => () => {
    const guarded = app;
    if (heard !== null || guarded === null) process.exit(code);
    heard = code;
    // blessed's handlers come after ours now: with its screen gone they would end the process.
    queueMicrotask(() => {
      guarded.close();
      guarded.leave(code);
    });
  };
  const crash = (error: unknown): void => {
    const told = error instanceof Error ? error.stack : String(error);
    const rescued = rescuedBy(app);
    app?.close();
    process.stderr.write(`sockscope: a bug in sockscope, sorry\n${told}\n${rescued}`);
    process.exit(EXIT.failed);
  };
  const quit = (): void => {
    app?.close();
    // Nobody listens any more: the signal does what it does, which may be a core dump to look into.
    process.removeAllListeners('SIGQUIT');
    process.kill(process.pid, 'SIGQUIT');
  };
  process.on('SIGINT', end(EXIT.interrupted));
  process.on('SIGTERM', end(EXIT.terminated));
  const hangUp = end(EXIT.terminated);
  process.on('SIGHUP', hangUp);
  const whileTaken = {
    SIGTSTP: () => app?.suspend(),
    SIGCONT: () => app?.resume(),
    SIGQUIT: quit,
    uncaughtException: crash,
    unhandledRejection: crash,
  };
  for (const [name, handler] of Object.entries(whileTaken)) process.on(name, handler);
  return {
    get code() {
      return heard;
    },
    hangUp,
    guard: (made) => {
      app = made;
    },
    release: () => {
      app = null;
      for (const [name, handler] of Object.entries(whileTaken)) process.off(name, handler);
    },
  };
}

/** What was recorded is not to be lost to a bug; a second one in saving it is not to hide the first. */
function rescuedBy(app: App | null): string {
  try {
    const told = app?.crash() ?? null;
    return told === null ? '' : `  ${told}\n`;
  } catch (error) {
    return `  ${words().status.notRescued(String(error))}\n`;
  }
}
