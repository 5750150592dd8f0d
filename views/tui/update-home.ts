import type { ParameterSpec } from '../../src/scenarios/parameter-table.ts';
import { words } from '../../src/words/words.ts';
import type { Action } from './actions.ts';
import { areasOf } from './geometry.ts';
import { chosenScenario, defaultText, homeEntries, settingOf, withValue } from './home-list.ts';
import type { Home, Model, Purpose, ScenarioEntry } from './model.ts';
import { lineOfEntry } from './panes/home.ts';
import type { Step } from './update-move.ts';

/** Keys that mean something on the home page only; null for all others. */
export function homeKey(model: Model, name: string): Step | null {
  const { home } = model;
  const scenario = chosenScenario(home);
  if (home.form === null) {
    if ((name === 'right' || name === 'tab' || name === 'e') && scenario !== null)
      return [{ ...model, home: { ...home, form: 0 } }, []];
    return null;
  }
  const spec = scenario?.parameters[home.form];
  if (scenario === null || spec === undefined) return null;
  if (name === 'tab') return [{ ...model, home: { ...home, form: null } }, []];
  const by = name === 'right' || name === 'space' ? 1 : name === 'left' ? -1 : 0;
  if (by !== 0) {
    const value = nextChoice(home, scenario, spec, by);
    if (value !== null) return [{ ...model, home: withValue(home, scenario.id, spec.name, value) }, []];
    if (name === 'left') return [{ ...model, home: { ...home, form: null } }, []];
    return [edited(model, home, scenario, spec), []];
  }
  if (/^\d$/.test(name)) {
    if (nextChoice(home, scenario, spec, 1) !== null) return [model, []];
    return [{ ...model, overlay: { kind: 'prompt', purpose: 'value', text: name, at: 0 } }, []];
  }
  if (name === 'backspace' || name === 'delete')
    return [{ ...model, home: withValue(home, scenario.id, spec.name, null) }, []];
  return null;
}

/** Actions as the home page understands them; null leaves them to the rest. */
export function homeAction(model: Model, action: Action): Step | null {
  const { home } = model;
  const height = areasOf(model.size, 'hidden').main;
  switch (action.do) {
    case 'move':
      return [moved(model, action.by), []];
    case 'move-page':
      return [moved(model, Math.round(action.by * height)), []];
    case 'move-to':
      return [moved(model, action.end === 'first' ? -1e6 : 1e6), []];
    case 'enter':
      return enter(model);
    case 'focus':
      return [
        { ...model, home: { ...home, form: home.form === null && chosenScenario(home) !== null ? 0 : null } },
        [],
      ];
    case 'run':
    case 'run-stepped':
      return run(model, action.do === 'run-stepped');
    case 'quiz':
      return quizzed(model);
    case 'prompt':
      return OF_OPEN.has(action.purpose) ? notHere(model) : null;
    case 'only-connection':
    case 'find':
    case 'finding':
      return notHere(model);
    case 'back':
      return home.form === null ? null : [{ ...model, home: { ...home, form: null } }, []];
    default:
      return null;
  }
}

/** What is asked of the rows of an open file, which are not to be seen here. */
const OF_OPEN: ReadonlySet<Purpose> = new Set(['search', 'filter', 'save-filter', 'goto']);

function notHere(model: Model): Step {
  const { document, keys } = model;
  const text =
    document === null
      ? words().status.notOpen
      : words().status.notOnHome(document.title, keys.keyOf('ladder'));
  return [{ ...model, status: { text, isError: false } }, []];
}

/** A click on a line of the list chooses it; one on the chosen line enters. */
export function homeClick(model: Model, y: number): Step {
  const entries = homeEntries(model.home);
  const at = entries.findIndex((_, index) => lineOfEntry(model, index) === y);
  if (at < 0) return [model, []];
  const next: Model = { ...model, home: { ...model.home, at, form: null } };
  return at === model.home.at && model.home.form === null ? enter(next) : [next, []];
}

function moved(model: Model, by: number): Model {
  const { home } = model;
  const length =
    home.form === null ? homeEntries(home).length : (chosenScenario(home)?.parameters.length ?? 1);
  const at = Math.max(0, Math.min((home.form ?? home.at) + by, length - 1));
  return { ...model, home: home.form === null ? { ...home, at } : { ...home, form: at } };
}

function enter(model: Model): Step {
  const { home } = model;
  const entry = homeEntries(home)[home.at];
  switch (entry?.kind) {
    case undefined:
      return [model, []];
    case 'scenario': {
      if (home.form === null) return run(model, false);
      const spec = entry.scenario.parameters[home.form];
      if (spec === undefined) return [model, []];
      const value = nextChoice(home, entry.scenario, spec, 1);
      if (value !== null)
        return [{ ...model, home: withValue(home, entry.scenario.id, spec.name, value) }, []];
      return [edited(model, home, entry.scenario, spec), []];
    }
    case 'file':
      return [model, [{ do: 'open', file: entry.path }]];
    case 'sample':
      return [model, [{ do: 'open', file: entry.sample.path }]];
    case 'open':
      return [{ ...model, overlay: { kind: 'prompt', purpose: 'open', text: '', at: 0 } }, []];
    case 'live':
      return [model, [{ do: 'live' }]];
    default:
      return entry satisfies never;
  }
}

/** Asks about a file, or about a run of the scenario. */
function quizzed(model: Model): Step {
  const entry = homeEntries(model.home)[model.home.at];
  if (entry?.kind === 'file' || entry?.kind === 'sample') {
    const file = entry.kind === 'file' ? entry.path : entry.sample.path;
    return [model, [{ do: 'open', file, quiz: true }]];
  }
  const [next, effects] = run(model, false);
  return [next, effects.map((effect) => (effect.do === 'run' ? { ...effect, quiz: true } : effect))];
}

function run(model: Model, step: boolean): Step {
  const scenario = chosenScenario(model.home);
  if (scenario === null) return enterless(model);
  if (model.running !== null)
    return [
      {
        ...model,
        status: { text: words().status.alreadyRuns(model.keys.keyOf('stop')), isError: false },
      },
      [],
    ];
  return [model, [{ do: 'run', scenario: scenario.id, values: model.home.values[scenario.id] ?? {}, step }]];
}

function enterless(model: Model): Step {
  return [{ ...model, status: { text: words().screen.home.chooseOne, isError: false } }, []];
}

function edited(model: Model, home: Home, scenario: ScenarioEntry, spec: ParameterSpec): Model {
  return {
    ...model,
    overlay: { kind: 'prompt', purpose: 'value', text: settingOf(home, scenario.id, spec), at: 0 },
  };
}

/** The next value of a flag or a choice; null for what is typed. */
function nextChoice(home: Home, scenario: ScenarioEntry, spec: ParameterSpec, by: number): string | null {
  const names = spec.kind === 'flag' ? ['no', 'yes'] : Object.keys(spec.choices);
  if (names.length === 0) return null;
  const now = settingOf(home, scenario.id, spec) || defaultText(spec);
  const at = names.indexOf(now);
  return names[(at + by + names.length) % names.length] ?? null;
}
