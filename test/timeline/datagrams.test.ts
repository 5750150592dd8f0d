import { expect, test } from 'vitest';
import { messageOf } from '../../src/timeline/messages.ts';
import { namesOf } from '../../src/timeline/names.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { openRecorded, SessionScript } from './build-session.ts';

const SERVER = { host: '127.0.0.1', port: 3500 };
const S = '127.0.0.1:3500';
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test('datagrams of two senders may change places between capture and socket', async () => {
  const one = { host: '127.0.0.1', port: 40_001 };
  const two = { host: '127.0.0.1', port: 40_002 };
  const datagram = { domain: 'AF_INET', type: 'SOCK_DGRAM', protocol: 0 };
  const bound = { socket: 'server:1', fd: 3, local: S };
  const script = new SessionScript()
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: datagram })
    .call([10, 15], 'server', 'bind', { ...bound, args: { address: S } });
  for (const [name, from] of [
    ['client 1', one],
    ['client 2', two],
  ] as const) {
    const socket = { socket: `${name}:1`, fd: 3, local: `127.0.0.1:${from.port}` };
    script
      .call([20, 25], name, 'socket', { created: socket.socket, ret: 3, args: datagram })
      .call([100, 130], name, 'sendto', {
        ...socket,
        remote: S,
        length: 1,
        ret: 1,
        data: bytes('x'),
        args: { flags: 0, address: S },
      });
  }
  script.udp(110, one, SERVER, bytes('x')).udp(110.1, two, SERVER, bytes('x'));
  for (const [us, from] of [
    [120, two],
    [140, one],
  ] as const)
    script.call([us, us + 5], 'server', 'recvfrom', {
      ...bound,
      remote: `127.0.0.1:${from.port}`,
      length: 10,
      ret: 1,
      data: bytes('x'),
      args: { flags: 0 },
    });
  const session = await openRecorded(script.recorded());
  const timeline = buildTimeline(session);
  const names = namesOf(session);
  const reasons = [0, 1].map((row) => messageOf(timeline.reasonOfPacket(row), names));
  session.capture.close();
  expect(reasons).toEqual([
    'datagram: 1 byte of client 1 sendto#1, taken by server recvfrom#2',
    'datagram: 1 byte of client 2 sendto#1, taken by server recvfrom#1',
  ]);
});

test('a datagram that an ICMP error answers came to nobody, though the server never closed its socket', async () => {
  const from = { host: '127.0.0.1', port: 40_001 };
  const datagram = { domain: 'AF_INET', type: 'SOCK_DGRAM', protocol: 0 };
  const bound = { socket: 'server:1', fd: 3, local: S };
  const sender = { socket: 'client:1', fd: 3, local: '127.0.0.1:40001' };
  const sent = { ...sender, remote: S, length: 1, ret: 1, args: { flags: 0, address: S } };
  const script = new SessionScript()
    .call([0, 5], 'server', 'socket', { created: 'server:1', ret: 3, args: datagram })
    .call([10, 15], 'server', 'bind', { ...bound, args: { address: S } })
    .call([20, 25], 'client', 'socket', { created: 'client:1', ret: 3, args: datagram });
  // The second comes while the server still lives, and is never read; then its process ends. The last answer was lost.
  for (const [us, text] of [
    [100, 'a'],
    [200, 'b'],
    [300, 'c'],
    [400, 'd'],
  ] as const) {
    script.call([us, us + 20], 'client', 'sendto', { ...sent, data: bytes(text) });
    script.udp(us + 5, from, SERVER, bytes(text));
    if (text === 'c') script.unreachable(us + 10);
  }
  script.call([120, 130], 'server', 'recvfrom', {
    ...bound,
    remote: '127.0.0.1:40001',
    length: 10,
    ret: 1,
    data: bytes('a'),
    args: { flags: 0 },
  });
  const session = await openRecorded(script.recorded());
  const timeline = buildTimeline(session);
  const fates = [0, 1, 2, 4].map((row) => timeline.reasonOfPacket(row).params.fate);
  const findings = timeline.findings.map(({ kind, params }) => [kind, params.count]);
  session.capture.close();
  expect(fates).toEqual(['read', 'unread', 'refused', 'refused']);
  expect(findings.filter(([kind]) => String(kind).startsWith('datagrams'))).toEqual([
    ['datagrams-unread', 1],
    ['datagrams-refused', 2],
  ]);
});
