import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { statsOf } from '../../capture/file/stats-of.ts';
import { EXIT, UserError } from '../../capture/user-error.ts';
import { refuseCombinations } from './combinations.ts';
import { isInsideShell } from './inside-shell.ts';
import { suggestion } from './nearest.ts';
import { PARAMETERS, type ParameterKind, type ParameterSpec, parametersOf } from './parameter-table.ts';
import { type Parameters, type ParameterValue, restoreParameters } from './parameters.ts';
import { parsePauses } from './pauses.ts';
import type { Scenario } from './scenario.ts';

/** Parameters as typed: name → text, true for a flag, a list for one that was repeated. */
export type GivenParameters = Readonly<Record<string, string | true | readonly string[]>>;

/** The parameters of a run: checked, defaults filled in. Throws a UserError (exit code 2) for what cannot be. */
export function parseParameters(scenario: Scenario, given: GivenParameters): Parameters {
  const specs = parametersOf(scenario);
  for (const name of Object.keys(given)) refuseUnused(scenario, specs, name);
  const values: Record<string, ParameterValue> = {};
  for (const spec of specs) {
    const typed = given[spec.name];
    values[spec.name] = typed === undefined ? spec.fallback : parseValue(spec, typed);
  }
  fillDependent(values, given, scenario);
  const parameters = restoreParameters(values);
  refuseCombinations(parameters, given);
  scenario.validate?.(parameters);
  refuseStrangePauses(scenario, parameters);
  return parameters;
}

/** A pause of a role that does not run here would never come, and nobody would know why. */
function refuseStrangePauses(scenario: Scenario, parameters: Parameters): void {
  const pauses = parameters.pauses();
  if (pauses.length === 0) return;
  const plans = scenario.roles(parameters);
  const roles = new Set(plans.flatMap(({ name, side }) => [name, side]));
  for (const { role, call } of pauses) {
    if (role === null || roles.has(role)) continue;
    throw usage(
      `--pause ${role}:${call}: no role ${role} runs here`,
      `the roles are ${[...roles].join(', ')}`,
    );
  }
}

/** Options of `sockscope run` that are no parameters: what is mistyped may be one of them. */
const OTHER_OPTIONS: readonly string[] = [
  ...['write', 'plain-pcap', 'force', 'verify', 'data-bytes', 'ring', 'compare', 'quiz', 'answers', 'lang'],
  ...['text', 'json', 'width', 'ascii', 'no-color', 'all'],
];

function refuseUnused(scenario: Scenario, specs: readonly ParameterSpec[], name: string): void {
  if (specs.some((spec) => spec.name === name)) return;
  const own = specs.map((spec) => spec.name);
  if (PARAMETERS.some((spec) => spec.name === name)) {
    throw usage(`${scenario.id} does not use --${name}`, `it uses --${own.join(', --')}`);
  }
  if (OTHER_OPTIONS.includes(name))
    throw usage(`--${name} is not given a value like this`, 'see `sockscope run --help`');
  throw usage(
    `unknown parameter --${name}`,
    `${suggestion(name, [...own, ...OTHER_OPTIONS], '--')}see \`sockscope scenarios ${scenario.id}\` for those that it takes`,
  );
}

/** Defaults that depend on other parameters, filled in so that everybody reads the same value. */
function fillDependent(
  values: Record<string, ParameterValue>,
  given: GivenParameters,
  scenario: Scenario,
): void {
  // Strangers come one after the other; a mistake and --serve once are about one client.
  const isAlone =
    values.role === 'server' && values.serve !== 'once' && (values.mistake ?? 'none') === 'none';
  if (scenario.servesUntilEnded === true && isAlone && given.clients === undefined) values.clients = 0;
  // In `sockscope shell` the network is the user's own already, and one side alone is there to meet somebody in it.
  if (given.net === undefined && isInsideShell() && (values.role ?? 'both') !== 'both') {
    values.net = 'host';
  }
  if (values.net === 'private') {
    values.mtu ??= 1500;
    values.offload ??= 'off';
  }
  // A run that waits for a person, or for somebody else's program, has no time limit of its own.
  const alone = (values.role ?? 'both') === 'both' && values.step === false && values.signal !== 'none';
  values['timeout-run'] ??= alone ? 60_000 : 0;
  // On the machine's own loopback the exercise's port may be taken; the lab then looks for a free one (settlePort).
  if (values.net === 'host' && values.role === 'both' && given.port === undefined && 'port' in values) {
    values.port = 0;
  }
}

