import { createRequire } from 'node:module';
import { basename, isAbsolute } from 'node:path';
import blessed from 'blessed';
import { abilitiesOf } from './abilities.ts';
import { clipboardSequence } from './clipboard.ts';
import type { Size } from './geometry.ts';

/** A key: the character itself ('j', 'G', '?'), else a name: 'space', 'C-c', 'pageup'. `text` is the character typed, or null. */
export interface Key {
  readonly name: string;
  readonly text: string | null;
}

export interface Mouse {
  readonly action: 'down' | 'up' | 'drag' | 'wheel-up' | 'wheel-down';
  /** Column and line from 0. */
  readonly x: number;
  readonly y: number;
}

export interface TerminalEvents {
  key(key: Key): void;
  mouse(mouse: Mouse): void;
  resize(size: Size): void;
}

/** Where keys come from and where the screen goes; any streams will do in tests. */
export interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** What blessed's types leave out. */
interface Internals {
  _terminal: string;
  tput: { brokenACS: boolean };
  enableMouse(): void;
  setMouse(modes: object, enable: boolean): void;
}

interface ScreenInternals {
  enter(): void;
  leave(): void;
  alloc(...given: readonly unknown[]): void;
  render(...given: readonly unknown[]): void;
}

const ABILITIES = abilitiesOf(process.env.TERM);
const FRAME_MS = 16;
const ACTIONS: Readonly<Record<string, Mouse['action']>> = {
  mousedown: 'down',
  mouseup: 'up',
  mousemove: 'drag',
  wheelup: 'wheel-up',
  wheeldown: 'wheel-down',
};
/** What blessed tells of the mouse. `raw` begins with the button and its bits, as xterm sends them. */
interface MouseReport {
  readonly action: string;
  readonly type?: string;
  readonly raw?: readonly (number | string)[];
  readonly x: number;
  readonly y: number;
}

const MOVED = 32;
const MOUSE_ON = { vt200Mouse: true, cellMotion: true, sgrMouse: true };
const MOUSE_OFF = { vt200Mouse: false, cellMotion: false, sgrMouse: false };

/** The full screen: lines of text with SGR sequences out, keys and clicks in. Takes the screen when made, gives it back by `close`. */
export class Terminal {
  private readonly program: blessed.BlessedProgram;
  private readonly screen: blessed.Widgets.Screen;
  private readonly box: blessed.Widgets.BoxElement;
  private timer: NodeJS.Timeout | null = null;
  private drawnAt = Number.NEGATIVE_INFINITY;
  private isMouseOn = false;
  private isClosed = false;
  /** The shell has the screen: what is drawn now would stay on it. */
  private isLeft = false;
  private lines: () => readonly string[] = () => [];

  constructor(streams: Streams, events: TerminalEvents) {
    this.program = makeProgram(streams);
    this.screen = blessed.screen({
      program: this.program,
      smartCSR: true,
      fullUnicode: true,
      autoPadding: false,
      warnings: false,
    } as blessed.Widgets.IScreenOptions);
    // blessed clears and draws by itself when the size changes.
    const internals = this.screen as unknown as ScreenInternals;
    for (const name of ['alloc', 'render'] as const) {
      const own = internals[name].bind(this.screen);
      internals[name] = (...given: readonly unknown[]) => {
        if (!this.isLeft) own(...given);
      };
    }
    this.box = blessed.box({ top: 0, left: 0, width: '100%', height: '100%', tags: false, wrap: false });
    this.screen.append(this.box);
    this.screen.on('keypress', (text: string | undefined, key: { full: string }) => {
      // A carriage return comes twice: as 'return', and as the 'enter' that we listen for.
      if (key.full !== 'return') events.key(named(key.full, typed(text)));
    });
    this.program.on('mouse', (data: MouseReport) => {
      // blessed takes a move with a button held for another press of it.
      const isMove = data.type === 'sgr' && (Number(data.raw?.[0] ?? 0) & MOVED) !== 0;
      const action = isMove && data.action === 'mousedown' ? 'drag' : ACTIONS[data.action];
      if (action !== undefined) events.mouse({ action, x: data.x, y: data.y });
    });
    this.screen.on('resize', () => {
      // blessed has just painted what there was: twice in one go would be felt.
      this.drawnAt = performance.now();
      events.resize(this.size());
    });
    this.program.hideCursor();
  }

