import { describe, expect, test } from 'vitest';
import { Cli } from '../support/cli.ts';
import { have } from '../support/tools.ts';

const live = describe.skipIf(!have('unshare', 'setpriv'));

const records = (stdout: string): readonly Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Plays tcp-echo step by step until the client is about to connect, then types a line, and nothing more. */
async function typedBeforeConnect(
  line: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const cli = new Cli(['run', 'tcp-echo', '--step', '--json']);
  let heard = '';
  let answered = 0;
  cli.child.stderr?.on('data', (text: string) => {
    heard += text;
    const stops = heard.match(/is about to call .*\n/g) ?? [];
    for (const stop of stops.slice(answered)) {
      answered++;
      if (stop.includes('connect(')) cli.child.stdin?.end(`${line}\n`);
      else if (!stop.includes('accept(')) cli.child.stdin?.write(`${stop.includes('listen') ? '' : 'all'}\n`);
    }
  });
  const { code, stdout, stderr } = await cli.finished;
  expect(await cli.leftovers()).toEqual([]);
  cli.clean();
  return { code, stdout, stderr };
}

live('a signal that the user sends', { timeout: 60_000 }, () => {
  test.each(['USR1', 'TERM', 'INT', 'HUP', 'KILL'])(
    'SIG%s does what the kernel does with a program that has no handler',
    async (name) => {
      const signal = `SIG${name}`;
      const { code, stdout, stderr } = await typedBeforeConnect(`server signal ${name}`);
      expect(stderr).toContain(`${signal} sent to server`);
      expect(stderr).not.toContain('Debugger listening');
      const all = records(stdout);
      const kill = all.find((record) => record.type === 'call' && record.name === 'kill');
      expect(kill).toMatchObject({ role: 'user', ret: 0, args: { sig: signal, to: 'server' } });
      expect(kill).toMatchObject({ reason_kind: 'kill-ended' });
      const run = all.find(({ type }) => type === 'run');
      expect(JSON.stringify(run)).toContain(`"exit":"${signal}"`);
      // The run goes on without the server: the client makes its calls.
      const connect = all.find((record) => record.type === 'call' && record.name === 'connect');
      expect(BigInt(String(connect?.enter_ns))).toBeGreaterThan(BigInt(String(kill?.enter_ns)));
      expect(code).toBe(0);
    },
  );

  test('that ends the server before its first call: the client makes none, and that is told', async () => {
    const cli = new Cli(['run', 'tcp-echo', '--step', '--text']);
    cli.child.stdin?.end('server signal TERM\nall\n');
    const { code, stdout } = await cli.finished;
    cli.clean();
    expect(code).toBe(0);
    expect(stdout).not.toContain('NOT AS TOLD');
    expect(stdout).toContain('client never made a call: sockscope ended it before');
    expect(stdout).toContain('sockscope ended client with SIGTERM, because server was gone');
    expect(stdout).toMatch(/^client .* ended by sockscope with SIGTERM$/m);
    expect(stdout).not.toContain('✗');
  });

  test('that ends the client before it connects: the server, whose accept would never return, is ended', async () => {
    const cli = new Cli(['run', 'tcp-echo', '--step', '--text']);
    cli.child.stdin?.end('client signal INT\nall\n');
    const { code, stdout } = await cli.finished;
    expect(await cli.leftovers()).toEqual([]);
    cli.clean();
    expect(code).toBe(0);
    expect(stdout).toContain('sockscope ended server with SIGTERM, because client was gone');
    expect(stdout).toMatch(/accept#1\(\d+\) … never returned/);
    expect(stdout).not.toMatch(/✗|NOT AS TOLD/);
  });

  test('that is ignored leaves the run as it is', async () => {
    const { code, stdout } = await typedBeforeConnect('server signal CHLD');
    expect(code).toBe(0);
    const kill = records(stdout).find((record) => record.type === 'call' && record.name === 'kill');
    expect(kill).toMatchObject({ reason_kind: 'kill-taken' });
  });
});

live('a signal for a process that a role has forked', { timeout: 60_000 }, () => {
  test('ends that process, and the run goes on', async () => {
    const cli = new Cli(['run', 'tcp-echo', '--serve', 'process', '--step', '--json']);
    let heard = '';
    let answered = 0;
    let isSignalled = false;
    cli.child.stderr?.on('data', (text: string) => {
      heard += text;
      const stops = heard.match(/\S+ is about to call .*\n/g) ?? [];
      const type = (line: string) => cli.child.stdin?.write(`${line}\n`);
      for (const stop of stops.slice(answered)) {
        answered++;
        if (!stop.startsWith('server.1 ')) {
          // The client holds its bytes back until the child is gone, which waits for them.
          if (!stop.includes('sendall(') || isSignalled) type(stop.split(' ')[0] ?? '');
        } else if (!isSignalled) {
          isSignalled = true;
          type('server.1\nserver.1 signal TERM\nclient');
        }
      }
    });
    const { code, stdout, stderr } = await cli.finished;
    expect(await cli.leftovers()).toEqual([]);
    cli.clean();
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('SIGTERM sent to server.1');
    const calls = records(stdout).filter(({ type }) => type === 'call');
    const kill = calls.find(({ name }) => name === 'kill');
    expect(kill).toMatchObject({ role: 'user', ret: 0, args: { sig: 'SIGTERM', to: 'server.1' } });
    // Where it had come to its recv, that never returned.
    for (const recv of calls.filter(({ role }) => role === 'server.1')) {
      expect(recv).toMatchObject({ name: 'recv', exit_ns: null, reason_kind: 'call-cut-off' });
      expect(kill).toMatchObject({ reason_kind: 'kill-ended' });
    }
  });
});

live('a signal of one role for another', { timeout: 60_000 }, () => {
  test('is a call of its own, with its place in the source, and names what it interrupts', async () => {
    const cli = new Cli(['run', 'calendar', '--think', '300', '--json', '--no-input']);
    const { code, stdout } = await cli.finished;
    cli.clean();
    expect(code).toBe(0);
    const calls = records(stdout).filter(({ type }) => type === 'call');
    const kill = calls.find(({ name }) => name === 'kill');
    const accept = calls.findLast(({ name }) => name === 'accept');
    expect(kill).toMatchObject({ role: 'client', ret: 0, args: { sig: 'SIGUSR1', to: 'server' } });
    expect(accept).toMatchObject({ errno: 'EINTR' });
    expect(kill).toMatchObject({ reason_kind: 'kill-interrupted' });
    expect(accept).toMatchObject({ reason_kind: 'call-interrupted-by' });
  });
});
