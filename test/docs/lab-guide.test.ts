import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checksOf, type Exercise, exercises, isCheck, notSeen, rowIn, worded } from '../support/guide.ts';
import { have, PROJECT } from '../support/tools.ts';

const live = describe.skipIf(!have('unshare', 'setpriv', 'bash'));
const english = exercises('en');

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the block as its reader would type it, with `npx sockscope` being this very program. */
async function typed(commands: readonly string[], language = 'C'): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  const npx = join(folder, 'npx');
  writeFileSync(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" "${PROJECT}/bin/sockscope.js" "$@"\n`);
  chmodSync(npx, 0o755);
  const child = spawn('bash', ['-c', `exec 2>&1; set -e\n${commands.join('\n')}`], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', LANG: `${language}.UTF-8`, PATH: `${folder}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  rmSync(folder, { recursive: true, force: true });
  return { code, output };
}

const named = (all: readonly Exercise[]) => all.map((exercise) => ({ name: exercise.heading, ...exercise }));

live('each command of the lab guide', { timeout: 120_000 }, () => {
  test.concurrent.each(named(english))('shows what it is said to show: $name', async ({ commands, see }) => {
    expect(see).not.toEqual([]);
    const { code, output } = await typed(commands);
    expect({
      code,
      missing: notSeen(see, output),
      output: code === 0 && notSeen(see, output).length === 0 ? '' : output,
    }).toEqual({
      code: 0,
      missing: [],
      output: '',
    });
  });
});

describe.each(['es', 'ca'] as const)('the guide in %s', (language) => {
  const translated = exercises(language);

  test('has the same commands, in the same order', () => {
    expect(translated.map(({ commands }) => commands)).toEqual(english.map(({ commands }) => commands));
  });

  test('quotes the same rows, and the same checks in its language', async () => {
    for (const [index, { commands, see }] of english.entries()) {
      const checks = await checksOf(commands);
      const expected = see.map((line) => {
        if (!isCheck(line)) return rowIn(line, language);
        const check = checks.find((text) => worded(text, 'en') === line.slice(2));
        return check === undefined ? `no check: ${line}` : `✓ ${worded(check, language)}`;
      });
      expect(translated[index]?.see).toEqual(expected);
    }
  });

  live('and shows them', { timeout: 60_000 }, () => {
    test.each(named(translated).slice(0, 2))('in a run: $name', async ({ commands, see }) => {
      const { output } = await typed(commands, language);
      expect(notSeen(see, output)).toEqual([]);
    });
  });
});

describe('what a guide quotes', () => {
  const output = '  1  ├─ [SYN] Seq=0 ──▶│\n  2  ├─ [ACK] Seq=1 ──▶│\n  ✓ One line that\n    goes on. (#1)\n';

  test('is found with its gaps, in its order', () => {
    expect(notSeen(['[SYN] … ▶', '[ACK] Seq=1', '✓ One line that goes on.'], output)).toEqual([]);
  });

  test('is missed when it is not there, or stands elsewhere', () => {
    expect(notSeen(['[ACK]', '[SYN]', 'Seq=2', '✓ One line that stops.'], output)).toEqual([
      '[SYN]',
      'Seq=2',
      '✓ One line that stops.',
    ]);
  });
});
