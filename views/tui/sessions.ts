import { basename } from 'node:path';
import type { Capture } from '../../capture/capture.ts';
import { CaptureBuilder } from '../../capture/file/builder.ts';
import { FrameSource } from '../../capture/file/frame-source.ts';
import { prefixOf } from '../../capture/prefix.ts';
import { EXIT, type ExitCode, UserError } from '../../capture/user-error.ts';
import type { RunOptions } from '../../src/cli/run-options.ts';
import type { StepEdit } from '../../src/lab/protocol.ts';
import { SILENT } from '../../src/lab/silent-watcher.ts';
import { checksOf } from '../../src/scenarios/judgement.ts';
import { mendedRun } from '../../src/scenarios/mended-run.ts';
import { peerRule } from '../../src/scenarios/peer-commands.ts';
import { askableScenario, questionsFor } from '../../src/scenarios/run-quiz.ts';
import { AS_CAPTURED, plainOrder } from '../../src/session/file-order.ts';
import { openSession } from '../../src/session/read.ts';
import type { Session } from '../../src/session/session.ts';
import type { SignalName } from '../../src/sockets/user-signals.ts';
import { buildTimeline, timelineInSteps } from '../../src/timeline/timeline.ts';
import { untilDone } from '../../src/timeline/turns.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { say } from '../../src/words/text.ts';
import { words } from '../../src/words/words.ts';
import { grouped } from '../ladder/units.ts';
import type { Effect } from './actions.ts';
import { Document } from './document.ts';
import { HeldOpen } from './held-open.ts';
import { Loading } from './loading.ts';
import type { Message } from './messages.ts';
import { rememberFile } from './recent.ts';
import { rescue } from './rescue.ts';
import { ScreenWatcher } from './screen-watcher.ts';

/** The first thing to look for that this run did not show; null where all is as told. */
function crossedCheck(timeline: Timeline): string | null {
  const crossed = checksOf(timeline).find(({ holds }) => holds === false);
  return crossed === undefined ? null : words().status.notSo(say(crossed.text));
}

type Hear = (message: Message) => void;

const DATA_BYTES = 256;

/** What a live capture shows before its first packet. */
const NOTHING_YET: Session = {
  calls: [],
  run: null,
  capture: prefixOf(new CaptureBuilder('none', new FrameSource(-1)), 0),
};

/** Shows what comes until it ends or is ended, tells of growth, and gives the whole. */
type Growing = (
  grown: (size: number, snapshot: () => Session) => void,
  stop: AbortSignal,
) => Promise<{
  session: Session;
  said: string | null;
  problem: string | null;
  code: ExitCode;
  close: () => void;
}>;

/** What goes on: a run or a capture, which nothing else may replace, or a file that is read, which anything may. */
type Task =
  | { readonly kind: 'idle' }
  | { readonly kind: 'run'; readonly stop: AbortController; readonly watcher: ScreenWatcher | null }
  | ({ readonly kind: 'load' } & Pick<Loading, 'cancel' | 'abort'>);

const IDLE: Task = { kind: 'idle' };

/**
 * Starts and ends what the screen shows: runs and files. Only one at a time. What runs, captures and compares is loaded
 * when it is asked for: the first rows of a file need none of it.
 */
export class Sessions {
  private readonly hear: Hear;
  /** Hears which exit code a failure has where it is all that was asked for. */
  private readonly failed: (code: ExitCode) => void;
  private task: Task = IDLE;
  private readonly held = new HeldOpen();
  /** What was recorded and is in no file. */
  private unsaved: () => Session | null = () => null;
  private isClosed = false;

  constructor(hear: Hear, failed: (code: ExitCode) => void = () => {}) {
    this.hear = hear;
    this.failed = failed;
  }

  runScenario({ scenario, values, step, quiz = false }: Extract<Effect, { do: 'run' }>): void {
    // Nobody is there to let calls go while questions wait.
    const parameters = { ...values, ...(step && { step: 'yes' }), ...(quiz && { step: 'no' }) };
    const options: RunOptions = {
      ...{ scenario, parameters, output: null, plainPcap: false, force: false, verify: false },
      ...{ dataBytes: DATA_BYTES, ringBytes: null, typist: quiz ? 'nobody' : 'person' },
      display: { format: 'auto', width: null, ascii: false, colour: null, all: false },
    };
    this.run(options, quiz);
  }

