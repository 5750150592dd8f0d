import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Cli } from '../support/cli.ts';
import { have, PROJECT } from '../support/tools.ts';

const live = describe.skipIf(!have('unshare'));
const PAGE = `${PROJECT}/docs/accessibility.md`;

/** The commands of the page, in its order. */
function commands(): string[][] {
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)];
  return blocks
    .flatMap(([, text = '']) => text.trim().split('\n'))
    .map((line) => line.replace(/^npx sockscope /, '').split(' '));
}

async function run(args: readonly string[], folder: string): Promise<string> {
  const named = args.map((each) => (each === 'echo.pcapng' ? `${folder}/echo.pcapng` : each));
  const cli = new Cli(named);
  const { code, stdout, stderr } = await cli.finished;
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}

live('the page on what there is without the picture', { timeout: 120_000 }, () => {
  test('its commands work, and together they tell what the screen shows', async () => {
    const [first = [], ...others] = commands();
    expect(others.length).toBeGreaterThan(8);
    const cli = new Cli(first);
    expect((await cli.finished).code).toBe(0);
    const said = new Map<string, string>();
    for (const args of others) said.set(args.slice(2).join(' '), await run(args, cli.folder));
    // What the echo is known to have done.
    expect(said.get('--show conversations')).toMatch(/tcp 0 client → server +10 +5 +5 /);
    expect(said.get('--show streams --connection 0')).toMatch(/68 65 6c 6c 6f +hello/);
    expect(said.get('--show buffers --connection 0')).toMatch(/in flight 5\n/);
    expect(said.get('--show sequence --connection 0')).toMatch(/segment 1 to 5\n[\s\S]*acknowledged 6\n/);
    const packets = said.get('--show packets') ?? '';
    const syn = /^ +(\d+) .*\[SYN\] Seq=0/m.exec(packets)?.[1] ?? '';
    expect(packets.trim().split('\n')).toHaveLength(11);
    const why = await run(['open', 'echo.pcapng', '--show', 'why', '--at', syn], cli.folder);
    expect(why).toMatch(/SYN of client connect#1[\s\S]*caused it[\s\S]*RFC 9293/);
    const sockets = await run(['open', 'echo.pcapng', '--show', 'sockets', '--at', syn], cli.folder);
    expect(sockets).toMatch(/tcp +LISTEN +0 +5 127\.0\.0\.1:3500/);
  });

  test('it names every view that can be printed', () => {
    const page = readFileSync(PAGE, 'utf8');
    for (const view of [
      'packets',
      'streams',
      'conversations',
      'findings',
      'buffers',
      'sequence',
      'sockets',
      'why',
    ])
      expect(page).toContain(`--show ${view}`);
  });
});
