import type { Parameters } from '../../../src/scenarios/parameters.ts';

/** The same parameters, noting in `read` the name of each that is looked at. */
export function counted(parameters: Parameters, read: Set<string>): Parameters {
  const note = (name: string): string => {
    read.add(name);
    return name;
  };
  return {
    number: (name) => parameters.number(note(name)),
    text: (name) => parameters.text(note(name)),
    flag: (name) => parameters.flag(note(name)),
    optionalNumber: (name) => parameters.optionalNumber(note(name)),
    optionalText: (name) => parameters.optionalText(note(name)),
    pauses: () => parameters.pauses(),
    // A copy of all values ({ ...all }) reads none of them in particular.
    all: () => new Proxy(parameters.all(), { get: (all, name) => all[note(String(name))] }),
  };
}
