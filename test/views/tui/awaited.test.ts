import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ScenarioEntry } from '../../../views/tui/model.ts';
import { view } from '../../../views/tui/view.ts';
import { TestScreen } from './screen.ts';

const SCENARIO: ScenarioEntry = { id: 'tcp-echo', title: 'echo', teaches: '', lookFor: [], parameters: [] };

let folder = '';
const open: TestScreen[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'awaited-'));
});
afterEach(() => {
  for (const each of open.splice(0)) each.close();
  rmSync(folder, { recursive: true });
});

function opening(file: string): TestScreen {
  const made = new TestScreen({ width: 80, height: 24, scenarios: [SCENARIO] });
  open.push(made);
  made.app.begin({ kind: 'open', file });
  return made;
}

test('keys typed while a file opens begin nothing on the home page', async () => {
  const shown = opening('samples/handshake.pcapng');
  const { home } = shown.app.model;
  // All at once: the file is small.
  await shown.press('js\rOr');
  expect(shown.app.model.home).toBe(home);
  expect(shown.app.model.overlay).toBeNull();
  await expect.poll(() => shown.app.model.document?.title, { timeout: 15_000 }).toBe('handshake.pcapng');
  await shown.until('opened handshake.pcapng');
  expect(shown.app.model.running).toBeNull();
  await shown.press('p');
  expect(shown.app.model.page).toBe('packets');
}, 20_000);

test('what is opened is said, and Home takes keys again where it cannot be', async () => {
  const file = join(folder, 'none.pcap');
  const shown = opening(file);
  expect(shown.app.model.awaited).toBe('none.pcap');
  expect(view(shown.app.model).join('\n')).toContain('Opening none.pcap…');
  await expect.poll(() => shown.app.model.awaited, { timeout: 15_000 }).toBeNull();
  await shown.press(' ');
  await shown.until('tcp-echo');
  await shown.press('j');
  await expect.poll(() => shown.app.model.home.at).toBe(1);
}, 20_000);
