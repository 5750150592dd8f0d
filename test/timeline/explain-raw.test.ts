import { expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { openRecorded } from './build-session.ts';
import { recordRun } from './recorded-run.ts';

async function timelineOf(words: string, use: (timeline: Timeline) => void): Promise<void> {
  const recorded = await recordRun(words.split(' '));
  if (typeof recorded === 'string') {
    console.warn(`skipped: ${recorded}`);
    return;
  }
  const session = await openRecorded(recorded);
  use(buildTimeline(session));
  session.capture.close();
}

const rows = ({ session }: Timeline) => session.capture.columns.length;
const kinds = (timeline: Timeline): string[] =>
  Array.from({ length: rows(timeline) }, (_, row) => timeline.reasonOfPacket(row).kind);
const linked = (timeline: Timeline, row: number): string[] =>
  timeline
    .linksOfPacket(row)
    .map(
      ({ call, relation }) =>
        `${relation} ${timeline.session.calls[call]?.role} ${timeline.session.calls[call]?.name}`,
    );

test.each(['ipv4', 'ipv6'])(
  'a ping over %s: the call that made each request, the calls that were given both',
  async (family) => {
    await timelineOf(`raw-ping --rounds 2 --family ${family}`, (timeline) => {
      expect(kinds(timeline)).toEqual(['raw', 'icmp-echo-reply', 'raw', 'icmp-echo-reply']);
      expect(linked(timeline, 0)[0]).toBe('causes client sendto');
      for (const row of [0, 1, 2, 3])
        expect(linked(timeline, row).join()).toMatch(/(completes|consumes) client recvfrom/);
      expect(timeline.unexplained).toBe(0);
    });
  },
);

test('a damaged datagram is made by a call and taken by none; the sound one is taken', async () => {
  await timelineOf('damage', (timeline) => {
    expect(kinds(timeline)).toEqual(['raw', 'datagram']);
    expect(timeline.reasonOfPacket(0).params.fate).toBe('damaged');
    expect(linked(timeline, 0)).toEqual(['causes client sendto']);
    expect(linked(timeline, 1).join()).toMatch(/consumes server recvfrom/);
  });
});

test('what comes twice is taken twice', async () => {
  await timelineOf('disorder --rounds 3', (timeline) => {
    expect(kinds(timeline)).toEqual(['raw', 'raw', 'raw', 'raw']);
    const sends = [0, 1, 2, 3].map(
      (row) => timeline.linksOfPacket(row).find(({ relation }) => relation === 'causes')?.call,
    );
    expect(new Set(sends).size).toBe(4);
    const reads = [0, 1, 2, 3].map(
      (row) => timeline.linksOfPacket(row).find(({ relation }) => relation === 'consumes')?.call,
    );
    expect(new Set(reads).size).toBe(4);
  });
});
