import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  SHUT_WR,
  SIOCATMARK,
  SIOCINQ,
  SO_BROADCAST,
  SO_ERROR,
  SO_LINGER,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_CONGESTION,
  TCP_NODELAY,
} from '../../src/sockets/constants.ts';
import { adoptSocket, handoff, socket, socketpair } from '../../src/sockets/socket.ts';
import { closeAll, must, tcpPair, udpPair } from './pairs.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

test.each(['127.0.0.1', '::1'])('TCP over %s: bytes go both ways and end with the stream', (host) => {
  const { listener, client, server } = tcpPair(host);
  expect(server.peer?.[0]).toBe(host);
  expect(client.send(bytes('hello'))).toEqual({ ok: true, value: 5 });
  expect(must(server.recv(3)).toString()).toBe('hel');
  expect(must(server.read(100)).toString()).toBe('lo');
  expect(server.write(bytes('HELLO'))).toEqual({ ok: true, value: 5 });
  expect(must(client.recv(5, MSG_PEEK)).toString()).toBe('HELLO');
  expect(must(client.recvfrom(5))).toMatchObject({ from: null, value: 5 });
  expect(client.shutdown(SHUT_WR)).toEqual({ ok: true, value: 0 });
  expect(must(server.recv(10)).byteLength).toBe(0);
  expect(must(client.getpeername())).toEqual(must(server.getsockname()));
  closeAll(client, server, listener);
});

test('sendall goes on after a short send and says how much went when it fails', () => {
  const { listener, client, server } = tcpPair();
  must(client.setblocking(false));
  const result = client.sendall(Buffer.alloc(64 * 1024 * 1024));
  expect(result).toMatchObject({ ok: false, errno: 'EAGAIN' });
  expect(result.sent).toBeGreaterThan(0);
  expect(result.sent).toBeLessThan(64 * 1024 * 1024);
  must(client.setblocking(true));
  expect(server.recv(1, MSG_DONTWAIT)).toMatchObject({ ok: true });
  closeAll(client, server, listener);
});

test('sendmsg gathers and recvmsg scatters', () => {
  const { listener, client, server } = tcpPair();
  expect(client.sendmsg([bytes('ab'), bytes(''), bytes('cde')])).toEqual({ ok: true, value: 5 });
  expect(must(server.recvmsg([1, 2, 10])).data.toString()).toBe('abcde');
  closeAll(client, server, listener);
});

test.each(['127.0.0.1', '::1'])('UDP over %s keeps message borders and says what it cut', (host) => {
  const { receiver, sender, address } = udpPair(host);
  expect(sender.sendto(bytes('datagram'), address)).toEqual({ ok: true, value: 8 });
  expect(sender.sendmsg([bytes('ab'), bytes('cd')], address)).toEqual({ ok: true, value: 4 });
  sender.sendto(bytes('12345678'), address);
  sender.sendto(bytes(''), address);
  const port = must(sender.getsockname())[1];
  const first = must(receiver.recvfrom(4, MSG_TRUNC));
  expect(first.data.toString()).toBe('data');
  expect(first).toMatchObject({ value: 8, flags: MSG_TRUNC, from: [host, port] });
  expect(must(receiver.recvmsg([1024])).data.toString()).toBe('abcd');
  expect(must(receiver.recvmsg([3]))).toMatchObject({ value: 3, flags: MSG_TRUNC, from: [host, port] });
  expect(must(receiver.recvfrom(10))).toMatchObject({ value: 0, flags: 0 });
  closeAll(receiver, sender);
});

test('UNIX sockets: path, abstract and unnamed addresses', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sockscope-test-'));
  const path = join(directory, 'socket');
  for (const name of [path, `\0sockscope-test-${process.pid}`]) {
    const receiver = socket(AF_UNIX, SOCK_DGRAM);
    expect(receiver.bind(name)).toEqual({ ok: true, value: 0 });
    expect(must(receiver.getsockname())).toBe(name);
    const sender = socket(AF_UNIX, SOCK_DGRAM);
    expect(sender.sendto(bytes('x'), name)).toEqual({ ok: true, value: 1 });
    expect(must(receiver.recvfrom(10)).from).toBeNull();
    closeAll(receiver, sender);
  }
  const [one, other] = socketpair(AF_UNIX, SOCK_STREAM);
  expect(must(one.getsockname())).toBe('');
  must(one.send(bytes('pair')));
  expect(must(other.recv(10)).toString()).toBe('pair');
  closeAll(one, other);
  rmSync(directory, { recursive: true });
});

