import { afterEach, expect, test } from 'vitest';
import { PARAMETERS } from '../../../src/scenarios/parameter-table.ts';
import { echoSession } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

const open: TestScreen[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

function screen(): TestScreen {
  const parameters = PARAMETERS.filter(({ name }) => name === 'port');
  const one = { id: 'one', title: 'One', teaches: '', lookFor: [], parameters };
  const made = new TestScreen({ width: 80, height: 24, scenarios: [one] });
  open.push(made);
  return made;
}

function opened(): TestScreen {
  const shown = screen();
  shown.show(echoSession(), 'echo');
  return shown;
}

test('a command takes what is typed behind it', async () => {
  const shown = opened();
  await shown.press(':', ...'goto #7', '\r');
  await shown.until(/── Why +#7 /);
  await shown.press(':', ...'theme light', '\r');
  await shown.until('theme: light');
  await shown.press(':', ...'search FIN', '\r');
  await shown.until(/\d+ hits/);
});

test.each([
  { typed: 'theme pink', says: 'no theme is called pink: dark, light, 16, mono' },
  { typed: 'goto there', says: 'neither a number' },
  { typed: 'zebra', says: 'no such command' },
])('what is wrong stays to be mended: $typed', async ({ typed, says }) => {
  const shown = opened();
  await shown.press(':', ...typed, '\r');
  await shown.until(says);
  await shown.until(` : ${typed}`);
  await shown.press('\x7f');
  await shown.until(` : ${typed.slice(0, -1)} `);
});

test('a row beyond those of a file that is still read: that is said', async () => {
  const shown = opened();
  const { document } = shown.app.model;
  if (document === null) throw new Error('nothing is shown');
  Object.assign(document, { extent: 'loading' });
  shown.app.hear({ kind: 'loading', share: 0.1, rows: 123_456 });
  await shown.press(':', ...'900000', '\r');
  await shown.until('loading: 123 456 packets so far');
  await shown.press(':', ...'7', '\r');
  await shown.until(/── Why +#7 /);
  expect(shown.lines().join('\n')).not.toContain('packets so far');
});

test('in the form a digit begins the value', async () => {
  const shown = screen();
  await shown.until('One');
  await shown.press('\t', ...'4000', '\r');
  await shown.until(/port +4000/);
});

test('the page of scenarios takes no filter for what is not to be seen there', async () => {
  const shown = opened();
  await shown.press('h', '&');
  await shown.until(/this is for what is open: l shows\s+echo/);
  await shown.press('l');
  await shown.until('[SYN] Seq=0');
});
