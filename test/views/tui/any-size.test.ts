import { expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { Document } from '../../../views/tui/document.ts';
import { initialModel, type Model, PAGES } from '../../../views/tui/model.ts';
import { update } from '../../../views/tui/update.ts';
import { screenLines } from '../../../views/tui/view.ts';

const ROWS = [...Array.from({ length: 26 }, (_, row) => row + 1), 33, 60];
const COLUMNS = [10, 59, 60, 80, 150, 200];
/** Keys that give the pane its sizes: as it is, as large as it gets, the whole screen, none. */
const SHAPES = [[], ['+', '+', '+', '+', '+', '+', '+', '+', '+'], ['z'], ['z', 'z']];

const pressed = (model: Model, name: string): Model =>
  update(model, { kind: 'key', name, text: name.length === 1 ? name : null })[0];

/** Two of its pauses are folded, which takes a second line under a plot. */
const session = await openSession('samples/zero-window.pcapng');
const document = new Document(buildTimeline(session), 'zero-window');
const start = { theme: 'dark', ascii: false, mouse: false, scenarios: [], recent: [] } as const;

test.each(PAGES)('the view %s draws at every size, whatever its pane is', { timeout: 60_000 }, (page) => {
  for (const keys of SHAPES) {
    const [opened] = update(initialModel({ ...start, size: { width: 80, height: 24 } }), {
      kind: 'document',
      document,
    });
    const shaped = keys.reduce(pressed, { ...opened, page });
    for (const height of ROWS)
      for (const width of COLUMNS) {
        const [sized] = update(shaped, { kind: 'resize', size: { width, height } });
        const lines = screenLines(sized);
        expect(lines.length, `${width} × ${height} after ${keys.join(' ')}`).toBe(Math.max(height, 0));
        // Nor does a key at this size.
        for (const key of ['j', 'pagedown', 'G', '+', 'z']) screenLines(pressed(sized, key));
      }
  }
});

test.each(['buffers', 'sequence'] as const)('a zoomed pane leaves the view %s a line of its plot', (page) => {
  const size = { width: 80, height: 24 };
  const [opened] = update(initialModel({ ...start, size }), { kind: 'document', document });
  const lines = screenLines(pressed({ ...opened, page }, 'z'));
  expect(lines[2]?.spans.some(({ text }) => text === '│')).toBe(true);
});
