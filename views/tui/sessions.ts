import { basename } from 'node:path';
import { CaptureBuilder } from '../../capture/file/builder.ts';
import { FrameSource } from '../../capture/file/frame-source.ts';
import { prefixOf } from '../../capture/prefix.ts';
import { UserError } from '../../capture/user-error.ts';
import type { RunOptions } from '../../src/cli/run-options.ts';
import { playScenario } from '../../src/commands/play.ts';
import { captureLive } from '../../src/lab/live-capture.ts';
import type { StepEdit } from '../../src/lab/protocol.ts';
import { checksOf } from '../../src/scenarios/judgement.ts';
import { judgeSaved } from '../../src/scenarios/saved-checks.ts';
import { openSession } from '../../src/session/read.ts';
import type { Session } from '../../src/session/session.ts';
import { buildTimeline, timelineInSteps } from '../../src/timeline/timeline.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { say } from '../../src/words/text.ts';
import { grouped } from '../ladder/units.ts';
import { compareFiles } from './compare-files.ts';
import { Document } from './document.ts';
import type { Message } from './messages.ts';
import { rememberFile } from './recent.ts';
import { ScreenWatcher } from './screen-watcher.ts';
import { inTurns } from './turns.ts';

/** The first thing to look for that this run did not show; null where all is as told. */
function crossedCheck(timeline: Timeline): string | null {
  const crossed = checksOf(timeline).find(({ holds }) => holds === false);
  return crossed === undefined ? null : `not so: ${say(crossed.text)}`;
}

type Hear = (message: Message) => void;

/** The rows of a large file that are shown while the rest is read. */
const FIRST_ROWS = 2000;
const PROGRESS_EVERY_MS = 100;
const DATA_BYTES = 256;
const RING_BYTES = 8 * 1024 * 1024;

/** What a live capture shows before its first packet. */
const NOTHING_YET: Session = {
  calls: [],
  run: null,
  capture: prefixOf(new CaptureBuilder('none', new FrameSource(-1)), 0),
};

/** Starts and ends what the screen shows: runs and files. Only one at a time. */
export class Sessions {
  private readonly hear: Hear;
  private stopRun: AbortController | null = null;
  private loading: AbortController | null = null;
  private watcher: ScreenWatcher | null = null;
  /** Frees what the shown session reads from. */
  private free: () => void = () => {};
  private isClosed = false;

  constructor(hear: Hear) {
    this.hear = hear;
  }

  runScenario(scenario: string, values: Readonly<Record<string, string>>, step: boolean): void {
    const parameters = { ...values, ...(step && { step: 'yes' }) };
    this.run({
      ...{ scenario, parameters, output: null, plainPcap: false, force: false, verify: false },
      ...{ dataBytes: DATA_BYTES, ringBytes: RING_BYTES, typist: 'person' },
      display: { format: 'auto', width: null, ascii: false, colour: null, all: false },
    });
  }

  run(options: RunOptions): void {
    const stop = new AbortController();
    this.stopRun = stop;
    const { scenario } = options;
    const watcher = new ScreenWatcher(scenario, this.hear);
    this.watcher = watcher;
    this.hear({ kind: 'status', text: `starting ${scenario}…`, isError: false });
    playScenario(options, () => watcher, stop.signal)
      .then(({ recorded, timeline, fileProblem }) => {
        watcher.close();
        this.replace(recorded.close);
        this.hear({ kind: 'running', running: null });
        this.hear({ kind: 'document', document: new Document(timeline, scenario) });
        const { run } = recorded.session;
        const problem = fileProblem ?? run?.problems[0] ?? crossedCheck(timeline);
        const saved = options.output === null ? '' : ` · saved as ${options.output}`;
        const text = problem ?? `${scenario}: ${run?.outcome ?? 'ok'}${saved}`;
        this.hear({ kind: 'status', text, isError: problem !== null });
      })
      .catch((error: unknown) => {
        this.hear({ kind: 'running', running: null });
        this.tell(error);
      })
      .finally(() => {
        watcher.close();
        this.stopRun = null;
        this.watcher = null;
      });
  }

