import type { CallSeen } from './evidence.ts';
import { RecordedCall, type SeenRun } from './seen.ts';

/** So many calls are gone through in about a millisecond. */
const CALLS_A_STEP = 4096;

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

  private constructor(
    calls: readonly CallSeen[],
    isInOrder: boolean,
    kindOfCall: Uint32Array,
    kinds: readonly Kind[],
  ) {
    this.#calls = calls;
    this.#ordered = isInOrder ? calls : calls.toSorted((a, b) => a.entered - b.entered || a.index - b.index);
    this.#kindOfCall = kindOfCall;
    this.#kinds = kinds;
  }

  /** Goes through the calls in steps. */
  static *of(run: SeenRun): Generator<void, CallLists> {
    const { calls } = run.timeline.session;
    const seen: CallSeen[] = [];
    const kindOfCall = new Uint32Array(calls.length);
    const kinds = new Map<string, Kind>();
    let isInOrder = true;
    let before = run.baseNs;
    for (const [index, { enterNs }] of calls.entries()) {
      if (index % CALLS_A_STEP === 0) yield;
      isInOrder &&= before <= enterNs;
      before = enterNs;
      const call = new RecordedCall(run, index);
      const { role, name } = call;
      const key = `${role}\0${name}`;
      const kind = kinds.get(key) ?? { number: kinds.size, role, name };
      kinds.set(key, kind);
      kindOfCall[index] = kind.number;
      seen.push(call);
    }
    return new CallLists(seen, isInOrder, kindOfCall, [...kinds.values()]);
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
    return this.#ordered.filter(({ index }) => wanted[this.#kindOfCall[index] ?? 0]);
  }
}