function parseValue(spec: ParameterSpec, typed: string | true | readonly string[]): ParameterValue {
  if (typeof typed === 'object') {
    if (spec.kind === 'pauses') return parseText(spec, typed.join(','));
    const [only] = typed;
    if (only === undefined || typed.length > 1)
      throw usage(`--${spec.name} is given ${typed.length} times`, 'give it once');
    return parseText(spec, only);
  }
  if (typed !== true) return parseText(spec, typed);
  if (spec.kind === 'flag') return true;
  throw usage(`--${spec.name} needs a value`, `write --${spec.name} ${spec.unit}`);
}

function parseText(spec: ParameterSpec, text: string): ParameterValue {
  return PARSERS[spec.kind](spec, text);
}

/** What is wrong with a typed value, in words; null when it can be. */
export function valueProblem(spec: ParameterSpec, text: string): string | null {
  try {
    parseText(spec, text);
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.message}: ${error.hint}`;
  }
}

const PARSERS: Readonly<Record<ParameterKind, (spec: ParameterSpec, text: string) => ParameterValue>> = {
  int: (spec, text) => inRange(spec, text, /^\d+$/.test(text) ? Number(text) : null),
  ms: (spec, text) => inRange(spec, text, /^\d+(\.\d+)?$/.test(text) ? Number(text) : null),
  percent: (spec, text) => inRange(spec, text, /^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : null),
  bytes: (spec, text) => inRange(spec, text, scaled(text, /^(\d+(?:\.\d+)?)([kmg]i?)?b?$/i)),
  rate: (spec, text) =>
    `${inRange(spec, text, scaled(text, /^(\d+(?:\.\d+)?)([kmg])?(?:bit(?:\/s)?)?$/i))}bit`,
  text: (_, text) => text,
  choice: (spec, text) => choice(spec, text),
  flag: (spec, text) => flag(spec, text),
  file: (spec, text) => file(spec, text),
  pauses: (_, text) => {
    parsePauses(text);
    return text;
  },
};

const FACTORS: Readonly<Record<string, number>> = {
  ...{ k: 1e3, m: 1e6, g: 1e9 },
  ...{ ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30 },
};

/** A number with a suffix, null when it is none or not whole: 1.5k is 1500, 0.3 is nothing. */
function scaled(text: string, shape: RegExp): number | null {
  const match = shape.exec(text);
  if (match === null) return null;
  const value =
    Number(match[1]) * (match[2] === undefined ? 1 : (FACTORS[match[2].toLowerCase()] ?? Number.NaN));
  return Number.isInteger(value) ? value : null;
}

function inRange(spec: ParameterSpec, text: string, value: number | null): number {
  if (value !== null && value >= spec.min && value <= spec.max) return value;
  const whole = spec.kind === 'ms' || spec.kind === 'percent' ? 'a number' : 'a whole number';
  const range =
    spec.max === Number.MAX_SAFE_INTEGER
      ? `${whole} from ${spec.min}`
      : `${whole} from ${spec.min} to ${spec.max}`;
  throw usage(`--${spec.name} ${text}: not ${range}`, `give ${range}${EXAMPLES[spec.kind] ?? ''}`);
}

const EXAMPLES: Partial<Readonly<Record<ParameterKind, string>>> = {
  bytes: ' bytes; suffixes k, M, G (1000) and Ki, Mi, Gi (1024) are understood',
  rate: ' bits per second, for example 500k or 10M',
  ms: ' milliseconds',
  percent: ' percent',
};

function choice(spec: ParameterSpec, text: string): string {
  const names = Object.keys(spec.choices);
  if (names.includes(text)) return text;
  throw usage(
    `--${spec.name} ${text}: no such choice`,
    `${suggestion(text, names)}choose one of ${names.join(', ')}`,
  );
}

function flag(spec: ParameterSpec, text: string): boolean {
  if (['on', 'true', 'yes', '1'].includes(text)) return true;
  if (['off', 'false', 'no', '0'].includes(text)) return false;
  throw usage(`--${spec.name} ${text}: neither on nor off`, `--${spec.name} alone turns it on`);
}

/** An absolute path, because the roles may run elsewhere. */
function file(spec: ParameterSpec, text: string): string {
  const path = resolve(text);
  const found = statsOf(path);
  if (found === undefined) throw unusable(spec, text, 'there is no such file, or you may not look there');
  if (!found.isFile()) throw unusable(spec, text, 'not an ordinary file');
  try {
    // Opened rather than asked: access(2) judges by the real user, who is root under sudo.
    closeSync(openSync(path, 'r'));
  } catch {
    throw unusable(spec, text, 'you may not read it');
  }
  return path;
}

function unusable(spec: ParameterSpec, text: string, why: string): UserError {
  return usage(`--${spec.name} ${text}: ${why}`, 'give the path of a file that you can read');
}

function usage(message: string, hint: string): UserError {
  return new UserError(message, { hint, exitCode: EXIT.usage });
}
