import type { RunOptions } from '../../src/cli/run-options.ts';
import type { ParameterSpec } from '../../src/scenarios/parameter-table.ts';
import type { Home, ScenarioEntry } from './model.ts';
import type { Sample } from './samples.ts';

/** One line of the home list that can be chosen. */
export type HomeEntry =
  | { readonly kind: 'scenario'; readonly scenario: ScenarioEntry }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'open' }
  | { readonly kind: 'live' };

export function homeEntries({ scenarios, recent, samples }: Home): readonly HomeEntry[] {
  return [
    ...scenarios.map((scenario): HomeEntry => ({ kind: 'scenario', scenario })),
    { kind: 'live' },
    { kind: 'open' },
    ...recent.map((path): HomeEntry => ({ kind: 'file', path })),
    ...samples.map((sample): HomeEntry => ({ kind: 'sample', sample })),
  ];
}

export function chosenScenario(home: Home): ScenarioEntry | null {
  const entry = homeEntries(home)[home.at];
  return entry?.kind === 'scenario' ? entry.scenario : null;
}

/** What a parameter is set to: as typed, else its default. '' where it is not set. */
export function settingOf(home: Home, scenario: string, spec: ParameterSpec): string {
  const typed = home.values[scenario]?.[spec.name];
  return typed ?? defaultText(spec);
}

export function isChanged(home: Home, scenario: string, spec: ParameterSpec): boolean {
  const typed = home.values[scenario]?.[spec.name];
  return typed !== undefined && typed !== defaultText(spec);
}

export function defaultText({ fallback }: ParameterSpec): string {
  if (fallback === null) return '';
  return typeof fallback === 'boolean' ? (fallback ? 'yes' : 'no') : String(fallback);
}

/** The form with the parameter that a refused run names: its cursor there, and what was said kept beside it. */
export function withProblem(home: Home, text: string): Home {
  const scenario = chosenScenario(home);
  const named = [...text.matchAll(/--([a-z][a-z-]*)/g)].map(([, name]) => name);
  const form = scenario?.parameters.findIndex(({ name }) => named.includes(name)) ?? -1;
  const parameter = scenario?.parameters[form]?.name;
  if (parameter === undefined) return home;
  return { ...home, form, problem: { parameter, text } };
}

/** The form's values with one changed; null takes back what was typed. */
export function withValue(before: Home, scenario: string, name: string, value: string | null): Home {
  const home = before.problem === null ? before : { ...before, problem: null };
  const { [name]: _, ...others } = home.values[scenario] ?? {};
  const own = value === null ? others : { ...others, [name]: value };
  return { ...home, values: { ...home.values, [scenario]: own } };
}

/** The form as the command line has filled it in, and its scenario chosen: running it again runs the same. */
export function withGiven(home: Home, { scenario, parameters }: RunOptions): Home {
  const values = Object.entries(parameters).map(([name, value]): [string, string] => {
    return [name, value === true ? 'yes' : typeof value === 'string' ? value : value.join(',')];
  });
  // Each run is asked anew whether it goes step by step.
  const own = Object.fromEntries(values.filter(([name]) => name !== 'step'));
  const at = home.scenarios.findIndex(({ id }) => id === scenario);
  return { ...home, at: at < 0 ? home.at : at, values: { ...home.values, [scenario]: own } };
}
