import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { loadAll } from '../../../src/scenarios/registry.ts';
import { shellWord } from '../../../src/scenarios/variant-command.ts';
import { printScenario } from '../../../views/text/print-scenarios.ts';

/** The words that a shell makes of a command line, in which `sockscope` prints its arguments instead of running. */
function wordsOf(command: string): readonly string[] {
  const script = `set -f; sockscope() { printf '%s\\0' "$@"; }; ${command}`;
  const { stdout, stderr, status } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  expect(`${status} ${stderr}`, command).toBe('0 ');
  return stdout.split('\0').slice(0, -1);
}

test('a shell reads each command worth trying as it is meant', async () => {
  const options = { width: 300, colour: false, ascii: false };
  for (const scenario of await loadAll()) {
    const lines = [...printScenario(scenario, options)].filter((line) => line.startsWith('  sockscope run '));
    expect(lines.length, scenario.id).toBe(scenario.variants.length);
    const script = lines.map((line) => `${line}; printf '\\n\\0'`).join('; ');
    const meant = scenario.variants.flatMap((variant) => [
      'run',
      scenario.id,
      ...variant.options.split(' ').filter((word) => word !== ''),
      '\n',
    ]);
    expect(wordsOf(script), scenario.id).toEqual(meant);
  }
});

test('only words that a shell would take for more than themselves are quoted', () => {
  for (const plain of ['--requests', '127.0.0.1', '::1', '1,2', '/etc/hosts', '50%', 'a=b', 'ñandú'])
    expect(shellWord(plain)).toBe(plain);
  for (const word of ['id|rm', '["a"]', '', '$HOME', "it's", '~', '!', 'a b', '`id`', 'ñ;x'])
    expect(wordsOf(`sockscope ${shellWord(word)}`)).toEqual([word]);
  expect(shellWord('id|rm')).toBe("'id|rm'");
});