  /** Runs a scenario and shows it as it goes on; with `quiz` it is shown when its questions have been asked. */
  run(options: RunOptions, quiz = false): void {
    const stop = new AbortController();
    const { scenario } = options;
    const watcher = new ScreenWatcher(scenario, this.hear);
    const task: Task = { kind: 'run', stop, watcher: quiz ? null : watcher };
    if (!this.begins(task)) return;
    if (options.output === null) this.recordsBy(watcher);
    if (quiz) this.hear({ kind: 'quiz-run', goesOn: true });
    else
      this.hear({ kind: 'status', text: words().status.starting(scenario), isError: false, untilRows: true });
    import('../../src/commands/play.ts')
      .then(({ playScenario }) => playScenario(options, () => (quiz ? SILENT : watcher), stop.signal))
      .then(async ({ recorded, timeline, fileProblem }) => {
        watcher.close();
        this.replace(recorded.close, options.output === null ? timeline.session : null);
        this.hear({ kind: 'running', running: null });
        const document = new Document(timeline, scenario);
        if (quiz && !stop.signal.aborted) {
          await this.askAbout(document, scenario);
          if (fileProblem !== null) this.hear({ kind: 'status', text: fileProblem, isError: true });
          return;
        }
        this.hear({ kind: 'document', document });
        const { run } = recorded.session;
        const first = run?.problems[0];
        const problem = fileProblem ?? (first === undefined ? crossedCheck(timeline) : say(first));
        const saved = options.output === null ? '' : ` · ${words().status.savedAs(options.output)}`;
        const rule = peerRule(run?.parameters ?? {});
        const mended = run === null ? null : mendedRun(run);
        const next = mended === null ? '' : ` · ${words().ladder.mended(mended)}`;
        const told = `${next}${rule === null ? '' : ` · ${say(rule.text)}`}`;
        const text = `${problem ?? `${scenario}: ${words().ladder.outcomes[run?.outcome ?? 'ok']}${saved}`}${told}`;
        this.hear({ kind: 'status', text, isError: problem !== null || rule?.isWarning === true });
      })
      .catch((error: unknown) => {
        this.hear({ kind: 'running', running: null });
        if (quiz) this.hear({ kind: 'quiz-run', goesOn: false });
        this.tell(error);
      })
      .finally(() => {
        watcher.close();
        this.ends(task);
      });
  }

  /** Asks about a session that is open. */
  ask(document: Document): void {
    this.askAbout(document, askableScenario(document.timeline)).catch((error: unknown) => this.tell(error));
  }

  private async askAbout(document: Document, scenario: string | null): Promise<void> {
    const questions = await questionsFor(document.timeline, scenario);
    this.hear({ kind: 'quiz', document, questions });
  }

  /** Reads a file and shows it; with `quiz` it is shown when its questions have been asked. */
  open(file: string, quiz = false): void {
    const loading = new Loading(file, this.hear, quiz);
    const task: Task = {
      kind: 'load',
      cancel: () => loading.cancel(),
      abort: () => loading.abort(),
    };
    if (!this.begins(task)) return;
    loading
      .run()
      .then(async (loaded) => {
        if (loaded === null) return;
        this.replace(loaded.close);
        if (quiz) await this.askAbout(loaded.document, askableScenario(loaded.document.timeline));
        else this.hear({ kind: 'document', document: loaded.document });
        this.hear({ kind: 'recent', recent: rememberFile(file) });
        if (loaded.isDamaged) this.failed(EXIT.damaged);
        if (!quiz) for (const status of loaded.statuses) this.hear({ kind: 'status', ...status });
      })
      .catch((error: unknown) => this.tell(error))
      .finally(() => this.ends(task));
  }

  /** Compares two captures, or one with a document that is open, which stays open then. */
  compare(left: string | Document, right: string): void {
    const stop = new AbortController();
    const task: Task = { kind: 'load', cancel: () => stop.abort(), abort: () => stop.abort() };
    if (!this.begins(task)) return;
    const tell = (share: number | null, rows: number): void => this.hear({ kind: 'loading', share, rows });
    import('./compare-files.ts')
      .then(({ compareFiles }) => compareFiles(left, right, stop.signal, tell))
      .then((compared) => {
        if (compared === null) return;
        const { news, close } = compared;
        if (typeof left === 'string') this.replace(close);
        else this.held.add(close);
        this.hear(news);
      })
      .catch((error: unknown) => this.tell(error))
      .finally(() => this.ends(task));
  }

  live(device: string, filter: string | null): void {
    this.grow(words().status.live(device), false, async (grown, stop) => {
      const { captureLive } = await import('../../src/lab/live-capture.ts');
      const { session, stats, problem, close } = await captureLive({ device, filter }, grown, stop);
      const dropped = stats === null ? null : grouped(stats.dropped);
      return { session, said: dropped, problem, code: EXIT.failed, close };
    });
  }

