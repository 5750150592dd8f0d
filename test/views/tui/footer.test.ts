import { afterEach, describe, expect, test } from 'vitest';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { LANGUAGES, setLanguage } from '../../../src/words/language.ts';
import { words } from '../../../src/words/words.ts';
import { Document } from '../../../views/tui/document.ts';
import { initialModel, type Model, PAGES } from '../../../views/tui/model.ts';
import { footerLine } from '../../../views/tui/panes/footer.ts';
import { packetLines } from '../../../views/tui/panes/packets.ts';
import { filterLine } from '../../../views/tui/saved-filters.ts';
import { textOf } from '../../../views/tui/text-view.ts';
import { update } from '../../../views/tui/update.ts';
import { echoSession } from '../../session/fake-session.ts';

afterEach(() => setLanguage('en'));

const start = { theme: 'dark', ascii: false, mouse: false, scenarios: [], recent: [] } as const;
const document = new Document(buildTimeline(echoSession()), 'echo');
const shown = (width = 80): Model =>
  update(initialModel({ ...start, size: { width, height: 24 } }), { kind: 'document', document })[0];

const waiting = ['client', 'server'].map((role) => ({
  call: { type: 'waiting' as const, role, call: 'send(19, "hello", 5)', data: 'hello' },
  edit: null,
}));
const running = {
  ...{ scenario: 'tcp-echo', roles: ['client', 'server'], asking: [], printed: [], progress: '' },
  waiting: waiting as unknown as NonNullable<Model['running']>['waiting'],
};

describe.each(LANGUAGES)('at 80 columns, in %s, the footer has', (language) => {
  test.each(['home', ...PAGES] as const)('help and quit on the page %s', (page) => {
    setLanguage(language);
    const { hints } = words().screen;
    const text = textOf(footerLine({ ...shown(), page }));
    expect(text).toContain(` ? ${hints.help} `);
    expect(text).toContain(` q ${hints.quit} `);
    expect(text.length).toBe(80);
  });

  test('help, quit and the end of the run in step mode, and with a long filter', () => {
    setLanguage(language);
    const { hints } = words().screen;
    for (const filter of ['', 'tcp.analysis.retransmission && tcp.len > 100'])
      for (const width of [60, 80, 200]) {
        const text = textOf(footerLine({ ...shown(width), page: 'ladder', running, filter }));
        for (const way of [`X ${hints.endRun}`, `? ${hints.help}`, `q ${hints.quit}`])
          expect(text, `${width}`).toContain(` ${way} `);
        expect(text.length).toBe(width);
      }
  });
});

test('one hit is no hits', () => {
  const search = { text: 'x', hits: Uint32Array.of(3), isDone: true };
  expect(textOf(footerLine({ ...shown(120), search }))).toContain(' 1 hit ·');
  expect(textOf(footerLine({ ...shown(120), search: { ...search, isDone: false } }))).toContain(' 1+ hits ·');
});

describe('a saved filter', () => {
  const filters = new Map([
    ['long', 'tcp.len > 100'],
    ['syn', 'tcp.flags.syn == 1'],
  ]);

  test('that is on is told by its name, and edited by it', () => {
    const model: Model = { ...shown(), filters, filter: 'tcp.len > 100' };
    expect(textOf(footerLine(model))).toContain('[$long]');
    const [asked] = update(model, { kind: 'key', name: '&', text: '&' });
    expect(asked.overlay).toMatchObject({ kind: 'prompt', text: '$long' });
  });

  test.each([
    ['(tcp.len > 100) && !(tcp.flags.syn == 1)', '$long && !$syn'],
    ['tcp.len > 1000', 'tcp.len > 1000'],
    ['frame contains "(tcp.len > 100)"', 'frame contains "(tcp.len > 100)"'],
  ])('%s is typed %s', (filter, typed) => expect(filterLine(filter, filters)).toBe(typed));
});

test('where a call is chosen the packet list marks the packet that the footer counts', () => {
  const model: Model = { ...shown(), page: 'packets', selected: 0 };
  expect(document.timeline.row(0).kind).not.toBe('packet');
  const at = model.packetRows.position(0);
  const lines = packetLines({ ...model, tops: {} }, document, 20);
  expect(lines.map((each) => textOf(each).startsWith('▶'))).toEqual(lines.map((_, index) => index === at));
  expect(lines.map(({ back }) => back)).not.toContain('selected');
});
