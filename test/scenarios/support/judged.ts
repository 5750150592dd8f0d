import { expect } from 'vitest';
import { type GivenParameters, parseParameters } from '../../../src/scenarios/parse-parameters.ts';
import { loadScenario } from '../../../src/scenarios/registry.ts';
import { inEnglish } from '../../../src/words/text.ts';

type Report = Readonly<Record<string, string | number | boolean>>;

/** A scenario refuses parameters with that message, as wrong usage, and with a hint. */
export async function expectRefusal(id: string, given: GivenParameters, said: RegExp): Promise<void> {
  const scenario = await loadScenario(id);
  const attempt = () => {
    const parameters = parseParameters(scenario, given);
    scenario.validate?.(parameters);
  };
  expect(attempt).toThrow(said);
  expect(attempt).toThrow(expect.objectContaining({ exitCode: 2, hint: expect.any(String) }));
}

/** What a scenario's judge says, in English, of such reports, where both roles ended well. */
export async function judged(
  id: string,
  reports: Readonly<Record<string, Report>>,
): Promise<readonly string[]> {
  const scenario = await loadScenario(id);
  const exits = new Map([
    ['client', 0],
    ['server', 0],
  ]);
  const given = new Map(Object.entries(reports).map(([role, report]) => [role, { ...report }]));
  return scenario.judge(parseParameters(scenario, {}), { reports: given, exits }).map(inEnglish);
}
