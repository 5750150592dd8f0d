import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession } from '../../src/session/read.ts';
import { inTimeOrder } from '../../src/session/time-order.ts';
import { SessionFile } from '../../src/session/write.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { printJson } from '../../views/json/print-json.ts';
import { ECHO_CALLS, ECHO_PACKETS, ECHO_RUN, echoSession, fakeCapture } from './fake-session.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sockscope-order-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test('a session in order stays as it is', async () => {
  const session = echoSession();
  expect(await inTimeOrder(session, () => expect.unreachable())).toBe(session);
});

test('one whose first packets came the wrong way round is the same live and saved', async () => {
  const [syn, synAck, ...others] = ECHO_PACKETS;
  if (syn === undefined || synAck === undefined) throw new Error('the echo has a handshake');
  const live = {
    capture: fakeCapture([synAck, syn, ...others]),
    calls: ECHO_CALLS,
    run: { ...ECHO_RUN, lost: [2] },
  };
  const session = await inTimeOrder(live, () => openSync(join(directory, 'sorted'), 'w+'));
  expect(session.capture.flows.get(0)).toMatchObject({ portA: 40_000, portB: 3500 });
  const path = join(directory, 'run.pcapng');
  SessionFile.create(path, { force: false, owner: null }).finish(session, () => null);
  const saved = await openSession(path);
  const said = [...printJson(buildTimeline(session))];
  expect([...printJson(buildTimeline(saved))]).toEqual(said);
  expect(said.filter((line) => line.includes('"lost_here":true')).join()).toContain('"tcp.flags":"0x0002"');
  session.capture.close();
  saved.capture.close();
});
