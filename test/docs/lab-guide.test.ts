import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Exercise, exercises, notSeen } from '../support/guide.ts';
import { have, PROJECT } from '../support/tools.ts';

const live = describe.skipIf(!have('unshare', 'setpriv', 'bash'));
const english = exercises('en');

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the block as its reader would type it, with `npx sockscope` being this very program. */
async function typed(commands: readonly string[]): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  const program = `npx() { shift; "${process.execPath}" "${PROJECT}/bin/sockscope.js" "$@"; }; export -f npx; set -e`;
  const child = spawn('bash', ['-c', `exec 2>&1; ${program}\n${commands.join('\n')}`], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', LC_ALL: 'C.UTF-8' },
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
    expect({ code, missing: notSeen(see, output), output: code === 0 ? '' : output }).toEqual({
      code: 0,
      missing: [],
      output: '',
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
