import { expect, test } from 'vitest';
import { messageOf } from '../../src/timeline/messages.ts';
import { namesOf } from '../../src/timeline/names.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { verifyTimeline } from '../../src/timeline/verify.ts';
import { openRecorded, type SessionScript } from './build-session.ts';
import { client, connected, server } from './opening.ts';

const END = { length: 10, ret: 0, data: new Uint8Array(0) };

/** Time stamps (RFC 7323 §3.2), which Linux counts in ms. */
function stamps(value: number, echo: number): { options: Uint8Array } {
  const option = Buffer.alloc(12);
  option.set([1, 1, 8, 10]);
  option.writeUInt32BE(value, 4);
  option.writeUInt32BE(echo, 8);
  return { options: option };
}

/** What is said of the packets from `first` on, counted from 1. */
async function told(script: SessionScript, first: number): Promise<string[]> {
  const session = await openRecorded(script.recorded());
  const timeline = buildTimeline(session);
  const names = namesOf(session);
  const { length } = session.capture.columns;
  const texts = Array.from({ length: length - first + 1 }, (_, index) =>
    messageOf(timeline.reasonOfPacket(first - 1 + index), names),
  );
  const wrong = verifyTimeline(timeline).checks.filter(({ ok }) => !ok);
  session.capture.close();
  expect(wrong).toEqual([]);
  return texts;
}

/** One processor answers the client's FIN while another sends the server's, which is captured first. */
function closing(stampOfAck: number) {
  const up = connected();
  const { script, fromClient, fromServer } = up;
  script.call([200, 210], 'client', 'close', client);
  fromClient(205, 'F.', 1, 1, stamps(10, 900));
  script.call([170, 220], 'server', 'recv', { ...server, ...END, offset: 0 });
  script.call([230, 240], 'server', 'close', server);
  // The numbers of the IPv4 packets tell the order in which they left.
  fromServer(235, 'F.', 1, 2, { ...stamps(900, 10), id: 3502 });
  fromServer(236, '.', 1, 2, { ...stamps(stampOfAck, 10), id: 3501 });
  return up;
}

test.each([
  ['older', 899],
  ['the same', 900],
])('an ACK that the FIN of its sender overtook, with %s time stamp, is no probe', async (_, stamp) => {
  const { script, fromClient } = closing(stamp);
  fromClient(240, '.', 2, 2, stamps(10, 900));
  expect(await told(script, 4)).toEqual([
    'FIN of client close#1',
    'FIN of server close#1',
    'older ACK, overtaken by packet 5',
    'ACK of the FIN in packet 5',
  ]);
});

test('the end that it reaches late answers it, as a segment outside the window', async () => {
  const { script, fromClient } = closing(900);
  fromClient(240, '.', 2, 2, stamps(10, 900));
  fromClient(242, '.', 2, 2, stamps(10, 900));
  expect((await told(script, 6)).at(-1)).toBe('ACK again: packet 6 came after bytes that had overtaken it');
});

test('long after the FIN, and with a later time stamp, an ACK one byte back is no ACK that was overtaken', async () => {
  const { script, fromServer } = closing(900);
  fromServer(600_000, '.', 1, 2, stamps(1500, 10));
  const session = await openRecorded(script.recorded());
  const { kind } = buildTimeline(session).reasonOfPacket(6);
  session.capture.close();
  expect(kind).toBe('unexplained');
});
