/** Where in the author's program a call was made. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
/** Our own frames between `begin` and the author, and the author's: send, sendall, the public verb, helpers of ours. */
const FRAMES = 6;
/** With a program set, the helpers that its functions call as well, down to the role's own function. */
const FRAMES_WITH_PROGRAM = 16;

/** Between the parts of a place; it cannot occur in a path or a name. */
export const PLACE_SEPARATOR = '\0';

/** The file whose lines are shown for the calls of this thread; null: whoever calls. */
let program: string | null = null;
/** The folder of the helpers that programs share: a role's function may stand there, too. */
let helpers = '';

/**
 * Calls that a shared helper makes are placed where `file` called the helper: a reader sees the program, not our plumbing.
 * Where no frame is in `file`, it is the outermost one among the helpers beside it, in ../support.
 */
export function setProgram(file: string): void {
  program = file;
  depths.clear();
  helpers = join(dirname(dirname(file)), 'support');
}

/** How many frames had to be looked at for calls of a name: the more are captured, the longer it takes. */
const depths = new Map<string, number>();
/** Which of the frames was chosen last, from 1; null where a deeper one may be the better choice. */
let depth: number | null = null;
/** One for all calls: to give an object the property for the first time costs a tenth of the whole. */
const holder: { stack?: unknown } = {};

/**
 * 'file NUL line NUL column NUL function' of the nearest stack frame outside of this room and, after setProgram, inside of
 * the program; or null. `name` is that of the call, `below` a function of ours that the author's call has come through. 3 µs,
 * half a microsecond for each frame between: the stack is captured without making its text, from `below` on and no deeper than
 * for earlier calls of that name, and only the one frame is asked for its line.
 */
export function callerPlace(name: string, below: (...given: never) => unknown): string | null {
  const most = program === null ? FRAMES : FRAMES_WITH_PROGRAM;
  const usual = depths.get(name) ?? 0;
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = usual || most;
  Error.prepareStackTrace = nearestOutside;
  Error.captureStackTrace(holder, below);
  // Reading the property is what calls prepareStackTrace.
  let place = holder.stack;
  if (depth === null && Error.stackTraceLimit < most) {
    Error.stackTraceLimit = most;
    Error.captureStackTrace(holder, below);
    place = holder.stack;
  }
  Error.stackTraceLimit = stackTraceLimit;
  Error.prepareStackTrace = prepareStackTrace;
  const needed = depth ?? most;
  if (needed > usual) depths.set(name, needed);
  return typeof place === 'string' ? place : null;
}

function nearestOutside(_: Error, frames: NodeJS.CallSite[]): string | null {
  let chosen: NodeJS.CallSite | null = null;
  depth = null;
  let looked = 0;
  for (const frame of frames) {
    looked++;
    const places = placesIn(frame.getFileName());
    if (places === null) continue;
    if (program === null || places.isProgram) {
      depth = looked;
      return placeOf(places, frame);
    }
    if (chosen === null || places.isHelper) chosen = frame;
  }
  const places = placesIn(chosen?.getFileName());
  return chosen === null || places === null ? null : placeOf(places, chosen);
}

function placeOf(places: PlacesInFile, frame: NodeJS.CallSite): string {
  const line = frame.getLineNumber() ?? 0;
  const known = places.byLine.get(line);
  if (known !== undefined) return known;
  const parts = [places.file, line, frame.getColumnNumber() ?? 0, frame.getFunctionName() ?? ''];
  const place = parts.join(PLACE_SEPARATOR);
  places.byLine.set(line, place);
  return place;
}

interface PlacesInFile {
  readonly file: string;
  readonly isProgram: boolean;
  readonly isHelper: boolean;
  readonly byLine: Map<number, string>;
}

/** By what the stack calls a file; null for one of ours or Node's. Making path and text anew for each call took 1.5 µs. */
const files = new Map<string, PlacesInFile | null>();

function placesIn(name: string | null | undefined): PlacesInFile | null {
  if (!name) return null;
  let places = files.get(name);
  if (places === undefined) {
    const file = name.startsWith('file:') ? fileURLToPath(name) : name;
    const isOurs = name.startsWith('node:') || dirname(file) === HERE;
    const isHelper = dirname(file) === helpers;
    places = isOurs ? null : { file, isProgram: file === program, isHelper, byLine: new Map() };
    files.set(name, places);
  }
  return places;
}
