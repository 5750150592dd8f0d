import { expect, test } from 'vitest';
import {
  AF_INET,
  AF_UNIX,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  SO_ERROR,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../../src/sockets/constants.ts';
import { poll, select } from '../../src/sockets/poll.ts';
import { socket, socketpair } from '../../src/sockets/socket.ts';
import { closeAll, must, tcpPair } from './pairs.ts';
import { named, record } from './recording.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

test('poll tells which sockets are ready, and for what', () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
  const both = [
    { socket: a, events: POLLIN | POLLOUT },
    { socket: b, events: POLLIN },
  ];
  expect(must(poll(both, 0))).toEqual([{ socket: a, revents: POLLOUT }]);
  must(a.send(bytes('x')));
  expect(must(poll(both, -1))).toEqual([
    { socket: a, revents: POLLOUT },
    { socket: b, revents: POLLIN },
  ]);
  must(a.close());
  expect(must(poll([{ socket: b, events: POLLIN }], 1000))).toEqual([
    { socket: b, revents: POLLIN | POLLHUP },
  ]);
  // poll(2): a negative descriptor is ignored.
  expect(must(poll([{ socket: a, events: POLLIN }], 0))).toEqual([]);
  const { fd } = b;
  must(b.close());
  const stale = { ...both[1], socket: { ...b, fd } } as (typeof both)[number];
  expect(must(poll([stale], 0))[0]?.revents).toBe(POLLNVAL);
});

test('a non-blocking connect ends in poll, and SO_ERROR says how', () => {
  const { calls } = record(() => {
    const { listener, client, server } = tcpPair();
    const address = must(listener.getsockname());
    closeAll(client, server, listener);
    const s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    s.connect(address);
    must(poll([{ socket: s, events: POLLOUT }], 1000));
    expect(must(s.getsockopt(SOL_SOCKET, SO_ERROR))).toBe(111);
    s.close();
  });
  expect(named(calls, 'connect').at(-1)).toMatchObject({
    errno: 'EINPROGRESS',
    local: expect.stringMatching(/^127\.0\.0\.1:/),
  });
  expect(named(calls, 'poll')[0]).toMatchObject({
    fd: null,
    socket: null,
    ret: 1,
    args: {
      timeout: 1000,
      fds: expect.stringMatching(/^\d+:POLLOUT$/),
      revents: expect.stringMatching(/POLLERR/),
    },
  });
});

test('select does the same with sets', () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
  expect(must(select([a, b], [], [], 0))).toEqual({ read: [], write: [], except: [] });
  must(a.send(bytes('x')));
  expect(must(select([a, b], [a], [b], null))).toEqual({ read: [b], write: [a], except: [] });
  expect(() => select([socket(AF_INET, 99)], [], [], 0)).toThrow(RangeError);
  closeAll(a, b);
});
