import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Cli, sockscope } from '../support/cli.ts';

test('--compare shows the run with the mistake beside the mended one, saved as `compare` reads them', async () => {
  const words = ['--mistake', 'no-eof-check', '--message', 'hi', '--compare', '-w', 'run.pcapng', '--json'];
  const cli = new Cli(['run', 'tcp-echo', ...words]);
  const { code, stdout, stderr } = await cli.finished;
  const again = await sockscope(
    ...['compare', join(cli.folder, 'run.pcapng'), join(cli.folder, 'run-mended.pcapng'), '--json'],
  );
  cli.clean();
  if (code === 3) {
    console.warn(`skipped: ${stderr.trim()}`);
    return;
  }
  expect(code).toBe(0);
  expect(stderr).toContain('sockscope compare run.pcapng run-mended.pcapng');
  const [first, ...lines] = stdout.trim().split('\n');
  expect(JSON.parse(first ?? '')).toMatchObject({
    left: 'tcp-echo --message hi --mistake no-eof-check',
    right: 'tcp-echo --message hi',
  });
  // The server spins: it sends nothing ten times, which the mended one does not.
  const calls = lines.map((line) => JSON.parse(line) as { name?: string; left: number; right: number });
  const sends = calls.find(({ name }) => name === 'sends');
  expect(sends).toMatchObject({ left: 12, right: 2 });
  expect(again.stdout.split('\n').slice(1)).toEqual(stdout.split('\n').slice(1));
}, 30_000);

test.each([
  [['tcp-echo', '--compare'], '--compare goes with --mistake'],
  [['tcp-echo', '--mistake', 'one-recv', '--compare', '--verify'], '--compare prints two runs'],
])('%j is refused', async (words, says) => {
  const { code, stderr } = await sockscope('run', ...words);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
});
