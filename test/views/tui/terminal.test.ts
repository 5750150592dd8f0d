import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Terminal } from '../../../views/tui/terminal.ts';

test('while the shell has the screen nothing is drawn; then all is', async () => {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { columns: 80, rows: 24, isTTY: true });
  output.setEncoding('utf8');
  let written = '';
  output.on('data', (text: string) => {
    written += text;
  });
  const terminal = new Terminal({ input, output }, { key: () => {}, mouse: () => {}, resize: () => {} });
  terminal.draw(() => ['before']);
  // This one waits for its frame: it must not come later either.
  terminal.draw(() => ['waiting']);
  terminal.leave();
  const left = written.length;
  expect(written).toContain('\x1b[?1049l');
  terminal.draw(() => ['meanwhile']);
  terminal.repaint();
  Object.assign(output, { columns: 70, rows: 20 });
  output.emit('resize');
  // A frame lasts 16 ms, and blessed gathers changes of the size for some 20 ms.
  await delay(400);
  expect(JSON.stringify(written.slice(left))).toBe('""');
  terminal.enter();
  await delay(50);
  const after = written.slice(left);
  const entered = after.indexOf('\x1b[?1049h');
  expect(entered).toBeGreaterThanOrEqual(0);
  expect(after.slice(0, entered)).not.toContain('meanwhile');
  expect(after.slice(entered)).toContain('meanwhile');
  terminal.close();
});
