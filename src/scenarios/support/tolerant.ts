import { PARAMETERS } from '../parameter-table.ts';
import type { Parameters, ParameterValue } from '../parameters.ts';

const FALLBACKS: ReadonlyMap<string, ParameterValue> = new Map(
  PARAMETERS.map(({ name, fallback }) => [name, fallback]),
);
const known = new WeakMap<Parameters, Parameters>();

/**
 * The same parameters, where one that the scenario does not take has the table's default: helpers that all exercises share
 * must not make each of them take what it has no use for.
 */
export function tolerant(parameters: Parameters): Parameters {
  const made = known.get(parameters);
  if (made !== undefined) return made;
  const has = (name: string): boolean => name in parameters.all();
  const fallback = (name: string): ParameterValue => FALLBACKS.get(name) ?? null;
  const view: Parameters = {
    number: (name) => (has(name) ? parameters.number(name) : Number(fallback(name))),
    text: (name) => (has(name) ? parameters.text(name) : String(fallback(name))),
    flag: (name) => (has(name) ? parameters.flag(name) : fallback(name) === true),
    optionalNumber: (name) => (has(name) ? parameters.optionalNumber(name) : null),
    optionalText: (name) => (has(name) ? parameters.optionalText(name) : null),
    pauses: () => parameters.pauses(),
    all: () => parameters.all(),
  };
  known.set(parameters, view);
  return view;
}
