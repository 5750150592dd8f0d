import { expect, test } from 'vitest';
import { parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { inEnglish } from '../../src/words/text.ts';

test.each([
  [{}, 'chose at its first sendto; recvfrom tells it to the server.'],
  [{ connect: true }, 'chose at its first connect; recvfrom tells it to the server.'],
  [{ server: 'none' }, 'chose at its first sendto.'],
  [{ server: 'none', connect: true }, 'chose at its first connect.'],
] as const)('udp-echo %j: which call has the port chosen, and who is told', async (given, end) => {
  const scenario = await loadScenario('udp-echo');
  const texts = scenario.lookFor(parseParameters(scenario, given)).map(({ text }) => inEnglish(text));
  expect(texts.find((text) => text.includes('ephemeral'))?.endsWith(end)).toBe(true);
});
