import type { Capture } from '../../capture/capture.ts';
import { type OpenOptions, openCapture } from '../../capture/file/open-capture.ts';
import { BLOCK_TYPES_WITH_NUMBERS } from '../../capture/file/pcapng-blocks.ts';
import type { Call } from '../sockets/call.ts';
import { atOnce, orderInSteps } from '../timeline/time-order.ts';
import { untilDone } from '../timeline/turns.ts';
import { type CallRow, decodeCall, JOURNAL_BLOCK } from './journal.ts';
import { KernelReader } from './kernel-journal.ts';
import { decodeRun } from './run-comment.ts';
import type { CallRowKind, Marks, RunInfo, Session } from './session.ts';

const BLOCKS_A_STEP = 64;
const CALLS_A_STEP = 4096;

/** A row of the file before the calls have their final places. */
interface FoundRow {
  readonly before: number;
  readonly call: FoundCall | null;
  readonly kind: CallRowKind;
}

interface FoundCall {
  call: Call;
  /** Among the calls in order. */
  place: number;
}

/** Opens a capture file, '-' for standard input, as a session. Throws a UserError when it is no capture. */
export async function openSession(file: string | number, options: OpenOptions = {}): Promise<Session> {
  return untilDone(sessionInSteps(await openCapture(file, options)));
}

/**
 * The session that a capture file holds: calls from the journal entries that are ours, the run from the section's
 * comment. Of a plain capture only the packets remain; other people's blocks keep their frame numbers.
 */
export function sessionOf(capture: Capture): Session {
  return atOnce(sessionInSteps(capture));
}

/** The same in steps: a hundred thousand calls take a second. */
function* sessionInSteps(capture: Capture): Generator<void, Session> {
  const kernel = new KernelReader();
  const found: FoundCall[] = [];
  const rows = yield* foundRows(capture, kernel, found);
  const ordered = yield* inOrder(found);
  const marks: Marks = {
    length: rows.length,
    before: new Uint32Array(rows.length),
    calls: new Int32Array(rows.length),
    exits: new Uint8Array(rows.length),
  };
  for (const [index, { before, call, kind }] of rows.entries()) {
    if (index % CALLS_A_STEP === 0) yield;
    marks.before[index] = before;
    marks.calls[index] = call?.place ?? -1;
    marks.exits[index] = kind === 'exit' ? 1 : 0;
  }
  const seen = kernel.view();
  return {
    capture,
    calls: ordered,
    run: withPids(decodeRun(capture.section.comments), ordered),
    ...(seen !== null && { kernel: seen }),
    order: { packets: null, marks },
  };
}

/** Gathers calls, and joins the two rows of one that blocked: ids are not final while a run goes on, thread and time of entry are. */
function* foundRows(
  { otherBlocks }: Capture,
  kernel: KernelReader,
  calls: FoundCall[],
): Generator<void, FoundRow[]> {
  const rows: FoundRow[] = [];
  const entered = new Map<string, FoundCall>();
  for (let index = 0; index < otherBlocks.length; index++) {
    if (index % BLOCKS_A_STEP === BLOCKS_A_STEP - 1) yield;
    const type = otherBlocks.type(index);
    if (!BLOCK_TYPES_WITH_NUMBERS.has(type)) continue;
    const before = otherBlocks.beforeRow(index);
    const body = type === JOURNAL_BLOCK ? otherBlocks.get(index).body : null;
    const row = body === null ? null : decodeCall(body);
    if (row === null) {
      if (body !== null) kernel.take(body);
      rows.push({ before, call: null, kind: 'exit' });
      continue;
    }
    const { kind, call } = row;
    const key = `${call.pid} ${call.thread} ${call.name}`;
    const begun = entered.get(key);
    const known = begun !== undefined && isEntryOf(begun.call, row) ? begun : undefined;
    const found = known ?? { call, place: -1 };
    if (known === undefined) calls.push(found);
    if (kind === 'enter') entered.set(key, found);
    else {
      found.call = call;
      if (known !== undefined) entered.delete(key);
    }
    rows.push({ before, call: found, kind });
  }
  return rows;
}

/**
 * Whether a row belongs to a call that was entered and had not returned. A thread makes one call of a name after the other, so
 * one that was entered before is the same, even if the time was read again just before it was made.
 */
function isEntryOf(begun: Call, { kind, call }: CallRow): boolean {
  return kind === 'exit' ? begun.enterNs <= call.enterNs : begun.enterNs === call.enterNs;
}

/** The process ids of roles that began after the header was written, as their calls tell; that of a role without calls stays 0. */
function withPids(run: RunInfo | null, calls: readonly Call[]): RunInfo | null {
  if (run === null || run.roles.every(({ pid }) => pid !== 0)) return run;
  const roles = run.roles.map((role) =>
    role.pid === 0 ? { ...role, pid: calls.find(({ role: name }) => name === role.name)?.pid ?? 0 } : role,
  );
  return { ...run, roles };
}

/** Calls in order of entry, each told its place. Ids are kept where they are sound, and given anew where they are not. */
function* inOrder(found: readonly FoundCall[]): Generator<void, readonly Call[]> {
  const ids = new Set<number>();
  const base = found[0]?.call.enterNs ?? 0n;
  const times = new Float64Array(found.length);
  const given = new Float64Array(found.length);
  for (const [index, { call }] of found.entries()) {
    if (index % CALLS_A_STEP === 0) yield;
    if (call.id > 0) ids.add(call.id);
    times[index] = Number(call.enterNs - base);
    given[index] = call.id;
  }
  const isSound = ids.size === found.length;
  const order = yield* orderInSteps(isSound ? given : times);
  const calls: Call[] = [];
  for (const index of order) {
    if (calls.length % CALLS_A_STEP === 0) yield;
    const entry = found[index];
    if (entry === undefined) continue;
    entry.place = calls.length;
    calls.push(isSound ? entry.call : { ...entry.call, id: calls.length + 1, span: null });
  }
  return calls;
}
