import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sockscope } from '../support/cli.ts';
import { PROJECT } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'bad-input-'));
const SOCKSCOPE = join(PROJECT, 'bin/sockscope.js');
const isRoot = process.geteuid?.() === 0;
let whole = Buffer.alloc(0);
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  const { code, stderr } = await sockscope('run', 'tcp-echo', '--text', '-w', path('whole.pcapng'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  whole = readFileSync(path('whole.pcapng'));
  writeFileSync(path('text'), 'hello\n');
  writeFileSync(path('empty'), '');
  writeFileSync(path('cut-in-header'), whole.subarray(0, 200));
  writeFileSync(path('locked'), whole);
  chmodSync(path('locked'), 0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is wrong, what it says, what it advises, and the exit code. */
describe('one clear message, the next step, and the exit code', () => {
  test.each([
    {
      words: ['run', 'tcp-ecko'],
      code: 2,
      says: 'unknown scenario tcp-ecko',
      next: 'did you mean tcp-echo?',
    },
    {
      words: ['run', 'tcp-echo', '--messge', 'x'],
      code: 2,
      says: 'unknown parameter --messge',
      next: '--message',
    },
    { words: ['run', 'tcp-echo', '--port', '70000'], code: 2, says: '--port 70000', next: 'from 1 to 65535' },
    { words: ['run', 'tcp-echo', '--mtu', '20'], code: 2, says: '--mtu 20', next: 'to 65536' },
    { words: ['run', 'tcp-echo', '--loss', '101'], code: 2, says: '--loss 101', next: 'percent' },
    { words: ['run', 'tcp-echo', '--serve', 'twice'], code: 2, says: 'no such choice', next: 'iterative' },
    {
      words: ['run', 'udp-echo', '--backlog', '3'],
      code: 2,
      says: 'udp-echo does not use --backlog',
      next: 'it uses',
    },
    {
      words: ['run', 'tcp-echo', '--family', 'ipv6', '--mtu', '1000'],
      code: 2,
      says: '1280',
      next: '--family ipv4',
    },
    {
      words: ['run', 'tcp-echo', '--net', 'host', '--loss', '1'],
      code: 2,
      says: '--loss',
      next: 'private network',
    },
    { words: ['run', 'tcp-echo', '--pause', 'accpt=5'], code: 2, says: 'accpt', next: 'accept' },
    { words: ['run', 'tcp-echo', '-f', 'tcp prt 1'], code: 2, says: 'syntax error', next: 'pcap-filter' },
    { words: ['run', 'tcp-echo', '--congestion', 'nosuch'], code: 2, says: 'nosuch', next: 'cubic' },
    { words: ['open', path('text')], code: 4, says: 'it is text', next: 'pcap and pcapng' },
    { words: ['open', path('empty')], code: 4, says: 'is empty', next: 'header' },
    { words: ['open', path('cut-in-header')], code: 4, says: 'ends inside a block', next: 'pcap and pcapng' },
    { words: ['open', path('nothing')], code: 2, says: 'no such file', next: 'path' },
    { words: ['open', folder], code: 2, says: 'it is a directory', next: 'capture file' },
    {
      words: ['run', 'tcp-echo', '-w', path('whole.pcapng')],
      code: 2,
      says: 'exists and was kept',
      next: '--force',
    },
    {
      words: ['run', 'tcp-echo', '-w', path('no/dir')],
      code: 2,
      says: 'no such directory',
      next: 'directory',
    },
    { words: ['--lang', 'xx'], code: 2, says: 'Allowed choices are en, es, ca', next: '--help' },
    { words: ['--lang', 'ca'], code: 2, says: 'Usage: sockscope', next: 'scenarios' },
    { words: ['fly'], code: 2, says: "unknown command 'fly'", next: '--help' },
  ])('$words', async ({ words, code, says, next }) => {
    const finished = await sockscope(...words);
    expect(finished.stderr).toContain(says);
    expect(finished.stderr).toContain(next);
    expect(finished.stderr).not.toContain('    at '); // no stack
    expect(finished.stdout).toBe('');
    expect(finished.code).toBe(code);
  });

  test('a file that is kept is kept to the byte', () => {
    expect(readFileSync(path('whole.pcapng')).equals(whole)).toBe(true);
  });

  test.skipIf(isRoot)('a file that may not be read', async () => {
    const { code, stderr } = await sockscope('open', path('locked'));
    expect(stderr).toContain('you may not read it');
    expect(code).toBe(2);
  });

  test.skipIf(isRoot)('the machine’s own network without the right to capture', async () => {
    const { code, stderr } = await sockscope('run', 'tcp-echo', '--net', 'host');
    expect(stderr).toContain('not permitted');
    expect(stderr).toContain('sudo');
    expect(code).toBe(3);
  });

  test('a damaged capture is shown as far as it goes, with exit code 4', async () => {
    writeFileSync(path('cut'), whole.subarray(0, Math.floor(whole.length / 2)));
    const { code, stdout, stderr } = await sockscope('open', path('cut'), '--text');
    expect(stdout).toContain('[SYN]');
    expect(stderr).toContain('ends inside a block');
    expect(code).toBe(4);
  });
});

describe('a machine that lacks something', () => {
  /** Runs the program in a shell that has changed its own surroundings, in namespaces of its own. */
  function inside(
    enter: readonly string[],
    prepare: string,
    words: string,
  ): { code: number | null; stderr: string; stdout: string } {
    const script = `${prepare}; exec ${process.execPath} ${SOCKSCOPE} ${words}`;
    const [command = '', ...args] = [...enter, 'sh', '-c', script];
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: folder });
    return { code: status, stdout, stderr };
  }

  test('forbidden user namespaces', () => {
    // Without root's rights inside, so that the program is an ordinary user's; the limit holds in this namespace only.
    const enter = ['unshare', '--user', '--map-root-user'];
    const prepare = 'echo 0 > /proc/sys/user/max_user_namespaces';
    const script = `exec setpriv --bounding-set=-all --inh-caps=-all ${process.execPath} ${SOCKSCOPE} run tcp-echo`;
    const { status, stderr } = spawnSync(
      enter[0] ?? '',
      [...enter.slice(1), 'sh', '-c', `${prepare}; ${script}`],
      {
        encoding: 'utf8',
        cwd: folder,
      },
    );
    expect(stderr).toContain('cannot make a private network');
    expect(stderr).toMatch(/sysctl|sudo/);
    expect(status).toBe(3);
  });

  test('no unshare and no setpriv', () => {
    const { code, stderr } = inside(['env'], 'PATH=/nonexistent', 'run tcp-echo');
    expect(stderr).toContain('unshare and setpriv are not installed');
    expect(stderr).toContain('apt-get install util-linux');
    expect(code).toBe(3);
  });

  test.runIf(isRoot)('no libpcap: files can still be read', () => {
    const hide =
      'for f in $(find /usr/lib /lib -name "libpcap.so*" -type f); do mount --bind /dev/null $f; done';
    const run = inside(['unshare', '--mount'], hide, 'run tcp-echo');
    expect(run.stderr).toContain('libpcap is not installed');
    expect(run.stderr).toContain('apt-get install libpcap0.8');
    expect(run.code).toBe(3);
    const open = inside(['unshare', '--mount'], hide, `open ${path('whole.pcapng')} --text`);
    expect(open.stdout).toContain('[SYN, ACK]');
    expect(open.code).toBe(0);
  });

  test.runIf(isRoot)('a full disk: the run goes on, says so, and what was written is readable', () => {
    const full = 'mkdir full; mount -t tmpfs -o size=40k tmpfs full';
    const keep = 'cp full/run.pcapng saved.pcapng; exit $code';
    const script = `${full}; ${process.execPath} ${SOCKSCOPE} run tcp-echo --size 200k --text -w full/run.pcapng; code=$?; ${keep}`;
    const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script], {
      encoding: 'utf8',
      cwd: folder,
    });
    expect(stdout).toContain('0 unexplained');
    expect(stderr).toContain('the disk is full');
    expect(status).toBe(1);
    expect(statSync(path('saved.pcapng')).size).toBeGreaterThan(20_000);
    const read = spawnSync('tshark', ['-r', path('saved.pcapng')], { encoding: 'utf8' });
    expect(read.status).toBe(0);
    expect(read.stdout).toContain('[SYN]');
  });
});