  size(): Size {
    return { width: this.program.cols, height: this.program.rows };
  }

  /** Shows what `lines` gives when it is drawn: now, or a frame after the last time, however often it is asked for. */
  draw(lines: () => readonly string[]): void {
    if (this.isClosed) return;
    this.lines = lines;
    if (this.isLeft || this.timer !== null) return;
    const wait = this.drawnAt + FRAME_MS - performance.now();
    if (wait <= 0) this.render();
    else this.timer = setTimeout(() => this.render(), wait);
  }

  /** Paints every cell anew: after another program has written to the screen. */
  repaint(): void {
    if (this.isLeft) return;
    this.screen.realloc();
    this.render();
  }

  setMouse(on: boolean): void {
    if (on === this.isMouseOn || !ABILITIES.mouse) return;
    this.isMouseOn = on;
    this.program.setMouse(on ? MOUSE_ON : MOUSE_OFF, on);
  }

  /** Puts text on the clipboard by bytes that go past the screen (OSC 52). False where the terminal takes none. */
  copy(text: string): boolean {
    if (!ABILITIES.clipboard) return false;
    this.program.flush();
    this.program.output.write(clipboardSequence(text, process.env));
    return true;
  }

  /** Gives the screen back, for a stop by Ctrl-Z. */
  leave(): void {
    if (this.isLeft || this.isClosed) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.isMouseOn) this.program.setMouse(MOUSE_OFF, false);
    (this.screen as unknown as ScreenInternals).leave();
    this.program.flush();
    this.isLeft = true;
    setRaw(this.program.input, false);
  }

  /** Takes the screen again. */
  enter(): void {
    if (!this.isLeft || this.isClosed) return;
    this.isLeft = false;
    setRaw(this.program.input, true);
    (this.screen as unknown as ScreenInternals).enter();
    this.program.hideCursor();
    if (this.isMouseOn) this.program.setMouse(MOUSE_ON, true);
    this.repaint();
  }

  /** Gives the screen back for good. May be called twice. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.isMouseOn) this.program.setMouse(MOUSE_OFF, false);
    this.screen.destroy();
    this.program.flush();
    setRaw(this.program.input, false);
    this.program.destroy();
  }

  private render(): void {
    this.timer = null;
    if (this.isClosed || this.isLeft) return;
    this.box.setContent(this.lines().join('\n'));
    this.screen.render();
    // From its end, so that keys are heard between a picture that takes long and the next.
    this.drawnAt = performance.now();
  }
}

/**
 * blessed misreads the system's terminfo, so it gets its own description of a terminal, by path. Boxes are drawn as
 * Unicode, and of the mouse only presses, drags and the wheel are asked for, in the form that has no widest column.
 */
function makeProgram({ input, output }: Streams): blessed.BlessedProgram {
  const { description } = ABILITIES;
  const require = createRequire(import.meta.url);
  const options: object = {
    input,
    output,
    terminal: isAbsolute(description) ? description : require.resolve(`blessed/usr/${description}`),
    buffer: true,
    zero: true,
    forceUnicode: true,
    tput: true,
  };
  const program = blessed.program(options as blessed.Widgets.IScreenOptions);
  const internals = program as unknown as Internals;
  program.setupTput();
  internals._terminal = basename(description);
  internals.tput.brokenACS = true;
  internals.enableMouse = () => internals.setMouse(MOUSE_ON, true);
  return program;
}

function typed(text: string | undefined): string | null {
  return text !== undefined && /^[^\p{Cc}]+$/u.test(text) ? text : null;
}

function named(full: string, text: string | null): Key {
  return { name: text === null ? full : text === ' ' ? 'space' : text, text };
}

function setRaw(input: object, raw: boolean): void {
  if ('setRawMode' in input && typeof input.setRawMode === 'function') input.setRawMode(raw);
}