  /** Shows a capture that somebody is still writing, as it comes, until it ends or the user ends it. */
  follow(file: string): void {
    this.grow(
      file === '-' ? words().status.standardInput : basename(file),
      file !== '-',
      async (grown, signal) => {
        const onProgress = ({
          capture,
          rows,
        }: {
          readonly capture: Capture;
          readonly rows: number;
        }): void => {
          // The calls of a session that is being written are known when it is whole.
          if (rows > 0) {
            const seen = { capture: prefixOf(capture, rows), calls: [], run: null, order: AS_CAPTURED };
            grown(rows, () => seen);
          }
        };
        const session = await openSession(file, { signal, follow: true, onProgress });
        const [damage] = session.capture.problems;
        const problem = damage === undefined ? null : words().status.damagedAt(damage.message, damage.offset);
        return { session, said: null, problem, code: EXIT.damaged, close: () => session.capture.close() };
      },
    );
  }

  /** `isInFile`: what comes is in a file already. */
  private grow(title: string, isInFile: boolean, begin: Growing): void {
    const stop = new AbortController();
    const watcher = new ScreenWatcher(title, this.hear);
    const task: Task = { kind: 'run', stop, watcher };
    if (!this.begins(task)) return;
    if (!isInFile) this.recordsBy(watcher);
    watcher.begin({ go: () => {}, answer: () => {}, signal: () => {} });
    this.hear({ kind: 'document', document: new Document(buildTimeline(NOTHING_YET), title, 'running') });
    const grown = (size: number, snapshot: () => Session): void =>
      watcher.grown(size, function* () {
        yield;
        return snapshot();
      });
    begin(grown, stop.signal)
      .then(async ({ session, said, problem, code, close }) => {
        watcher.close();
        if (problem !== null) this.failed(code);
        const order = session.order ?? (await untilDone(plainOrder(session.capture.columns)));
        const timeline = await untilDone(timelineInSteps({ ...session, order }, true));
        this.replace(close, isInFile ? null : timeline.session);
        this.hear({ kind: 'running', running: null });
        this.hear({ kind: 'document', document: new Document(timeline, title) });
        const text = problem ?? words().status.packetsSaid(grouped(session.capture.columns.length), said);
        this.hear({ kind: 'status', text, isError: problem !== null });
      })
      .catch((error: unknown) => {
        this.hear({ kind: 'running', running: null });
        this.tell(error);
      })
      .finally(() => {
        watcher.close();
        this.ends(task);
      });
  }

  letGo(role: string): void {
    this.watcher?.letGo(role);
  }

  editStep(role: string, edit: StepEdit): void {
    this.watcher?.edit(role, edit);
  }

  answer(role: string, line: string | null): void {
    this.watcher?.answer(role, line);
  }

  signal(role: string, signal: SignalName): void {
    this.watcher?.signal(role, signal);
  }

  stop(): void {
    if (this.task.kind === 'run') this.task.stop.abort();
  }

  cancelLoading(): void {
    if (this.task.kind === 'load') this.task.cancel();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.stop();
    if (this.task.kind === 'load') this.task.abort();
    this.held.close();
  }

  /** A session is in a file now. */
  saved(session: Session): void {
    if (this.unsaved() === session) this.unsaved = () => null;
  }

  /** Saves what is in no file, as `rescue` does; null where there is nothing to save. To be called before `close`. */
  rescue(): string | null {
    const session = this.unsaved();
    return session === null ? null : rescue(session);
  }

  /** What is shown while this goes on stays readable until it is over. */
  async keptOpen<T>(act: () => Promise<T>): Promise<T> {
    return await this.held.whileOpen(act);
  }

  private get watcher(): ScreenWatcher | null {
    return this.task.kind === 'run' ? this.task.watcher : null;
  }

  /** Whether this may begin: a run that goes on is not replaced, for what it records next would take the screen again. */
  private begins(task: Task): boolean {
    if (this.task.kind === 'run') {
      this.hear({ kind: 'busy' });
      return false;
    }
    if (this.task.kind === 'load') {
      this.task.abort();
      this.hear({ kind: 'loaded' });
    }
    this.task = task;
    return true;
  }

  private ends(task: Task): void {
    if (this.task !== task) return;
    this.task = IDLE;
    this.hear({ kind: 'loaded' });
  }

  /** Something else is shown, which is in a file, unless it is given as unsaved. */
  private replace(free: () => void, unsaved: Session | null = null): void {
    this.held.replace(free);
    this.unsaved = () => unsaved;
  }

  /** What is recorded from here on is in no file; until there is some of it, what was shown before is still there. */
  private recordsBy(watcher: ScreenWatcher): void {
    const before = this.unsaved;
    this.unsaved = () => watcher.latest() ?? before();
  }

  private tell(error: unknown): void {
    if (!(error instanceof UserError)) throw error;
    this.failed(error.exitCode);
    this.hear({ kind: 'status', text: `${error.message}: ${error.hint}`, isError: true });
  }
}
