import { setImmediate } from 'node:timers/promises';
import { atOnce } from './time-order.ts';

/** So long others wait while something long is done: keys are heard and the screen is drawn between two turns. */
export const TURN_MS = 8;

/** Does steps until they are done or the turn is over. Returns the end of the steps, or null. */
export function oneTurn<T>(steps: Iterator<void, T>): IteratorReturnResult<T> | null {
  const limit = performance.now() + TURN_MS;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step;
    if (performance.now() > limit) return null;
  }
}

/** Runs what is done in steps to its end, turn by turn. */
export async function untilDone<T>(steps: Iterator<void, T>): Promise<T> {
  for (;;) {
    const end = oneTurn(steps);
    if (end !== null) return end.value;
    await setImmediate();
  }
}

/** The same; what is left when the signal comes is done at once, before the signal's other listeners that came later. */
export async function untilDoneOr<T>(steps: Generator<void, T>, signal: AbortSignal): Promise<T> {
  let atEnd: { readonly value: T } | null = null;
  const hurry = (): void => {
    atEnd ??= { value: atOnce(steps) };
  };
  signal.addEventListener('abort', hurry);
  try {
    if (signal.aborted) hurry();
    while (atEnd === null) {
      atEnd = oneTurn(steps);
      if (atEnd === null) await setImmediate();
    }
    return atEnd.value;
  } finally {
    signal.removeEventListener('abort', hurry);
  }
}

/** Runs what is done in steps, turn by turn; null when it is ended by the signal. `told` hears the number of steps done. */
export async function inTurns<T>(
  steps: Generator<void, T>,
  signal: AbortSignal,
  told: (steps: number) => void = () => {},
): Promise<T | null> {
  let done = 0;
  const counted: Iterator<void, T> = {
    next: () => {
      done++;
      return steps.next();
    },
  };
  for (;;) {
    const end = oneTurn(counted);
    if (end !== null) return end.value;
    told(done);
    await setImmediate();
    if (signal.aborted) return null;
  }
}
