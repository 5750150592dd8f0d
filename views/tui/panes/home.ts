import type { ParameterSpec } from '../../../src/scenarios/parameter-table.ts';
import { peerRule } from '../../../src/scenarios/peer-commands.ts';
import { say } from '../../../src/words/text.ts';
import { words } from '../../../src/words/words.ts';
import { shorten, widthOf, wrap } from '../../ladder/line.ts';
import { join } from '../columns.ts';
import { areasOf } from '../geometry.ts';
import {
  chosenScenario,
  defaultText,
  type HomeEntry,
  homeEntries,
  isChanged,
  settingOf,
} from '../home-list.ts';
import type { Home, Model, ScenarioEntry } from '../model.ts';
import { scrolled } from '../row-list.ts';
import { EMPTY, line, span, spans, type UiLine, type UiSpan } from '../style.ts';

const LIST_WIDTH = 26;
const WIDE_LIST = 34;
const SHOWN_DEFAULTS = 16;

/** A narrower screen has the list with titles over its whole width, and what the chosen entry is under it. */
const TWO_PANES = 100;
const NAME_ROOM = 20;
/** Lines under the list, with the rule above them. */
const UNDER = 7;
const SMALLEST_LIST = 6;

function isStacked({ size, home }: Model): boolean {
  return size.width < TWO_PANES && (chosenScenario(home) === null || home.form === null);
}

function listHeight(model: Model): number {
  const height = areasOf(model.size, 'hidden').main + 1;
  return isStacked(model) ? Math.max(SMALLEST_LIST, height - UNDER) : height;
}

/** The list to the left; to the right what the chosen entry is, or the form of its parameters. */
export function homeLines(model: Model): readonly UiLine[] {
  const { size, home } = model;
  const height = areasOf(size, 'hidden').main + 1;
  if (isStacked(model)) return stackedLines(model, height);
  const left = size.width >= 120 ? WIDE_LIST : LIST_WIDTH;
  const right = size.width - left - 2;
  const list = listLines(model, left);
  const chosen = homeEntries(home)[home.at];
  const scenario = chosenScenario(home);
  const beside =
    scenario !== null && home.form !== null
      ? formLines(home, scenario, home.form, right, height)
      : aboutLines(chosen, model, right);
  return Array.from({ length: height }, (_, index) =>
    join(list[index] ?? EMPTY, left, beside[index] ?? EMPTY, model.ascii),
  );
}

function stackedLines(model: Model, height: number): readonly UiLine[] {
  const { width } = model.size;
  const room = listHeight(model);
  const list = listLines(model, width);
  const about = aboutLines(homeEntries(model.home)[model.home.at], model, width).filter(
    ({ spans: parts }) => parts.length > 0,
  );
  const filled = Array.from({ length: room }, (_, index) => list[index] ?? EMPTY);
  const rule = line((model.ascii ? '-' : '─').repeat(width), 'border');
  return [...filled, rule, ...about].slice(0, height);
}

/** Lines before the entries of the list, and between its parts. */
function placed(model: Model): readonly (HomeEntry | string)[] {
  const said = words().screen.home;
  const entries = homeEntries(model.home);
  const scenarios = entries.filter(({ kind }) => kind === 'scenario');
  const others = entries.filter(({ kind }) => kind === 'open' || kind === 'live');
  const files = entries.filter(({ kind }) => kind === 'file');
  const samples = entries.filter(({ kind }) => kind === 'sample');
  const shown = samples.length === 0 ? [] : ['', said.samples, ...samples];
  return [said.scenarios, ...scenarios, '', said.captures, ...others, ...files, ...shown];
}

/** The screen's line of an entry, counted from the top; -1 when it is not in sight. */
export function lineOfEntry(model: Model, index: number): number {
  const lines = placed(model);
  const entry = homeEntries(model.home)[index];
  const at = entry === undefined ? -1 : lines.findIndex((each) => sameEntry(each, entry));
  const { top, height } = windowOf(model, lines);
  return at < top || at >= top + height ? -1 : at - top + 1;
}

