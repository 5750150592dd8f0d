import { expect, test } from 'vitest';
import type { Call } from '../../src/sockets/call.ts';
import { describeCall } from '../../src/sockets/describe-call.ts';
import { escapeBytes } from '../../src/sockets/escaped-bytes.ts';
import { BLANK_CALL } from '../support/blank-call.ts';

const BLANK: Call = { ...BLANK_CALL, id: 1, fd: 3, socket: 'client:1' };
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test.each<[string, Partial<Call>]>([
  [
    'socket(AF_INET, SOCK_STREAM, 0) = 3',
    { name: 'socket', fd: null, ret: 3, args: { domain: 'AF_INET', type: 'SOCK_STREAM', protocol: 0 } },
  ],
  ['connect(3, 127.0.0.1:3500) = 0', { name: 'connect', args: { address: '127.0.0.1:3500' } }],
  [
    'connect(3, 127.0.0.1:3500) = ? (not returned)',
    { name: 'connect', ret: null, exitNs: null, args: { address: '127.0.0.1:3500' } },
  ],
  [
    'bind(3, 0.0.0.0:7) = -1 EACCES (Permission denied)',
    { name: 'bind', ret: -1, errno: 'EACCES', args: { address: '0.0.0.0:7' } },
  ],
  ['accept(3) = 24 from 127.0.0.1:41234', { name: 'accept', ret: 24, remote: '127.0.0.1:41234' }],
  [
    'send(3, "hello\\n"..., 100) = 100',
    { name: 'send', length: 100, ret: 100, args: { flags: 0 }, data: bytes('hello\n') },
  ],
  [
    'send(3, "hello\\n", 6, MSG_MORE) = 6',
    { name: 'send', length: 6, ret: 6, args: { flags: 'MSG_MORE' }, data: bytes('hello\n') },
  ],
  ['recv(3, 4096) = 17', { name: 'recv', length: 4096, ret: 17, args: { flags: 0 } }],
  [
    'recv(3, "", 4096) = 0',
    { name: 'recv', length: 4096, ret: 0, args: { flags: 0 }, data: new Uint8Array() },
  ],
  [
    'recv(3, 10) = -1 EAGAIN (Resource temporarily unavailable)',
    { name: 'recv', length: 10, ret: -1, errno: 'EAGAIN', args: { flags: 0 } },
  ],
  [
    'sendto(3, "x", 1, [::1]:7) = 1',
    {
      name: 'sendto',
      length: 1,
      ret: 1,
      data: bytes('x'),
      args: { flags: 0, address: '[::1]:7' },
      remote: '[::1]:7',
    },
  ],
  [
    'recvfrom(3, "dat", 3, MSG_TRUNC) = 8 from 127.0.0.1:7',
    {
      name: 'recvfrom',
      length: 3,
      ret: 8,
      data: bytes('dat'),
      args: { flags: 'MSG_TRUNC' },
      remote: '127.0.0.1:7',
    },
  ],
  [
    'getsockopt(3, SOL_SOCKET, SO_SNDBUF) = 0 (87040)',
    { name: 'getsockopt', args: { level: 'SOL_SOCKET', name: 'SO_SNDBUF', value: 87_040 } },
  ],
  [
    'setsockopt(3, SOL_SOCKET, SO_REUSEADDR, 1) = 0',
    { name: 'setsockopt', args: { level: 'SOL_SOCKET', name: 'SO_REUSEADDR', value: 1 } },
  ],
  ['getsockname(3) = 0 (127.0.0.1:3500)', { name: 'getsockname', args: { address: '127.0.0.1:3500' } }],
  [
    'poll([3:POLLIN], 1000) = 1 (3:POLLIN)',
    { name: 'poll', fd: null, ret: 1, args: { fds: '3:POLLIN', timeout: 1000, revents: '3:POLLIN' } },
  ],
  [
    'poll([3:POLLIN], 1000) = 0',
    { name: 'poll', fd: null, ret: 0, args: { fds: '3:POLLIN', timeout: 1000, revents: '' } },
  ],
  [
    'getaddrinfo("nowhere", 80) = -2 EAI_NONAME (Name or service not known)',
    { name: 'getaddrinfo', fd: null, ret: -2, errno: 'EAI_NONAME', args: { node: 'nowhere', service: 80 } },
  ],
  ['shutdown(3, SHUT_WR) = 0', { name: 'shutdown', args: { how: 'SHUT_WR' } }],
  ['close(3) = 0', { name: 'close' }],
  ['sendall(3, 100) = 100', { name: 'sendall', length: 100, ret: 100, args: { flags: 0 } }],
  ['bind(3, unix:/tmp/\\x1b[31m\\u{20ac}) = 0', { name: 'bind', args: { address: 'unix:/tmp/\x1b[31m€' } }],
])('%s', (line, call) => {
  expect(describeCall({ ...BLANK, ...call })).toBe(line);
});

test('payload is printable ASCII whatever it holds', () => {
  const all = escapeBytes(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  expect(all).toMatch(/^[\x20-\x7e]+$/);
  expect(escapeBytes(bytes('a"b\\c\r\n\t\0\x1b\x9b\xff'))).toBe('a\\"b\\\\c\\r\\n\\t\\x00\\x1b\\x9b\\xff');
});

test('a call that is being entered shows only what was asked', () => {
  expect(
    describeCall({ ...BLANK, name: 'recv', length: 10, args: { flags: 0 }, ret: null }, { enterOnly: true }),
  ).toBe('recv(3, 10)');
  expect(
    describeCall(
      { ...BLANK, name: 'send', length: 9, ret: 9, args: { flags: 0 }, data: bytes('123456789') },
      { dataBytes: 4 },
    ),
  ).toBe('send(3, "1234"..., 9) = 9');
});
