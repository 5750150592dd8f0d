import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { Document } from '../../../views/tui/document.ts';
import { whyContent } from '../../../views/tui/panes/why.ts';
import { echoSession } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

const SIZES = [
  { width: 80, height: 24 },
  { width: 200, height: 60 },
] as const;
const open: TestScreen[] = [];

function screen(size: { readonly width: number; readonly height: number }): TestScreen {
  const made = new TestScreen(size);
  open.push(made);
  made.show(echoSession(), 'echo');
  return made;
}

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

describe.each(SIZES)('at $width × $height', (size) => {
  test.each([
    { page: 'ladder', key: 'l', shows: ['[SYN] Seq=0', 'client SYN-SENT', 'connect#1', '▶'] },
    { page: 'packets', key: 'p', shows: ['Source', 'Destination', '127.0.0.1:40000', '[SYN] Seq=0'] },
    { page: 'streams', key: 's', shows: ['client → server', '68', 'hello', '‹ send#1', '› recv#1'] },
    { page: 'conversations', key: 'c', shows: ['tcp 0', 'client', 'server', ' 10 '] },
    { page: 'findings', key: 'f', shows: ['Severity'] },
    { page: 'buffers', key: 'b', shows: ['the chosen row', 'in flight', 'window', '│'] },
    {
      page: 'time–sequence',
      key: 't',
      shows: ['bytes', 'acknowledged', '↑ window edge above', 'sent again (0)'],
    },
    { page: 'sockets', key: 'o', shows: ['Recv-Q', 'LISTEN', 'SYN-SENT', '127.0.0.1:3500'] },
  ])('$page by $key', async ({ key, shows }) => {
    const shown = screen(size);
    await shown.press(key);
    for (const text of shows) await shown.until(text);
  });

  test('the reason of the chosen packet, its proof and what to read', async () => {
    const shown = screen(size);
    await shown.until('SYN of client connect#1');
    await shown.until('caused it');
    await shown.until('RFC 9293 §3.5');
  });

  test('header fields and bytes are linked both ways', async () => {
    const shown = screen(size);
    await shown.press('d', '\t', 'G');
    const lines = await shown.until('Urgent pointer');
    expect(lines.join('\n')).toMatch(/0030 {2}(?:[0-9a-f]{2} ){6}/);
  });

  test('help lists every group from the key table', async () => {
    const shown = screen(size);
    await shown.press('?');
    await shown.until('next line; a number before it repeats it');
    await shown.press('\x1b');
    await shown.until('[SYN] Seq=0');
  });
});

test('a call says once how long it took', async () => {
  const session = await openSession(join(import.meta.dirname, '../../../samples/loss-fast.pcapng'));
  const document = new Document(buildTimeline(session), 'test');
  const words = session.calls.map(({ exitNs }, call) => {
    const { lines } = whyContent(document, document.timeline.rowOfReturn(call), 100);
    const text = lines.map(({ spans }) => spans.map((span) => span.text).join('')).join(' ');
    return exitNs === null ? 1 : (text.match(/\b[Tt]ook \d/g)?.length ?? 0);
  });
  expect(words).not.toEqual([]);
  expect(new Set(words)).toEqual(new Set([1]));
  session.capture.close();
});

describe('moving', () => {
  test.each([
    { name: 'down', keys: ['j'], title: '[SYN, ACK]' },
    { name: 'by count', keys: ['2', 'j'], title: '#8 [ACK]' },
    { name: 'last', keys: ['G'], title: 'server close#2' },
    { name: 'first', keys: ['g'], title: 'server socket#1' },
    { name: 'through the palette', keys: [':', 'l', 'a', 's', 't', '\r'], title: 'server close#2' },
    { name: 'to a number', keys: [':', '7', '\r'], title: '#7 ' },
    { name: 'to a mark and back', keys: ['m', 'a', 'G', "'", 'a'], title: '#6 [SYN]' },
    { name: 'to the proof and back', keys: ['\r', '\r', 'u'], title: '#6 [SYN]' },
    { name: 'to a hit', keys: ['/', 'F', 'I', 'N', '\r'], title: 'server recv#2' },
    { name: 'to bytes', keys: ['/', ...'hex:68656c6c6f', '\r'], title: '(?:server recv#1|Len=5)' },
  ])('$name', async ({ keys, title }) => {
    const shown = screen({ width: 80, height: 24 });
    await shown.press(...keys);
    await shown.until(new RegExp(`── Why .*${title.replace(/[[\]]/g, '\\$&')}`));
  });

  test('a filter shows what it lets through, completes, and says where it is wrong', async () => {
    const shown = screen({ width: 80, height: 24 });
    await shown.press('&', ...'tcp.flags.sy');
    await shown.until('tcp.flags.syn');
    await shown.press('\t', ...'== 1');
    await shown.press('\r');
    await shown.until('3/5');
    await shown.press('&', '\x15', ...'tcp.port == ', '\r');
    await shown.until(/at \d+/);
    await shown.press('&', '\x15', '\r');
    await shown.until('/33');
  });

  test('a search that finds nothing says so', async () => {
    const shown = screen({ width: 80, height: 24 });
    await shown.press('/', ...'zebra', '\r');
    await shown.until('not found: zebra');
  });
});

describe('the window', () => {
  test('follows a resize', async () => {
    const shown = screen({ width: 80, height: 24 });
    await shown.until('[SYN] Seq=0');
    shown.resize(120, 40);
    await shown.until('Conversations');
    shown.resize(50, 12);
    await shown.until('needs 60 × 16');
    shown.resize(60, 16);
    await shown.until('[SYN] Seq=0');
  });

  test('stays in ASCII when asked', async () => {
    const shown = new TestScreen({ width: 80, height: 24, ascii: true });
    open.push(shown);
    shown.show(echoSession(), 'echo');
    const lines = await shown.until('[SYN] Seq=0');
    expect(lines.slice(1, 14).join('')).toMatch(/^[\x20-\x7e]*$/);
  });

  test('has no colours when there are to be none', async () => {
    const shown = new TestScreen({ width: 80, height: 24, theme: 'mono' });
    open.push(shown);
    shown.show(echoSession(), 'echo');
    await shown.until('[SYN] Seq=0');
    // biome would have us name the escape; SGR 3x and 4x are colours, 38 and 48 of the palette.
    expect(shown.written).not.toMatch(
      new RegExp(`${'\x1b'}\\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7])(?:;[0-9;]*)?m`),
    );
  });

  test('is given back at the end', async () => {
    const shown = screen({ width: 80, height: 24 });
    await shown.until('[SYN] Seq=0');
    expect(shown.terminal.buffer.active.type).toBe('alternate');
    shown.close();
    await shown.until(/^\s*$/);
    expect(shown.terminal.buffer.active.type).toBe('normal');
    expect(shown.terminal.modes.mouseTrackingMode).toBe('none');
  });
});