  open(file: string): void {
    this.loading?.abort();
    const loading = new AbortController();
    this.loading = loading;
    let toldAt = 0;
    let isShown = false;
    const onProgress: NonNullable<Parameters<typeof openSession>[1]>['onProgress'] = (progress) => {
      const now = performance.now();
      if (now < toldAt + PROGRESS_EVERY_MS || loading.signal.aborted) return;
      toldAt = now;
      const { bytes, totalBytes, rows, capture } = progress;
      if (!isShown && rows >= FIRST_ROWS) {
        isShown = true;
        const session: Session = { capture: prefixOf(capture, FIRST_ROWS), calls: [], run: null };
        this.hear({
          kind: 'document',
          document: new Document(buildTimeline(session), basename(file), 'loading'),
        });
      }
      this.hear({ kind: 'loading', share: totalBytes === null ? null : bytes / totalBytes, rows });
    };
    openSession(file, { signal: loading.signal, onProgress })
      .then(async (session) => {
        const timeline = await inTurns(timelineInSteps(session, true));
        await judgeSaved(timeline);
        this.replace(() => session.capture.close());
        const document = new Document(timeline, basename(file));
        this.hear({ kind: 'document', document });
        this.hear({ kind: 'recent', recent: rememberFile(file) });
        const { calls, capture } = session;
        const made = calls.length === 0 ? '' : `, ${grouped(calls.length)} calls`;
        const text = `opened ${basename(file)}: ${grouped(capture.columns.length)} packets${made}`;
        this.hear({ kind: 'status', text, isError: false });
        const [problem] = capture.problems;
        if (problem !== undefined)
          this.hear({
            kind: 'status',
            text: `damaged: ${problem.message} (at byte ${problem.offset})`,
            isError: true,
          });
      })
      .catch((error: unknown) => this.tell(error))
      .finally(() => {
        if (this.loading === loading) this.loading = null;
        this.hear({ kind: 'loaded' });
      });
  }

  /** Compares two captures, or one with a document that is open, which stays open then. */
  compare(left: string | Document, right: string): void {
    this.loading?.abort();
    const loading = new AbortController();
    this.loading = loading;
    const tell = (share: number | null, rows: number): void => this.hear({ kind: 'loading', share, rows });
    compareFiles(left, right, loading.signal, tell)
      .then(({ news, close }) => {
        const before = this.free;
        if (typeof left === 'string') this.replace(close);
        else
          this.free = () => {
            before();
            close();
          };
        this.hear(news);
      })
      .catch((error: unknown) => this.tell(error))
      .finally(() => {
        if (this.loading === loading) this.loading = null;
        this.hear({ kind: 'loaded' });
      });
  }

  live(device: string, filter: string | null): void {
    const stop = new AbortController();
    this.stopRun = stop;
    const title = `live ${device}`;
    const watcher = new ScreenWatcher(title, this.hear);
    watcher.begin({ go: () => {}, answer: () => {} });
    this.hear({ kind: 'document', document: new Document(buildTimeline(NOTHING_YET), title, 'running') });
    captureLive({ device, filter }, (size, snapshot) => watcher.grown(size, snapshot), stop.signal)
      .then(async ({ session, stats, problem, close }) => {
        watcher.close();
        const timeline = await inTurns(timelineInSteps(session));
        this.replace(close);
        this.hear({ kind: 'running', running: null });
        this.hear({ kind: 'document', document: new Document(timeline, title) });
        const dropped = stats === null ? '' : `, ${grouped(stats.dropped)} dropped by the kernel`;
        const text = problem ?? `${grouped(session.capture.columns.length)} packets${dropped}`;
        this.hear({ kind: 'status', text, isError: problem !== null });
      })
      .catch((error: unknown) => {
        this.hear({ kind: 'running', running: null });
        this.tell(error);
      })
      .finally(() => {
        watcher.close();
        if (this.stopRun === stop) this.stopRun = null;
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

  stop(): void {
    this.stopRun?.abort();
  }

  cancelLoading(): void {
    this.loading?.abort();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.stop();
    this.cancelLoading();
    this.free();
  }

  private replace(free: () => void): void {
    this.free();
    this.free = free;
  }

  private tell(error: unknown): void {
    if (!(error instanceof UserError)) throw error;
    this.hear({ kind: 'status', text: `${error.message}: ${error.hint}`, isError: true });
  }
}
