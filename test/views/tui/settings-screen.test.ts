import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { keyTable } from '../../../views/tui/key-table.ts';
import { withConfigHome } from './config-home.ts';
import { echoScreens, SIZES } from './echo-screens.ts';
import type { TestScreen } from './screen.ts';

const home = withConfigHome();
const screen = echoScreens();

async function filtered(shown: TestScreen, text: string): Promise<void> {
  await vi.waitFor(() => expect(shown.app.model.filter).toBe(text));
}

describe.each(SIZES)('at $width × $height', (size) => {
  test('other keys do what they were given to, in footer and help too', async () => {
    const keys = keyTable(
      new Map([
        ['findings', ['f6']],
        ['help', ['f1']],
        ['home', ['Z']],
      ]),
    );
    const shown = screen(size, { keys });
    await shown.until(/ Z home/);
    await shown.press('\x1b[17~');
    await shown.until('Severity');
    await shown.press('l', 'f');
    await shown.until('[SYN] Seq=0');
    await shown.press('\x1bOP');
    await shown.until(/F6 +what to look for/);
  });

  test('what is wrong in the settings is told first; any key goes on', async () => {
    const problem =
      '/home/s/.config/sockscope/config.toml:7: there is no command laddr: did you mean ladder?';
    const shown = screen(size, { problems: [problem, 'so all keys are the usual ones'] });
    await shown.until('Something in your settings is wrong');
    await shown.until('config.toml:7');
    await shown.press('x');
    await shown.until('[SYN] Seq=0');
    expect(shown.app.model.filter).toBe('');
  });

  test('a filter is saved, chosen from the list, used in another one and deleted', async () => {
    const shown = screen(size);
    const file = join(home(), 'sockscope', 'filters.toml');
    await shown.press('&', ...'tcp.flags.syn == 1', '\r');
    await filtered(shown, 'tcp.flags.syn == 1');
    await shown.press(':', ...'save-filter', '\r');
    await shown.until('Save this filter as: $');
    await shown.press(...'hand-shake', '\r');
    await shown.until('saved as $hand-shake');
    expect(readFileSync(file, 'utf8')).toContain('hand-shake = "tcp.flags.syn == 1"');
    await shown.press('&', '\x15', ...'$fins = tcp.flags.fin == 1');
    await shown.until('Enter saves this as $fins');
    await shown.press('\r');
    await shown.until('saved as $fins');
    await filtered(shown, 'tcp.flags.fin == 1');
    // The list: one down, Enter.
    await shown.press('$');
    await shown.until(/\$fins +tcp\.flags\.fin == 1 *\n.*\$hand-shake +tcp\.flags\.syn == 1/);
    await shown.press('\x1b[B', '\r');
    await filtered(shown, 'tcp.flags.syn == 1');
    await shown.press('&', '\x15', ...'$fins || $hand-shake', '\r');
    await filtered(shown, '(tcp.flags.fin == 1) || (tcp.flags.syn == 1)');
    await shown.press('$', 'f', '\x1b[3~');
    await shown.until('Enter deletes $fins');
    await shown.press('\r');
    await shown.until('deleted $fins');
    expect(readFileSync(file, 'utf8')).not.toContain('fins');
  });

  test('the place of an error is that in what was typed, behind a saved filter', async () => {
    const shown = screen(size, { filters: new Map([['fins', 'tcp.flags.fin == 1']]) });
    await shown.press('&', ...'$fins && nope == 5', '\r');
    // The tenth character.
    await shown.until(/nope.*\(at 10\)/);
    await shown.press('&', '\x15', ...'$nope', '\r');
    await shown.until('no saved filter begins with $nope (at 1)');
  });
});

test('nothing is written as long as nothing is saved', async () => {
  const shown = screen(SIZES[0]);
  await shown.press('T', 'M', '&', ...'tcp', '\r');
  await filtered(shown, 'tcp');
  expect(() => readFileSync(join(home(), 'sockscope'))).toThrow(/ENOENT/);
});
