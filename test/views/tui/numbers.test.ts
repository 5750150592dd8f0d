import { expect, test } from 'vitest';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { rowText } from '../../../views/tui/copy-text.ts';
import { Document } from '../../../views/tui/document.ts';
import { initialModel, type Model } from '../../../views/tui/model.ts';
import { textView } from '../../../views/tui/text-view.ts';
import { update } from '../../../views/tui/update.ts';
import { goto } from '../../../views/tui/update-overlay.ts';
import { screenLines } from '../../../views/tui/view.ts';
import { echoSession } from '../../session/fake-session.ts';

const start = { theme: 'dark', ascii: false, mouse: false, scenarios: [], recent: [] } as const;
const timeline = buildTimeline(echoSession());
const document = new Document(timeline, 'echo');
const shown: Model = update(initialModel({ ...start, size: { width: 200, height: 60 } }), {
  kind: 'document',
  document,
})[0];

const typed = (model: Model, ...keys: readonly string[]): Model =>
  keys.reduce((each, name) => update(each, { kind: 'key', name, text: name })[0], model);
const linesOf = (model: Model): string[] =>
  screenLines(model).map(({ spans }) => spans.map(({ text }) => text).join(''));

/** Rows of the ladder that have a number: '#' → its time, as the ladder pairs them. */
const TIMES = new Map(
  linesOf(shown).flatMap((text) => {
    const row = /^\S?\s+(\d+)\s+(\d+\.\d{3}) /.exec(text);
    return row === null ? [] : [[`#${row[1]}`, row[2]]];
  }),
);

test('a count before G, and a number behind a colon, is the number of a row', () => {
  expect(timeline.rowCount).toBeGreaterThan(25); // so that a line is another thing
  for (const number of [1, 12, 16, 25]) {
    const byCount = typed(shown, ...`${number}`, 'G');
    expect(document.numberText(timeline.row(byCount.selected))).toBe(`#${number}`);
    expect(goto(shown, `${number}`)?.selected).toBe(byCount.selected);
  }
});

test('a number that no row has is said', () => {
  const next = typed(shown, ...'9999', 'G');
  expect(next.status?.text).toBe('there is no row #9999; the one next to it is #25');
  expect(typed(shown, ...'25', 'G').status).toBeNull();
  const style = { width: 100, ascii: false, colour: false, all: false };
  expect(() => [...textView(timeline, { view: 'sockets', at: 26, connection: null }, style)]).toThrow(
    'there is no row #26',
  );
  const printed = [...textView(timeline, { view: 'sockets', at: 25, connection: null }, style)].join('\n');
  expect(printed).toContain('after #25.');
  expect(printed).not.toContain('j and k');
});

test('a number stands with the time that the ladder has at it: in Findings, in Why, in what is copied', () => {
  expect(TIMES.size).toBe(25);
  const pairs = (text: string): (readonly [string, string])[] =>
    [...text.matchAll(/(#\d+)\s+(\d+\.\d{3}) ms/g)].map((each) => [each[1] ?? '', each[2] ?? '']);
  const seen: (readonly [string, string])[] = pairs(linesOf({ ...shown, page: 'findings' }).join('\n'));
  for (let row = 0; row < timeline.rowCount; row++) {
    const model = { ...shown, selected: row };
    seen.push(...pairs(linesOf(model).join('\n')), ...pairs(rowText(model, 'row')));
  }
  expect(seen.length).toBeGreaterThan(timeline.rowCount);
  for (const [number, time] of seen) expect(TIMES.get(number), number).toBe(time);
});
