import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { generateCapture } from '../bench/generate.ts';
import { PROJECT } from '../support/tools.ts';

const SAMPLES = join(PROJECT, 'samples');
const captures = readdirSync(SAMPLES)
  .filter((name) => name.endsWith('.pcapng'))
  .map((name) => join(SAMPLES, name));

function node(...words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const PACKED = join(PROJECT, 'bin/sockscope.js');
const UNPACKED = join(PROJECT, 'dist/src/main.js');

describe('commands that start from a pack of their modules', () => {
  test.each([
    ['check, one file', ['check', captures[0] ?? '']],
    ['check, all samples', ['check', '--json', ...captures]],
    ['help', ['check', '--help']],
    ['packets', ['packets', '-e', 'frame.number', '-e', 'tcp.flags', captures[0] ?? '']],
    ['an error of the command line', ['packets', '-e', 'tcp.nonsense', captures[0] ?? '']],
    ['a file that is missing', ['convert', '/nowhere/in.pcap', 'out.pcap']],
  ])('say what they say without it: %s', (_, words) => {
    const packed = node(PACKED, ...words);
    expect(packed).toEqual(node(UNPACKED, ...words));
    expect(packed.stdout + packed.stderr).not.toBe('');
  });

  test('what was compiled at the build is used', () => {
    const program = `
      const { load, loaded } = require(${JSON.stringify(join(PROJECT, 'bin/packed.cjs'))});
      process.argv = [process.execPath, 'sockscope', 'check', '--quiet', ${JSON.stringify(captures[0])}];
      process.on('exit', () => {
        for (const [name, { script }] of loaded) console.log(name, script.cachedDataRejected);
      });
      load('main.cjs');`;
    const { stdout } = node('-e', program);
    const lines = stdout.trim().split('\n');
    expect(lines).toContain('main.cjs false');
    expect(lines.filter((line) => !line.endsWith(' false'))).toEqual([]);
  });
});

describe('compiled code of another version, or none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(PROJECT, part), join(folder, part), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  const place = join(folder, 'dist/packed');
  const codes = readdirSync(place).filter((name) => name.endsWith('.code'));
  const expected = node(PACKED, 'check', captures[0] ?? '');

  test.each([
    ['is not used', (code: string) => writeFileSync(code, 'compiled by something else')],
    ['is not missed', (code: string) => rmSync(code)],
  ])('%s', (_, change) => {
    expect(codes.length).toBeGreaterThan(10);
    for (const code of codes) change(join(place, code));
    expect(node(join(folder, 'bin/sockscope.js'), 'check', captures[0] ?? '')).toEqual(expected);
  });

  test('a thread that cannot be started is done without', () => {
    const large = join(folder, 'large.pcap');
    // 16 MB and more are read by a thread of their own.
    generateCapture(large, { packets: 16_000, flows: 20, payload: 1000, seed: 1, loss: 0.01 });
    const inOne = node(PACKED, 'check', '--threads', '1', large);
    rmSync(join(place, 'read-ahead-thread.cjs'));
    expect(node(join(folder, 'bin/sockscope.js'), 'check', large)).toEqual(inOne);
    expect(inOne.stdout).toContain('16000 packets');
  });
});
