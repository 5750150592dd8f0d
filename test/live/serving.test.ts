import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Cli } from '../support/cli.ts';
import { freePort, isListening } from '../support/listening.ts';
import { inOwnNetwork, type Left } from '../support/own-network.ts';
import { have } from '../support/tools.ts';

// A server of ours is left running while strangers come, several times each; then it gets what Ctrl-C sends.
const live = describe.skipIf(!have('unshare', 'setpriv', 'timeout', 'bash', 'ip', 'ss'));
const withTool = (...tools: readonly string[]) => (have(...tools) ? test.concurrent : test.concurrent.skip);

const serving = (args: string, port: number, strangers: string): string => `
  sockscope run ${args} --role server --net host --text --verify > ours 2> heard & ours=$!
  listens ${port}
  ${strangers}
  interrupt $ours
  wait $ours`;

/** It ended well, all claims verified, with no check crossed and these many clients announced. */
function expectServed(left: Left, clients: number): void {
  const ours = left.files.get('ours') ?? '';
  expect({ code: left.code, stderr: left.stderr }).toEqual({ code: 0, stderr: '' });
  expect(ours).toMatch(/ 0 unexplained, .* · ok/);
  expect(ours).toContain('verified: every check passed');
  expect(ours).not.toMatch(/✗|had not returned when the run ended/);
  const heard = left.files.get('heard') ?? '';
  expect(heard).toContain('waiting for clients at ');
  expect(heard.match(/ from (127\.0\.0\.1|\[::1\]):\d+$/gm)).toHaveLength(clients);
}

