import { expect, test } from 'vitest';
import { CALL_NAMES } from '../../src/sockets/call-names.ts';
import { AF_UNIX, SOCK_STREAM } from '../../src/sockets/constants.ts';
import { FRAME, FRAME_WORDS, ITEM, WORD } from '../../src/sockets/log-format.ts';
import { socketpair } from '../../src/sockets/socket.ts';
import type { Socket } from '../../src/sockets/types.ts';
import { closeAll, must, tcpPair } from './pairs.ts';
import { named, record } from './recording.ts';

/** How many calls of that name the log announces before they are made. */
function announced(log: Buffer, name: string): number {
  const words = new Uint32Array(log.buffer.slice(log.byteOffset, log.byteOffset + log.byteLength));
  let count = 0;
  for (let frame = 0; frame < words.length; frame += words[frame + FRAME.bytes]! / 4) {
    const end = frame + words[frame + FRAME.bytes]! / 4;
    for (let at = frame + FRAME_WORDS; at < end; at += words[at + WORD.bytes]! / 4) {
      const head = words[at + WORD.head]!;
      if ((head & 0xff) === ITEM.enter && CALL_NAMES[(head >> 8) & 0xff] === name) count++;
    }
  }
  return count;
}

const WAYS: readonly (readonly [string, () => readonly Socket[]])[] = [
  ['TCP', () => Object.values(tcpPair())],
  ['UNIX', () => socketpair(AF_UNIX, SOCK_STREAM)],
];

test.each(WAYS)(
  '%s: a send that may wait is announced, a small one into an empty queue is not',
  (_, open) => {
    const { log } = record(() => {
      const sockets = open();
      const [from, to] = sockets.slice(-2);
      must(from!.send(Buffer.alloc(10)));
      must(to!.recv(10));
      must(from!.send(Buffer.alloc(2048)));
      must(to!.recv(2048));
      closeAll(...sockets);
    });
    // At most the first: of a UNIX stream nothing is known before it.
    expect(announced(log, 'send')).toBeLessThanOrEqual(1);
    expect(announced(log, 'recv')).toBe(0);
    const large = record(() => {
      const sockets = open();
      const [from, to] = sockets.slice(-2);
      for (const size of [10, 2049, 10]) must(from!.send(Buffer.alloc(size)));
      must(to!.recv(4096));
      closeAll(...sockets);
    });
    // The large one, and the last on a UNIX stream: what was sent before it is still queued.
    expect(announced(large.log, 'send')).toBeGreaterThanOrEqual(1);
  },
);

test('the source is the same line whatever calls lay between', () => {
  const { calls } = record(() => {
    const { listener, client, server } = tcpPair();
    const direct = (): unknown => client.send(Buffer.from('a'));
    const viaSendall = (): unknown => client.sendall(Buffer.from('b'));
    for (const send of [direct, viaSendall, direct, viaSendall]) send();
    closeAll(server, client, listener);
  });
  const places = named(calls, 'send').map(({ source }) => source?.func);
  expect(places).toEqual(['direct', 'viaSendall', 'direct', 'viaSendall']);
});
