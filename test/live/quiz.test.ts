import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sockscope } from '../support/cli.ts';
import { Tmux } from '../support/tmux.ts';
import { have, PROJECT } from '../support/tools.ts';

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
// client closes first, and so is left in TIME_WAIT; nobody resets. Which
// call returns first is not for the protocol to say, and so is not asked.
const KNOWN = ['1', '2', 'client', 'client', 'nobody'];
// Before those, its own: the end of the stream. Whether the handshake was over before accept is not asked, for chance decides.
const OWN = ['0'];

test('answers are told right or wrong, counted, and the ladder follows', () => {
  const { stdout, status } = quiz(`${[...OWN, ...KNOWN].join('\n')}\n`, 'open', saved);
  expect(stdout.match(/^ {3}right/gm)?.length).toBe(KNOWN.length + 1);
  expect(stdout).toContain('6 / 6 right answers');
  expect(stdout).toContain('What to look for');
  expect(status).toBe(0);
});

test('a wrong answer is mended with what proves it', () => {
  const { stdout } = quiz('0\n1\n2\nserver\nserver\nclient\n', 'open', saved, '--lang', 'es');
  expect(stdout).toMatch(/no, es client \(#\d+; FIN de client close#1\)/);
  expect(stdout).toContain('no, es nadie');
});

test('an answer that cannot be chosen is asked again', () => {
  const answers = [...OWN, ...KNOWN.slice(0, 2), 'neither of them', ...KNOWN.slice(2)];
  const { stdout } = quiz(`${answers.join('\n')}\n`, 'open', saved);
  const asked = stdout.split('\n').filter((line) => line.startsWith(`${OWN.length + 3}. `));
  expect(asked).toHaveLength(2);
  expect(stdout).toContain('   type one of the choices or its number');
  expect(stdout).toContain('6 / 6 right answers');
});

test('where a number is asked for anything else is asked again, and told why', () => {
  const { stdout } = quiz(`abc\n${[...OWN, ...KNOWN].join('\n')}\n`, 'open', saved);
  expect(stdout.split('\n').filter((line) => line.startsWith('1. '))).toHaveLength(2);
  expect(stdout).toContain('   type a number');
  expect(stdout).toContain('6 / 6 right answers');
});

test('without an answer nothing is told but the questions', () => {
  const { stdout, stderr, status } = quiz('', 'run', 'udp-echo', '--server', 'none');
  expect(stdout.trim().split('\n')).toHaveLength(4);
  expect(stdout).not.toContain('EAGAIN\n');
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test('--answers tells them at once', () => {
  const { stdout } = quiz('', 'open', saved, '--answers');
  for (const answer of KNOWN) expect(stdout).toMatch(new RegExp(`^ {3}${answer}\\b`, 'm'));
});

test('a run by hand goes step by step, or is asked about: not both', () => {
  const { stderr, status } = quiz('', 'run', 'tcp-echo', '--step');
  expect(stderr).toContain('--quiz hides them');
  expect(status).toBe(2);
});

test.skipIf(!have('tmux', 'unshare'))(
  'on a terminal it asks full screen: before the run is shown, and again about what is open',
  async () => {
    const tmux = new Tmux(['run', 'refused', '--quiz'], { width: 80, height: 24 });
    try {
      expect(await tmux.until('Question 1 of')).not.toContain('ECONNREFUSED');
      tmux.keys('Enter');
      await tmux.until('it is RST');
      tmux.keys('Escape');
      await tmux.until('everything is shown');
      tmux.keys('a');
      await tmux.until('Question 1 of');
      tmux.keys('Escape');
      await tmux.until('everything is shown');
      tmux.keys('h', 'a');
      await tmux.until('Question 1 of');
      tmux.keys('C-c');
      await tmux.until('END 130');
    } finally {
      tmux.end();
    }
  },
  60_000,
);

test.skipIf(!have('tmux'))('a saved session is asked about before it is shown', async () => {
  const tmux = new Tmux(['open', saved, '--quiz'], { width: 80, height: 24 });
  try {
    expect(await tmux.until('Question 1 of')).not.toMatch(/\[SYN\]| = /);
  } finally {
    tmux.end();
  }
});
