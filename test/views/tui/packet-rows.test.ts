import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import { atOnce } from '../../../src/timeline/time-order.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import type { Timeline } from '../../../src/timeline/types.ts';
import { everything, rowsOfConnection } from '../../../views/tui/packet-rows.ts';
import type { RowList } from '../../../views/tui/row-list.ts';
import { PROJECT } from '../../support/tools.ts';
import { TestScreen } from './screen.ts';

const opened: { close(): void }[] = [];
afterAll(() => {
  for (const each of opened) each.close();
});

async function timelineOf(sample: string, withCalls: boolean): Promise<Timeline> {
  const session = await openSession(join(PROJECT, 'samples', sample));
  opened.push(session.capture);
  return buildTimeline(withCalls ? session : { capture: session.capture, calls: [], run: null });
}

const listed = (rows: RowList): number[] => Array.from({ length: rows.length }, (_, at) => rows.at(at));
const rowNumbers = (timeline: Timeline): number[] =>
  Array.from({ length: timeline.rowCount }, (_, row) => row);
const isPacket = (timeline: Timeline) => (row: number) => timeline.row(row).kind === 'packet';

/** The same, row by row, by what the time line says of each. */
function connectionOf(timeline: Timeline, index: number): number | null {
  const row = timeline.row(index);
  return row.kind === 'packet'
    ? timeline.connectionOfPacket(row.packet)
    : timeline.connectionOfCall(row.call);
}

describe.each([
  { sample: 'clients-at-once.pcapng', withCalls: true },
  { sample: 'clients-at-once.pcapng', withCalls: false },
])('$sample, with calls: $withCalls', ({ sample, withCalls }) => {
  test('all rows, and those that are packets', async () => {
    const timeline = await timelineOf(sample, withCalls);
    const { rows, packetRows } = everything(timeline);
    expect(listed(rows)).toEqual(rowNumbers(timeline));
    expect(listed(packetRows)).toEqual(rowNumbers(timeline).filter(isPacket(timeline)));
  });

  test('the rows of each connection', async () => {
    const timeline = await timelineOf(sample, withCalls);
    expect(timeline.connections.length).toBeGreaterThan(1);
    for (const [connection] of timeline.connections.entries()) {
      const { rows, packetRows } = atOnce(rowsOfConnection(timeline, connection));
      const wanted = rowNumbers(timeline).filter((row) => connectionOf(timeline, row) === connection);
      expect(listed(rows)).toEqual(wanted);
      expect(listed(packetRows)).toEqual(wanted.filter(isPacket(timeline)));
      for (const row of rowNumbers(timeline)) {
        const at = wanted.findIndex((each) => each >= row);
        expect(rows.position(row)).toBe(at < 0 ? wanted.length - 1 : at);
      }
    }
  });
});

test('without calls a connection takes no pass over the rows', async () => {
  const timeline = await timelineOf('clients-at-once.pcapng', false);
  expect([...rowsOfConnection(timeline, 0)]).toHaveLength(0);
});

test('x shows one connection, and all again; what was limited for another document is not shown', async () => {
  const session = await openSession(join(PROJECT, 'samples/clients-at-once.pcapng'));
  opened.push(session.capture);
  const shown = new TestScreen({ width: 120, height: 40 });
  shown.show(session);
  const every = shown.app.model.rows.length;
  await shown.press('x');
  await shown.until(`[tcp.stream == 0]`);
  expect(shown.app.model.rows.length).toBeLessThan(every);
  // Home shows no rows: Esc only goes back to them.
  await shown.press('h');
  await shown.until('Enter run');
  await shown.press('\x1b');
  await shown.until('[tcp.stream == 0]');
  const { document, rows, packetRows } = shown.app.model;
  if (document === null) throw new Error('nothing is shown');
  await shown.press('x');
  await shown.until(`/${every} `);
  shown.show(session, 'another');
  shown.app.hear({ kind: 'filtered', document, filter: 'old', shown: { rows, packetRows } });
  expect(shown.app.model).toMatchObject({ filter: '', rows: { length: every } });
  shown.app.close();
});
