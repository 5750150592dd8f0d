import type { Capture } from '../../capture/capture.ts';
import { type OpenOptions, openCapture } from '../../capture/file/open-capture.ts';
import { BLOCK_TYPES_WITH_NUMBERS } from '../../capture/file/pcapng-blocks.ts';
import type { Call } from '../sockets/call.ts';
import { atOnce } from '../timeline/time-order.ts';
import { untilDone } from '../timeline/turns.ts';
import { decodeCall, JOURNAL_BLOCK } from './journal.ts';
import { KernelReader } from './kernel-journal.ts';
import { decodeRun } from './run-comment.ts';
import type { CallRowKind, Marks, Session } from './session.ts';

const BLOCKS_A_STEP = 64;

/** A row of the file before the calls have their final places. */
interface FoundRow {
  readonly before: number;
  readonly call: FoundCall | null;
  readonly kind: CallRowKind;
}

interface FoundCall {
  call: Call;
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
  const rows = yield* foundRows(capture, kernel);
  const found = [...new Set(rows.map(({ call }) => call).filter((call) => call !== null))];
  yield;
  const ordered = inOrder(found);
  yield;
  const indices = new Map(ordered.map((call, index) => [call, index]));
  const marks: Marks = {
    length: rows.length,
    before: Uint32Array.from(rows, ({ before }) => before),
    calls: Int32Array.from(rows, ({ call }) => (call === null ? -1 : (indices.get(call) ?? -1))),
    exits: Uint8Array.from(rows, ({ kind }) => (kind === 'exit' ? 1 : 0)),
  };
  const seen = kernel.view();
  return {
    capture,
    calls: ordered.map(({ call }) => call),
    run: decodeRun(capture.section.comments),
    ...(seen !== null && { kernel: seen }),
    order: { packets: null, marks },
  };
}

/** Joins the two rows of a call that blocked: ids are not final while a run goes on, thread and time of entry are. */
function* foundRows({ otherBlocks }: Capture, kernel: KernelReader): Generator<void, FoundRow[]> {
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
    const key = `${call.pid} ${call.thread} ${call.enterNs} ${call.name}`;
    const known = entered.get(key);
    const found = known ?? { call };
    if (kind === 'enter') entered.set(key, found);
    else {
      found.call = call;
      entered.delete(key);
    }
    rows.push({ before, call: found, kind });
  }
  return rows;
}

/** Calls in order of entry. Ids are kept where they are sound, and given anew where they are not. */
function inOrder(found: readonly FoundCall[]): readonly FoundCall[] {
  const ids = new Set(found.map(({ call }) => call.id));
  const sound = ids.size === found.length && found.every(({ call }) => call.id > 0);
  const ordered = [...found].sort((a, b) => {
    if (sound && a.call.id !== b.call.id) return a.call.id - b.call.id;
    return Number(a.call.enterNs - b.call.enterNs);
  });
  if (!sound) {
    ordered.forEach((entry, index) => {
      entry.call = { ...entry.call, id: index + 1, span: null };
    });
  }
  return ordered;
}
