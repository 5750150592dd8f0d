import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sockscope } from '../support/cli.ts';
import { PROJECT } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'quiz-'));
const saved = join(folder, 'echo.pcapng');
const quiz = (input: string, ...words: string[]) =>
  spawnSync(process.execPath, [join(PROJECT, 'bin/sockscope.js'), ...words, '--quiz'], {
    input,
    encoding: 'utf8',
  });

beforeAll(async () => {
  expect((await sockscope('run', 'tcp-echo', '--text', '-w', saved)).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// What a TCP echo of five bytes shows, by hand: one segment carries them; the server's recv returns them and then 0; the
// client closes first, and so is left in TIME_WAIT; nobody resets. Which call returns first is not for the protocol to say.
const KNOWN = ['1', '2', 'client', 'client', 'nobody'];

test('answers are told right or wrong, counted, and the ladder follows', () => {
  const { stdout, status } = quiz(`connect\n${KNOWN.join('\n')}\n`, 'open', saved);
  expect(stdout.match(/^ {3}right/gm)?.length).toBeGreaterThanOrEqual(KNOWN.length);
  expect(stdout).toMatch(/[56] \/ 6 right answers/);
  expect(stdout).toContain('What to look for');
  expect(status).toBe(0);
});

test('a wrong answer is mended with what proves it', () => {
  const { stdout } = quiz('connect\n1\n2\nserver\nserver\nclient\n', 'open', saved, '--lang', 'es');
  expect(stdout).toMatch(/no, es client \(#\d+; FIN de client close#1\)/);
  expect(stdout).toContain('no, es nobody');
});

test('without an answer nothing is told but the questions', () => {
  const { stdout, stderr, status } = quiz('', 'run', 'udp-echo', '--server', 'none');
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect(stdout).not.toContain('EAGAIN\n');
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test('--answers tells them at once', () => {
  const { stdout } = quiz('', 'open', saved, '--answers');
  for (const answer of KNOWN) expect(stdout).toMatch(new RegExp(`^ {3}${answer}\\b`, 'm'));
});
