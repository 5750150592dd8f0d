import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Cli } from '../support/cli.ts';
import { Tmux } from '../support/tmux.ts';

/** Signals at moments that chance seldom finds: the program sends them to itself there. */

let tidy: () => void = () => {};
afterEach(() => tidy());

/** Code that the program runs before its own; its lab and its roles do not. */
function preloaded(code: string): { readonly NODE_OPTIONS: string } {
  const mine = `if (process.argv[1]?.endsWith('sockscope.js')) { ${code} }`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(mine)}` };
}

/** Once, when what is written to standard output has that in it. */
function whenWritten(text: string, signal: NodeJS.Signals): string {
  return `const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (...given) => {
      if (String(given[0]).includes(${JSON.stringify(text)})) {
        process.stdout.write = write;
        process.kill(process.pid, '${signal}');
      }
      return write(...given);
    };`;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Cli {
  const cli = new Cli(args, env);
  tidy = () => cli.clean();
  return cli;
}

describe('a signal', () => {
  test('while the ladder is printed ends the printing', async () => {
    const cli = start(['run', 'tcp-echo', '--text'], preloaded(whenWritten('Findings', 'SIGINT')));
    expect((await cli.finished).signal).toBe('SIGINT');
    expect(await cli.leftovers()).toEqual([]);
  });

  test('while the scenario is loaded ends the run in order', async () => {
    const cli = start(['run', './mine.js', '--text', '-w', 'run.pcapng']);
    writeFileSync(
      join(cli.folder, 'mine.js'),
      `import { accepted, connected, defineScenario, listening, plans } from 'sockscope/scenario';
      if (process.argv[1].endsWith('sockscope.js')) {
        process.kill(process.pid, 'SIGTERM');
        await new Promise((resolve) => setTimeout(resolve, 50)); // for the event loop to hear it
      }
      export const server = (parameters, role) => accepted(listening(parameters, role), role).recv(10);
      export const client = (parameters, role) => connected(parameters, role).recv(10);
      export const scenario = defineScenario({
        id: 'mine', title: 'Both wait for ever', parameters: ['port'],
        roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
      });`,
    );
    const { code, stderr } = await cli.finished;
    expect(stderr).toBe('');
    expect(code).toBe(143);
    expect(await cli.leftovers()).toEqual([]);
  });

  test('and a second one before the run has begun leave no file', async () => {
    // The lab is started by fork: both come before it can have said a word.
    const twice = `process.once('newListener', function hear(name) {
      if (name !== 'exit') return process.once('newListener', hear);
      setImmediate(() => process.kill(process.pid, 'SIGTERM'));
      setImmediate(() => setImmediate(() => setImmediate(() => process.kill(process.pid, 'SIGTERM'))));
    });`;
    const cli = start(['run', 'tcp-echo', '--text', '-w', 'run.pcapng'], preloaded(twice));
    expect((await cli.finished).code).toBe(143);
    expect(readdirSync(cli.folder)).toEqual([]);
    expect(await cli.leftovers()).toEqual([]);
  });

  test('while the terminal is taken gives it back', async () => {
    const env = preloaded(`const raw = process.stdin.setRawMode.bind(process.stdin);
      process.stdin.setRawMode = (on) => {
        raw(on);
        if (on) process.kill(process.pid, 'SIGHUP'); // Node itself gives the terminal back for SIGTERM
      };`);
    const tmux = new Tmux(['run', 'tcp-echo'], { width: 100, height: 30, env });
    tidy = () => tmux.end();
    await tmux.until('END 143');
    expect(tmux.ask('#{alternate_on} #{mouse_any_flag} #{cursor_flag}')).toBe('0 0 1');
    tmux.type('stty -a');
    tmux.keys('Enter');
    await tmux.until(/[^-]icanon/);
  });
});
