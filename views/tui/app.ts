import { basename } from 'node:path';
import { EXIT, type ExitCode } from '../../capture/user-error.ts';
import type { ScreenStart } from '../../src/commands/views.ts';
import { words } from '../../src/words/words.ts';
import type { Effect } from './actions.ts';
import { withGiven } from './home-list.ts';
import type { Message, News } from './messages.ts';
import { initialModel, type Model, type Start } from './model.ts';
import { Scanner } from './scanner.ts';
import { Sessions } from './sessions.ts';
import { storedColumns, storedFilter } from './store-settings.ts';
import { type Streams, Terminal } from './terminal.ts';
import { update } from './update.ts';
import { view } from './view.ts';

const TICK_MS = 40;
const OTHER_TASKS: ReadonlySet<Effect['do']> = new Set(['run', 'open', 'compare', 'live']);

export interface Ended {
  readonly code: ExitCode;
  /** What is to be left on the terminal. */
  readonly lastView: readonly string[] | null;
}

/** Holds the model, takes in what happens, does what an update asks for, and draws. */
export class App {
  readonly ended: Promise<Ended>;
  model: Model;
  private readonly terminal: Terminal;
  private readonly sessions: Sessions;
  private readonly scanner: Scanner;
  private ticking: NodeJS.Timeout | null = null;
  private working: NodeJS.Immediate | null = null;
  private isStopped = false;
  private readonly closing = new AbortController();
  /** What the program was started for is all that was done: its failure is the program's. */
  private isOnlyTask = false;
  private code: ExitCode = EXIT.done;
  private finish: (ended: Ended) => void = () => {};

  constructor(streams: Streams, start: Omit<Start, 'size'>) {
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.terminal = new Terminal(streams, {
      key: ({ name, text }) => this.hear({ kind: 'key', name, text }),
      mouse: (mouse) => this.hear({ kind: 'mouse', ...mouse }),
      resize: (size) => this.hear({ kind: 'resize', size }),
    });
    this.model = initialModel({ ...start, size: this.terminal.size() });
    const hear = (message: Message): void => this.hear(message);
    this.sessions = new Sessions(hear, (code) => {
      if (this.isOnlyTask) this.code = code;
    });
    this.scanner = new Scanner(hear);
    this.terminal.setMouse(start.mouse);
  }

  begin(start: ScreenStart): void {
    this.isOnlyTask = start.kind !== 'home';
    this.model = { ...this.model, awaited: awaitedBy(start) };
    switch (start.kind) {
      case 'home':
        break;
      case 'run':
        this.model = { ...this.model, home: withGiven(this.model.home, start.options) };
        this.sessions.run(start.options, start.options.display.quiz === 'ask');
        break;
      case 'open':
        if (start.grows) this.sessions.follow(start.file);
        else this.sessions.open(start.file, start.quiz);
        break;
      case 'compare':
        this.sessions.compare(...start.files);
        break;
      case 'live':
        this.sessions.live(start.device, start.filter);
        break;
      default:
        start satisfies never;
    }
    this.draw();
  }

  hear(message: Message): void {
    const [model, effects] = update(this.model, message);
    const isChanged = model !== this.model;
    this.model = model;
    for (const effect of effects) this.perform(effect);
    if (isChanged) this.draw();
  }

  leave(code: ExitCode): void {
    this.finish({ code, lastView: null });
  }

  /** Ctrl-Z: the shell gets its screen back, and this process stops until it is continued. */
  suspend(): void {
    this.terminal.leave();
    this.isStopped = true;
    process.kill(process.pid, 'SIGSTOP');
  }

  resume(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    this.terminal.enter();
    this.hear({ kind: 'resize', size: this.terminal.size() });
  }

  /** Gives the terminal back and ends what runs. May be called twice. */
  close(): void {
    this.tick(false);
    this.closing.abort();
    this.scanner.stop();
    if (this.working !== null) clearImmediate(this.working);
    this.terminal.close();
    this.sessions.close();
  }

  /** After a bug of ours: gives the terminal back, saves what is in no file, and gives what is to be told of that. */
  crash(): string | null {
    this.terminal.close();
    return this.sessions.rescue();
  }

  private draw(): void {
    this.terminal.draw(() => {
      const lines = view(this.model);
      this.work();
      return lines;
    });
  }

