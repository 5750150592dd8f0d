import { expect, test } from 'vitest';
import { messageOf } from '../../src/timeline/messages.ts';
import { namesOf } from '../../src/timeline/names.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { verifyTimeline } from '../../src/timeline/verify.ts';
import { openRecorded } from './build-session.ts';
import { client, connected, server } from './opening.ts';

const NOTHING = { ret: 0, data: new Uint8Array(0) };
const DONE = { length: 4, offset: 0, ret: 4, data: Buffer.from('done') };

/**
 * The client has shut down writing, the server answers 'do' and then 'ne' with its FIN, all of which arrives: the client is
 * in TIME-WAIT after packet 10. What the server then sends again comes in `again`, and is answered as TIME-WAIT does
 * (RFC 9293 §3.10.7.4): without a report of a duplicate, which tcp_timewait_state_process of Linux never writes.
 */
async function answeredInTimeWait(
  lost: readonly number[],
  ...again: readonly (readonly [us: number, flags: string, seq: number, payload: string])[]
): Promise<string[]> {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 205], 'client', 'shutdown', { ...client, args: { how: 'SHUT_WR' } });
  fromClient(202, 'F.', 1, 1);
  fromServer(210, '.', 1, 2);
  script.call([170, 220], 'server', 'recv', { ...server, length: 10, offset: 0, ...NOTHING });
  script.call([230, 250], 'server', 'send', { ...server, ...DONE });
  fromServer(240, 'P.', 1, 2, { payload: 'do' });
  fromClient(245, '.', 2, 3);
  script.call([260, 270], 'server', 'close', server);
  fromServer(265, 'FP.', 3, 2, { payload: 'ne' });
  fromClient(268, '.', 2, 6);
  script.call([290, 300], 'client', 'recv', { ...client, ...DONE });
  script.call([310, 320], 'client', 'recv', { ...client, length: 4, offset: 4, ...NOTHING });
  script.call([330, 340], 'client', 'close', client);
  for (const [us, flags, seq, payload] of again) {
    fromServer(us, flags, seq, 2, { payload });
    fromClient(us + 20, '.', 2, 6);
  }
  const session = await openRecorded(script.recorded({ lost, network: { net: 'private', loss: 20 } }));
  const timeline = buildTimeline(session);
  const names = namesOf(session);
  const told = Array.from({ length: again.length * 2 }, (_, index) =>
    messageOf(timeline.reasonOfPacket(9 + index), names),
  );
  expect(verifyTimeline(timeline).checks.filter(({ ok }) => !ok)).toEqual([]);
  session.capture.close();
  return told;
}

test('TIME-WAIT answers the last bytes with their FIN each time that they come again', async () => {
  expect(await answeredInTimeWait([9, 11], [200_265, 'FP.', 3, 'ne'], [600_265, 'FP.', 3, 'ne'])).toEqual([
    'bytes 2–3 again (timeout, 200 ms): packet 8 arrived, its acknowledgement was lost here',
    'ACK again: packet 10 repeated the FIN',
    'bytes 2–3 again (timeout, 400 ms): packet 10 arrived, its acknowledgement was lost here',
    'ACK again: packet 12 repeated the FIN',
  ]);
});

test('TIME-WAIT answers bytes before the FIN that come again', async () => {
  expect(await answeredInTimeWait([7, 9], [200_265, 'P.', 1, 'do'])).toEqual([
    'bytes 0–1 again (timeout, 200 ms): packet 6 arrived, its acknowledgement was lost here',
    'ACK again: packet 10 brought bytes that were here already',
  ]);
});
