import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import { axisLabels } from '../../../views/tui/plot.ts';
import { PlotTime } from '../../../views/tui/plot-time.ts';
import { ECHO_PACKETS, fakeCapture } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

const open: TestScreen[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

test('without long pauses the axis is linear', () => {
  const time = new PlotTime(50, 4, [{ from: 1, to: 1.15 }]);
  expect(time.folds).toEqual([]);
  expect([0, 1, 2, 4].map((second) => time.x(second))).toEqual([0, 0.25, 0.5, 1]);
  expect([-1, 0, 4, 5].map((second) => time.column(second))).toEqual([-1, 0, 49, -1]);
});

test('a pause that would take the axis takes two columns', () => {
  // 10 ms, 9.98 s of nothing, 10 ms: half of the 48 columns left for each part.
  const time = new PlotTime(50, 10, [{ from: 0.01, to: 9.99 }]);
  expect(time.folds).toEqual([{ from: 0.01, to: 9.99, column: 24 }]);
  expect([0, 0.01, 5, 9.99, 10].map((second) => time.column(second))).toEqual([0, 23, 25, 26, 49]);
});

test('times keep their order, and every stretch has columns, whatever the pauses are', () => {
  const idle = Array.from({ length: 6 }, (_, at) => ({ from: at, to: at + 0.999 }));
  const time = new PlotTime(65, 6, idle);
  const columns = Array.from({ length: 601 }, (_, at) => time.column(at / 100));
  expect(columns).toEqual(columns.toSorted((a, b) => a - b));
  expect([columns[0], columns.at(-1)]).toEqual([0, 64]);
  expect(time.folds.length).toBe(6);
  for (const [at, { column }] of time.folds.entries())
    expect(column - (time.folds[at - 1]?.column ?? -2)).toBeGreaterThanOrEqual(5);
});

test('a conversation with a pause of two seconds: the plots fold it and say how long it was', async () => {
  const packets = ECHO_PACKETS.map((each) => (each.us < 2400 ? each : { ...each, us: each.us + 2_000_000 }));
  const shown = new TestScreen({ width: 80, height: 24 });
  open.push(shown);
  shown.show({ capture: fakeCapture(packets), calls: [], run: null }, 'paused');
  for (const key of ['b', 't']) {
    await shown.press(key);
    await shown.until(/nothing for +≈ 2 s/);
    await shown.until(/│.*≈≈/);
    await shown.until(/time 0\.000 .* 2000\.51\d ms/);
  }
});

test('a pause before the end has its length told too, left of where it is', async () => {
  const packets = ECHO_PACKETS.map((each) => (each.us < 2510 ? each : { ...each, us: each.us + 2_250_000 }));
  const shown = new TestScreen({ width: 80, height: 24 });
  open.push(shown);
  shown.show({ capture: fakeCapture(packets), calls: [], run: null }, 'paused');
  await shown.press('b');
  await shown.until(/nothing for +≈ 2\.25 s/);
});

test('the threshold of slow start is named, but does not flatten what is in flight', async () => {
  const session = await openSession(join(import.meta.dirname, '../../../samples/zero-window.pcapng'));
  for (const size of [
    { width: 80, height: 24 },
    { width: 200, height: 60 },
  ]) {
    const shown = new TestScreen(size);
    open.push(shown);
    shown.show(session, 'zero-window');
    await shown.press('b');
    const lines = await shown.until(/in flight {2}cwnd {2}↑ ssthresh 196 928/);
    expect(lines.join('\n')).toContain('the chosen row');
    expect(lines.slice(2).join('\n')).toMatch(/19 548 │/);
    expect(lines.slice(2).join('\n')).not.toContain('196 928');
  }
  session.capture.close();
});

describe('scales', () => {
  /** The connection of a sample on the page of its plots, with the labels of their axes. */
  async function axes(file: string): Promise<readonly string[]> {
    const session = await openSession(file);
    const shown = new TestScreen({ width: 200, height: 60 });
    open.push(shown);
    shown.show(session, 'scales');
    await shown.press('b');
    const lines = await shown.until('in flight');
    session.capture.close();
    return lines.map((text) => text.slice(0, 13).trim());
  }

  test('a few bytes in flight have a plot of their own beside a large cwnd', async () => {
    const labels = await axes('samples/handshake.pcapng');
    const at = labels.indexOf('in flight');
    expect(Number(labels[at - 1])).toBeGreaterThan(0);
    expect(Number(labels[at - 1])).toBeLessThan(1000);
    const cwnd = labels.indexOf('cwnd');
    expect(Number(labels[cwnd - 1]?.replace(/\D/g, ''))).toBeGreaterThan(10_000);
  });

  test('what is 0 all the time has no other number at its axis', () => {
    expect(axisLabels('Send-Q', 0, 4)).toEqual(['', 'Send-Q', '', '0']);
    expect(axisLabels('Send-Q', 0, 2)).toEqual(['Send-Q', '0']);
    expect(axisLabels('Send-Q', 0, 1)).toEqual(['Send-Q 0']);
    expect(axisLabels('Send-Q', 1234, 3)).toEqual(['1 234', 'Send-Q', '0']);
  });
});
