import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { loadScenario, scenarioIds } from '../../src/scenarios/registry.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { Cli } from '../support/cli.ts';
import { freePort, isListening } from '../support/listening.ts';
import { inOwnNetwork, type Left } from '../support/own-network.ts';
import { have } from '../support/tools.ts';

// Ours runs one side (--role), a program that knows nothing of us the other. Both are in one network namespace.
const live = describe.skipIf(!have('unshare', 'setpriv', 'timeout', 'bash', 'ip', 'ss'));
const withTool = (...tools: readonly string[]) => (have(...tools) ? test.concurrent : test.concurrent.skip);

type Told = Readonly<Record<string, unknown>>;

/** The records of a type that `sockscope … --json > FILE` printed. */
function told(left: Left, file: string, type: string): readonly Told[] {
  const lines = (left.files.get(file) ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Told).filter((record) => record.type === type);
}

/** Nothing that a stranger does may cross a check or stay unexplained. */
function expectAsTold(left: Left, file = 'ours'): void {
  expect({ code: left.code, stderr: left.code === 0 ? '' : left.stderr }).toEqual({ code: 0, stderr: '' });
  expect(told(left, file, 'check').filter(({ holds }) => holds === false)).toEqual([]);
  expect(told(left, file, 'summary')).toMatchObject([{ ok: true, unexplained: 0 }]);
}

const sums = (left: Left, name: string): number =>
  told(left, 'ours', 'call')
    .filter((call) => call.name === name && typeof call.ret === 'number')
    .reduce((sum, call) => sum + Number(call.ret), 0);

/** A script in which our server runs for one client, or so many, while `strangers` do something, and has to end well. */
const server = (args: string, port: number, strangers: string): string => `
  sockscope run ${args} --role server --net host --json > ours &
  ours=$!
  listens ${port}
  ${strangers}
  wait $ours`;

