import { words } from '../../src/words/words.ts';
import type { Effect } from './actions.ts';
import type { Model } from './model.ts';
import { type Step, select } from './update-move.ts';

const said = (model: Model, text: string): Model => ({ ...model, status: { text, isError: false } });

/** Lets roles that wait in step mode make their calls. */
export function letGo(model: Model, which: 'first' | 'client' | 'server' | 'all'): Step {
  const waiting = model.running?.waiting ?? [];
  const chosen =
    which === 'first'
      ? waiting.slice(0, 1)
      : which === 'all'
        ? waiting
        : waiting.filter(({ call }) => call.role.startsWith(which)).slice(0, 1);
  if (chosen.length === 0)
    return [
      said(model, words().status.noWaiting(which === 'client' || which === 'server' ? which : null)),
      [],
    ];
  const running = model.running;
  const left = waiting.filter((each) => !chosen.includes(each));
  const effects = chosen.map(({ call }): Effect => ({ do: 'let-go', role: call.role }));
  return [{ ...model, running: running === null ? null : { ...running, waiting: left } }, effects];
}

/** Slow motion to fast forward: seconds of the capture in a second. */
const SPEEDS = [0.00001, 0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1000];
/** A replay that nobody has set a speed for takes about this long. */
const PLEASANT_SECONDS = 15;

/** Starts the replay at the first row, or where it stands; stops it when it plays. */
export function togglePlay(model: Model): Step {
  const { document, replay } = model;
  if (document === null || document.timeline.rowCount === 0 || model.running !== null) return [model, []];
  const { timeline } = document;
  if (replay !== null) {
    const isPlaying = !replay.isPlaying;
    return [{ ...model, replay: { ...replay, isPlaying } }, [{ do: 'play', on: isPlaying }]];
  }
  const first = timeline.rowTimeNs(0);
  const last = timeline.rowTimeNs(timeline.rowCount - 1);
  const wanted = Number(last - first) / 1e9 / PLEASANT_SECONDS;
  const speed = SPEEDS.findLast((each) => each <= Math.max(wanted, 0.00001)) ?? 1;
  const from = model.selected >= timeline.rowCount - 1 ? 0 : model.selected;
  const page = model.page === 'packets' ? 'packets' : 'ladder';
  const next: Model = {
    ...model,
    page,
    replay: { isPlaying: true, speed, timeNs: timeline.rowTimeNs(from) },
  };
  return [select(next, from), [{ do: 'play', on: true }]];
}

export function changeSpeed(model: Model, by: number): Model {
  const { replay } = model;
  if (replay === null) return said(model, words().status.notPlayed);
  const at = Math.max(0, Math.min(SPEEDS.indexOf(replay.speed) + by, SPEEDS.length - 1));
  return { ...model, replay: { ...replay, speed: SPEEDS[at] ?? 1 } };
}

/** The replay's clock has gone on. */
export function tick(model: Model, elapsedMs: number): Step {
  const { replay, document } = model;
  if (replay === null || !replay.isPlaying || document === null) return [model, []];
  const { timeline } = document;
  const timeNs = replay.timeNs + BigInt(Math.round(elapsedMs * 1e6 * replay.speed));
  const last = timeline.rowCount - 1;
  const at = rowAtTime(model, timeNs);
  if (at >= last)
    return [
      said({ ...select(model, last), replay: null }, words().status.theEnd),
      [{ do: 'play', on: false }],
    ];
  return [{ ...select(model, at), replay: { ...replay, timeNs } }, []];
}

/** The last row that has happened by a time. */
export function rowAtTime({ document }: Model, timeNs: bigint): number {
  if (document === null) return 0;
  const { timeline } = document;
  let low = 0;
  let high = timeline.rowCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeline.rowTimeNs(middle) <= timeNs) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