test('failed calls are results', () => {
  const refused = socket(AF_INET, SOCK_STREAM);
  const { listener, client, server } = tcpPair();
  const address = must(listener.getsockname());
  const second = socket(AF_INET, SOCK_STREAM);
  expect(second.bind(address)).toEqual({ ok: false, errno: 'EADDRINUSE' });
  expect(second.recv(1)).toEqual({ ok: false, errno: 'ENOTCONN' });
  expect(second.accept()).toMatchObject({ fd: -1, errno: 'EINVAL', peer: null });
  expect(second.accept().send(bytes('x'))).toEqual({ ok: false, errno: 'EBADF' });
  expect(listener.send(bytes('x'))).toEqual({ ok: false, errno: 'EPIPE' });
  expect(client.connect(address)).toEqual({ ok: false, errno: 'EISCONN' });
  expect(socket(AF_INET, 99).errno).toBe('EINVAL');
  expect(socket(AF_INET, SOCK_STREAM, 17).errno).toBe('EPROTONOSUPPORT');
  expect(second.setsockopt(SOL_SOCKET, 9999, 1)).toEqual({ ok: false, errno: 'ENOPROTOOPT' });
  closeAll(client, server, listener);
  expect(refused.connect(address)).toEqual({ ok: false, errno: 'ECONNREFUSED' });
  expect(must(refused.getsockopt(SOL_SOCKET, SO_ERROR))).toBe(0);
  expect(refused.close()).toEqual({ ok: true, value: 0 });
  expect(refused.close()).toEqual({ ok: false, errno: 'EBADF' });
  const broadcast = socket(AF_INET, SOCK_DGRAM);
  expect(broadcast.sendto(bytes('x'), ['127.255.255.255', 9])).toEqual({ ok: false, errno: 'EACCES' });
  must(broadcast.setsockopt(SOL_SOCKET, SO_BROADCAST, true));
  expect(broadcast.sendto(bytes('x'), ['127.255.255.255', 9])).toEqual({ ok: true, value: 1 });
  expect(broadcast.sendto(Buffer.alloc(65_508), ['127.0.0.1', 9])).toEqual({ ok: false, errno: 'EMSGSIZE' });
  closeAll(second, broadcast);
});

test('a close with unread bytes resets, and the peer finds out', () => {
  const { listener, client, server } = tcpPair();
  must(client.send(bytes('unread')));
  must(server.close());
  expect(client.recv(10)).toEqual({ ok: false, errno: 'ECONNRESET' });
  expect(client.send(bytes('x'))).toEqual({ ok: false, errno: 'EPIPE' });
  closeAll(client, listener);
});

test('non-blocking sockets say "not now"', () => {
  const { listener, client, server } = tcpPair();
  expect(client.recv(10, MSG_DONTWAIT)).toEqual({ ok: false, errno: 'EAGAIN' });
  must(listener.setblocking(false));
  expect(listener.accept()).toMatchObject({ fd: -1, errno: 'EAGAIN' });
  const connecting = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
  expect(connecting.connect(must(listener.getsockname()))).toEqual({ ok: false, errno: 'EINPROGRESS' });
  const third = socket(AF_INET, SOCK_STREAM);
  must(third.setReceiveTimeout(20));
  must(third.connect(must(listener.getsockname())));
  expect(third.recv(1)).toEqual({ ok: false, errno: 'EAGAIN' });
  closeAll(client, server, listener, connecting, third);
});

