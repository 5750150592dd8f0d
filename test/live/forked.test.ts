import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Cli } from '../support/cli.ts';
import { inOwnNetwork } from '../support/own-network.ts';
import { have } from '../support/tools.ts';

const live = describe.skipIf(!have('unshare', 'setpriv', 'timeout', 'bash', 'ip', 'ss', 'ps', 'nc'));

/** Whether a process is in a system call on the socket that it inherited: the number and the arguments, proc(5). */
const WAITS_FOR_ITS_CLIENT = /^\d+ 0x5 /;

live('a process that the server has forked, killed from outside', { timeout: 90_000 }, () => {
  test('ends neither the server nor the other children, and the run names it', async () => {
    const args = ['tcp-echo', '--serve', 'process', '--clients', '2', '--think', '5000'];
    const cli = new Cli(['run', ...args, '--json']);
    const clients = [await cli.process('sockscope client 1'), await cli.process('sockscope client 2')];
    const child = await cli.process('sockscope server.1');
    await cli.process('sockscope server.2');
    // However slow the machine is, they have not sent anything when the child dies.
    for (const client of clients) process.kill(client, 'SIGSTOP');
    const waits = () => WAITS_FOR_ITS_CLIENT.test(readFileSync(`/proc/${child}/syscall`, 'latin1'));
    await cli.until(() => waits() || undefined, 'the recv of server.1');
    process.kill(child, 'SIGKILL');
    for (const client of clients) process.kill(client, 'SIGCONT');
    const { code, stdout } = await cli.finished;
    expect(await cli.leftovers()).toEqual([]);
    cli.clean();
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const run = records.find(({ type }) => type === 'run') as Record<string, readonly unknown[]> | undefined;
    const ends = run?.roles?.map((role) => {
      const { name, exit } = role as Record<string, unknown>;
      return `${name} ${exit}`;
    });
    // Of children, which of them had made its first call first.
    expect(ends?.toSorted()).toEqual([
      'client 1 0',
      'client 2 0',
      'server 0',
      'server.1 SIGKILL',
      'server.2 0',
    ]);
    expect(JSON.stringify(run?.problems)).toContain('server.1 ended with SIGKILL');
    const calls = records.filter(({ type }) => type === 'call');
    const cut = calls.findLast(({ role }) => role === 'server.1');
    expect(cut).toMatchObject({ name: 'recv', exit_ns: null, reason_kind: 'call-killed' });
    // The other client got its bytes back.
    expect(calls.filter(({ role, name }) => role === 'server.2' && name === 'send')).toHaveLength(1);
    expect(code).toBe(1);
  });

  test('makes a failure of a server that is left running, which serves the next; nobody is left a zombie', async () => {
    const left = await inOwnNetwork(`
      sockscope run tcp-echo --serve process --role server --net host --text --verify > ours 2> heard & ours=$!
      listens 3500
      mkfifo hold; nc 127.0.0.1 3500 < hold & held=$!; exec 9> hold
      found() { child=$(pgrep -f '^sockscope server.1'); }
      await found
      await grep -Eqs '^[0-9]+ 0x5 ' "/proc/$child/syscall"
      kill -KILL $child
      await eval 'ss -Htn state fin-wait-2 | grep -q .'
      printf late >&9; exec 9>&-; wait $held || true; rm hold
      printf hello | nc -N 127.0.0.1 3500 > back
      await eval '! pgrep -f "^sockscope server[.]"'
      await eval '! ps -eo stat | grep -q ^Z'
      ps -eo stat,args > processes
      interrupt $ours
      wait $ours || echo $? > code`);
    expect({ code: left.code, stderr: left.stderr }).toEqual({ code: 0, stderr: '' });
    expect(left.files.get('back')).toBe('hello');
    expect(left.files.get('processes')).not.toMatch(/^Z/m);
    expect(left.files.get('code')).toBe('1\n');
    const ours = (left.files.get('ours') ?? '').replace(/[│┃┼─\s]+/g, ' ');
    expect(ours).toContain('NOT AS TOLD: server.1 ended with SIGKILL');
    expect(ours).toContain('SIGKILL, sent from outside the run, ended the process');
    expect(ours).toContain('verified: every check passed');
  });
});
