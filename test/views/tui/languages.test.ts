import { afterEach, describe, expect, test } from 'vitest';
import { LANGUAGES, setLanguage } from '../../../src/words/language.ts';
import { words } from '../../../src/words/words.ts';
import { widthOf } from '../../../views/ladder/line.ts';
import { initialModel } from '../../../views/tui/model.ts';
import { barLine } from '../../../views/tui/panes/bar.ts';

afterEach(() => setLanguage('en'));

/** Columns that the panes keep for these words; what is longer is cut or pushes the next column away. */
const MARKS = 12;
const FIELDS = 17;
const MEASURES = 27;

describe.each(LANGUAGES)('at 80 columns, in %s,', (language) => {
  test('the bar has all views and room for the title', () => {
    setLanguage(language);
    const start = { theme: 'mono' as const, ascii: false, mouse: false, scenarios: [], recent: [] };
    const { spans } = barLine(initialModel({ ...start, size: { width: 80, height: 24 } }));
    const text = spans.map((span) => span.text).join('');
    expect(widthOf(text)).toBe(80);
    expect(text).toMatch(/ sockscope $/);
  });

  test('marks, fields, sums and lines of keys fit their columns', () => {
    setLanguage(language);
    const { screen, details, runs, panes } = words();
    const tooLong = (texts: Iterable<string>, most: number) =>
      [...texts].filter((text) => widthOf(text) > most);
    expect(tooLong([...Object.values(screen.severities), ...Object.values(screen.ticks)], MARKS)).toEqual([]);
    expect(tooLong(Object.values(details.fields), FIELDS)).toEqual([]);
    expect(tooLong(Object.values(runs.measures), MEASURES)).toEqual([]);
    expect(tooLong([panes.columns.keys, screen.leave, screen.allKeys], 80)).toEqual([]);
    const moment = `${panes.socketsAt('123456.789', '#12345')} ${panes.keysInTime}`;
    expect(tooLong([panes.kernelTables, panes.inferredSockets, panes.allTcp, moment], 80)).toEqual([]);
  });
});
