import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Cli, sockscope } from '../support/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'shell-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a command runs in a network of its own, as the user, and gives its exit code', async () => {
  const { code, stdout } = await sockscope('shell', '--', 'sh', '-c', 'ip -br link; id -u; exit 3');
  const [link = '', uid, ...more] = stdout.trim().split('\n');
  expect(link).toMatch(/^lo\s+UNKNOWN/);
  expect(more).toEqual([]); // no other interface
  expect(Number(uid)).toBe(process.getuid?.());
  expect(code).toBe(3);
});

test('orphans are waited for when they end', async () => {
  // The subshell's end makes the sleep an orphan, long before it is over.
  const orphan = '(sleep 0.5 & echo $! > "$TMPDIR/pid")';
  const ended =
    'for n in $(seq 100); do ps -o stat= -p $(cat "$TMPDIR/pid") > "$TMPDIR/stat" || exit 7; sleep 0.1; done';
  const cli = new Cli(['shell', '--', 'sh', '-c', `${orphan}; ${ended}; cat "$TMPDIR/stat"`]);
  const { code, stdout } = await cli.finished;
  cli.clean();
  expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
}, 60_000);

test('one side of an exercise runs in it, the other is nc; both are captured', async () => {
  const saved = join(folder, 'shell.pcapng');
  // The listening socket is waited for in a table of the kernel, for ten seconds at most.
  const script = `
    sockscope run tcp-echo --role server --clients 1 --json > ${folder}/server.json &
    for n in $(seq 100); do ss -Hltn | grep -q :3500 && break; sleep 0.1; done
    printf hello | timeout 5 nc -N 127.0.0.1 3500
    wait`;
  const { stdout, stderr, code } = await sockscope('shell', '-w', saved, '--', 'bash', '-c', script);
  expect({ stdout, code }).toEqual({ stdout: 'hello', code: 0 });
  expect(stderr).toContain(`saved as ${saved}`);
  const seen = spawnSync('tcpdump', ['-nr', saved, 'tcp[tcpflags] & tcp-syn != 0'], { encoding: 'utf8' });
  expect(seen.stdout.trim().split('\n')).toHaveLength(2);
  const run = spawnSync('grep', ['"type":"summary"', join(folder, 'server.json')], { encoding: 'utf8' });
  expect(JSON.parse(run.stdout)).toMatchObject({ ok: true, unexplained: 0 });
}, 60_000);

test('says of the kernel’s counters that the network is the shell’s', async () => {
  const script = `
    sockscope run reset --role server --text > ${folder}/reset &
    for n in $(seq 100); do ss -Hltn | grep -q :3500 && break; sleep 0.1; done
    printf hello | timeout 5 nc -N 127.0.0.1 3500
    wait`;
  const { code } = await sockscope('shell', '--', 'bash', '-c', script);
  const said = readFileSync(join(folder, 'reset'), 'utf8').replace(/\s+/g, ' ');
  expect(code).toBe(0);
  expect(said).toContain('in the network of sockscope shell other programs are counted too');
  expect(said).not.toContain('machine’s own network');
}, 60_000);

test('takes --lang as the other commands do', async () => {
  const { code, stderr } = await sockscope('shell', '--lang', 'ca', '--', 'true');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect((await sockscope('shell', '--lang', 'xx', '--', 'true')).code).toBe(2);
});
