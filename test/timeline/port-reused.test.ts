import { expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { conversation, openRecorded } from './build-session.ts';
import { CLIENT, CLIENT_TEXT, client, connected, listener, SERVER, SERVER_TEXT, STREAM } from './opening.ts';

/**
 * The first listener closes without accept(), which resets the connection that waits in its queue. Then another one takes a
 * connection between the same addresses.
 */
test('accept() gives a connection of its own listener, though an earlier one between the same ends was never given', async () => {
  const { script, fromServer } = connected();
  const withoutAccept = script.recorded().calls.findIndex(({ name }) => name === 'accept');
  const second = { socket: 'server:3', fd: 3, local: SERVER_TEXT };
  script
    .call([200, 205], 'server', 'close', { ...listener, args: { fd: 3 } })
    .call([230, 235], 'client', 'close', { ...client, args: { fd: 3 } })
    .call([300, 305], 'server', 'socket', { created: 'server:3', ret: 3, args: STREAM })
    .call([310, 315], 'server', 'bind', { ...second, args: { address: SERVER_TEXT } })
    .call([320, 325], 'server', 'listen', { ...second, args: { backlog: 5 } })
    .call([350, 355], 'client', 'socket', { created: 'client:2', ret: 3, args: STREAM })
    .call([400, 450], 'client', 'connect', { ...client, socket: 'client:2', args: { address: SERVER_TEXT } })
    .call([460, 470], 'server', 'accept', { ...second, ret: 4, created: 'server:4', remote: CLIENT_TEXT });
  fromServer(202, 'R.', 1, 1);
  const again = conversation(script, CLIENT, SERVER, [50_000, 4_000_000]);
  again.fromClient(410, 'S', 0, 0, { window: 64_240 });
  again.fromServer(420, 'S.', 0, 1, { window: 65_160 });
  again.fromClient(430, '.', 1, 1);
  const recorded = script.recorded();
  recorded.calls.splice(withoutAccept, 1);
  const calls = recorded.calls.map((call, index) => ({ ...call, id: index + 1 }));
  const timeline = buildTimeline(await openRecorded({ ...recorded, calls }));
  const nameOf = (call: number): string => `${calls[call]?.name} of ${calls[call]?.socket}`;
  const listens = (row: number): readonly string[] =>
    timeline
      .reasonOfPacket(row)
      .calls.map(nameOf)
      .filter((name) => name.startsWith('listen'));
  // Rows 0 to 3 are the first connection, 4 to 6 the second.
  expect(listens(1)).toEqual(['listen of server:1']);
  expect(listens(5)).toEqual(['listen of server:3']);
  const accept = calls.findIndex(({ name }) => name === 'accept');
  expect(timeline.reasonOfCall(accept)?.packets).toContain(6);
});
