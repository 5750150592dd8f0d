import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sockscope } from '../support/cli.ts';
import { have, PROJECT } from '../support/tools.ts';

const SAMPLE = join(PROJECT, 'samples/loss-fast.pcapng');
const folder = mkdtempSync(join(tmpdir(), 'odd-paths-'));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

const loop = join(folder, 'loop');
symlinkSync('loop', loop);
writeFileSync(join(folder, 'file'), '');

const ODD = [
  { name: 'links in a circle', path: loop, says: 'its links lead in a circle' },
  { name: 'a name too long', path: join(folder, 'a'.repeat(300)), says: 'the name is too long' },
  { name: 'a file as folder', path: join(folder, 'file/x'), says: 'there is no such file' },
] as const;

describe.each(ODD)('$name', ({ path, says }) => {
  test.each([
    ['check', path],
    ['check', '--frames', '3', path],
    ['packets', path, '-e', 'ip.src'],
    ['open', path, '--text'],
    ['convert', path, '-'],
    ['compare', path, SAMPLE],
  ])('%s says so', async (...args) => {
    const { code, stdout, stderr } = await sockscope(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`: ${says}`);
  });
});

test.skipIf(process.getuid?.() !== 0 || !have('setpriv'))('a folder that may not be entered', () => {
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  copyFileSync(SAMPLE, join(closed, 'x.pcapng'));
  const file = join(closed, 'x.pcapng');
  const program = [process.execPath, join(PROJECT, 'bin/sockscope.js')];
  for (const args of [
    ['check', file],
    ['packets', file, '-e', 'ip.src'],
    ['open', file, '--text'],
  ]) {
    const run = spawnSync('setpriv', ['--reuid=65534', '--clear-groups', ...program, ...args], {
      encoding: 'utf8',
    });
    expect([run.status, run.stderr]).toEqual([2, expect.stringContaining('you may not read it')]);
  }
});

describe('what can be read only once', () => {
  test('is checked with its calls: a session that comes out of a FIFO', async () => {
    const fifo = join(folder, 'fifo');
    spawnSync('mkfifo', [fifo]);
    const ended = sockscope('check', fifo, '--width', '200');
    createReadStream(SAMPLE).pipe(createWriteStream(fifo));
    const { code, stdout } = await ended;
    expect(code).toBe(1);
    const named = await sockscope('check', SAMPLE, '--width', '200');
    expect(stdout.replaceAll(fifo, '')).toBe(named.stdout.replaceAll(SAMPLE, ''));
    expect(stdout).toContain('calls: client sent 1 segment again');
  });

  test('is not named twice', async () => {
    const { code, stderr } = await sockscope('check', '-', '-');
    expect([code, stderr]).toEqual([2, expect.stringContaining('standard input can be read only once')]);
  });

  test('is not given to two programs', async () => {
    const { code, stderr } = await sockscope('check', '-', '--against', 'tshark');
    expect([code, stderr]).toEqual([2, expect.stringContaining('save it into a file first')]);
  });
});

test('a table tells how many files could not be read', async () => {
  const { code, stdout, stderr } = await sockscope('check', SAMPLE, join(folder, 'no'), folder);
  expect(stdout).toContain('1 file, 1 with warnings, 2 could not be read\n');
  expect(stderr).toContain('there is no such file');
  expect(code).toBe(2);
  const spanish = await sockscope('check', '--lang', 'es', SAMPLE, join(folder, 'no'));
  expect(spanish.stdout).toContain('1 fichero, 1 con avisos, 1 no se pudo leer\n');
});

describe('a name that would paint the terminal', () => {
  const red = `${folder}/\u001b[31mred`;
  test.each([
    ['check', red],
    ['check', red, red],
    ['packets', red, '-e', 'ip.src'],
    ['packets', SAMPLE, '-e', '\u001b[31m'],
    ['open', red, '--text'],
    ['convert', SAMPLE, `${red}/no`],
  ])('is shown as it is: %s', async (...args) => {
    const { stderr, stdout } = await sockscope(...args);
    expect(stderr + stdout).not.toContain('\u001b');
    expect(stderr).toContain('\\x1b[31m');
  });
});
