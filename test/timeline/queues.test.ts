import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSession } from '../../src/session/read.ts';
import { queuesOf } from '../../src/timeline/call-queues.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { wording } from '../../src/timeline/wording.ts';
import { words } from '../../src/words/words.ts';

const sample = (name: string): string => join(import.meta.dirname, '../../samples', name);

// The close's record says Send-Q 3 and TCP_INFO state 7 (CLOSED): nothing was ever sent on a connection that was refused.
test('a socket in CLOSED has no send queue', async () => {
  const { capture, calls } = await openSession(sample('refused.pcapng'));
  capture.close();
  const close = calls.findLast(({ name }) => name === 'close');
  if (close === undefined) throw new Error('the sample has no close');
  expect([close.sendQueue, close.tcpInfo?.state]).toEqual([3, 7]);
  expect(queuesOf(close)).toEqual({ sendQueue: null, recvQueue: 0, measured: 'before' });
  const { measured } = queuesOf({ ...close, name: 'connect' });
  expect(measured).toBe('after');
});

test('what was read before a close is told as before it', () => {
  expect(words().screen.leftToRead(2, 'before')).toBe('Before it 2 bytes waited in the receive queue.');
  expect(words().screen.leftToSend(1, 'after')).toBe('After it 1 byte was in the send queue.');
  expect(words().details.call.recvQueue('before')).toBe('Receive queue before it');
});

// Three fragments, captured one after the other: a program can have the datagram with the last of them alone.
test('a datagram had been there since its last fragment', async () => {
  const session = await openSession(sample('fragments.pcapng'));
  const timeline = buildTimeline(session);
  const { columns } = session.capture;
  const told = session.calls.flatMap((_, index) => {
    const reason = timeline.reasonOfCall(index);
    return reason?.kind === 'recv-there' ? [reason] : [];
  });
  const fragments = told.filter(({ packets }) => columns.fragments.has(packets[0] ?? -1));
  const more = fragments.map(({ packets }) => columns.fragments.get(packets[0] ?? -1)?.more);
  const said = fragments.map((reason) => wording(session)(reason));
  session.capture.close();
  expect(more.length).toBeGreaterThan(0);
  expect(more.every((each) => each === false)).toBe(true);
  expect(said[0]).toMatch(/^the bytes had been there for /);
});
