import { valueProblem } from '../../src/scenarios/parse-parameters.ts';
import { words } from '../../src/words/words.ts';
import type { Action } from './actions.ts';
import { chosenScenario, withValue } from './home-list.ts';
import type { KeyTable } from './key-table.ts';
import type { Command } from './keys.ts';
import type { Model, Overlay, Purpose } from './model.ts';
import { helpLength } from './panes/help.ts';
import { searchProblem } from './search-matcher.ts';
import { THEMES } from './theme.ts';
import { columnKey, columnsKey } from './update-columns.ts';
import { compareWith } from './update-compare.ts';
import { filterKey, saveFilter, useFilter } from './update-filter.ts';
import { jump, type Step, withSoFar } from './update-move.ts';
import { rowAtTime } from './update-run.ts';
import { isTalk, talkKey } from './update-talk.ts';

type Act = (model: Model, action: Action) => Step;

/** What a key does while something lies over the screen. */
export function updateOverlay(model: Model, name: string, text: string | null, act: Act): Step {
  const { overlay } = model;
  switch (overlay?.kind) {
    case undefined:
      return [model, []];
    case 'help':
      return helpKey(model, name);
    case 'palette':
      return paletteKey(model, overlay, name, text, act);
    case 'prompt':
      return talkKey(model, overlay, name) ?? promptKey(model, overlay, name, text);
    case 'columns':
      return columnsKey(model, overlay, name);
    case 'notice':
      return [{ ...model, overlay: null }, []];
    case 'leave':
      if (name === 'y' || name === 'enter' || name === 'q')
        return act({ ...model, overlay: null }, { do: 'quit', how: 'now' });
      return [{ ...model, overlay: null }, []];
    case 'replace': {
      const { does, file } = overlay;
      const bare: Model = { ...model, overlay: null };
      if (name === 'y') return [bare, [{ do: does, file, replaces: true }]];
      const text = words().status.isThere(file, model.keys.keyOf(does));
      return [{ ...bare, status: { text, isError: false } }, []];
    }
    default:
      return overlay satisfies never;
  }
}

function helpKey(model: Model, name: string): Step {
  const action = model.keys.of(name)?.action;
  const height = model.size.height - 4;
  const last = Math.max(0, helpLength(model.keys) - height);
  const by =
    action?.do === 'move' ? action.by : action?.do === 'move-page' ? Math.round(action.by * height) : 0;
  const to = action?.do === 'move-to' ? (action.end === 'first' ? -last : last) : by;
  if (to === 0) return [{ ...model, overlay: null }, []];
  const top = model.overlay?.kind === 'help' ? model.overlay.top : 0;
  return [{ ...model, overlay: { kind: 'help', top: Math.max(0, Math.min(top + to, last)) } }, []];
}

/** A command and what is typed behind it: 'goto #11', 'theme light'; null for what is no such thing. */
function withArgument(
  { commands }: KeyTable,
  text: string,
): { readonly command: Command; readonly argument: string } | null {
  const parts = /^\s*(\S+)\s+(\S.*?)\s*$/.exec(text);
  const command = commands.find(({ name }) => name === parts?.[1]?.toLowerCase());
  const takes = command !== undefined && TAKES_ARGUMENT.has(command.action.do);
  return takes ? { command, argument: parts?.[2] ?? '' } : null;
}

const TAKES_ARGUMENT: ReadonlySet<Action['do']> = new Set(['prompt', 'theme', 'compare']);

/** Does a command with what was typed behind it, as if that had been typed where it asks for it. */
function actWith(model: Model, { action }: Command, argument: string, act: Act): Step {
  switch (action.do) {
    case 'prompt': {
      const [asked, effects] = act(model, action);
      return asked.overlay?.kind === 'prompt' ? done(model, action.purpose, argument) : [asked, effects];
    }
    case 'compare':
      return compareWith(model, argument);
    case 'theme': {
      const theme = THEMES.find((each) => each === argument.toLowerCase());
      const text =
        theme === undefined
          ? words().status.noTheme(argument, THEMES.join(', '))
          : words().status.theme(theme);
      const next = { ...model, status: { text, isError: theme === undefined } };
      return [theme === undefined ? next : { ...next, theme }, []];
    }
    default:
      return act(model, action);
  }
}

