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
