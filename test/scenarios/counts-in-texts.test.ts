import { afterEach, expect, test } from 'vitest';
import { type GivenParameters, parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { LANGUAGES, setLanguage } from '../../src/words/language.ts';
import { say } from '../../src/words/text.ts';
import { savedRun } from '../timeline/recorded-run.ts';

afterEach(() => setLanguage('en'));

/** The texts of all checks of such a run, in each language. */
async function checksOf(id: string, given: GivenParameters): Promise<readonly string[]> {
  const scenario = await loadScenario(id);
  const checks = scenario.lookFor(parseParameters(scenario, given));
  return LANGUAGES.map((language) => {
    setLanguage(language);
    return checks.map(({ text }) => say(text)).join('\n');
  });
}

// The first receiver is bound to 127.0.0.1 and hears nothing: of one none is left, of two one.
test('broadcast: no check says what nobody reads', async () => {
  for (const text of await checksOf('broadcast', { how: 'exact', receivers: '1' })) {
    expect(text).not.toMatch(/\b0 recvfrom/);
    expect(text.split('\n')).toHaveLength(3);
    expect(text).toMatch(/EAGAIN/);
  }
  const two = await checksOf('broadcast', { how: 'exact', receivers: '2' });
  for (const [at, one] of ['one recvfrom returns', 'devuelve un recvfrom', 'retorna un recvfrom'].entries())
    expect(two[at]).toContain(one);
  for (const text of await checksOf('broadcast', { how: 'exact', receivers: '3' }))
    expect(text).toMatch(/\b2 recvfrom/);
});

test('recv-sizes: one byte is not “1 bytes”', { timeout: 60_000 }, async () => {
  const one = await checksOf('recv-sizes', { message: 'x' });
  for (const [at, said] of ['the same byte comes', 'llega el mismo byte', 'arriba el mateix byte'].entries())
    expect(one[at]).toContain(said);
  for (const text of await checksOf('recv-sizes', { message: 'xy' })) expect(text).toContain('2 bytes');
  const { code, stderr } = await savedRun(['recv-sizes', '--recv-sizes', '1,1000000', '--message', 'x']);
  if (code === 3) return console.warn(`skipped: ${stderr.trim()}`);
  expect(stderr.split('\n')).toContain('server: recv(1): 1 call for 1 byte');
  expect(stderr.split('\n')).toContain('server: recv(1000000): 1 call for 1 byte');
});
