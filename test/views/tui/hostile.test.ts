import { expect, test } from 'vitest';
import { ECHO_CALLS, ECHO_PACKETS, ECHO_RUN, fakeCapture } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

const PAYLOADS = [
  { name: 'OSC title', text: '\x1b]0;owned\x07' },
  { name: 'OSC 52', text: '\x1b]52;c;b3duZWQ=\x07' },
  { name: 'CSI: leave the screen, scroll region, insert mode', text: '\x1b[?1049l\x1b[2;5r\x1b[4h' },
  { name: 'DCS', text: '\x1bP$q"p\x1b\\' },
  { name: 'C1 bytes', text: '\x9b2J\x9d0;owned\x9c\x90q\x9c' },
  { name: 'shift out', text: '\x0e\x0f\x08\x0d\x0a' },
  { name: 'CJK', text: Buffer.from('日本語').toString('latin1') },
  { name: 'emoji and joiners', text: Buffer.from('👩‍👩‍👧🏽🙂').toString('latin1') },
  { name: 'combining', text: Buffer.from('e\u0301\u0302\u0303').toString('latin1') },
  { name: 'right to left', text: Buffer.from('\u202eשלום\u202c').toString('latin1') },
];

test.each(PAYLOADS)('$name leaves the emulator as letters do', async ({ text }) => {
  const hostile = await shownWith(text);
  const harmless = await shownWith('x'.repeat(text.length));
  try {
    for (const key of ['l', 'p', 's', 'd', 'w']) {
      await hostile.press(key);
      await harmless.press(key);
      await hostile.settle();
      await harmless.settle();
    }
    expect(hostile.titles).toEqual(harmless.titles);
    expect(hostile.terminal.modes).toEqual(harmless.terminal.modes);
    expect(hostile.terminal.buffer.active.type).toBe('alternate');
    // Of escape sequences only ours were written: no OSC, no DCS, no C1, no change of direction.
    const escapes = new RegExp(`${'\x1b'}\\]|${'\x1b'}P|[\\u0080-\\u009f\\u202a-\\u202e]`);
    expect(hostile.written).not.toMatch(escapes);
  } finally {
    hostile.close();
    harmless.close();
  }
});

type Watched = TestScreen & { readonly titles: string[] };

async function shownWith(payload: string): Promise<Watched> {
  const packets = ECHO_PACKETS.map((packet) =>
    packet.payload === undefined ? packet : { ...packet, payload },
  );
  const data = new Uint8Array(Buffer.from(payload, 'latin1'));
  const calls = ECHO_CALLS.map((call) =>
    call.data === null || call.data.length === 0
      ? call
      : { ...call, data, ret: data.length, length: data.length },
  );
  const screen = Object.assign(new TestScreen({ width: 80, height: 24 }), { titles: [] as string[] });
  screen.terminal.onTitleChange((title) => screen.titles.push(title));
  screen.show({ capture: fakeCapture(packets), calls, run: ECHO_RUN }, 'hostile');
  await screen.until('[SYN]');
  return screen;
}