  /** Does what the views have asked for, turn by turn, and shows it when it is there. */
  private work(): void {
    if (this.working !== null) return;
    this.working = setImmediate(() => {
      this.working = null;
      const jobs = this.model.document?.jobs;
      if (jobs === undefined || jobs.isEmpty) return;
      if (jobs.turn()) this.draw();
      else this.work();
    });
  }

  private perform(effect: Effect): void {
    const { document } = this.model;
    if (OTHER_TASKS.has(effect.do)) this.isOnlyTask = false;
    switch (effect.do) {
      case 'run':
        this.sessions.runScenario(effect);
        return;
      case 'open':
        this.sessions.open(effect.file, effect.quiz);
        return;
      case 'quiz':
        if (document !== null) this.sessions.ask(document);
        return;
      case 'compare':
        if (effect.left !== null) this.sessions.compare(effect.left, effect.right);
        else if (document !== null) this.sessions.compare(document, effect.right);
        return;
      case 'live':
        this.sessions.live('lo', null);
        return;
      case 'let-go':
        this.sessions.letGo(effect.role);
        return;
      case 'answer':
        this.sessions.answer(effect.role, effect.line);
        return;
      case 'signal':
        this.sessions.signal(effect.role, effect.signal);
        return;
      case 'step-edit':
        this.sessions.editStep(effect.role, effect.edit);
        return;
      case 'stop':
        this.sessions.stop();
        return;
      case 'cancel-loading':
        this.sessions.cancelLoading();
        return;
      case 'search':
        if (document !== null) this.scanner.search(document, effect.text);
        return;
      case 'filter':
        if (document !== null) this.scanner.filter(document, effect.text);
        return;
      case 'only-connection':
        if (document !== null) this.scanner.connection(document, effect.connection);
        return;
      case 'store-columns':
        for (const news of storedColumns(effect.columns)) this.hear(news);
        return;
      case 'store-filter':
        for (const news of storedFilter(effect.name, effect.text)) this.hear(news);
        return;
      case 'save':
        this.later(async () => {
          const { saveSession } = await import('./export.ts');
          return this.sessions.keptOpen(async () => {
            const news = await saveSession(document, effect, this.closing.signal);
            if (document?.extent === 'whole' && news.kind === 'status' && !news.isError)
              this.sessions.saved(document.session);
            return news;
          });
        });
        return;
      case 'export':
        this.later(async () => {
          const { exportText } = await import('./export.ts');
          return this.sessions.keptOpen(() => exportText(this.model, effect, this.closing.signal));
        });
        return;
      case 'copy':
        if (!this.terminal.copy(effect.text))
          this.hear({
            kind: 'status',
            text: words().status.noClipboard,
            isError: true,
          });
        return;
      case 'play':
        this.tick(effect.on);
        return;
      case 'mouse':
        this.terminal.setMouse(effect.on);
        return;
      case 'repaint':
        this.terminal.repaint();
        return;
      case 'suspend':
        this.suspend();
        return;
      case 'quit':
        this.finish({
          code: effect.isInterrupt ? EXIT.interrupted : this.code,
          lastView: effect.leaveView ? view(this.model).slice(1, -1) : null,
        });
        return;
      default:
        effect satisfies never;
    }
  }

  /** Hears of what takes its time when it is there. */
  private later(make: () => Promise<News>): void {
    make().then(
      (news) => this.hear(news),
      (error: unknown) => {
        throw error;
      },
    );
  }

  /** The replay's clock runs only while something is played. */
  private tick(on: boolean): void {
    if (this.ticking !== null) clearInterval(this.ticking);
    this.ticking = null;
    if (!on) return;
    let before = performance.now();
    this.ticking = setInterval(() => {
      const now = performance.now();
      this.hear({ kind: 'tick', elapsedMs: now - before });
      before = now;
    }, TICK_MS);
  }
}

function awaitedBy(start: ScreenStart): string | null {
  switch (start.kind) {
    case 'home':
      return null;
    case 'run':
      return start.options.scenario;
    case 'open':
      return basename(start.file);
    case 'compare':
      return start.files.map((file) => basename(file)).join(' · ');
    case 'live':
      return start.device;
    default:
      return start satisfies never;
  }
}