function windowOf(model: Model, lines: readonly (HomeEntry | string)[]): { top: number; height: number } {
  const height = listHeight(model);
  const chosen = homeEntries(model.home)[model.home.at];
  const at = chosen === undefined ? 0 : lines.findIndex((each) => sameEntry(each, chosen));
  return { top: scrolled(0, at, height, lines.length), height };
}

function sameEntry(one: HomeEntry | string, other: HomeEntry): boolean {
  return typeof one !== 'string' && one.kind === other.kind && entryText(one) === entryText(other);
}

function listLines(model: Model, width: number): readonly UiLine[] {
  const lines = placed(model);
  const { top, height } = windowOf(model, lines);
  const chosen = homeEntries(model.home)[model.home.at];
  return lines.slice(top, top + height).map((each) => {
    if (typeof each === 'string') return line(each === '' ? '' : ` ${each}`, 'title');
    const isChosen = chosen !== undefined && sameEntry(each, chosen);
    const isMarked = each.kind === 'file' && each.path === model.home.marked;
    const title = isStacked(model) ? titleOf(each) : '';
    const name = shorten(entryText(each), width - 4, '…');
    const shown = title === '' ? name : name.padEnd(NAME_ROOM);
    const back = isChosen ? (model.home.form === null ? 'selected' : 'dimmed') : 'none';
    return spans(
      [
        span(`${isMarked ? '=' : ' '}${isChosen ? '▶' : ' '} `, 'mark'),
        span(shown, each.kind === 'scenario' ? 'call' : 'data'),
        span(title === '' ? '' : `  ${shorten(title, width - 7 - widthOf(shown), '…')}`, 'label'),
      ],
      back,
    );
  });
}

function titleOf(entry: HomeEntry): string {
  if (entry.kind === 'scenario') return entry.scenario.title;
  return entry.kind === 'sample' ? entry.sample.title : '';
}

function entryText(entry: HomeEntry): string {
  switch (entry.kind) {
    case 'scenario':
      return entry.scenario.id;
    case 'file':
      return entry.path;
    case 'sample':
      return entry.sample.name;
    case 'open':
      return words().screen.home.openFile;
    case 'live':
      return words().screen.home.live;
    default:
      return entry satisfies never;
  }
}

function aboutLines(entry: HomeEntry | undefined, { home, keys }: Model, width: number): readonly UiLine[] {
  const said = words().screen.home;
  const compareKey = keys.keyOf('compare');
  const text = (content: string, style: 'reason' | 'title' = 'reason'): UiLine[] =>
    wrap(content, width - 2).map((each) => line(each, style));
  switch (entry?.kind) {
    case undefined:
      return [];
    case 'file':
      return [
        line(said.file, 'title'),
        EMPTY,
        ...text(entry.path),
        EMPTY,
        ...text(words().screen.fileKeys(compareKey)),
      ];
    case 'sample':
      return [
        ...wrap(entry.sample.title || entry.sample.name, width - 2).map((each) => line(each, 'title')),
        ...entry.sample.note.flatMap((part) => [EMPTY, ...text(part)]),
        EMPTY,
        ...text(said.opens),
      ];
    case 'open':
      return [line(said.openTitle, 'title'), EMPTY, ...text(said.openAbout)];
    case 'live':
      return [line(said.liveTitle, 'title'), EMPTY, ...text(said.liveAbout)];
    case 'scenario': {
      const { scenario } = entry;
      const set = scenario.parameters.filter(
        (spec) =>
          settingOf(home, scenario.id, spec) !== '' &&
          (spec.group === 'data' || spec.group === 'sockets' || isChanged(home, scenario.id, spec)),
      );
      return [
        line(scenario.title, 'title'),
        EMPTY,
        ...text(scenario.teaches),
        EMPTY,
        ...ruleLines(home, scenario, width),
        line(words().ladder.lookFor, 'title'),
        ...scenario.lookFor.flatMap((each) =>
          wrap(each, width - 4).map((part, index) => line(`${index === 0 ? '· ' : '  '}${part}`, 'reason')),
        ),
        EMPTY,
        line(said.parameters, 'title'),
        ...set.slice(0, SHOWN_DEFAULTS).map((spec) => spans(parameterSpans(home, scenario, spec, width))),
        line(said.all, 'label'),
      ];
    }
    default:
      return entry satisfies never;
  }
}