/** Commands whose name or help holds what was typed, those that begin with it first. */
export function paletteMatches(keys: KeyTable, text: string): readonly Command[] {
  const { commands } = keys;
  const given = withArgument(keys, text);
  if (given !== null) return [given.command];
  const wanted = text.trim().toLowerCase();
  const starting = commands.filter(({ name }) => name.startsWith(wanted));
  const others = commands.filter(
    (command) =>
      !starting.includes(command) &&
      `${command.name} ${words().commands.does[command.name]}`.toLowerCase().includes(wanted),
  );
  return [...starting, ...others];
}

function paletteKey(
  model: Model,
  overlay: Extract<Overlay, { kind: 'palette' }>,
  name: string,
  text: string | null,
  act: Act,
): Step {
  const matches = paletteMatches(model.keys, overlay.text);
  switch (name) {
    case 'escape':
      return [{ ...model, overlay: null }, []];
    case 'enter': {
      const bare: Model = { ...model, overlay: null };
      const place = goto(bare, overlay.text);
      if (place !== null) return [place, []];
      const chosen = matches[overlay.at];
      const given = withArgument(model.keys, overlay.text);
      if (chosen === undefined)
        return [{ ...model, status: { text: words().screen.palette.none.trim(), isError: true } }, []];
      if (given === null) return act(bare, chosen.action);
      const [next, effects] = actWith(bare, given.command, given.argument, act);
      // What is wrong is mended where it stands.
      const isWrong = next.status?.isError === true && effects.length === 0;
      return [isWrong ? { ...next, overlay } : next, effects];
    }
    case 'down':
    case 'up': {
      const by = name === 'down' ? 1 : -1;
      const at = Math.max(0, Math.min(overlay.at + by, matches.length - 1));
      return [{ ...model, overlay: { ...overlay, at } }, []];
    }
    case 'tab':
      return [
        { ...model, overlay: { ...overlay, text: matches[overlay.at]?.name ?? overlay.text, at: 0 } },
        [],
      ];
    default: {
      const typed = edited(overlay.text, name, text);
      return [{ ...model, overlay: typed === null ? null : { kind: 'palette', text: typed, at: 0 } }, []];
    }
  }
}

function promptKey(
  model: Model,
  overlay: Extract<Overlay, { kind: 'prompt' }>,
  name: string,
  text: string | null,
): Step {
  if (name === 'escape') return [{ ...model, overlay: null }, []];
  const step =
    overlay.purpose === 'filter'
      ? filterKey(model, overlay, name)
      : overlay.purpose === 'column'
        ? columnKey(model, overlay, name)
        : null;
  if (step !== null) return step;
  if (name === 'enter') {
    const { purpose, text: typed } = overlay;
    const [next, effects] = done({ ...model, overlay: null }, purpose, typed);
    // What is wrong is mended where it stands.
    const isWrong = next.status?.isError === true && effects.length === 0;
    const stays = isWrong && (purpose === 'filter' || purpose === 'search');
    return [stays ? { ...next, overlay } : next, effects];
  }
  const typed = edited(overlay.text, name, text);
  // A prompt that opened by itself is not closed by one Backspace too many.
  if (typed === null && isTalk(overlay.purpose)) return [model, []];
  return [{ ...model, overlay: typed === null ? null : { ...overlay, text: typed, at: 0 } }, []];
}

/** The text after a key; null when there was none left to delete. */
function edited(before: string, name: string, text: string | null): string | null {
  if (name === 'backspace') return before === '' ? null : [...before].slice(0, -1).join('');
  if (name === 'C-u') return '';
  if (name === 'C-w') return before.replace(/\S+\s*$/, '');
  return text === null ? before : before + text;
}

/** What needs the name of a file: nothing is saved without one, and that is said. */
const NEEDS_NAME: ReadonlySet<Purpose> = new Set(['save', 'export', 'open', 'compare', 'save-filter']);

