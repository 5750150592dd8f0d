import { setImmediate } from 'node:timers/promises';

/** Runs what is done in steps with turns of the event loop between them, so that keys are heard. */
export async function inTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await setImmediate();
  }
}