live('our servers serve strangers', { timeout: 90_000 }, () => {
  withTool('nc')('nc gets its bytes back from tcp-echo', async () => {
    const left = await inOwnNetwork(
      server('tcp-echo --clients 1', 3500, 'printf hello | nc -N 127.0.0.1 3500 > heard'),
    );
    expectAsTold(left);
    expect(left.files.get('heard')).toBe('hello');
  });

  withTool('telnet')('telnet gets its line back from tcp-echo', async () => {
    const script = "{ printf 'good day\\n'; said heard 'good day'; } | telnet 127.0.0.1 3500 > heard || true";
    const left = await inOwnNetwork(server('tcp-echo --clients 1', 3500, script));
    expectAsTold(left);
    expect(left.files.get('heard')).toMatch(/Connected to 127\.0\.0\.1\.[\s\S]*good day/);
  });

  withTool('nc')('three nc at a time get theirs from a process each', async () => {
    const strangers = `for n in 1 2 3; do printf "number $n" | nc -N 127.0.0.1 3500 > heard$n & nc[n]=$!; done
      wait \${nc[1]} \${nc[2]} \${nc[3]}`;
    const left = await inOwnNetwork(server('tcp-echo --serve process --clients 3', 3500, strangers));
    expectAsTold(left);
    expect([1, 2, 3].map((n) => left.files.get(`heard${n}`))).toEqual(['number 1', 'number 2', 'number 3']);
  });

  withTool('nc')('nc over IPv6', async () => {
    const left = await inOwnNetwork(
      server('tcp-echo --clients 1 --family ipv6', 3500, 'printf hello | nc -N ::1 3500 > heard'),
    );
    expectAsTold(left);
    expect(left.files.get('heard')).toBe('hello');
  });

  withTool('nc')('nc -u gets its datagram back from udp-echo', async () => {
    const left = await inOwnNetwork(
      server('udp-echo --clients 1', 3500, 'printf hello | timeout 10 nc -u -W 1 127.0.0.1 3500 > heard'),
    );
    expectAsTold(left);
    expect(left.files.get('heard')).toBe('hello');
  });

  withTool('curl').each([
    { args: '', path: '/', status: 200 },
    { args: '--body chunked', path: '/', status: 200 },
    { args: '--body close', path: '/', status: 200 },
    { args: '', path: '/missing', status: 404 },
  ])('curl gets $path from http-get $args', async ({ args, path, status }) => {
    const curl = `curl -s -o page -w '%{http_code}' http://127.0.0.1:8080${path} > status`;
    const left = await inOwnNetwork(server(`http-get --clients 1 ${args}`, 8080, curl));
    expectAsTold(left);
    expect(left.files.get('status')).toBe(`${status}`);
    if (status === 200) expect(left.files.get('page')).toContain('hello, world');
  });

  withTool('curl').each([
    { args: '', curl: '-I', said: 'HTTP/1.1 200 OK', length: 'Content-Length: 51' },
    { args: '--body close', curl: '-I', said: 'HTTP/1.1 200 OK', length: 'Connection: close' },
    { args: '--body chunked', curl: '-I', said: 'HTTP/1.1 200 OK', length: 'Transfer-Encoding: chunked' },
    { args: '', curl: '-i -X HEAD -m 5', said: 'HTTP/1.1 200 OK', length: 'Content-Length: 51' },
    { args: '', curl: '-i -d a=b', said: 'HTTP/1.1 405 Method Not Allowed', length: 'Allow: GET, HEAD' },
    { args: '', curl: '-i -X BREW', said: 'HTTP/1.1 501 Not Implemented', length: 'Content-Length: 20' },
  ])('curl $curl is answered by http-get $args with $said, and nobody is reset', async (tried) => {
    const curl = `curl -s ${tried.curl} http://127.0.0.1:8080/ > head || true`;
    const left = await inOwnNetwork(server(`http-get --clients 1 ${tried.args}`, 8080, curl));
    const lines = left.files.get('head')?.split('\r\n');
    expect(lines?.[0]).toBe(tried.said);
    expect(lines).toContain(tried.length);
    expect(left.files.get('ours')).not.toMatch(/"flags":"[^"]*R|ECONNRESET/);
    if (tried.curl === '-I') expect(lines?.slice(-2)).toEqual(['', '']);
    expectAsTold(left);
  });

  withTool('nc', 'curl')('what is no request is told, and is no fault of the run', async () => {
    const strangers = `curl -s http://127.0.0.1:8080/ > page
      printf 'garbage\\r\\n\\r\\n' | nc -N 127.0.0.1 8080 > answer`;
    const left = await inOwnNetwork(server('http-get --clients 2', 8080, strangers));
    expectAsTold(left);
    expect(left.files.get('page')).toContain('hello, world');
    expect(left.files.get('answer')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(left.files.get('ours')).toMatch(/"holds":null,"note":"the other program sent “garbage/);
  });

  withTool('nc')('a request typed by hand into nc gets its page from http-get', async () => {
    const request = "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc 127.0.0.1 8080 > page";
    const left = await inOwnNetwork(server('http-get --clients 1', 8080, request));
    expectAsTold(left);
    expect(left.files.get('page')).toContain('Connection: close\r\n');
  });

  withTool('python3')(
    'a Python client sends a file to tcp-transfer, and is told that it is complete',
    async () => {
      const client = `python3 - > heard <<'END'
import socket, struct
s = socket.create_connection(('127.0.0.1', 3500))
data = bytes(range(256)) * 40
s.sendall(struct.pack('!I', len(data)) + data)
print(s.recv(100).decode(), end='')
s.close()
END`;
      const left = await inOwnNetwork(server('tcp-transfer --clients 1', 3500, client));
      expectAsTold(left);
      expect(left.files.get('heard')).toBe('finished');
      expect(sums(left, 'recv')).toBe(4 + 256 * 40);
    },
  );

  withTool('python3')('a Python client talks JSON with json-echo', async () => {
    const client = `python3 - > heard <<'END'
import json, socket
s = socket.create_connection(('127.0.0.1', 3500))
s.sendall(json.dumps({'name': 'Ada', 'born': 1815}).encode() + b'\\n')
print(json.loads(s.makefile().readline())['born'], end='')
s.close()
END`;
    const left = await inOwnNetwork(server('json-echo --clients 1', 3500, client));
    expectAsTold(left);
    expect(left.files.get('heard')).toBe('1815');
  });
});

live('our clients talk to strangers', { timeout: 90_000 }, () => {
  withTool('nc')('tcp-echo to nc -l, which gives back what it gets', async () => {
    const left = await inOwnNetwork(`
      mkfifo back; nc -l 127.0.0.1 3500 < back | tee heard > back &
      listens 3500
      sockscope run tcp-echo --role client --net host --json > ours
      wait; rm back`);
    expectAsTold(left);
    expect(left.files.get('heard')).toBe('hello');
  });

  withTool('nc')('tcp-say sends its lines to nc -l', async () => {
    const left = await inOwnNetwork(`
      nc -l 127.0.0.1 3500 < /dev/null > heard &
      listens 3500
      printf 'one\\ntwo\\n' | sockscope run tcp-say --role client --net host --json > ours
      wait`);
    expectAsTold(left);
    expect(left.files.get('heard')).toBe('one\ntwo\n');
  });

  withTool('nc')('udp-echo to nc -lu', async () => {
    const left = await inOwnNetwork(`
      mkfifo back; nc -lu 127.0.0.1 3500 <> back | tee heard > back &
      listens 3500
      sockscope run udp-echo --role client --net host --json > ours
      rm back`);
    expectAsTold(left);
    expect(left.files.get('heard')).toBe('hello');
  });

  withTool('python3')('tcp-echo with two clients to a Python server', async () => {
    const left = await inOwnNetwork(`
      python3 - > heard <<'END' &
import socket
listener = socket.create_server(('127.0.0.1', 3500))
for _ in range(2):
    connection, _ = listener.accept()
    while data := connection.recv(3):
        print(len(data), end=' ')
        connection.sendall(data)
    connection.close()
END
      listens 3500
      sockscope run tcp-echo --role client --clients 2 --net host --json > ours
      wait`);
    expectAsTold(left);
    expect(left.files.get('heard')).toBe('3 2 3 2 ');
  });

  withTool('python3')('http-get gets a page of Python’s own HTTP server', async () => {
    const left = await inOwnNetwork(`
      mkdir pages; echo 'a page of Python' > pages/index.html
      python3 -m http.server --bind 127.0.0.1 --directory pages 8080 > /dev/null 2> log & server=$!
      listens 8080
      sockscope run http-get --role client --net host --json > ours
      kill $server; wait $server || true; rm -r pages`);
    expectAsTold(left);
    expect(left.files.get('log')).toContain('"GET / HTTP/1.1" 200');
    const first = told(left, 'ours', 'call').find((call) => call.name === 'recv');
    expect(JSON.stringify(first)).toContain('HTTP/1.0 200 OK');
  });
});

live('what a stranger does otherwise than our own client', { timeout: 90_000 }, () => {
  withTool('nc')('crosses no check: one that only connects', async () => {
    expectAsTold(await inOwnNetwork(server('tcp-echo --clients 1', 3500, 'nc -z 127.0.0.1 3500')));
    expectAsTold(await inOwnNetwork(server('tcp-say --clients 1', 3500, 'nc -z 127.0.0.1 3500')));
  });

  withTool('python3').each([
    'tcp-echo --clients 1',
    'half-close --clients 1',
    'tcp-transfer --clients 1',
    'text-and-image',
  ])('is told, and crosses no check: a reset in the middle of %s', async (id) => {
    const rude = `python3 - <<'END'
import socket, struct
s = socket.create_connection(('127.0.0.1', 3500))
s.send(b'x' * 10)
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
s.close()
END`;
    const left = await inOwnNetwork(`${server(id, 3500, rude)} || echo $? > code`);
    expect(left.files.get('code')).toBe('1\n'); // the server's own recv or send failed
    expect(left.stderr).toContain('ECONNRESET');
    expect(told(left, 'ours', 'check').filter(({ holds }) => holds === false)).toEqual([]);
    expect(told(left, 'ours', 'summary')).toMatchObject([{ unexplained: 0 }]);
  });
});

live('our two sides apart', { timeout: 120_000 }, async () => {
  const scenarios = await Promise.all((await scenarioIds()).map((id) => loadScenario(id)));
  const both = scenarios.filter(({ parameters }) => parameters.includes('role'));
  // What its user does in the end, in its terminal or from another one.
  const endOf = ({ id, servesUntilEnded }: Scenario): string =>
    id === 'calendar'
      ? "kill -USR1 $(ss -Hltnp 'sport = :3500' | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p')"
      : servesUntilEnded === true
        ? 'interrupt $server'
        : '';

  test.concurrent.each(both)('$id: server and client in runs of their own', async (scenario) => {
    const { id } = scenario;
    const left = await inOwnNetwork(`
      sockscope run ${id} --role server --net host --json > server & server=$!
      await eval 'test -s server || ss -Hltun | grep -q . || ! kill -0 $server'
      sockscope run ${id} --role client --net host --json > ours
      ${endOf(scenario)}
      wait $server`);
    expectAsTold(left);
    expectAsTold(left, 'server');
  });
});

describe.skipIf(process.getuid?.() !== 0)('on the machine’s own loopback, as root', () => {
  withTool('nc')('nc gets its bytes back', async () => {
    const port = await freePort();
    const cli = new Cli([
      'run',
      'tcp-echo',
      ...['--role', 'server', '--clients', '1'],
      '--net',
      'host',
      '--port',
      `${port}`,
      '--json',
    ]);
    await cli.until(() => isListening(port) || undefined, 'the listening socket');
    const nc = spawnSync('nc', ['-N', '127.0.0.1', `${port}`], { input: 'hello', encoding: 'utf8' });
    const { code, stdout } = await cli.finished;
    cli.clean();
    expect({ heard: nc.stdout, code }).toEqual({ heard: 'hello', code: 0 });
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ ok: true, unexplained: 0 });
  });
});