test('options go in and come out', () => {
  const s = socket(AF_INET6, SOCK_STREAM);
  must(s.setsockopt(SOL_SOCKET, SO_REUSEADDR, true));
  expect(must(s.getsockopt(SOL_SOCKET, SO_REUSEADDR))).toBe(1);
  must(s.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1));
  expect(must(s.getsockopt(IPPROTO_TCP, TCP_NODELAY))).toBe(1);
  expect(must(s.getsockopt(SOL_SOCKET, SO_TYPE))).toBe(SOCK_STREAM);
  must(s.setLinger(7));
  expect(must(s.getsockoptBytes(SOL_SOCKET, SO_LINGER, 8)).readInt32LE(4)).toBe(7);
  must(s.setLinger(null));
  expect(must(s.getsockoptBytes(SOL_SOCKET, SO_LINGER, 8)).readInt32LE(0)).toBe(0);
  must(s.setReceiveTimeout(1500));
  const timeout = must(s.getsockoptBytes(SOL_SOCKET, SO_RCVTIMEO, 16));
  expect([timeout.readBigInt64LE(0), timeout.readBigInt64LE(8)]).toEqual([1n, 500_000n]);
  must(s.setsockopt(IPPROTO_TCP, TCP_CONGESTION, bytes('reno')));
  expect(must(s.getsockoptBytes(IPPROTO_TCP, TCP_CONGESTION, 16)).toString()).toMatch(/^reno\0/);
  must(s.close());
});

test('urgent data is beside the stream', () => {
  const { listener, client, server } = tcpPair();
  must(client.send(bytes('ab')));
  must(client.send(bytes('!'), MSG_OOB));
  // tcp(7): SIOCINQ counts up to the urgent mark.
  expect(must(server.ioctl(SIOCINQ))).toBe(2);
  expect(must(server.recv(10, MSG_OOB)).toString()).toBe('!');
  expect(must(server.ioctl(SIOCATMARK))).toBe(0);
  expect(must(server.recv(10)).toString()).toBe('ab');
  expect(must(server.ioctl(SIOCATMARK))).toBe(1);
  closeAll(client, server, listener);
});

test('MSG_TRUNC on TCP throws bytes away and shows none of our memory', () => {
  const { listener, client, server } = tcpPair();
  must(client.send(bytes('gone')));
  expect([...must(server.recv(10, MSG_TRUNC))]).toEqual([0, 0, 0, 0]);
  closeAll(client, server, listener);
});

test('a raw socket pings loopback', (context) => {
  const raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  if (raw.errno === 'EPERM') return context.skip('raw sockets need CAP_NET_RAW');
  // ICMP echo request, id 1, sequence 1: type 8, and the checksum 0xfffd - 0x0800 = 0xf7fd.
  must(raw.sendto(Buffer.from('0800f7fd00010001', 'hex'), ['127.0.0.1', 0]));
  const request = must(raw.recvfrom(100)).data;
  const reply = must(raw.recvfrom(100)).data;
  expect([request[20], reply[20], reply.byteLength]).toEqual([8, 0, 28]);
  must(raw.close());
});

test('recv hands out memory that later calls leave alone, and refuses sizes that are none', () => {
  const { listener, client, server } = tcpPair();
  const received: Buffer[] = [];
  for (let i = 0; i < 3000; i++) {
    must(client.send(Buffer.alloc(100, i % 251)));
    received.push(must(server.recv(i % 2 === 0 ? 100 : 70_000)));
  }
  expect(received.every((data, i) => data.byteLength === 100 && data.every((byte) => byte === i % 251))).toBe(
    true,
  );
  expect(() => server.recv(-1)).toThrow(RangeError);
  expect(() => server.recv(1.5)).toThrow(RangeError);
  expect(() => server.recv(2 ** 31)).toThrow(RangeError);
  expect(() => server.recvmsg([-1])).toThrow(RangeError);
  const into = Buffer.alloc(10);
  must(client.send(bytes('into')));
  expect(server.recvInto(into)).toEqual({ ok: true, value: 4 });
  expect(into.toString('latin1', 0, 4)).toBe('into');
  closeAll(client, server, listener);
});

test('an adopted descriptor is the same socket, with its place in the stream', () => {
  const { listener, client, server } = tcpPair();
  must(client.send(bytes('abc')));
  must(server.recv(1));
  const passed = handoff(server);
  expect(passed).toEqual({ fd: server.fd, id: server.id, sent: 0, received: 1 });
  const adopted = adoptSocket(passed.fd, passed.id, passed);
  expect(adopted.id).toBe(server.id);
  expect(must(adopted.recv(10)).toString()).toBe('bc');
  expect(handoff(adopted).received).toBe(3);
  closeAll(client, adopted, listener);
});
