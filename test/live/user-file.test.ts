import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sockscope } from '../support/cli.ts';
import { PROJECT } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'user-file-'));
const path = (name: string): string => join(folder, name);
const template = readFileSync(join(PROJECT, 'docs/scenario-template.js'), 'utf8');
/** The line of a text in the template, as an editor counts. */
const lineOf = (text: string): number => template.split('\n').findIndex((line) => line.includes(text)) + 1;

beforeAll(() => {
  copyFileSync(join(PROJECT, 'docs/scenario-template.js'), path('mine.js'));
  mkdirSync(path('typed'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Line = Record<string, unknown>;
const linesOf = (stdout: string, type: string): Line[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.type === type);

describe('a scenario in a file of the user’s own', () => {
  test('the template runs from any folder, and its lines are shown', async () => {
    const { code, stdout, stderr } = await sockscope('run', path('mine.js'), '--words', '3', '--json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(linesOf(stdout, 'check').map(({ holds }) => holds)).toEqual([true, true]);
    const calls = linesOf(stdout, 'call');
    const placeOf = (role: string, name: string) =>
      calls.find((call) => call.role === role && call.name === name)?.source;
    const place = (text: string, func: string) => ({ file: path('mine.js'), line: lineOf(text), func });
    expect(placeOf('server', 'accept')).toEqual(place('listener.accept()', 'server'));
    // connected() is a helper of ours: its calls are placed where the file calls it.
    expect(placeOf('client', 'socket')).toEqual(place('connected(parameters, role);', 'client'));
    expect(placeOf('client', 'connect')).toEqual(place('connected(parameters, role);', 'client'));
    expect(calls.filter(({ role, name }) => role === 'client' && name === 'send')).toHaveLength(3);
  });

  test('an id of ours is refused', async () => {
    const [id] = /id: '[^']*'/.exec(template) ?? [''];
    writeFileSync(path('copy.js'), template.replace(id, "id: 'tcp-echo'"));
    const { code, stderr } = await sockscope('run', path('copy.js'));
    expect(code).toBe(2);
    expect(stderr).toContain('has the id tcp-echo, which is that of a scenario of sockscope');
  });

  test('a saved session keeps the checks and the text of the file', async () => {
    const saved = path('mine.pcapng');
    expect((await sockscope('run', path('mine.js'), '--text', '-w', saved)).code).toBe(0);
    const { stdout, code } = await sockscope('open', saved, '--verify', '--json');
    expect(code).toBe(0);
    expect(linesOf(stdout, 'run')[0]?.scenario).toBe('mine.js');
    const checks = linesOf(stdout, 'check');
    expect(checks.map(({ holds }) => holds)).toEqual([true, true]);
    expect(checks[1]?.text).toBe('The 2 sends arrive as one stream of bytes.');
    const sends = linesOf(stdout, 'call').filter(({ role, name }) => role === 'client' && name === 'send');
    expect(checks[1]?.calls).toEqual(sends.map(({ id }) => id));
  });

  test('a check that does not hold makes the exit code 1', async () => {
    writeFileSync(path('crossed.js'), template.replace('sent === received', 'sent > received'));
    const { code, stdout } = await sockscope('run', path('crossed.js'), '--text');
    expect(code).toBe(1);
    expect(stdout).toContain('✗ The 2 sends arrive');
    expect(stdout).toContain('14 bytes sent, 14 received');
  });

  test('a check that returns nothing is crossed, and told what it should return', async () => {
    writeFileSync(
      path('nothing.js'),
      template.replace('return decide(sent === received', 'decide(sent === received'),
    );
    const { code, stdout } = await sockscope('run', path('nothing.js'), '--json');
    expect(code).toBe(1);
    const [, check] = linesOf(stdout, 'check');
    expect(check?.holds).toBe(false);
    expect(check?.note).toBe(
      'the check returned no verdict: return holds(…), fails(…), untold(…) or decide(…)',
    );
  });

  test('a check that throws is crossed, and its error told once', async () => {
    writeFileSync(
      path('throws.js'),
      template.replace(
        'return decide(sent === received',
        "throw new Error('boo');\n      return decide(sent === received",
      ),
    );
    const { code, stdout } = await sockscope('run', path('throws.js'), '--json', '--lang', 'es');
    expect(code).toBe(1);
    expect(linesOf(stdout, 'check')[1]).toMatchObject({
      ...{ holds: false, note: 'la comprobación lanzó un error: boo' },
    });
  });

  test('an error in a role ends the run and is told with its line', async () => {
    const text = template.replace('let bytes = 0;', 'let bytes = nothing.length;');
    writeFileSync(path('error.js'), text);
    const { code, stdout, stderr } = await sockscope('run', path('error.js'), '--text');
    expect(code).toBe(1);
    const line = text.split('\n').findIndex((each) => each.includes('nothing.length')) + 1;
    expect(stdout).toContain(`error.js:${line}: ReferenceError: nothing is not defined`);
    expect(stderr).not.toContain('    at ');
  });
});

describe('what is wrong with a file is told with its line', () => {
  const ENTRY = "import { defineScenario } from 'sockscope/scenario';\n";
  test.each([
    {
      name: 'syntax.js',
      text: `${ENTRY}export const a = 1;\nconst b = ;\n`,
      says: 'syntax.js:3: SyntaxError',
    },
    { name: 'throws.js', text: 'const a = null;\n\na.b();\n', says: 'throws.js:3: TypeError' },
    {
      name: 'import.js',
      text: "import x from 'no-such-package';\n",
      says: 'no-such-package',
      next: "may import 'sockscope/scenario'",
    },
    { name: 'none.js', text: 'export const a = 1;\n', says: 'does not export a scenario' },
    {
      name: 'lacks.js',
      text: "export const scenario = { id: 'a', title: 'a' };\n",
      says: 'lacks teaches',
      next: 'defineScenario',
    },
    {
      name: 'roles.js',
      text: `${ENTRY}export const scenario = defineScenario({ id: 'a', title: 'a',\nroles: () => gone });\n`,
      says: 'roles.js:3: ReferenceError',
    },
    {
      name: 'private.js',
      text: template.replace('export function client', 'function client'),
      says: 'the function client, which the file does not export',
      next: 'export function client(parameters, role)',
    },
    {
      name: 'plans.js',
      text: template.replace(/roles: .*/, "roles: () => ['server', 'client'],"),
      says: "roles(), number 1: 'server' is no role",
      next: 'plans(parameters',
    },
    {
      name: 'string.js',
      text: `${template.slice(0, template.indexOf('  // What to look for'))}  lookFor: () => ['all bytes arrive'],\n});\n`,
      says: "lookFor(), number 1: 'all bytes arrive' is no check",
      next: "{ text: 'a sentence', test: (run) => decide(…) }",
    },
    {
      name: 'parameter.js',
      text: template.replace("parameters: ['port'", "parameters: ['nonsense', 'port'"),
      says: 'lists the parameter nonsense, which sockscope does not have',
      next: 'ownParameter',
    },
    {
      name: 'variants.js',
      text: template.replace(/roles: /, "variants: ['--words 5'],\n  roles: "),
      says: "variants, number 1: '--words 5' is no variant",
      next: 'shows:',
    },
  ])('$name', async ({ name, text, says, next = 'sockscope scenarios --template' }) => {
    writeFileSync(path(name), text);
    const { code, stdout, stderr } = await sockscope('run', path(name), '--text');
    expect(stderr).toContain(says);
    expect(stderr).toContain(next);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('TypeScript, as this Node has it', async () => {
    writeFileSync(
      path('typed/mine.ts'),
      template.replace('server(parameters, role)', 'server(parameters: any, role: any)'),
    );
    const { code, stderr } = await sockscope('run', path('typed/mine.ts'), '--text');
    const strips = 'typescript' in process.features && process.features.typescript !== false;
    expect(code).toBe(strips ? 0 : 2);
    if (!strips) expect(stderr).toContain('use Node 22.18 or newer, or compile it');
  });

  test('there is no such file', async () => {
    const { code, stderr } = await sockscope('run', './nothing.js');
    expect(code).toBe(2);
    expect(stderr).toContain('there is no scenario file ./nothing.js');
  });

  test('one side alone leaves open what only the other could tell', async () => {
    // Nobody listens: the client is refused, and what the server received is not known.
    const { stdout } = await sockscope('run', path('mine.js'), '--role', 'client', '--text');
    expect(stdout).toContain('(the server has told nothing)');
    expect(stdout).not.toContain('undefined');
  });

  test('what is to be typed next has the path that was given', async () => {
    const { code, stderr } = await sockscope('run', path('mine.js'), '--wrods', '3');
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean --words?');
    expect(stderr).toContain(`\`sockscope scenarios ${path('mine.js')}\``);
    const { stdout } = await sockscope('scenarios', path('mine.js'));
    expect(stdout.trimEnd().endsWith(`sockscope run ${path('mine.js')}`)).toBe(true);
  });

  test('--template prints the template', async () => {
    expect((await sockscope('scenarios', '--template')).stdout).toBe(template);
  });
});
