import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cannotCapture, withLiveAdvice } from '../../../capture/live/open-errors.ts';
import { echoSession } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

let folder = '';
const open: TestScreen[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failures-'));
});
afterEach(() => {
  for (const each of open.splice(0)) each.close();
  rmSync(folder, { recursive: true });
});

function screen(settings: ConstructorParameters<typeof TestScreen>[0]['settings'] = {}): TestScreen {
  const made = new TestScreen({ width: 80, height: 24, settings });
  open.push(made);
  return made;
}

describe('the exit code of what was started for one thing', () => {
  test('a damaged file is shown as far as it goes, and gives 4', { timeout: 20_000 }, async () => {
    const file = join(folder, 'cut.pcapng');
    const whole = readFileSync('samples/handshake.pcapng');
    writeFileSync(file, whole.subarray(0, whole.length - 30));
    const shown = screen();
    shown.app.begin({ kind: 'open', file });
    // The first file waits for the scenarios to be loaded, which may take seconds on a busy machine.
    await expect.poll(() => shown.app.model.status?.text, { timeout: 15_000 }).toContain('damaged:');
    await shown.until('damaged:');
    await shown.press(' ');
    await shown.until('── Why');
    await shown.press('q');
    expect((await shown.app.ended).code).toBe(4);
  });

  test('a file that is missing gives 2, unless something else was opened since', async () => {
    const shown = screen();
    shown.app.begin({ kind: 'open', file: join(folder, 'none.pcap') });
    await shown.until(/none\.pcap/);
    await shown.press(' ', 'q');
    expect((await shown.app.ended).code).toBe(2);
  });

  test('an interface that is not there gives 3', async () => {
    const shown = screen();
    shown.app.begin({ kind: 'live', device: 'nosuch0', filter: null });
    await shown.until('cannot capture on nosuch0');
    await shown.press('q', 'q');
    expect((await shown.app.ended).code).toBe(3);
  });

  test('all went well: 0', async () => {
    const shown = screen();
    shown.app.begin({ kind: 'open', file: 'samples/handshake.pcapng' });
    await shown.until('opened handshake');
    await shown.press('q');
    expect((await shown.app.ended).code).toBe(0);
  });
});

test('who may not capture live is told what helps there', () => {
  const error = withLiveAdvice(cannotCapture('lo', 'permission'));
  expect(error).toMatchObject({ exitCode: 3, hint: expect.stringContaining('sudo') });
  expect(error).toMatchObject({ hint: expect.not.stringContaining('--net private') });
});

test('an error that is too long for the last line is shown in full, until a key is pressed', async () => {
  const shown = screen();
  shown.show(echoSession(), 'echo');
  const text = `cannot capture on lo: ${'so it is with long words '.repeat(5)}and this is its end`;
  shown.app.hear({ kind: 'status', text, isError: true });
  await shown.until('this is its end');
  await shown.press('x');
  await shown.until('── Why');
});

test('settings with more errors than lines say how many more there are', async () => {
  const problems = Array.from({ length: 40 }, (_, index) => `config.toml:${index}: wrong`);
  const shown = screen({ problems });
  await shown.until('config.toml:15: wrong');
  await shown.until('and 24 lines more');
  await shown.until('Any key goes on');
});

test('G says how far a file is that is still read', async () => {
  const shown = screen();
  shown.show(echoSession(), 'echo');
  const document = shown.app.model.document;
  if (document === null) throw new Error('nothing is shown');
  Object.assign(document, { extent: 'loading' });
  shown.app.hear({ kind: 'loading', share: 0.1, rows: 123_456 });
  await shown.press('G');
  await shown.until('loading: 123 456 packets so far');
});
