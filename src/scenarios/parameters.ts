import { type Pause, parsePauses } from './pauses.ts';

export type ParameterValue = string | number | boolean | null;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** The values of a run's parameters by name, checked and with defaults filled in; read through the typed getters. */
export interface Parameters {
  number(name: string): number;
  text(name: string): string;
  flag(name: string): boolean;
  /** null when the user did not set it and it has no default. */
  optionalNumber(name: string): number | null;
  optionalText(name: string): string | null;
  /** What --pause asked for, in the order given. */
  pauses(): readonly Pause[];
  all(): ParameterValues;
}

/** Parameters over plain values, as they travel from the command line to the roles. */
export function restoreParameters(values: ParameterValues): Parameters {
  const get = (name: string): ParameterValue => {
    const value = values[name];
    if (value === undefined) throw new Error(`this scenario has no parameter ${name}`);
    return value;
  };
  const number = (name: string): number => of('number', name, get(name));
  const text = (name: string): string => of('string', name, get(name));
  return {
    number,
    text,
    flag: (name) => of('boolean', name, get(name)),
    optionalNumber: (name) => (get(name) === null ? null : number(name)),
    optionalText: (name) => (get(name) === null ? null : text(name)),
    pauses: () => (get('pause') === null ? [] : parsePauses(text('pause'))),
    all: () => values,
  };
}

interface Types {
  number: number;
  string: string;
  boolean: boolean;
}

function of<K extends keyof Types>(type: K, name: string, value: ParameterValue): Types[K] {
  // typeof is what K says, which the compiler cannot follow through the index.
  if (typeof value === type) return value as Types[K];
  throw new Error(`parameter ${name} is ${value === null ? 'not set' : `a ${typeof value}`}, not a ${type}`);
}
