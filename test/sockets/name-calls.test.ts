import { expect, test } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  AI_NUMERICHOST,
  AI_PASSIVE,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SOCK_STREAM,
} from '../../src/sockets/constants.ts';
import { getaddrinfo, getnameinfo } from '../../src/sockets/name-calls.ts';
import { must } from './pairs.ts';
import { record } from './recording.ts';

test('numeric hosts, the wildcard and errors', () => {
  expect(must(getaddrinfo('127.0.0.1', 80, { type: SOCK_STREAM }))).toEqual([
    { family: AF_INET, type: SOCK_STREAM, protocol: 6, canonicalName: null, address: ['127.0.0.1', 80] },
  ]);
  const hints = { family: AF_INET6, type: SOCK_STREAM, flags: AI_PASSIVE | AI_NUMERICHOST };
  expect(must(getaddrinfo(null, '7', hints))).toMatchObject([{ address: ['::', 7] }]);
  expect(must(getaddrinfo('fe80::1%1', 7, hints))).toMatchObject([{ address: ['fe80::1', 7, 0, 1] }]);
  expect(getaddrinfo('no number', 7, hints)).toEqual({ ok: false, errno: 'EAI_NONAME' });
  expect(getaddrinfo('127.0.0.1', 'no-such-service', { type: SOCK_STREAM })).toEqual({
    ok: false,
    errno: 'EAI_SERVICE',
  });
});

test('localhost is this machine', () => {
  const addresses = must(getaddrinfo('localhost', 80, { type: SOCK_STREAM })).map(
    ({ address }) => address[0],
  );
  expect(addresses.length).toBeGreaterThan(0);
  for (const host of addresses) expect(['127.0.0.1', '::1']).toContain(host);
});

test('getnameinfo gives the numeric form when asked', () => {
  const flags = NI_NUMERICHOST | NI_NUMERICSERV;
  expect(must(getnameinfo(['127.0.0.1', 80], flags))).toEqual({ host: '127.0.0.1', service: '80' });
  expect(must(getnameinfo(['::1', 80], flags))).toEqual({ host: '::1', service: '80' });
});

test('the record holds the question and the answer', () => {
  const { calls } = record(() => {
    getaddrinfo('127.0.0.1', 80, { type: SOCK_STREAM, flags: AI_NUMERICHOST });
    getaddrinfo('no number', null, { flags: AI_NUMERICHOST });
  });
  expect(calls[0]).toMatchObject({
    name: 'getaddrinfo',
    ret: 0,
    args: {
      node: '127.0.0.1',
      service: 80,
      type: 'SOCK_STREAM',
      flags: 'AI_NUMERICHOST',
      result: '127.0.0.1:80',
    },
  });
  expect(calls[1]).toMatchObject({
    ret: -2,
    errno: 'EAI_NONAME',
    args: { node: 'no number', service: null },
  });
});
