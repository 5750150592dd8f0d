import type { GivenParameters } from '../../../src/scenarios/parse-parameters.ts';
import type { Variant } from '../../../src/scenarios/scenario.ts';

/** What the command line would give for the options of a variant: '--serve thread --clients 3'. */
export function givenBy({ options }: Pick<Variant, 'options'>): GivenParameters {
  const given: Record<string, string | true> = {};
  for (const part of options.split(/(?:^| )--/).slice(1)) {
    const [name = '', ...value] = part.split(' ');
    given[name] = value.length === 0 ? true : value.join(' ');
  }
  return given;
}