const NAME_WIDTH = 20;
const FORM_HELP = 6;

function parameterSpans(home: Home, scenario: ScenarioEntry, spec: ParameterSpec, width: number): UiSpan[] {
  const value = settingOf(home, scenario.id, spec);
  const changed = isChanged(home, scenario.id, spec);
  const shown = value === '' ? '–' : value;
  const help = width > 70 ? `  ${say(spec.help)}` : '';
  return [
    span(`${changed ? '*' : ' '} ${spec.name.padEnd(NAME_WIDTH)}`, changed ? 'mark' : 'label'),
    span(
      shorten(shown, Math.max(8, width > 70 ? 22 : width - NAME_WIDTH - 4), '…').padEnd(width > 70 ? 22 : 0),
      changed ? 'title' : 'value',
    ),
    span(help, 'label'),
  ];
}

/** The form: every parameter with its value, and under it what the chosen one is and takes. */
function formLines(
  home: Home,
  scenario: ScenarioEntry,
  at: number,
  width: number,
  height: number,
): readonly UiLine[] {
  const { parameters } = scenario;
  const room = Math.max(3, height - FORM_HELP - 3);
  const top = scrolled(0, at, room, parameters.length);
  const lines: UiLine[] = [line(words().screen.formTitle(scenario.id, at + 1, parameters.length), 'title')];
  for (const [index, spec] of parameters.slice(top, top + room).entries()) {
    lines.push(spans(parameterSpans(home, scenario, spec, width), top + index === at ? 'selected' : 'none'));
  }
  const spec = parameters[at];
  if (spec === undefined) return lines;
  lines.push(EMPTY);
  for (const each of wrap(`${spec.name}: ${say(spec.help)}`, width - 2)) lines.push(line(each, 'reason'));
  const value = settingOf(home, scenario.id, spec);
  const choice = spec.choices[value];
  if (choice !== undefined)
    lines.push(...wrap(`${value}: ${say(choice)}`, width - 2).map((each) => line(each, 'state')));
  for (const each of wrap(rangeText(spec), width - 2)) lines.push(line(each, 'label'));
  if (home.problem?.parameter === spec.name)
    for (const each of wrap(home.problem.text, width - 2)) lines.push(line(each, 'error'));
  return lines.slice(0, height);
}

/** What a parameter takes, and what it is when nothing is said. */
function rangeText(spec: ParameterSpec): string {
  const names = Object.keys(spec.choices);
  const fallback = defaultText(spec);
  const said = words().screen.ranges;
  const isDefault = fallback === '' ? said.notSet : said.fallback(fallback);
  if (spec.kind === 'flag') return said.flag(isDefault);
  if (names.length > 0) return said.choice(names.join(', '), isDefault);
  if (spec.kind === 'text' || spec.kind === 'file' || spec.kind === 'pauses')
    return said.typed(spec.unit, isDefault);
  const range = spec.max === Number.MAX_SAFE_INTEGER ? said.from(spec.min) : said.to(spec.min, spec.max);
  return said.typed(`${spec.unit}: ${range}`, isDefault);
}

/** Which commands a peer may have run, as the scenario is set now. */
function ruleLines(home: Home, scenario: ScenarioEntry, width: number): UiLine[] {
  const spec = scenario.parameters.find(({ name }) => name === 'allow-any-command');
  if (spec === undefined) return [];
  const net = scenario.parameters.find(({ name }) => name === 'net');
  const rule = peerRule({
    'allow-any-command': settingOf(home, scenario.id, spec) === 'yes',
    net: net === undefined ? null : settingOf(home, scenario.id, net),
  });
  if (rule === null) return [];
  const style = rule.isWarning ? 'error' : 'reason';
  return [...wrap(say(rule.text), width - 2).map((each) => line(each, style)), EMPTY];
}
