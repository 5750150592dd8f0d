import { atOnce } from '../../src/timeline/time-order.ts';
import { oneTurn } from '../../src/timeline/turns.ts';

/** Work that a view has asked for, and that is done in turns while keys are heard. */
export class Jobs {
  private readonly waiting = new Map<object, Generator<void, void>>();

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  /** Puts work in the place of what the same owner has asked for before. */
  put(owner: object, steps: Generator<void, void>): void {
    this.waiting.set(owner, steps);
  }

  /** Works for one turn. Returns whether something is done that was waited for. */
  turn(): boolean {
    for (const [owner, steps] of this.waiting) {
      if (oneTurn(steps) === null) return false;
      this.waiting.delete(owner);
      return true;
    }
    return false;
  }
}

/** The latest of some values that take a pass over many packets, by what they are of. */
export class Later<T> {
  private readonly jobs: Jobs;
  private readonly atOnce: boolean;
  private key: string | null = null;
  private value: T | null = null;

  /** `isSmall` says that nobody would notice the wait: then the value is made when it is asked for. */
  constructor(jobs: Jobs, isSmall: boolean) {
    this.jobs = jobs;
    this.atOnce = isSmall;
  }

  /** The value; null while it is made. */
  get(key: string, make: () => Generator<void, T>): T | null {
    if (key === this.key) return this.value;
    this.key = key;
    this.value = null;
    if (this.atOnce) this.value = atOnce(make());
    else this.jobs.put(this, this.fill(key, make()));
    return this.value;
  }

  /** What is made already; null while nothing is. */
  get known(): T | null {
    return this.value;
  }

  /** Makes the value in steps, before anybody asks for it. */
  *fillNow(key: string, make: () => Generator<void, T>): Generator<void, void> {
    const value = yield* make();
    this.key = key;
    this.value = value;
  }

  private *fill(key: string, steps: Generator<void, T>): Generator<void, void> {
    const value = yield* steps;
    if (this.key === key) this.value = value;
  }
}
