import { expect, test } from 'vitest';
import { parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadScenario, scenarioIds } from '../../src/scenarios/registry.ts';
import { inEnglish } from '../../src/words/text.ts';
import { Cli } from '../support/cli.ts';

test.each([
  'http-get',
  'json-echo',
  'nagle',
  'object-echo',
  'recv-sizes',
  'send-vs-sendall',
  'text-and-image',
])('%s: either side alone has something to look for', async (id) => {
  const scenario = await loadScenario(id);
  for (const [role, said] of [
    ['server', /^accept returns after the third segment/],
    ['client', /^The three segments of the handshake lie inside connect/],
  ] as const) {
    const texts = scenario
      .lookFor(parseParameters(scenario, { role, net: 'host' }))
      .map(({ text }) => inEnglish(text));
    expect(texts.some((text) => said.test(text))).toBe(true);
    expect(new Set(texts).size).toBe(texts.length);
  }
});

test('an HTTP server whose client is a program of somebody else sees the request and its own answer', async () => {
  const port = 20_000 + (process.pid % 10_000);
  const cli = new Cli([
    'run',
    'http-get',
    ...['--role', 'server', '--clients', '1'],
    '--net',
    'host',
    '--port',
    String(port),
    '--text',
  ]);
  let page = '';
  for (let attempt = 0; attempt < 100 && page === ''; attempt++) {
    page = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } }).then(
      (response) => response.text(),
      () => '',
    );
    if (page === '') await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { code, stdout, stderr } = await cli.finished;
  cli.clean();
  if (code === 3) {
    console.warn(`skipped: ${stderr.trim()}`);
    return;
  }
  expect(page).toContain('hello, world');
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/✓ What the server reads is text that begins with a method/);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/✓ The server answers with a status line/);
  expect(stdout).not.toContain('✗');
}, 30_000);

test.each([
  ['tcp-echo', '--message', ''],
  ['discard', '--size', '0'],
])('%s: a client that is told to send nothing (%s %s) has no check crossed for it', async (...words) => {
  const cli = new Cli(['run', ...words, '--text']);
  const { code, stdout, stderr } = await cli.finished;
  cli.clean();
  if (code === 3) {
    console.warn(`skipped: ${stderr.trim()}`);
    return;
  }
  expect(code).toBe(0);
  expect(stdout).toContain('? Each send leaves as segments');
});

/** With one side here, every exercise over TCP has a check that what this side does can cross. */
test.each(scenarioIds())('%s: no side alone is left without a check', async (id) => {
  const scenario = await loadScenario(id);
  if (!scenario.parameters.includes('role')) return;
  for (const role of ['server', 'client']) {
    const parameters = parseParameters(scenario, { role, net: 'host' });
    const plans = (() => {
      try {
        return scenario.roles(parameters);
      } catch {
        return [];
      }
    })();
    if (plans.length === 0) continue;
    expect(scenario.lookFor(parameters).length, `--role ${role}`).toBeGreaterThan(0);
  }
});
