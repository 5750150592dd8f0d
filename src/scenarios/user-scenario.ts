import { LANGUAGES } from '../words/language.ts';
import type { Check } from './check.ts';
import type { Question } from './quiz.ts';
import type { ScenarioModule } from './registry.ts';
import type { RolePlan, Scenario } from './scenario.ts';
import { inUserFile, usage } from './user-file.ts';

/**
 * A scenario that a user wrote, of which nothing is known but its outline: what its functions give is looked at before somebody
 * else trips over it. Goes by the name of its file, which is what `run` and `scenarios` take. Its functions throw a UserError.
 */
export function userScenario({ scenario, ...module }: ScenarioModule, name: string): Scenario {
  const made = <T>(what: string, act: () => T, ...tests: readonly Test[]): T =>
    inUserFile(name, () => {
      const value = act();
      const problem = problemOf(value, tests);
      if (problem !== null) throw usage(`${name}: ${what}${problem}`, HINT);
      return value;
    });
  made('variants', () => scenario.variants, isVariant);
  const { network, questions, validate } = scenario;
  return {
    ...scenario,
    id: name,
    roles: (parameters) => made('roles()', () => scenario.roles(parameters), isPlan, hasEntry(module)),
    lookFor: (parameters) => made('lookFor()', () => scenario.lookFor(parameters), isCheck),
    judge: (...given) => made('judge()', () => scenario.judge(...given), isSentence),
    ...(validate !== undefined && { validate: (given) => inUserFile(name, () => validate(given)) }),
    ...(network !== undefined && { network: (given) => made('network()', () => network(given)) }),
    ...(questions !== undefined && {
      questions: (run) => made('questions()', () => questions(run), isQuestion),
    }),
  };
}

const HINT =
  'mend it and run it again; docs: CONTRIBUTING.md, "Scenarios", and `sockscope scenarios --template`';

/** What is wrong with one of a list; null where nothing is. */
type Test = (value: unknown) => string | null;

function problemOf(value: unknown, tests: readonly Test[]): string | null {
  if (!Array.isArray(value)) return ` must give a list, not ${shown(value)}`;
  for (const [index, each] of value.entries())
    for (const test of tests) {
      const problem = test(each);
      if (problem !== null) return `, number ${index + 1}: ${problem}`;
    }
  return null;
}

const isPlan: Test = (value) => {
  const { name, side, entry, index } = fieldsOf<RolePlan>(value);
  const isSound =
    typeof name === 'string' && typeof entry === 'string' && typeof index === 'number' && isSide(side);
  return isSound
    ? null
    : `${shown(value)} is no role; plans(parameters, { server: …, client: …, ready: … }) makes them`;
};

const isSide = (side: unknown): boolean => side === 'client' || side === 'server';

function hasEntry(module: Readonly<Record<string, unknown>>): Test {
  return (value) => {
    const { name, entry } = fieldsOf<RolePlan>(value);
    if (typeof module[String(entry)] === 'function') return null;
    return `the role ${name} plays the function ${entry}, which the file does not export: \`export function ${entry}(parameters, role) { … }\``;
  };
}

const isCheck: Test = (value) => {
  const { text, test } = fieldsOf<Check>(value);
  return isText(text) && typeof test === 'function'
    ? null
    : `${shown(value)} is no check; that is { text: 'a sentence', test: (run) => decide(…) }`;
};

const isVariant: Test = (value) => {
  const { options, shows } = fieldsOf<Scenario['variants'][number]>(value);
  return typeof options === 'string' && isText(shows)
    ? null
    : `${shown(value)} is no variant; that is { options: '--words 3', shows: 'a sentence' }`;
};

const isQuestion: Test = (value) => {
  const { text } = fieldsOf<Question>(value);
  return isText(text) ? null : `${shown(value)} is no question; question('How many?', 3) makes one`;
};

const isSentence: Test = (value) => (isText(value) ? null : `${shown(value)} is no sentence`);

function isText(value: unknown): boolean {
  const texts = fieldsOf<Record<string, unknown>>(value);
  return typeof value === 'string' || LANGUAGES.every((language) => typeof texts[language] === 'string');
}

function fieldsOf<T extends object>(value: unknown): Partial<Record<keyof T, unknown>> {
  return typeof value === 'object' && value !== null ? value : {};
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
