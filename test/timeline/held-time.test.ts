import { expect, test } from 'vitest';
import { isBetweenSends } from '../../src/timeline/held-time.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { wording } from '../../src/timeline/wording.ts';
import { BLANK_CALL } from '../support/blank-call.ts';
import { openRecorded } from './build-session.ts';
import { client, connected, server } from './opening.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

// Worked out by hand: the send is made at 2 010 400 µs after 2 s in the gate; recv waits for it from 1 000 µs on.
test('time in which step mode held a send is told of its sendall and of the peer that waited, and is no finding', async () => {
  const { script, fromClient, fromServer } = connected();
  const part = { ...client, length: 4, offset: 0, ret: 4 };
  script.call([1000, 2_010_480], 'server', 'recv', {
    ...server,
    length: 9,
    offset: 0,
    ret: 4,
    data: bytes('abcd'),
  });
  const before = script.recorded().calls.length;
  script.call([10_000, 2_010_600], 'client', 'sendall', part);
  script.call([2_010_400, 2_010_500], 'client', 'send', {
    ...part,
    data: bytes('abcd'),
    span: before + 1,
    heldNs: 2e9,
  });
  fromClient(2_010_450, 'P.', 1, 1, { payload: 'abcd' });
  fromServer(2_010_460, '.', 1, 5);
  const session = await openRecorded(script.recorded({ parameters: { step: true } }));
  const timeline = buildTimeline(session);
  const words = wording(session);
  const told = (name: string): string => {
    const reason = timeline.reasonOfCall(session.calls.findIndex((call) => call.name === name));
    return reason === null ? '' : words(reason);
  };
  expect(told('sendall')).toBe('for 2.0 s of it step mode held its sends back');
  expect(told('recv')).toMatch(/^waited 2\.0 s for packet \d+; for 2\.0 s of it step mode held client$/);
  const waits = timeline.findings.filter(({ kind, params }) => kind === 'blocked' && params.name === 'recv');
  // 2 009.45 ms until the packet came, 2 000 of them held.
  expect(waits.map(({ params }) => Math.round(Number(params.ms) * 100) / 100)).toEqual([9.45]);
  session.capture.close();
});

test('a sendall without a send that runs does not block', () => {
  const span = { ...BLANK_CALL, id: 1, name: 'sendall', exitNs: null, ret: null };
  const send = { ...BLANK_CALL, id: 2, name: 'send', span: 1 };
  expect(isBetweenSends([span], 0)).toBe(true);
  expect(isBetweenSends([span, send], 0)).toBe(true);
  expect(isBetweenSends([span, { ...send, exitNs: null }], 0)).toBe(false);
  expect(isBetweenSends([{ ...span, name: 'send' }], 0)).toBe(false);
});

// By hand: recv is entered at 1000 µs, the bytes come at 3800, it returns at 11 100: 2.8 ms for the packet, 7.3 ms until it ran.
test('what a call took beyond its wait for a packet is told as the time until it ran again', async () => {
  const { script, fromClient, fromServer } = connected();
  const data = Buffer.from('ab');
  script.call([1000, 11_100], 'server', 'recv', { ...server, length: 9, offset: 0, ret: 2, data });
  script.call([3790, 3810], 'client', 'send', { ...client, length: 2, offset: 0, ret: 2, data });
  fromClient(3800, 'P.', 1, 1, { payload: 'ab' });
  fromServer(3805, '.', 1, 3);
  const session = await openRecorded(script.recorded());
  const reason = buildTimeline(session).reasonOfCall(session.calls.findIndex(({ name }) => name === 'recv'));
  expect(reason && wording(session)(reason)).toMatch(
    /^waited 2\.8 ms for packet \d+; ran again 7\.3 ms after it$/,
  );
  session.capture.close();
});
