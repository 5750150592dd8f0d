import { describe, expect, test } from 'vitest';
import { Cli, type Finished } from '../support/cli.ts';
import { have } from '../support/tools.ts';

const live = describe.skipIf(!have('unshare', 'setpriv'));

/** Runs the program with lines on its standard input, which then ends. */
async function withInput(lines: string, ...args: readonly string[]): Promise<Finished> {
  const cli = new Cli(args);
  cli.child.stdin?.end(lines);
  const finished = await cli.finished;
  expect(await cli.leftovers()).toEqual([]);
  cli.clean();
  return finished;
}

const records = (stdout: string): readonly Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

live('lines that roles ask for', { timeout: 60_000 }, () => {
  test('come from standard input, are sent, and are kept in the session', async () => {
    const { code, stdout, stderr } = await withInput('first\nsecond\n', 'run', 'tcp-say', '--json');
    expect(code).toBe(0);
    expect(stderr).toContain('client: say (Ctrl-D ends) first');
    // One recv may take both lines.
    expect(stderr).toMatch(/server: (first.*)?second/);
    const all = records(stdout);
    const sent = all.filter(({ type, name }) => type === 'call' && name === 'send');
    expect(sent.map(({ ret }) => ret)).toEqual([6, 7]);
    expect(stdout).toContain('"typed 1":"first"');
    expect(stdout).toContain('"typed 2":"second"');
  });

  test.each([
    { name: 'the input ends at once', input: '', args: [] },
    { name: '--no-input', input: 'never read\n', args: ['--no-input'] },
  ])('are those of the role itself: $name', async ({ input, args }) => {
    const { code, stdout } = await withInput(input, 'run', 'tcp-say', '--json', ...args);
    expect(code).toBe(0);
    const sent = records(stdout).filter(({ type, name }) => type === 'call' && name === 'send');
    expect(sent.map(({ ret }) => ret)).toEqual(['hello\n'.length]);
    expect(stdout).not.toContain('never read');
  });

  test('are asked for in step mode, too', async () => {
    const steps = '\n'.repeat(6);
    const { code, stderr } = await withInput(`${steps}typed\nall\n`, 'run', 'tcp-say', '--step', '--text');
    expect(code).toBe(0);
    expect(stderr).toContain('is about to call connect(');
  });
});

live('step mode on the command line', { timeout: 60_000 }, () => {
  test('sends what was typed instead, and the record says so', async () => {
    const cli = new Cli(['run', 'udp-echo', '--step', '--json']);
    let heard = '';
    let answered = 0;
    cli.child.stderr?.on('data', (text: string) => {
      heard += text;
      const stops = heard.match(/is about to call .*\n/g) ?? [];
      for (const stop of stops.slice(answered)) {
        answered++;
        if (stop.includes('sendto') && !heard.includes('bytes instead'))
          cli.child.stdin?.write('data \\x00\\xffsalve\n');
        else cli.child.stdin?.write('\n');
      }
    });
    const { code, stdout } = await cli.finished;
    cli.clean();
    expect(code).toBe(1); // the scenario misses the echo of what it meant to send
    const sendto = records(stdout).find(({ type, name }) => type === 'call' && name === 'sendto');
    expect(sendto).toMatchObject({ ret: 7, args: { edited: '7 bytes instead of 5' } });
    // What was typed is what was on the wire: a header of 8 bytes and 7 of data.
    expect(records(stdout).find(({ type }) => type === 'packet')).toMatchObject({ 'udp.length': 15 });
  });

  test('reaches what a role forks', async () => {
    const run = await withInput('\n'.repeat(60), 'run', 'tcp-echo', '--serve', 'process', '--step', '--json');
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('server.1 is about to call recv(');
  });
});
