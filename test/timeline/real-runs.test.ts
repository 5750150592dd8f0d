import { expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { verifyTimeline } from '../../src/timeline/verify.ts';
import { openRecorded } from './build-session.ts';
import { recordRun } from './recorded-run.ts';

test.each([
  { name: 'several clients, a process each', args: ['tcp-echo', '--serve', 'process', '--clients', '3'] },
  { name: 'IPv6', args: ['tcp-transfer', '--size', '200k', '--family', 'ipv6'] },
  { name: 'loss', args: ['tcp-echo', '--size', '100k', '--loss', '8', '--seed', '7'] },
  {
    name: 'a slow reader with a small buffer',
    args: ['tcp-transfer', '--size', '200k', '--rcvbuf', '4096', '--recv-buffer', '100'],
  },
  {
    name: 'short sends',
    args: ['tcp-transfer', '--size', '500k', '--timeout', '50', '--sndbuf', '8192', '--rcvbuf', '4096'],
    mayFail: true,
  },
  { name: 'datagrams in fragments', args: ['udp-echo', '--size', '20000', '--recv-buffer', '30000'] },
  {
    name: 'datagrams that overrun the receiver',
    args: ['udp-transfer', '--size', '500k', '--reliability', 'none'],
  },
  { name: 'lost datagrams', args: ['udp-transfer', '--size', '100k', '--loss', '5', '--seed', '3'] },
  { name: 'nobody listens', args: ['udp-echo', '--server', 'none', '--connect'] },
])('$name: every byte compared, nothing unexplained', { timeout: 60_000 }, async ({ args, mayFail }) => {
  const recorded = await recordRun(args, mayFail);
  if (typeof recorded === 'string') {
    console.log(`skipped: ${recorded}`);
    return;
  }
  const session = await openRecorded(recorded);
  const timeline = buildTimeline(session);
  const { checks, bytesCompared, bytesUnverified } = verifyTimeline(timeline);
  const moved = session.calls.filter(
    ({ name, ret }) => /^(send|recv)/.test(name) && name !== 'sendall' && (ret ?? 0) > 0,
  );
  expect(timeline.unexplained).toBe(0);
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(bytesUnverified).toBe(0);
  expect(bytesCompared > 0).toBe(moved.length > 0);
  session.capture.close();
});
