import { setImmediate } from 'node:timers/promises';
import { type FollowedCapture, followCapture } from '../../capture/file/follow-capture.ts';
import { prefixOf } from '../../capture/prefix.ts';
import type { Outcome } from '../scenarios/scenario.ts';
import type { Session } from '../session/session.ts';
import type { SessionFile } from '../session/write.ts';
import type { Call } from '../sockets/call.ts';
import { USER } from '../sockets/user-signals.ts';
import { TURN_MS, untilDone } from '../timeline/turns.ts';
import type { Text } from '../words/text.ts';
import { problemsOf, unheeded } from './conclusions.ts';
import { KernelNotes } from './kernel/kernel-notes.ts';
import { nowNs } from './kernel/now.ts';
import { lostRows } from './lost-rows.ts';
import type { FromLab, LabPlan } from './protocol.ts';
import { LogFollower } from './readiness.ts';
import { RunNotes, type Verdict } from './run-notes.ts';
import { type LabEnd, type LabHandle, openLab, type RunTalk, type StartedLab } from './top.ts';

/** How often what the run has produced is taken in: saved, and shown. */
const TAKE_IN_EVERY_MS = 20;
/**
 * So many calls and so many packets are saved each time, at most: a transfer makes them faster than they can be put into
 * words, and saving must not slow it down. The rest is in the file when the run is over.
 */
const SAVED_AT_A_TIME = 200;
/** Calls that are gone through in about a millisecond. */
const CALLS_A_STEP = 8192;

export interface RunWatcher {
  /** The run has begun; `talk` is how roles that wait for the user are answered. */
  begin(talk: RunTalk): void;
  hear(message: FromLab): void;
  /** Calls that have not returned, for the screen. */
  blocked(calls: readonly Call[]): void;
  /** There are more packets or calls than before; `snapshot` makes a session of all so far, in steps, good until the run is over. */
  grown?(size: number, snapshot: () => Generator<void, Session>): void;
}

export interface RecordedRun {
  readonly session: Session;
  /** Frees what the session reads from. */
  close(): void;
}

/**
 * Runs a plan and records it: calls and packets as they come, into `file` if there is one, and the whole as a session when
 * the run is over. `stop` ends it early; what was recorded until then is the session.
 * `begun` is a lab process that was started before. Throws a UserError when the run could not begin.
 */
export async function recordRun(
  plan: LabPlan,
  judge: (outcome: Outcome) => readonly Text[],
  file: SessionFile | null,
  watcher: RunWatcher,
  stop: AbortSignal,
  begun: StartedLab | null = null,
): Promise<RecordedRun> {
  const notes = new RunNotes(plan);
  const kernel = new KernelNotes();
  const hear = (message: FromLab) => {
    if (message.type === 'kernel') return kernel.take(message.samples, message.askedNs);
    notes.hear(message);
    watcher.hear(message);
  };
  const lab = begun === null ? openLab(plan, hear) : openLab(plan, hear, begun);
  watcher.begin(lab.talk);
  const intake = new Intake({ plan, lab, notes, kernel, file, watcher });
  stop.addEventListener('abort', lab.stop);
  if (stop.aborted) lab.stop(); // while the scenario was loaded
  try {
    const end = await lab.ended;
    intake.stop();
    return await intake.conclude(end, judge(notes.outcome()));
  } catch (error) {
    intake.stop();
    intake.close();
    file?.discard();
    throw error;
  } finally {
    stop.removeEventListener('abort', lab.stop);
  }
}

interface Parts {
  readonly plan: LabPlan;
  readonly lab: LabHandle;
  readonly notes: RunNotes;
  readonly kernel: KernelNotes;
  readonly file: SessionFile | null;
  readonly watcher: RunWatcher;
}

/** Takes in what the lab's processes write, while they write it. */
class Intake {
  private readonly lab: LabHandle;
  private readonly plan: LabPlan;
  private readonly notes: RunNotes;
  private readonly kernel: KernelNotes;
  private readonly file: SessionFile | null;
  private readonly watcher: RunWatcher;
  private readonly log: LogFollower;
  private readonly packets: FollowedCapture;
  private readonly timer: NodeJS.Timeout;
  private rows = 0;
  private readonly blockedRows = new Set<number>();
  private told = '';
  /** Calls and packets so far, calls that have not returned, and when that was last seen to change. */
  private size = 0;
  private pending = 0;
  private changedNs = 0n;

