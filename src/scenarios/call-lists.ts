import { orderInSteps } from '../timeline/time-order.ts';
import type { CallSeen } from './evidence.ts';
import { RecordedCall, type SeenRun } from './seen.ts';

/** So many calls are gone through in about a millisecond. */
const CALLS_A_STEP = 2048;

/** Calls of one name by one role. */
interface Kind {
  readonly number: number;
  readonly role: string;
  readonly name: string;
}

/**
 * The calls of a run as checks see them, found by name and role. One object a call, whoever asks: a transfer has hundreds
 * of thousands, and each check asks for most of them.
 */
export class CallLists {
  readonly #calls: readonly CallSeen[];
  /** In order of entry. */
  readonly #ordered: readonly CallSeen[];
  readonly #kindOfCall: Uint32Array;
  readonly #kinds: readonly Kind[];
  /** In order of entry too: what most checks ask for. */
  readonly #ofKind: readonly (readonly CallSeen[])[];

  private constructor(
    calls: readonly CallSeen[],
    ordered: readonly CallSeen[],
    kindOfCall: Uint32Array,
    kinds: readonly Kind[],
    ofKind: readonly (readonly CallSeen[])[],
  ) {
    this.#calls = calls;
    this.#ordered = ordered;
    this.#kindOfCall = kindOfCall;
    this.#kinds = kinds;
    this.#ofKind = ofKind;
  }

  /** Goes through the calls in steps. */
  static *of(run: SeenRun): Generator<void, CallLists> {
    const { calls } = run.timeline.session;
    const seen: CallSeen[] = [];
    const kindOfCall = new Uint32Array(calls.length);
    const kinds = new Map<string, Kind>();
    const entered = new Float64Array(calls.length);
    for (const [index, { enterNs }] of calls.entries()) {
      if (index % CALLS_A_STEP === 0) yield;
      entered[index] = Number(enterNs - run.baseNs);
      const call = new RecordedCall(run, index);
      const { role, name } = call;
      const key = `${role}\0${name}`;
      const kind = kinds.get(key) ?? { number: kinds.size, role, name };
      kinds.set(key, kind);
      kindOfCall[index] = kind.number;
      seen.push(call);
    }
    const order = yield* orderInSteps(entered);
    const ordered: CallSeen[] = [];
    const ofKind = Array.from({ length: kinds.size }, (): CallSeen[] => []);
    for (const index of order) {
      if (ordered.length % CALLS_A_STEP === 0) yield;
      const call = seen[index];
      if (call === undefined) continue;
      ordered.push(call);
      ofKind[kindOfCall[index] ?? 0]?.push(call);
    }
    return new CallLists(seen, ordered, kindOfCall, [...kinds.values()], ofKind);
  }

  /** All roles that made calls. */
  get roles(): readonly string[] {
    return [...new Set(this.#kinds.map(({ role }) => role))];
  }

  call(index: number): CallSeen {
    const call = this.#calls[index];
    if (call === undefined) throw new RangeError(`no call ${index}`);
    return call;
  }

  /** Calls in order of entry; of one name, of several, or all; of those roles that are accepted. A new list each time. */
  find(
    name: string | readonly string[] | undefined,
    accepts: (role: string) => boolean,
  ): readonly CallSeen[] {
    const names = name === undefined ? null : [name].flat();
    const wanted = this.#kinds.map((kind) => (names?.includes(kind.name) ?? true) && accepts(kind.role));
    const first = wanted.indexOf(true);
    if (first < 0) return [];
    if (first === wanted.lastIndexOf(true)) return this.#ofKind[first]?.slice() ?? [];
    return this.#ordered.filter(({ index }) => wanted[this.#kindOfCall[index] ?? 0]);
  }
}
