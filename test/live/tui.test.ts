import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { Tmux, type TmuxOptions } from '../support/tmux.ts';
import { have } from '../support/tools.ts';

const live = describe.skipIf(!have('tmux', 'unshare'));
const open: Tmux[] = [];
const SMALL = { width: 80, height: 24 };

function start(args: readonly string[], options: TmuxOptions = SMALL): Tmux {
  const tmux = new Tmux(args, options);
  open.push(tmux);
  return tmux;
}

/** Lets whoever waits go on by a key, call by call, until the screen shows a text. */
async function stepUntil(tmux: Tmux, text: string, key = 'Space'): Promise<void> {
  for (let step = 0; step < 60; step++) {
    // What a step does is on the screen once that does not change any more.
    for (let before = ''; before !== tmux.screen(); await delay(400)) before = tmux.screen();
    if (tmux.screen().includes(text)) return;
    tmux.keys(key);
  }
  await tmux.until(text);
}

afterEach(() => {
  for (const each of open.splice(0)) each.end();
});

live('the real program in a terminal', { timeout: 60_000 }, () => {
  test.each(
    ['xterm-256color', 'screen-256color', 'tmux-256color'].flatMap((TERM) =>
      ['C', 'C.UTF-8'].flatMap((LANG) => [
        { TERM, LANG, width: 80, height: 24 },
        { TERM, LANG, width: 200, height: 60 },
      ]),
    ),
  )('a tour under $TERM, $LANG, $width × $height', async ({ TERM, LANG, width, height }) => {
    const tmux = start(['run', 'tcp-echo'], { width, height, env: { TERM, LANG } });
    await tmux.until('SYN of client connect#1');
    tmux.keys('h');
    await tmux.until('A TCP client sends a message');
    tmux.keys('l');
    await tmux.until('[SYN] Seq=0');
    for (const [key, shows] of [
      ['d', 'Urgent pointer'],
      ['e', 'connect'],
      ['w', 'RFC 9293'],
      ['p', 'Destination'],
      ['s', 'client'],
      ['c', 'Packets'],
      ['f', 'Severity'],
      ['b', 'in flight'],
      ['t', 'acknowledged'],
      ['o', 'Recv-Q'],
      ['?', 'All keys'],
      ['Escape', 'Recv-Q'],
      ['l', '[SYN] Seq=0'],
    ] as const) {
      if (key === 'd') tmux.keys('z');
      tmux.keys(key);
      if (key === 'd') tmux.keys('G');
      await tmux.until(shows);
      if (key === 'd') tmux.keys('Escape', 'z', 'z');
    }
    const screen = tmux.screen();
    expect(screen).not.toContain('Error on');
    // Boxes are drawn with lines where the locale has them, with + and - elsewhere.
    expect(/[─│┃]/.test(screen)).toBe(LANG === 'C.UTF-8');
    tmux.keys('q');
    await tmux.until('END 0');
  });

  test('the language of the full screen alone', async () => {
    const tmux = start(['--lang', 'ca'], { width: 80, height: 24 });
    await tmux.until('Un client TCP envia un missatge');
    tmux.keys('q');
    await tmux.until('END 0');
  });

  test('a newcomer sees the cause of the SYN after at most five keys', async () => {
    const tmux = start([]);
    await tmux.until('A TCP client sends a message');
    // What the screen itself tells to press: the run is finished and the cause stands there.
    expect(tmux.screen()).toMatch(/Enter/);
    const pressed = ['Enter'];
    tmux.keys(...pressed);
    await tmux.until('SYN of client connect#1');
    await tmux.until('tcp-echo: ok');
    await tmux.until('caused it');
    expect(pressed.length).toBeLessThanOrEqual(5);
  });

  test('parameters are set in the form, and a wrong one is refused in words', async () => {
    const tmux = start([]);
    await tmux.until('A TCP client sends a message');
    tmux.keys('Right');
    await tmux.until('message: what the client sends');
    tmux.keys('Enter', 'C-u');
    tmux.type('salve');
    tmux.keys('Enter');
    await tmux.until(/\* message +salve/);
    tmux.keys('r');
    await tmux.until('tcp-echo: ok');
    tmux.keys('s');
    await tmux.until('salve');
  });

  test('a stepped run goes call by call, and q asks before it ends', async () => {
    const tmux = start(['run', 'tcp-echo', '--step']);
    await tmux.until('V server: socket');
    tmux.keys('V');
    await tmux.until('V server: bind');
    tmux.keys('q');
    await tmux.until('Quit and end it?');
    tmux.keys('y');
    await tmux.until('END 0');
  });

  test('step mode: what a send sends is edited before it goes, and the server gets that', async () => {
    const tmux = start(['run', 'udp-echo', '--step']);
    await tmux.until('V server: socket(AF_INET, SOCK_DGRAM, 0)');
    await stepUntil(tmux, 'C client: sendto(19, "hello", 5');
    tmux.keys('I');
    await tmux.until('client sends (\\n, \\x00): hello');
    tmux.keys('C-u');
    tmux.type('salve\\q');
    tmux.keys('Enter');
    await tmux.until('a backslash begins');
    tmux.keys('BSpace', 'BSpace');
    tmux.type('\\n');
    tmux.keys('Enter');
    await tmux.until('"salve\\n" (6 bytes instead of 5)');
    tmux.keys('P');
    tmux.type('30');
    tmux.keys('Enter');
    await tmux.until('after a pause of 30 ms');
    tmux.keys('C');
    await tmux.until('sendto(19, "salve\\n", 6');
    await stepUntil(tmux, 'client got 6 bytes back instead of 5', 'A');
    tmux.keys('s');
    await tmux.until('salve');
    tmux.keys('q');
    await tmux.until('END 0');
  });

  test.each([SMALL, { width: 200, height: 60 }])(
    'a role asks for lines, and gets what is typed, at $width × $height',
    async (size) => {
      const tmux = start(['run', 'tcp-say'], size);
      await tmux.until('say (Ctrl-D ends)');
      tmux.type('quién? q');
      tmux.keys('Enter');
      await tmux.until('server › quién? q');
      await tmux.until('client ‹ quién? q');
      tmux.keys('Escape');
      await tmux.until('i answer client');
      tmux.keys('p');
      await tmux.until('Destination');
      tmux.keys('i', 'C-d');
      await tmux.until('tcp-say: ok');
      tmux.keys('q');
      await tmux.until('END 0');
    },
  );

  test('a session is saved, and opened again by its name', async () => {
    const tmux = start(['run', 'tcp-echo']);
    await tmux.until('tcp-echo: ok');
    tmux.keys('W');
    tmux.type('echo.pcapng');
    tmux.keys('Enter');
    await tmux.until('saved as echo.pcapng');
    expect(existsSync(join(tmux.folder, 'echo.pcapng'))).toBe(true);
    tmux.keys('E');
    tmux.type('echo.txt');
    tmux.keys('Enter');
    await tmux.until('written to echo.txt');
    expect(readFileSync(join(tmux.folder, 'echo.txt'), 'utf8')).toContain('SYN of client connect#1');
    tmux.keys('O');
    tmux.type('echo.pcapng');
    tmux.keys('Enter');
    await tmux.until('opened echo.pcapng: 10 packets');
    await tmux.until('SYN of client connect#1');
  });

  test.skipIf(process.getuid?.() !== 0)('a live capture shows packets as they come', async () => {
    const tmux = start(['live', '-f', 'udp port 45454']);
    await tmux.until('X end the run');
    const socket = createSocket('udp4').unref();
    // The screen stands before the capture does: one datagram may come too early.
    const sending = setInterval(() => socket.send('hello', 45_454, '127.0.0.1'), 200);
    await tmux.until('UDP Len=5').finally(() => clearInterval(sending));
    tmux.keys('X');
    await tmux.until(/\d packets?, 0 dropped/);
    socket.close();
    tmux.keys('q');
    await tmux.until('END 0');
  });

  test.skipIf(process.getuid?.() !== 0)('a live capture shows the sockets of the kernel', async () => {
    const tmux = start(['live', '-f', 'tcp port 45455']);
    await tmux.until('X end the run');
    const server = createServer().listen(45_455, '127.0.0.1');
    await once(server, 'listening');
    const sockets: Socket[] = [];
    // The screen stands before the capture does, and before the kernel is asked: some connections may come too early.
    const dialling = setInterval(() => sockets.push(connect(45_455, '127.0.0.1')), 300);
    tmux.keys('o');
    await tmux
      .until(/LISTEN .*127\.0\.0\.1:45455(?:.|\n)*ESTAB(?:.|\n)*kernel said last/)
      .finally(() => clearInterval(dialling));
    await tmux.until('All TCP sockets of the machine');
    for (const socket of sockets) socket.destroy();
    server.close();
    tmux.keys('X');
    await tmux.until(/\d packets?, 0 dropped/);
    tmux.keys('q');
    await tmux.until('END 0');
  });

  test('Q leaves the last view on the terminal', async () => {
    const tmux = start(['run', 'tcp-echo']);
    await tmux.until('tcp-echo: ok');
    tmux.keys('Q');
    const screen = await tmux.until('END 0');
    expect(screen).toContain('SYN of client connect#1');
    expect(tmux.ask('#{alternate_on}')).toBe('0');
  });

  test.each([
    { by: 'Ctrl-C', code: 130, act: (tmux: Tmux) => tmux.keys('C-c') },
    { by: 'SIGTERM', code: 143, act: async (tmux: Tmux) => process.kill(await tmux.pid(), 'SIGTERM') },
    { by: 'SIGINT', code: 130, act: async (tmux: Tmux) => process.kill(await tmux.pid(), 'SIGINT') },
    { by: 'SIGHUP', code: 143, act: async (tmux: Tmux) => process.kill(await tmux.pid(), 'SIGHUP') },
  ])('$by gives the screen back and ends with $code', async ({ code, act }) => {
    const tmux = start([]);
    await tmux.until('Scenarios');
    expect(tmux.ask('#{alternate_on}')).toBe('1');
    await act(tmux);
    const screen = await tmux.until(`END ${code}`);
    expect(screen).toContain('BEFORE');
    expect(tmux.ask('#{alternate_on} #{mouse_any_flag} #{cursor_flag}')).toBe('0 0 1');
  });

  test('Ctrl-Z gives the screen to the shell, and SIGCONT takes it back', async () => {
    const tmux = start([]);
    await tmux.until('Scenarios');
    const pid = await tmux.pid();
    tmux.keys('C-z');
    await tmux.until('BEFORE');
    expect(tmux.ask('#{alternate_on} #{cursor_flag}')).toBe('0 1');
    process.kill(pid, 'SIGCONT');
    await tmux.until('Scenarios');
    tmux.keys('j', 'q');
    await tmux.until('END 0');
  });

  test('a window that is too small says so, and comes back', async () => {
    const tmux = start([]);
    await tmux.until('Scenarios');
    tmux.resize(50, 12);
    await tmux.until('needs 60 × 16');
    tmux.resize(80, 24);
    await tmux.until('Scenarios');
  });

  test('text is printed under TERM=dumb, and when it is asked for', async () => {
    const dumb = start(['run', 'tcp-echo'], { ...SMALL, env: { TERM: 'dumb' } });
    await dumb.until('END 0');
    expect(dumb.ask('#{alternate_on}')).toBe('0');
    const text = start(['run', 'tcp-echo', '--text']);
    await text.until(/unexplained(?:.|\n)*END 0/);
  });
});
