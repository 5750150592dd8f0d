import { expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { wording } from '../../src/timeline/wording.ts';
import { openRecorded } from './build-session.ts';
import { client, connected, server } from './opening.ts';

/** What is told of the last packet: a reset by the server’s kernel of the client’s bytes. */
async function lastTold(shutdown: 'SHUT_WR' | 'SHUT_RDWR' | null): Promise<string> {
  const { script, fromServer, fromClient } = connected();
  if (shutdown !== null)
    script.call([190, 205], 'server', 'shutdown', { ...server, args: { how: shutdown } });
  fromServer(200, 'F.', 1, 1);
  fromClient(210, '.', 1, 2);
  script.call([300, 320], 'client', 'send', { ...client, ret: 4, length: 4 });
  fromClient(310, 'P.', 1, 2, { payload: 'late' });
  fromServer(315, 'R', 2, 0);
  const session = await openRecorded(script.recorded());
  const timeline = buildTimeline(session);
  const told = wording(session)(timeline.reasonOfPacket(6));
  session.capture.close();
  return told.replace(/packet \d+/, 'the packet');
}

const ENDED =
  'reset: the packet came for a socket that the kernel had closed when its process ended; nobody can read there any more';

test('data after the FIN of a process that ended without close', async () => {
  expect(await lastTold(null)).toBe(ENDED);
});

test('data for a process that ended after it had shut down writing', async () => {
  expect(await lastTold('SHUT_WR')).toBe(ENDED);
});

test('after a shutdown of both ways the kernel answers so while the process lives', async () => {
  expect(await lastTold('SHUT_RDWR')).toBe('reset: the packet belongs to no connection');
});
