import { expect, test } from 'vitest';
import { messageOf } from '../../src/timeline/messages.ts';
import { namesOf } from '../../src/timeline/names.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { verifyTimeline } from '../../src/timeline/verify.ts';
import { openRecorded } from './build-session.ts';
import { tcpEcho, tcpLoss, udpEcho } from './samples.ts';

test.each([
  { name: 'tcp echo', make: tcpEcho },
  { name: 'tcp with a loss', make: tcpLoss },
  { name: 'udp echo', make: udpEcho },
])('$name verifies', async ({ make }) => {
  const session = await openRecorded(make());
  const timeline = buildTimeline(session);
  const names = namesOf(session);
  const reasons = Array.from({ length: session.capture.columns.length }, (_, row) =>
    messageOf(timeline.reasonOfPacket(row), names),
  );
  console.log(reasons);
  expect(timeline.unexplained).toBe(0);
  const { checks } = verifyTimeline(timeline);
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  session.capture.close();
});
