import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recentFiles, rememberFile } from '../../../views/tui/recent.ts';
import { searchProblem } from '../../../views/tui/search-matcher.ts';
import { echoSession } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

let folder = '';
const open: TestScreen[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prompts-'));
});
afterEach(() => {
  for (const each of open.splice(0)) each.close();
  rmSync(folder, { recursive: true });
});

function screen(ascii = false): TestScreen {
  const made = new TestScreen({ width: 80, height: 24, ascii });
  open.push(made);
  made.show(echoSession(), 'echo');
  return made;
}

describe('what is typed wrong stays to be mended', () => {
  test('a filter, with what is wrong', async () => {
    const shown = screen();
    await shown.press('&', ...'tcp.porrt == 1', '\r');
    const lines = await shown.until('tcp.porrt == 1');
    expect(shown.app.model.overlay).toMatchObject({ kind: 'prompt', text: 'tcp.porrt == 1' });
    expect(lines.at(-1)).toContain('tcp.porrt == 1');
  });

  test('a regular expression, already while it is typed', async () => {
    const shown = screen();
    await shown.press('/', ...'/ab(c/');
    await shown.until('Unterminated group (at 4)');
    await shown.press('\r');
    const lines = await shown.until('/ab(c/');
    expect(lines.at(-1)).toContain('Search');
    await shown.press('\x7f', '\x7f', '\x7f', '/');
    await shown.settle();
    expect(shown.lines().join('\n')).not.toContain('Unterminated');
  });

  test('bytes in hex that lack a digit, when they are entered, until they are mended', async () => {
    const shown = screen();
    await shown.press('/', ...'hex:1b5', '\r');
    const lines = await shown.until('hex: takes pairs of digits');
    expect(lines.at(-1)).toContain('hex:1b5');
    await shown.press('0');
    await shown.settle();
    expect(shown.lines().join('\n')).not.toContain('pairs of digits');
  });

  test.each([
    { text: '/a**b/', from: 3 },
    { text: '/a(b/', from: 2 },
    { text: '/x{2,1}/', from: 6 },
    { text: 'hex:01zz', from: 6 },
  ])('$text is wrong from its character $from on', ({ text, from }) =>
    expect(searchProblem(text, false)?.from).toBe(from),
  );

  test.each(['/index', '/a+/', 'a(b', '/', 'hex:01 02', 'hex:0'])('%s is not wrong', (text) =>
    expect(searchProblem(text, false)).toBeNull(),
  );

  test('half a byte is wrong once nothing more comes', () =>
    expect(searchProblem('hex:010', true)?.from).toBe(7));
});

describe('with a filter', () => {
  test('80 columns say that one is there, and how many rows of how many it shows', async () => {
    const shown = screen();
    await shown.press('&', ...'tcp.flags.syn == 1', '\r');
    const lines = await shown.until('/5 of 33 ');
    expect(lines.at(-1)).toMatch(/\[tcp\.flags\.syn.*\] 3\/5 of 33 /);
  });

  test('E writes the rows that are shown, and the packet list where that is shown', async () => {
    const shown = screen();
    await shown.press('&', ...'tcp.flags.syn == 1', '\r');
    await shown.until('/5 of 33 ');
    const rows = join(folder, 'rows.txt');
    await shown.press('E', ...rows, '\r');
    await shown.until('written to');
    const text = readFileSync(rows, 'utf8');
    expect(text.match(/\[SYN/g)).toHaveLength(2);
    expect(text).not.toContain('[FIN');
    expect(text.trimEnd().split('\n')).toHaveLength(6);
    const packets = join(folder, 'packets.txt');
    await shown.press('p', 'E', ...packets, '\r');
    await shown.until('packets.txt');
    const list = readFileSync(packets, 'utf8').trimEnd().split('\n');
    expect(list[0]).toContain('Destination');
    expect(list).toHaveLength(3);
  });
});

test.each(['E', 'W'])('%s leaves a file that is there, and says what to do', async (key) => {
  const shown = screen();
  const file = join(folder, 'there.txt');
  writeFileSync(file, 'mine');
  await shown.press(key, ...file, '\r');
  await shown.until('there.txt is there. Replace it? y yes · any other key: no');
  await shown.press('n');
  await shown.until(/is there already/);
  expect(shown.app.model.status?.text ?? '').not.toContain('EEXIST');
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

test('a file that is there is replaced where that is wanted, and keeps its mode', async () => {
  const shown = screen();
  const file = join(folder, 'there');
  writeFileSync(file, 'mine', { mode: 0o640 });
  await shown.press('E', ...file, '\r');
  await shown.until('Replace it?');
  await shown.press('y');
  await shown.until('written to');
  expect(readFileSync(file, 'utf8')).toContain('[SYN]');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  await shown.press('W', ...file, '\r');
  await shown.until('Replace it?');
  await shown.press('y');
  await shown.until('saved as');
  expect(readFileSync(file).readUInt32BE(0)).toBe(0x0a0d0d0a); // a pcapng section
  expect(readdirSync(folder)).toEqual(['there']);
});

test('in ASCII what was cut ends with two dots', async () => {
  const shown = screen(true);
  shown.app.hear({ kind: 'status', text: 'going on…', isError: false });
  await shown.until(/going on\.\. *$/m);
  shown.app.hear({ kind: 'status', text: 'x'.repeat(100), isError: false });
  await shown.until(/x{77}\.\.$/m);
});

test('that a run starts is no news any more when rows are there', () => {
  const shown = screen();
  shown.app.hear({ kind: 'status', text: 'starting tcp-echo…', isError: false, untilRows: true });
  shown.show(echoSession(), 'echo');
  expect(shown.app.model.status).toBeNull();
});

test('of recent captures those are listed that are still there, and no standard input', () => {
  const before = process.env.XDG_STATE_HOME;
  process.env.XDG_STATE_HOME = folder;
  const [kept, gone] = [join(folder, 'kept.pcap'), join(folder, 'gone.pcap')];
  for (const file of [kept, gone]) writeFileSync(file, '');
  try {
    expect(rememberFile(kept)).toEqual([kept]);
    expect(rememberFile(gone)).toEqual([gone, kept]);
    expect(rememberFile('-')).toEqual([gone, kept]);
    rmSync(gone);
    expect(recentFiles()).toEqual([kept]);
  } finally {
    if (before === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = before;
  }
});

test.each(['W', 'E', 'O'])('%s without a name says that nothing was done', async (key) => {
  const shown = screen();
  await shown.press(key, '\r');
  await shown.until('nothing done: a name is needed');
  expect(shown.app.model.overlay).toBeNull();
});