live('a server left running', { timeout: 90_000 }, () => {
  withTool('curl', 'nc')('http-get: curl three times, and a request typed by hand', async () => {
    const strangers = `for n in 1 2 3; do curl -s http://127.0.0.1:8080/ >> pages; done
      printf 'GET /nothing HTTP/1.0\\r\\n\\r\\n' | nc 127.0.0.1 8080 > missing`;
    const left = await inOwnNetwork(serving('http-get', 8080, strangers));
    expectServed(left, 4);
    expect(left.files.get('pages')?.match(/hello, world/g)).toHaveLength(3);
    expect(left.files.get('missing')).toContain(' 404 ');
  });

  withTool('nc').each(['iterative', 'thread', 'process', 'poll'])(
    'tcp-echo --serve %s: nc three times',
    async (model) => {
      const strangers = 'for n in 1 2 3; do printf "number $n " | nc -N 127.0.0.1 3500 >> back; done';
      const left = await inOwnNetwork(serving(`tcp-echo --serve ${model}`, 3500, strangers));
      expectServed(left, 3);
      expect(left.files.get('back')).toBe('number 1 number 2 number 3 ');
    },
  );

  withTool('telnet')('telnet: telnet twice', async () => {
    const strangers = `for n in 1 2; do
      { printf 'reboot\\r\\n'; said back$n 'not allowed'; printf 'exit\\r\\n'; } |
        telnet 127.0.0.1 3500 > back$n 2> end || true
    done`;
    const left = await inOwnNetwork(serving('telnet --family ipv4', 3500, strangers));
    expectServed(left, 2);
    expect(left.files.get('back2')).toContain('not allowed; one of');
  });

  withTool('python3')('json-echo and tcp-transfer: a Python client three times', async () => {
    const json = `python3 - > back <<'END'
import json, socket
for n in range(3):
    with socket.create_connection(('127.0.0.1', 3500)) as s:
        s.sendall(json.dumps([n]).encode() + b'\\n')
        print(json.loads(s.makefile().readline())[0], end='')
END`;
    const left = await inOwnNetwork(serving('json-echo', 3500, json));
    expectServed(left, 3);
    expect(left.files.get('back')).toBe('012');
    const files = `python3 - > back <<'END'
import socket, struct
for n in range(3):
    with socket.create_connection(('127.0.0.1', 3500)) as s:
        s.sendall(struct.pack('!I', 5000 + n) + bytes(5000 + n))
        print(s.recv(100).decode(), end=' ')
END`;
    const transfer = await inOwnNetwork(serving('tcp-transfer', 3500, files));
    expectServed(transfer, 3);
    expect(transfer.files.get('back')).toBe('finished finished finished ');
  });

  withTool('python3')('tcp-transfer: clients that end before all of their file came', async () => {
    const strangers = `python3 - > back <<'END'
import socket, struct
for data in struct.pack('!I', 10000) + b'abc', b'ab':
    with socket.create_connection(('127.0.0.1', 3500)) as s:
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        print(len(s.recv(100)), end=' ')
END`;
    const left = await inOwnNetwork(serving('tcp-transfer', 3500, strangers));
    expectServed(left, 2);
    expect(left.files.get('back')).toBe('0 0 ');
    const heard = left.files.get('heard')?.split('\n');
    expect(heard).toContain('server: the client announced 10000 bytes and sent 3 before its FIN');
    expect(heard).toContain('server: the client sent 2 of the 4 bytes of the length before its FIN');
    const ours = left.files.get('ours')?.replace(/\s+/g, ' ');
    expect(ours).toMatch(/file 1 bytes=3 file 1 announced=10000 file 1 sha256=/);
    expect(ours).not.toContain('file 2 announced');
  });

  withTool('python3')('object-echo: a length that is too large is told with its number', async () => {
    const strangers = `python3 - > back <<'END'
import socket
with socket.create_connection(('127.0.0.1', 3500)) as s:
    s.sendall(b'\\xff' * 4)
    print(len(s.recv(100)), end=' ')
END`;
    const left = await inOwnNetwork(serving('object-echo --lang es', 3500, strangers));
    expect({ code: left.code, back: left.files.get('back') }).toEqual({ code: 0, back: '0 ' });
    // Four bytes of 255 are 2^32 - 1; the most is 2^24.
    const refused = 'delante de un objeto es de 4294967295 bytes, y se rechazan más de 16777216';
    expect(left.files.get('heard')).toContain(refused);
  });

  withTool('nc')('udp-echo: nc -u three times', async () => {
    const strangers = 'for n in 1 2 3; do printf "$n" | timeout 10 nc -u -W 1 127.0.0.1 3500 >> back; done';
    const left = await inOwnNetwork(serving('udp-echo', 3500, strangers));
    expectServed(left, 3);
    expect(left.files.get('back')).toBe('123');
  });

  withTool('nc', 'python3')('goes on when a client resets its connection', async () => {
    const strangers = `python3 - <<'END'
import socket, struct
s = socket.create_connection(('127.0.0.1', 3500))
s.send(b'x' * 10)
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
s.close()
END
      printf hello | nc -N 127.0.0.1 3500 > back`;
    const left = await inOwnNetwork(serving('half-close', 3500, strangers));
    expectServed(left, 2);
    expect(left.files.get('heard')).toContain('recv failed: ECONNRESET');
    expect(left.files.get('back')).toBe('olleh');
  });

  withTool('nc')('holds nothing against a run that was ended while somebody was connected', async () => {
    // The request never gets its empty line.
    const strangers = `mkfifo hold; nc 127.0.0.1 8080 < hold & exec 9> hold; printf 'GET / HTTP/1.1\\r\\n' >&9
      await eval 'ss -Htn state established "sport = :8080" | grep -q .'`;
    const left = await inOwnNetwork(`${serving('http-get', 8080, strangers)}\n exec 9>&-; rm hold`);
    expect({ code: left.code, stderr: left.stderr }).toEqual({ code: 0, stderr: '' });
    expect(left.files.get('ours')).toContain('verified: every check passed');
    expect(left.files.get('ours')).not.toContain('✗');
  });

  withTool('nc')('calendar, which hears the signal itself, tells its peers', async () => {
    const strangers = 'for n in 1 2; do echo 2026 | nc 127.0.0.1 3500 > back; done';
    const left = await inOwnNetwork(serving('calendar', 3500, strangers));
    expect({ code: left.code, stderr: left.stderr }).toEqual({ code: 0, stderr: '' });
    expect(left.files.get('heard')).toContain('SIGTERM: 127.0.0.1 127.0.0.1 2');
  });

  withTool('nc')('a bound that was given and not reached makes an interrupted run', async () => {
    const strangers = 'printf hello | nc -N 127.0.0.1 3500 > back';
    const left = await inOwnNetwork(`${serving('tcp-echo --clients 3', 3500, strangers)} || echo $? > code`);
    expect(left.files.get('code')).toBe('130\n');
  });
});

describe.skipIf(process.getuid?.() !== 0)('on the machine’s own loopback, as root', () => {
  withTool('nc')('nc three times gets its bytes back, and Ctrl-C ends it with 0', async () => {
    const port = await freePort();
    const cli = new Cli([
      'run',
      'tcp-echo',
      '--role',
      'server',
      '--net',
      'host',
      '--port',
      `${port}`,
      '--json',
    ]);
    await cli.until(() => isListening(port) || undefined, 'the listening socket');
    const back = [1, 2, 3].map(
      (n) => spawnSync('nc', ['-N', '127.0.0.1', `${port}`], { input: `${n}`, encoding: 'utf8' }).stdout,
    );
    cli.child.kill('SIGINT');
    const { code, stdout } = await cli.finished;
    cli.clean();
    expect({ back, code }).toEqual({ back: ['1', '2', '3'], code: 0 });
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ ok: true, unexplained: 0 });
  });
});