  constructor({ plan, lab, notes, kernel, file, watcher }: Parts) {
    this.plan = plan;
    this.lab = lab;
    this.notes = notes;
    this.kernel = kernel;
    this.file = file;
    this.watcher = watcher;
    this.log = new LogFollower(lab.log);
    this.packets = followCapture(lab.packets);
    this.timer = setInterval(() => this.take(), TAKE_IN_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private take(): void {
    this.log.read(TURN_MS);
    this.packets.poll();
    const { capture } = this.packets;
    // The file's header describes the interface, which is known once the capture has begun.
    if (this.file !== null && capture.interfaces.length > 0) {
      this.file.append(this.notes.info(null, NOTHING_YET), capture, this.changedCalls(), SAVED_AT_A_TIME);
    }
    const pending = this.log.reader.pending();
    this.watcher.blocked(pending);
    const size = capture.columns.length + this.log.reader.count;
    const isNew = size !== this.size || pending.length !== this.pending;
    if (isNew) this.changedNs = nowNs();
    this.size = size;
    this.pending = pending.length;
    // What the kernel told of the last call or packet comes after it, and is news too.
    const state = `${size} ${pending.length} ${this.kernel.size} ${this.kernel.covers(this.changedNs)}`;
    if (state === this.told || capture.interfaces.length === 0) return;
    this.told = state;
    this.watcher.grown?.(size, () => this.snapshot());
  }

  /** What there is so far. The columns go on growing, so the session gets its own view of those that are there now. */
  private *snapshot(): Generator<void, Session> {
    const capture = prefixOf(this.packets.capture, this.packets.capture.columns.length);
    const kernel = this.kernel.view();
    const calls = yield* this.log.reader.snapshot();
    const run = this.notes.info(null, {
      ...NOTHING_YET,
      pids: new Map(calls.map(({ role, pid }) => [role, pid])),
    });
    return {
      capture,
      calls,
      run: { ...run, outcome: 'ok' },
      isRunning: true,
      ...(kernel !== null && { kernel }),
    };
  }

  /** The calls that were entered or have returned since the last time; the first of them where there are many. */
  private changedCalls(): readonly Call[] {
    const { reader } = this.log;
    const rows = [...this.blockedRows];
    const end = Math.min(reader.count, this.rows + SAVED_AT_A_TIME);
    for (; this.rows < end; this.rows++) rows.push(this.rows);
    const calls: Call[] = [];
    for (const row of rows) {
      const call = reader.call(row);
      if (call.exitNs !== null) this.blockedRows.delete(row);
      else if (this.blockedRows.has(row)) continue;
      else this.blockedRows.add(row);
      calls.push(call);
    }
    return calls;
  }

  /** The whole run as a session. */
  async conclude(end: LabEnd, problems: readonly Text[]): Promise<RecordedRun> {
    // What a busy machine left unread does not keep the screen waiting either.
    while (this.log.read(TURN_MS)) await setImmediate();
    this.take();
    this.packets.end();
    const { reader } = this.log;
    const calls = await untilDone(reader.finishInSteps());
    const pids = await untilDone(pidsOf(calls));
    const { capture } = this.packets;
    const lost = lostRows(capture, end?.lost.packets ?? []);
    const { plan, notes } = this;
    for (const text of unheeded(plan, calls, capture.columns.length)) notes.hear({ type: 'note', text });
    const isSignalled = pids.has(USER);
    const uncalled = end?.stopped ? [] : notes.neverCalled(pids);
    // What others could not come to because of a user's signal is told, and not held against the run.
    const isExcused = isSignalled && !end?.timedOut;
    if (isExcused) for (const text of uncalled) notes.hear({ type: 'note', text });
    const kernel = this.kernel.view();
    const session: Session = {
      capture,
      calls,
      ...(kernel !== null && { kernel }),
      run: this.notes.info(end, {
        over: true,
        problems: [
          ...problemsOf(plan, end, notes.outcome().exits, reader.problems, problems, isSignalled),
          ...(isExcused ? [] : uncalled),
        ],
        // Live packets have no epb_packetid yet: they get their row's number, from 1, when they are saved.
        lost: lost.rows.map((row) => row + 1),
        lostUnmarked: (end?.lost.missed ?? 0) + lost.unmatched,
        thinned: reader.isThinned,
        pids,
      }),
    };
    return { session, close: () => this.close() };
  }

  close(): void {
    this.packets.capture.close();
    this.lab.close();
  }
}

function* pidsOf(calls: readonly Call[]): Generator<void, ReadonlyMap<string, number>> {
  const pids = new Map<string, number>();
  for (const [index, { role, pid }] of calls.entries()) {
    if (index % CALLS_A_STEP === 0) yield;
    pids.set(role, pid);
  }
  return pids;
}

const NOTHING_YET: Verdict = {
  over: false,
  problems: [],
  lost: [],
  lostUnmarked: 0,
  thinned: false,
  pids: new Map(),
};
