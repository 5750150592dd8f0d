import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseColumn, readColumns, storeColumns } from '../../../views/tui/packet-columns.ts';
import { withConfigHome } from './config-home.ts';
import { echoScreens, SIZES } from './echo-screens.ts';

const home = withConfigHome();
const screen = echoScreens();

describe.each(SIZES)('at $width × $height', (size) => {
  test('a field becomes a column, in its place, with its width', async () => {
    const shown = screen(size);
    await shown.press('|');
    await shown.until(/Columns of the packets view/);
    await shown.press('a', ...'tcp.le');
    await shown.until(/tcp\.len/);
    await shown.press(...'n', '\r');
    // Before the words; one up brings it before the protocol or the length.
    await shown.until(/▶ tcp\.len +usual/);
    await shown.press('K', '\r');
    await shown.until(/^ +# +ms +Source.*tcp\.len.* Info *$/m);
    // The first data of the echo run: five bytes.
    await shown.until(/127\.0\.0\.1:3500.* 5 .*\[PSH, ACK\] Seq/);
  });

  test('columns are removed, widened, brought back', async () => {
    const shown = screen(size);
    await shown.press('|', 'j', 'x', '\x1b[C', '\x1b[C');
    await shown.until(/▶ source +1[0-9]/);
    await shown.press('\x1b');
    await shown.until(/^ +# Source/m);
    await shown.press('|', 'r', '\x1b');
    await shown.until(/^ +# +ms Source/m);
  });

  test('what is kept is there the next time', async () => {
    const shown = screen(size);
    await shown.press('|', 'x', 'a', ...'ip.ttl', '\r', 'W');
    await shown.until('columns kept in');
    expect(readFileSync(join(home(), 'sockscope', 'columns.toml'), 'utf8')).toMatch(
      /^columns = \["time", .*"ip\.ttl", "info"\]$/m,
    );
    expect(
      readColumns()
        .columns?.map(({ name }) => name)
        .slice(-2),
    ).toEqual(['ip.ttl', 'info']);
  });

  test('the pane is resized by keys', async () => {
    const shown = screen(size);
    const border = async (): Promise<number> =>
      (await shown.settle()).findIndex((line) => line.startsWith('── Why'));
    const usual = await border();
    await shown.press('+', '+');
    expect(await border()).toBe(usual - 2);
    await shown.press('3', '-');
    expect(await border()).toBe(usual + 1);
    // It keeps three lines, and so does what is above it.
    await shown.press(...'99-');
    expect(await border()).toBe(size.height - 5);
    await shown.press(...'99+');
    expect(await border()).toBe(5);
    await shown.press(':', ...'usual-pane', '\r');
    expect(await border()).toBe(usual);
  });

  test('the pane is resized by dragging its border', async () => {
    const shown = screen(size);
    const lines = await shown.settle();
    const usual = lines.findIndex((line) => line.startsWith('── Why'));
    // SGR mouse reports: columns and lines from 1; 0 is the left button, 32 a move with it held.
    const at = (line: number): string => `9;${line + 1}`;
    await shown.press(
      `\x1b[<0;${at(usual)}M`,
      `\x1b[<32;${at(usual - 3)}M`,
      `\x1b[<32;${at(usual - 2)}M`,
      `\x1b[<0;${at(usual - 2)}m`,
    );
    await shown.until('── Why');
    expect((await shown.settle()).findIndex((line) => line.startsWith('── Why'))).toBe(usual - 2);
    // Let go: moving on drags nothing.
    await shown.press(`\x1b[<32;${at(usual + 2)}M`);
    expect((await shown.settle()).findIndex((line) => line.startsWith('── Why'))).toBe(usual - 2);
  });
});

describe('columns.toml', () => {
  test('the usual columns are kept as none', () => {
    storeColumns(null);
    expect(readColumns()).toEqual({ columns: null, problems: [] });
  });

  test.each([
    { text: 'columns = ["ip.sorc"]', says: ':1: ip.sorc is no column' },
    { text: 'columns = ["ip.src:2"]', says: ':1: ip.src:2 is no column' },
    { text: 'columns = "ip.src"', says: ':1: not understood' },
    { text: '\nwidth = 3', says: ':2: not understood' },
  ])('$text', ({ text, says }) => {
    mkdirSync(join(home(), 'sockscope'));
    writeFileSync(join(home(), 'sockscope', 'columns.toml'), text);
    const { columns, problems } = readColumns();
    expect(columns).toBeNull();
    expect(problems).toEqual([expect.stringContaining(`columns.toml${says}`)]);
  });

  test.each([
    { text: 'ip.src', want: { name: 'ip.src', width: null } },
    { text: 'info:40', want: { name: 'info', width: 40 } },
    { text: 'call.name:12', want: { name: 'call.name', width: 12 } },
    { text: 'ip.src:', want: null },
    { text: 'constructor', want: null },
  ])('$text', ({ text, want }) => expect(parseColumn(text)).toEqual(want));
});
