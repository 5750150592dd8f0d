import { expect, test } from 'vitest';
import { messageOf, wordedKinds } from '../../src/timeline/messages.ts';
import { PACKET_KINDS } from '../../src/timeline/reason-table.ts';

const names = {
  call: (index: number) => `client 12 recvfrom#${index}`,
  packet: (row: number) => `packet ${row}`,
};

test('every kind of packet reason has words', () => {
  expect(PACKET_KINDS.filter((kind) => !wordedKinds().includes(kind))).toEqual([]);
});

test.each(wordedKinds())('%s stays short with large numbers, and says nothing undefined', (kind) => {
  const params = {
    from: 1_000_000_000,
    to: 1_000_065_483,
    acked: 1_000_065_483,
    ms: 12_345.678,
    count: 250,
    value: 65_536,
    sends: 12,
    bytes: 65_507,
    total: 1_000_000,
    most: 45,
    role: 'client 12',
    name: 'recvfrom',
    sender: 'client 12',
    receiver: 'server',
    errno: 'ECONNREFUSED',
    address: '192.168.100.200:65535',
    host: '192.168.100.200',
    fd: 1023,
    help: 'both',
    state: 'TIME-WAIT',
    limit: 65_507,
    version: 'IPv4',
    what: 'send',
    by: 'call',
    option: 'SO_RCVTIMEO',
    level: 'IPPROTO_TCP',
    family: 'AF_INET6',
    device: 'wlp0s20f3',
    told: 'ECONNABORTED',
    port: 65_535,
  };
  const text = messageOf({ kind, params, calls: [1234, 1235], packets: [123_456] }, names);
  expect(text).not.toMatch(/undefined|NaN|null/);
  expect(text.length).toBeLessThanOrEqual(120);
  expect(text).not.toBe(kind);
});

test.each([
  ['datagrams-lost', '1 datagram of client was lost here'],
  ['datagrams-unread', '1 datagram of client arrived, and nobody read it'],
  ['coalesced', '1 segment of client carries the bytes of several sends'],
  ['closed-unread', 'client 12 recvfrom#1 left 1 byte unread: server got a reset'],
  ['datagrams-cut', 'server: 1 datagram did not fit the buffer, 1 byte is gone'],
])('%s of one is in the singular', (kind, words) => {
  const params = { sender: 'client', receiver: 'server', count: 1, total: 1 };
  expect(messageOf({ kind, params, calls: [1], packets: [1] }, names)).toBe(words);
});
