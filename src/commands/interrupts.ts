import { EXIT, type ExitCode } from '../../capture/user-error.ts';

export interface Interrupts {
  /** Aborted by the first Ctrl-C or SIGTERM: end in order. */
  readonly stop: AbortSignal;
  /** The exit code that the signal asks for; null when none came. */
  readonly code: ExitCode | null;
}

/** The first signal ends a run in order; a second one ends this process at once, and the kernel ends the lab with it. */
export function listenForInterrupts(): Interrupts {
  const controller = new AbortController();
  const heard: { stop: AbortSignal; code: ExitCode | null } = { stop: controller.signal, code: null };
  const on = (signal: NodeJS.Signals, code: ExitCode) => {
    process.on(signal, () => {
      if (heard.code !== null) process.exit(code);
      heard.code = code;
      controller.abort();
    });
  };
  on('SIGINT', EXIT.interrupted);
  on('SIGTERM', EXIT.terminated);
  on('SIGHUP', EXIT.terminated);
  return heard;
}
