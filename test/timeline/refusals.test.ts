import { expect, test } from 'vitest';
import { factsOf } from '../../src/timeline/facts.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import type { Reason, Timeline } from '../../src/timeline/types.ts';
import { openRecorded } from './build-session.ts';
import { recordRun } from './recorded-run.ts';

/** The time line of one real run; null where none can be made here. */
async function timelineOf(...args: readonly string[]): Promise<Timeline | null> {
  const recorded = await recordRun(args);
  if (typeof recorded !== 'string') return buildTimeline(await openRecorded(recorded));
  console.warn(`skipped: ${recorded}`);
  return null;
}

function reasonOfFailure(timeline: Timeline, errno: string): Reason | null {
  const index = timeline.session.calls.findIndex((call) => call.errno === errno);
  return timeline.reasonOfCall(index);
}

test('send after the own shutdown: EPIPE names the shutdown', async () => {
  const timeline = await timelineOf('half-close');
  if (timeline === null) return;
  const reason = reasonOfFailure(timeline, 'EPIPE');
  expect(reason?.kind).toBe('call-failed-shutdown');
  expect(timeline.session.calls[reason?.calls[1] ?? -1]?.name).toBe('shutdown');
});

test('send to who has closed: EPIPE names the reset, not a shutdown', async () => {
  const timeline = await timelineOf('reset', '--how', 'write-after-close');
  if (timeline === null) return;
  expect(reasonOfFailure(timeline, 'EPIPE')?.kind).toBe('call-failed-reset');
});

// 65535 - 20 - 8 bytes fit into an IPv4 datagram (RFC 768, RFC 791).
test('a datagram that is too large: EMSGSIZE says how large', async () => {
  const timeline = await timelineOf('udp-truncate');
  if (timeline === null) return;
  const reason = reasonOfFailure(timeline, 'EMSGSIZE');
  expect(reason).toMatchObject({ kind: 'call-failed-size', params: { bytes: 65_508 } });
});

test('a SYN that finds the accept queue full: it says so, and so does the SYN that comes again', async () => {
  const timeline = await timelineOf('backlog');
  if (timeline === null) return;
  const rows = Array.from({ length: timeline.session.capture.columns.length }, (_, row) => row);
  const syns = rows.map((row) => timeline.reasonOfPacket(row)).filter(({ kind }) => kind.startsWith('syn'));
  const dropped = syns.filter(({ params }) => params.dropped === 1);
  const again = syns.filter(({ kind }) => kind === 'syn-again');
  // The kernel counted them: one for each SYN that it did not answer, and for each last ACK that found no room.
  const acks = [...factsOf(timeline).untaken.values()].filter(({ fate }) => fate === 'full');
  expect(dropped.length + acks.length).toBe(timeline.session.run?.counters?.TcpExtListenOverflows ?? -1);
  expect(dropped[0]?.params).toMatchObject({ waiting: 2, backlog: 1 });
  expect(again[0]?.params).toMatchObject({ why: 'queue-full', waiting: 2, backlog: 1 });
});

test('an ACK that leaves while a receive sleeps is the timer’s, as the kernel counts it', async () => {
  const timeline = await timelineOf('nagle');
  if (timeline === null) return;
  const kinds = Array.from(
    { length: timeline.session.capture.columns.length },
    (_, row) => timeline.reasonOfPacket(row).kind,
  );
  const delayed = kinds.filter((kind) => kind === 'ack-delayed');
  expect(delayed).toHaveLength(timeline.session.run?.counters?.TcpExtDelayedACKs ?? -1);
  expect(delayed.length).toBeGreaterThan(0);
});

test('recv with MSG_OOB names the segment whose urgent byte it gave', async () => {
  const timeline = await timelineOf('urgent');
  if (timeline === null) return;
  const { calls, capture } = timeline.session;
  const index = calls.findIndex(
    ({ name, args }) => name === 'recv' && String(args.flags).includes('MSG_OOB'),
  );
  const reason = timeline.reasonOfCall(index);
  expect(reason?.kind).toBe('recv-urgent');
  // The one segment that carries the one urgent byte: URG is 0x20 (RFC 9293 section 3.1).
  const urgent = Array.from({ length: capture.columns.length }, (_, row) => row).filter(
    (row) => ((capture.columns.flags[row] ?? 0) & 0x20) !== 0,
  );
  expect(reason?.packets).toEqual(urgent);
});
