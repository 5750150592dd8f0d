import { setImmediate } from 'node:timers/promises';
import { EXIT, type ExitCode } from '../../capture/user-error.ts';

export interface Interrupts {
  /** Aborted by the first Ctrl-C or SIGTERM: end in order. */
  readonly stop: AbortSignal;
  /** The exit code that the signal asks for; null when none came. */
  readonly code: ExitCode | null;
  /** From here on nothing has to be put in order: a signal ends this process at once, also while it prints. */
  release(): Promise<void>;
}

const ENDS: readonly (readonly [NodeJS.Signals, ExitCode])[] = [
  ['SIGINT', EXIT.interrupted],
  ['SIGTERM', EXIT.terminated],
  ['SIGHUP', EXIT.terminated],
];

/** The first signal ends a run in order; a second one ends this process at once, and the kernel ends the lab with it. */
export function listenForInterrupts(): Interrupts {
  const controller = new AbortController();
  let code: ExitCode | null = null;
  const handlers = ENDS.map(([signal, asked]) => {
    const handler = () => {
      if (code !== null) process.exit(asked);
      code = asked;
      controller.abort();
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  return {
    stop: controller.signal,
    get code() {
      return code;
    },
    release: async () => {
      // What came while we were busy is heard in the next turn of the event loop: one that has begun may be past it.
      for (let turn = 0; turn < 2; turn++) await setImmediate();
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
