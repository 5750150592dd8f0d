import { afterEach, expect, test } from 'vitest';
import { TestScreen } from './screen.ts';

const scenarios = ['one', 'two'].map((id) => ({
  ...{ id, title: `The title of ${id}`, teaches: `What ${id} teaches.`, lookFor: [], parameters: [] },
}));
const open: TestScreen[] = [];

function screen(width: number, height: number): TestScreen {
  const made = new TestScreen({ width, height, scenarios });
  open.push(made);
  return made;
}

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

test('a small screen has every title in the list, and what the chosen one teaches under it', async () => {
  const shown = screen(80, 24);
  await shown.until(/▶ one +The title of one/);
  await shown.until(/two +The title of two/);
  await shown.until(
    /\n─+\n +The title of one *\n +What one teaches\.|\n─+\n *The title of one *\n *What one teaches\./,
  );
  await shown.press('j');
  await shown.until(/▶ two +The title of two/);
  await shown.until('What two teaches.');
});

test('a wide one has the list beside it', async () => {
  const shown = screen(120, 40);
  const lines = await shown.until(/Scenarios +│ *The title of one/);
  expect(lines.join('\n')).not.toContain('The title of two');
});
