import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { setCallHook } from '../../src/sockets/call-hook.ts';
import {
  AF_INET,
  AF_UNIX,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_PEEK,
  SO_LINGER,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../../src/sockets/constants.ts';
import { closeRecorder, configureRecorder, recorder } from '../../src/sockets/recorder.ts';
import { socket, socketpair } from '../../src/sockets/socket.ts';
import { closeAll, must, tcpPair, udpPair } from './pairs.ts';
import { dataText, named, record } from './recording.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

test('a TCP exchange is recorded with everything that is known of each call', () => {
  let at = { client: '', server: '' };
  const { calls, problems } = record(() => {
    const { listener, client, server } = tcpPair();
    const address = must(listener.getsockname());
    at = { server: `127.0.0.1:${address[1]}`, client: `127.0.0.1:${must(client.getsockname())[1]}` };
    must(client.send(bytes('hello')));
    must(server.recv(3));
    must(server.recv(100));
    must(client.send(bytes('again')));
    closeAll(client, server, listener);
  });
  expect(problems).toEqual([]);
  expect(calls.map(({ id }) => id)).toEqual(calls.map((_, index) => index + 1));
  expect(named(calls, 'bind')[0]).toMatchObject({
    role: 'test',
    pid: process.pid,
    thread: 0,
    args: { address: '127.0.0.1:0' },
    ret: 0,
    errno: null,
    socket: expect.stringMatching(/^test:\d+$/),
    local: at.server,
    remote: null,
    thinned: false,
  });
  const [accepted] = named(calls, 'accept');
  expect(accepted).toMatchObject({ local: at.server, remote: at.client, args: {}, tcpInfo: { state: 1 } });
  expect(named(calls, 'connect')[0]).toMatchObject({
    local: at.client,
    remote: at.server,
    args: { address: at.server },
  });
  const [first, second] = named(calls, 'send');
  expect(first).toMatchObject({
    length: 5,
    ret: 5,
    offset: 0,
    sendQueue: 0,
    recvQueue: 0,
    args: { flags: 0 },
  });
  expect(second).toMatchObject({ offset: 5, local: at.client, remote: at.server });
  const [part, rest] = named(calls, 'recv');
  expect(part).toMatchObject({ socket: accepted?.created, length: 3, ret: 3, offset: 0, recvQueue: 2 });
  expect(rest).toMatchObject({ length: 100, ret: 2, offset: 3, recvQueue: 0 });
  expect([first, part, rest].map(dataText)).toEqual(['hello', 'hel', 'lo']);
  // The server closes with 5 bytes unread: what makes it a reset is told by its queue.
  expect(named(calls, 'close').map(({ recvQueue }) => recvQueue)).toEqual([0, 5, null]);
  for (const call of calls) {
    expect(call.exitNs).toBeGreaterThanOrEqual(call.enterNs);
    expect(Math.abs(Number(call.enterNs / 1_000_000n) - Date.now())).toBeLessThan(60_000);
    expect(call.source?.file).toMatch(/test\/sockets\/(recorder\.test|pairs)\.ts$/);
  }
});

test('the source is the line and function of the author', () => {
  function author(): void {
    socket(AF_INET, SOCK_STREAM).setLinger(1);
  }
  const { calls } = record(author);
  const places = calls.map(({ source }) => [source?.func, source?.line]);
  expect(new Set(places.map(([, line]) => line)).size).toBe(1);
  expect(places.map(([func]) => func)).toEqual(['author', 'author']);
  const { calls: sends } = record(() => {
    const [a] = socketpair(AF_UNIX, SOCK_STREAM);
    a.sendall(bytes('x'));
  });
  expect(sends.map(({ source }) => source?.file)).toEqual(
    sends.map(() => expect.stringMatching(/recorder\.test\.ts$/)),
  );
});

test('sendall is a span over its sends', () => {
  const { calls } = record(() => {
    const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
    must(a.setblocking(false));
    a.sendall(Buffer.alloc(3_000_000));
    must(b.recv(10));
    a.send(bytes('x'));
  });
  const [span] = named(calls, 'sendall');
  const sends = named(calls, 'send');
  expect(span).toMatchObject({ length: 3_000_000, ret: -1, errno: 'EAGAIN', span: null });
  expect(sends.length).toBeGreaterThan(1);
  const inside = sends.filter((send) => send.span === span?.id);
  expect(inside).toEqual(sends.slice(0, -1));
  expect(inside.at(-1)).toMatchObject({ errno: 'EAGAIN' });
  for (const send of inside) {
    expect(send.enterNs).toBeGreaterThanOrEqual(span?.enterNs ?? 0n);
    expect(send.exitNs).toBeLessThanOrEqual(span?.exitNs ?? 0n);
  }
});

test('offsets: peeking does not advance, urgent bytes are in the stream only for the sender', () => {
  const { calls } = record(() => {
    const { client, server, listener } = tcpPair();
    must(client.send(bytes('ab')));
    must(client.send(bytes('!'), MSG_OOB));
    must(client.send(bytes('cd')));
    must(server.recv(1, MSG_PEEK));
    must(server.recv(10, MSG_OOB));
    must(server.recv(10));
    must(server.recv(10));
    closeAll(client, server, listener);
  });
  expect(named(calls, 'send').map(({ offset }) => offset)).toEqual([0, 2, 3]);
  const received = named(calls, 'recv').map((call) => [call.args.flags, call.offset, dataText(call)]);
  expect(received.slice(0, 4)).toEqual([
    ['MSG_PEEK', 0, 'a'],
    ['MSG_OOB', null, '!'],
    [0, 0, 'ab'],
    [0, 2, 'cd'],
  ]);
});

test('datagrams carry the address of each, no offset', () => {
  const { calls } = record(() => {
    const { receiver, sender, address } = udpPair();
    must(sender.sendto(bytes('x'), address));
    must(receiver.recvfrom(10));
    must(sender.connect(address));
    must(sender.send(bytes('y')));
    receiver.close();
    must(sender.send(bytes('z')));
    expect(sender.recv(10)).toEqual({ ok: false, errno: 'ECONNREFUSED' });
  });
  const [sent] = named(calls, 'sendto');
  const [received] = named(calls, 'recvfrom');
  expect(sent).toMatchObject({ offset: null, local: expect.stringMatching(/^0\.0\.0\.0:/) });
  expect(sent?.args.address).toBe(sent?.remote);
  expect(received?.local).toBe(sent?.remote);
  expect(received?.remote?.split(':')[1]).toBe(sent?.local?.split(':')[1]);
  expect(named(calls, 'recv')[0]).toMatchObject({ ret: -1, errno: 'ECONNREFUSED', offset: null, data: null });
});

test.each([
  { data: 'first-bytes', want: { text: 'abc', hash: false } },
  { data: 'all', want: { text: 'abcdefgh', hash: false } },
  { data: 'hashes', want: { text: null, hash: true } },
] as const)('data: $data', ({ data, want }) => {
  const { calls } = record(
    () => {
      const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
      must(a.send(bytes('abcdefgh')));
      must(b.recv(100));
    },
    { data, dataBytes: 3 },
  );
  const sha256 = createHash('sha256').update('abcdefgh').digest('hex');
  for (const call of [...named(calls, 'send'), ...named(calls, 'recv')]) {
    expect(dataText(call)).toBe(want.text);
    expect(call.hash).toBe(want.hash ? sha256 : null);
  }
});

test('thinned records keep name, result, times, socket, offset, bytes and every failure', () => {
  const { calls, problems, log } = record(
    () => {
      const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
      for (let i = 0; i < 2000; i++) {
        must(a.send(bytes('12345678')));
        must(b.recv(8));
      }
      b.recv(8, MSG_DONTWAIT);
      must(b.close());
      a.send(bytes('x'));
      a.sendall(bytes('y'));
      must(a.setLinger(1));
    },
    { thinAfterBytes: 8 * 100 },
  );
  expect(problems).toEqual([]);
  expect(named(calls, 'send')).toHaveLength(2002);
  const firstThinned = calls.findIndex(({ thinned }) => thinned);
  // socketpair, then 50 pairs of send and recv move 800 bytes.
  expect(firstThinned).toBe(101);
  expect(
    calls
      .slice(firstThinned)
      .every(({ thinned, data, source }) => thinned && data === null && source === null),
  ).toBe(true);
  expect(calls[4000]).toMatchObject({
    name: 'recv',
    ret: 8,
    offset: 1999 * 8,
    length: 8,
    args: { flags: 0 },
    errno: null,
  });
  expect(calls[4001]).toMatchObject({ name: 'recv', errno: 'EAGAIN', args: { flags: 'MSG_DONTWAIT' } });
  expect(named(calls, 'send').slice(-2)).toMatchObject([
    { errno: 'EPIPE', ret: -1, span: null },
    { errno: 'EPIPE', ret: -1, span: named(calls, 'sendall')[0]?.id },
  ]);
  expect(named(calls, 'setsockopt')[0]?.args).toMatchObject({
    name: 'SO_LINGER',
    value: '{l_onoff=1, l_linger=1}',
  });
  for (const call of calls) expect(call.exitNs).toBeGreaterThanOrEqual(call.enterNs);
  expect(log.byteLength).toBeLessThan(4000 * 100);
});

test('thinning also begins after a number of calls, so that a loop that moves nothing does not fill the disk', () => {
  const { calls } = record(
    () => {
      const [a] = socketpair(AF_UNIX, SOCK_STREAM);
      for (let i = 0; i < 20; i++) a.recv(1, MSG_DONTWAIT);
    },
    { thinAfterCalls: 11 },
  );
  expect(calls.map(({ thinned }) => thinned)).toEqual([...Array(11).fill(false), ...Array(10).fill(true)]);
});

test('thinned datagrams keep their addresses', () => {
  const { calls } = record(
    () => {
      const { receiver, sender, address } = udpPair();
      must(sender.sendto(bytes('x'), address));
      must(receiver.recvfrom(10));
      closeAll(receiver, sender);
    },
    { thinAfterBytes: 0 },
  );
  const [sent] = named(calls, 'sendto');
  expect(sent?.args.address).toBe(sent?.remote);
  expect(named(calls, 'recvfrom')[0]?.local).toBe(sent?.remote);
});

test('without a recorder nothing is recorded and the sockets work the same', () => {
  expect(recorder()).toBeNull();
  configureRecorder({ fd: null, role: 'nobody' });
  expect(recorder()).toBeNull();
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  must(a.send(bytes('x')));
  expect(must(b.recv(10)).toString()).toBe('x');
  closeAll(a, b);
});

test('the hook is told before and after each call, outside of its recorded time', () => {
  const told: string[] = [];
  const { calls } = record(() => {
    setCallHook(({ name, socket: id, when }) => {
      told.push(`${when} ${name} ${id === null ? '-' : 'socket'}`);
      const until = performance.now() + 2;
      while (performance.now() < until);
    });
    const s = socket(AF_INET, SOCK_STREAM);
    s.setsockopt(SOL_SOCKET, SO_LINGER, 1);
    setCallHook(null);
    s.close();
  });
  expect(told).toEqual([
    'before socket -',
    'after socket -',
    'before setsockopt socket',
    'after setsockopt socket',
  ]);
  const [made, set] = calls;
  expect(Number((set?.enterNs ?? 0n) - (made?.exitNs ?? 0n))).toBeGreaterThan(4_000_000);
  expect(set).toMatchObject({ errno: 'EINVAL' });
});

test('a log that cannot be written does not stop the program', (context) => {
  let full: number;
  try {
    full = openSync('/dev/full', 'a');
  } catch {
    return context.skip('no /dev/full here');
  }
  configureRecorder({ fd: full, role: 'test' });
  const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
  expect(a.send(bytes('x'))).toEqual({ ok: true, value: 1 });
  closeAll(a, b);
  closeRecorder();
  closeSync(full);
});

test('how long the user held a call back is recorded with it', () => {
  const { calls } = record(() => {
    const { listener, client, server } = tcpPair();
    setCallHook(({ name, pending }) => {
      if (name === 'send') pending?.held(20_900_123);
    });
    must(client.sendall(bytes('hello')));
    setCallHook(null);
    closeAll(client, server, listener);
  });
  expect(named(calls, 'send').map(({ heldNs }) => heldNs)).toEqual([20_900_123_000]);
  expect(named(calls, 'sendall').map(({ heldNs }) => heldNs)).toEqual([null]);
});