function done(model: Model, purpose: Purpose, text: string): Step {
  const said = (what: string): Step => [{ ...model, status: { text: what, isError: true } }, []];
  if (text.trim() === '' && purpose !== 'filter' && purpose !== 'value')
    return NEEDS_NAME.has(purpose) ? said(words().status.noName) : [model, []];
  switch (purpose) {
    case 'search': {
      const problem = text.endsWith('/') || /^hex:/i.test(text) ? searchProblem(text, true) : null;
      if (problem !== null) return said(`${problem.message}${words().screen.at(problem.from + 1)}`);
      return [
        { ...model, search: { text, hits: new Uint32Array(0), isDone: false } },
        [{ do: 'search', text }],
      ];
    }
    case 'filter':
      return useFilter(model, text);
    case 'column':
      return [model, []];
    case 'save-filter':
      return saveFilter(model, text.trim().replace(/^\$/, ''), model.filter);
    case 'goto': {
      const place = goto(model, text);
      return place === null ? said(words().status.notAPlace(text)) : [place, []];
    }
    case 'save':
    case 'export':
      return [model, [{ do: purpose, file: text.trim(), replaces: false }]];
    case 'open':
      return [model, [{ do: purpose, file: text.trim() }]];
    case 'compare':
      return compareWith(model, text.trim());
    case 'value': {
      const scenario = chosenScenario(model.home);
      const spec = scenario?.parameters[model.home.form ?? -1];
      if (scenario === null || spec === undefined) return [model, []];
      const problem = text === '' ? null : valueProblem(spec, text);
      if (problem !== null) return [refused(model, spec.name, text, problem), []];
      return [
        { ...model, home: withValue(model.home, scenario.id, spec.name, text === '' ? null : text) },
        [],
      ];
    }
    case 'answer':
    case 'step-data':
    case 'step-pause':
    case 'signal':
      return [model, []]; // talkKey has taken them
    default:
      return purpose satisfies never;
  }
}

/** The text stays to be mended, and what is wrong with it stands at the field. */
function refused(model: Model, parameter: string, text: string, problem: string): Model {
  return {
    ...model,
    overlay: { kind: 'prompt', purpose: 'value', text, at: 0 },
    home: { ...model.home, problem: { parameter, text: problem } },
  };
}

const UNITS: Readonly<Record<string, number>> = { us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9 };

/** Goes to a frame by its number ('12', '#12') or to a time since the beginning ('3.5ms'); null when it is neither. */
export function goto(model: Model, text: string): Model | null {
  const { document } = model;
  if (document === null) return null;
  const number = /^#?(\d+)$/.exec(text.trim());
  const { rowCount } = document.timeline;
  if (rowCount === 0) return null;
  const to = (row: number): Model => (row < rowCount - 1 ? jump(model, row) : withSoFar(jump(model, row)));
  if (number !== null) {
    const wanted = Number(number[1]);
    const row = rowOfNumber(model, wanted);
    const there = document.numberText(document.timeline.row(row));
    const went = to(row);
    if (there === `#${wanted}` || document.extent === 'loading') return went;
    return { ...went, status: { text: words().status.noRow(wanted, there), isError: false } };
  }
  const time = /^(\d+(?:[.,]\d+)?)\s*(us|µs|ms|s|m)$/.exec(text.trim());
  if (time === null) return null;
  const ns = Number(time[1]?.replace(',', '.')) * (UNITS[time[2] ?? 'ms'] ?? 1e6);
  return to(rowAtTime(model, document.startNs + BigInt(Math.round(ns))));
}

/** Rows around the place where a number should stand: rows of the same microsecond may stand in another order in the file. */
const NEAR = 64;

/** The row with a frame number, or the one where it would stand. */
export function rowOfNumber({ document }: Pick<Model, 'document'>, wanted: number): number {
  if (document === null) return 0;
  const { timeline, numbers } = document;
  const numberAt = (at: number): number | null => {
    const row = timeline.row(at);
    if (row.kind === 'packet') return numbers.ofPacket(row.packet);
    // An entry that the file has no row for bears the number of its return, which stands further down.
    return row.kind === 'exit' ? numbers.ofCall(row.call) : numbers.ofEntry(row.call);
  };
  const numberUpTo = (row: number): number => {
    for (let at = row; at >= 0; at--) {
      const number = numberAt(at);
      if (number !== null) return number;
    }
    return 0;
  };
  let low = 0;
  let high = timeline.rowCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numberUpTo(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  const end = Math.min(timeline.rowCount, low + NEAR);
  for (let at = Math.max(0, low - NEAR); at < end; at++) if (numberAt(at) === wanted) return at;
  return Math.min(low, timeline.rowCount - 1);
}
