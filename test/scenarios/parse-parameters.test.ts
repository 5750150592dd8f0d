import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT, UserError } from '../../capture/user-error.ts';
import { COMMON, PARAMETERS, parametersOf } from '../../src/scenarios/parameter-table.ts';
import { restoreParameters } from '../../src/scenarios/parameters.ts';
import { type GivenParameters, parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadAll, loadScenario } from '../../src/scenarios/registry.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { LANGUAGES, type Language, setLanguage } from '../../src/words/language.ts';
import { say, type Text } from '../../src/words/text.ts';
import { givenBy } from './support/given-by.ts';

const scenarios = new Map<string, Scenario>();
const folder = mkdtempSync(join(tmpdir(), 'sockscope-parameters-'));
beforeAll(async () => {
  for (const scenario of await loadAll()) scenarios.set(scenario.id, scenario);
  writeFileSync(join(folder, 'file'), 'x');
});
afterAll(() => rmSync(folder, { recursive: true }));

const parse = (id: string, given: GivenParameters) => parseParameters(scenarios.get(id)!, given);

function refusal(id: string, given: GivenParameters): UserError {
  try {
    parse(id, given);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(given)} was taken`);
}

describe('values', () => {
  test.each([
    { name: 'size', text: '0', want: 0 },
    { name: 'size', text: '10k', want: 10_000 },
    { name: 'size', text: '10Ki', want: 10_240 },
    { name: 'size', text: '1.5M', want: 1_500_000 },
    { name: 'size', text: '3MiB', want: 3_145_728 },
    { name: 'size', text: '1g', want: 1_000_000_000 },
    { name: 'size', text: '4294967295', want: 4_294_967_295 },
    { name: 'loss', text: '2.5', want: 2.5 },
    { name: 'loss', text: '10%', want: 10 },
    { name: 'delay', text: '0.5', want: 0.5 },
    { name: 'rate', text: '10M', want: '10000000bit' },
    { name: 'rate', text: '500kbit', want: '500000bit' },
    { name: 'nodelay', text: true as const, want: true },
    { name: 'nodelay', text: 'off', want: false },
    { name: 'serve', text: 'poll', want: 'poll' },
    { name: 'pause', text: ['accept=500', 'server:recv:after=20'], want: 'accept=500,server:recv:after=20' },
    { name: 'congestion', text: 'reno', want: 'reno' },
  ])('--$name $text is $want', ({ name, text, want }) => {
    expect(parse('tcp-transfer', { [name]: text }).all()[name]).toBe(want);
  });

  test.each([
    { name: 'size', text: '-1', says: 'a whole number from 0 to 4294967295' },
    { name: 'size', text: '4294967296', says: 'a whole number from 0 to 4294967295' },
    { name: 'size', text: '0.3', says: 'a whole number' },
    { name: 'size', text: '10q', says: 'k, M, G (1000) and Ki, Mi, Gi (1024)' },
    { name: 'size', text: '', says: 'a whole number' },
    { name: 'size', text: '1e3', says: 'a whole number' },
    { name: 'chunk', text: '0', says: 'from 1 to' },
    { name: 'port', text: '65536', says: 'from 1 to 65535' },
    { name: 'clients', text: '65', says: 'from 0 to 64' },
    { name: 'loss', text: '100', says: 'a number from 0 to 99' },
    { name: 'mtu', text: '575', says: 'from 576 to 65536' },
    { name: 'snaplen', text: '1M', says: 'from 64 to 262144' },
    {
      name: 'serve',
      text: 'pol',
      says: 'did you mean poll? choose one of once, iterative, thread, process, poll',
    },
    { name: 'family', text: 'appletalk', says: 'choose one of ipv4, ipv6, unix' },
    { name: 'nodelay', text: 'perhaps', says: '--nodelay alone turns it on' },
    { name: 'size', text: true as const, says: 'write --size BYTES' },
    { name: 'size', text: ['1', '2'], says: 'give it once' },
    { name: 'file', text: '/no/such/file', says: 'give the path of a file that you can read' },
    { name: 'file', text: '/', says: 'give the path of a file that you can read' },
    { name: 'pause', text: 'acept=5', says: 'did you mean accept?' },
    { name: 'pause', text: 'accept', says: 'server:accept=500' },
    { name: 'pause', text: 'accept=x', says: 'server:accept=500' },
    { name: 'pause', text: 'nobody:accept=5', says: 'server:accept=500' },
    { name: 'pause', text: 'client 2:send=5', says: 'the roles are server, client' },
  ])('--$name $text is refused: $says', ({ name, text, says }) => {
    const error = refusal('tcp-transfer', { [name]: text });
    expect(error.exitCode).toBe(EXIT.usage);
    expect(error.message).toContain(`--${name}`);
    expect(error.hint).toContain(says);
  });

  test('a file becomes an absolute path', () => {
    const relative = join('..', '..', '..', '..', '..', folder, 'file');
    expect(parse('tcp-transfer', { file: relative }).text('file')).toBe(join(folder, 'file'));
  });
});

describe('names', () => {
  test('an unknown parameter is answered with the nearest name', () => {
    const error = refusal('tcp-echo', { mesage: 'x' });
    expect(error.message).toBe('unknown parameter --mesage');
    expect(error.hint).toContain('did you mean --message?');
  });

  test('a parameter of another scenario is refused by name, with those that this one uses', () => {
    const error = refusal('udp-echo', { nodelay: true });
    expect(error.message).toBe('udp-echo does not use --nodelay');
    for (const { name } of parametersOf(scenarios.get('udp-echo')!))
      expect(error.hint).toContain(`--${name}`);
  });

  test('names are one each, in kebab case', () => {
    const names = PARAMETERS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test('what the lab takes is common to all', () => {
    const network = ['net', 'mtu', 'offload', 'loss', 'rate', 'delay', 'seed', 'filter', 'snaplen', 'engine'];
    expect(COMMON).toEqual([...network, 'pause', 'step', 'timeout-run']);
  });
});

test.each([
  { id: 'tcp-echo', given: { role: 'server' }, clients: 0 },
  { id: 'http-get', given: { role: 'server', clients: '3' }, clients: 3 },
  { id: 'tcp-echo', given: { role: 'server', serve: 'once' }, clients: 1 },
  { id: 'tcp-echo', given: { role: 'server', mistake: 'one-recv' }, clients: 1 },
  { id: 'greeting', given: { role: 'server' }, clients: 5 },
  { id: 'tcp-echo', given: { role: 'client' }, clients: 1 },
])('$id $given has $clients clients', ({ id, given, clients }) => {
  expect(parse(id, given as GivenParameters).number('clients')).toBe(clients);
});

describe('combinations', () => {
  test.each([
    { id: 'tcp-echo', given: { message: 'x', size: '3' }, says: 'both say what is sent' },
    { id: 'tcp-transfer', given: { file: import.meta.filename, size: '3' }, says: 'both say what is sent' },
    { id: 'tcp-echo', given: { family: 'ipv6', mtu: '1000' }, says: 'at least 1280 bytes' },
    { id: 'tcp-echo', given: { net: 'host', mtu: '1400' }, says: 'everything on this machine uses' },
    { id: 'tcp-echo', given: { net: 'host', loss: '1' }, says: 'everything on this machine uses' },
    { id: 'tcp-echo', given: { family: 'unix', nodelay: 'on' }, says: 'never touch the network' },
    { id: 'tcp-echo', given: { chunk: '100k' }, says: 'block both sides in send' },
    { id: 'tcp-echo', given: { chunk: '9000', rcvbuf: '8000' }, says: 'block both sides in send' },
    { id: 'tcp-echo', given: { mistake: 'one-recv', clients: '2' }, says: 'shown with one client' },
    { id: 'tcp-echo', given: { mistake: 'one-recv', serve: 'poll' }, says: 'its own model' },
    { id: 'tcp-echo', given: { mistake: 'one-recv', size: '2000' }, says: 'takes 1024 bytes' },
    { id: 'tcp-echo', given: { mistake: 'one-recv', message: 'x' }, says: 'cut in two' },
    { id: 'tcp-echo', given: { mistake: 'no-listen', family: 'unix' }, says: 'those of TCP' },
    { id: 'tcp-echo', given: { clients: '0' }, says: 'until you end it' },
    { id: 'tcp-echo', given: { mistake: 'one-recv', role: 'server', clients: '0' }, says: 'with one client' },
    { id: 'http-get', given: { clients: '2' }, says: 'goes with --role server' },
    { id: 'udp-transfer', given: { chunk: '2000', 'server-recv-buffer': '1000' }, says: 'would cut off' },
    { id: 'udp-transfer', given: { 'client-recv-buffer': '3' }, says: 'would cut off' },
  ])('$id $given', ({ id, given, says }) => {
    const error = refusal(id, given as GivenParameters);
    expect(error.exitCode).toBe(EXIT.usage);
    expect(error.message).toContain(says);
    expect(error.hint.length).toBeGreaterThan(10);
  });
});

describe('defaults', () => {
  test('those of the private network, and none on the host', () => {
    expect(parse('tcp-echo', {}).all()).toMatchObject({
      mtu: 1500,
      offload: 'off',
      port: 3500,
      'timeout-run': 60_000,
    });
    expect(parse('tcp-echo', { net: 'host' }).all()).toMatchObject({ mtu: null, offload: null, port: 0 });
    expect(parse('tcp-echo', { net: 'host', port: '3500' }).number('port')).toBe(3500);
    expect(parse('tcp-echo', { net: 'host', role: 'server' }).number('port')).toBe(3500);
  });

  test('a run that waits for somebody has no limit of its own', () => {
    expect(parse('tcp-echo', { role: 'server' }).number('timeout-run')).toBe(0);
    expect(parse('tcp-echo', { step: true }).number('timeout-run')).toBe(0);
    expect(parse('tcp-echo', { step: true, 'timeout-run': '5000' }).number('timeout-run')).toBe(5000);
  });

  test('every scenario’s own defaults are in range, and survive the way to the roles', async () => {
    for (const scenario of scenarios.values()) {
      const parameters = parseParameters(scenario, {});
      const given = Object.entries(scenario.defaults).map(([name, value]) => [name, String(value)]);
      expect(parseParameters(scenario, Object.fromEntries(given)).all()).toEqual(parameters.all());
      expect(restoreParameters(JSON.parse(JSON.stringify(parameters.all()))).all()).toEqual(parameters.all());
    }
  });

  test('reading a parameter as what it is not, or one that is not there, is a bug and says so', () => {
    const parameters = parse('tcp-echo', {});
    expect(() => parameters.number('message')).toThrow('parameter message is a string, not a number');
    expect(() => parameters.number('sndbuf')).toThrow('parameter sndbuf is not set, not a number');
    expect(() => parameters.flag('reliability')).toThrow('no parameter reliability');
    expect(parameters.optionalNumber('sndbuf')).toBeNull();
  });
});

describe('the registry', () => {
  test('an unknown scenario is answered with the nearest one and all others', async () => {
    const error = await loadScenario('tpc-echo').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ exitCode: EXIT.usage, message: 'unknown scenario tpc-echo' });
    expect((error as UserError).hint).toMatch(/^did you mean tcp-echo\? .*tcp-transfer, .*udp-transfer/);
  });

  test('ids cannot leave the folder', async () => {
    await expect(loadScenario('../registry')).rejects.toBeInstanceOf(UserError);
  });

  test('every file is named after its scenario and says what it teaches', () => {
    for (const [id, scenario] of scenarios) {
      expect(scenario.id).toBe(id);
      const checks = [{}, ...scenario.variants.map(givenBy)].flatMap((given) =>
        scenario.lookFor(parseParameters(scenario, given)),
      );
      expect(checks.length, id).toBeGreaterThan(2);
      expect(scenario.variants.length, id).toBeGreaterThan(2);
      const sentences = [scenario.teaches, ...scenario.variants.map(({ shows }) => shows)];
      for (const language of LANGUAGES) {
        expect(inLanguage(scenario.title, language), id).not.toMatch(/\.$/);
        for (const text of [...sentences, ...checks.map((check) => check.text)])
          expect(inLanguage(text, language), id).toMatch(/\p{L}{3}.*\.$/u);
      }
      expect(() => parametersOf(scenario)).not.toThrow();
    }
  });
});

function inLanguage(text: Text, chosen: Language): string {
  setLanguage(chosen);
  try {
    return say(text);
  } finally {
    setLanguage('en');
  }
}
