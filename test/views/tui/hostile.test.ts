import { expect, test } from 'vitest';
import type { Session } from '../../../src/session/session.ts';
import { ECHO_CALLS, ECHO_PACKETS, ECHO_RUN, fakeCapture } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

/** Sequences that are never ours, and characters that no terminal should get. */
const ESCAPES = new RegExp(
  `${'\x1b'}[\\]P_^Xc#]|[\\u0080-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\x05]`,
);
/** What `Y` puts on the clipboard: base64, wrapped for tmux or screen where the tests run in one. */
const OUR_COPY = new RegExp(
  `(?:${'\x1b'}P(?:tmux;)?${'\x1b'}*)?${'\x1b'}\\]52;c;[A-Za-z0-9+/=]*\\x07(?:${'\x1b'}\\\\)?`,
  'g',
);

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
  { name: 'C1 as UTF-8', text: Buffer.from('\u009b2J\u009d0;owned\u009c').toString('latin1') },
  { name: 'APC, PM, SOS', text: '\x1b_owned\x1b\\\x1b^owned\x1b\\\x1bXowned\x1b\\' },
  { name: 'answers asked for: status, device, colours', text: '\x1b[6n\x1b[c\x1b]11;?\x07\x05' },
  { name: 'full reset, character sets, double size', text: '\x1bc\x1b(0\x1b#8\x1b#6' },
  { name: 'right to left', text: Buffer.from('\u202eשלום\u202c').toString('latin1') },
];

/** All views and panes, the chosen row being one that carries the payload; a search for it, the palette, and back. */
const EVERY_VIEW = [
  '\x1b[6~',
  'l',
  'p',
  's',
  'c',
  'f',
  'b',
  't',
  'o',
  'l',
  'd',
  'z',
  'z',
  'z',
  'e',
  'w',
  ':',
  '\x1b',
  'Y',
];

test.each(PAYLOADS)('$name leaves the emulator as letters do', { timeout: 60_000 }, async ({ text }) => {
  const hostile = await shownWith(text);
  const harmless = await shownWith('x'.repeat(text.length));
  try {
    for (const key of EVERY_VIEW) {
      await hostile.press(key);
      await harmless.press(key);
      await hostile.settle();
      await harmless.settle();
    }
    expect(hostile.answers).toBe('');
    expect(hostile.titles).toEqual(harmless.titles);
    expect(hostile.terminal.modes).toEqual(harmless.terminal.modes);
    expect(hostile.terminal.buffer.active.type).toBe('alternate');
    // Of escape sequences only ours were written: no OSC, no DCS, no C1, no change of direction.
    expect(hostile.written.replace(OUR_COPY, '')).not.toMatch(ESCAPES);
  } finally {
    hostile.close();
    harmless.close();
  }
});

test.each(PAYLOADS)(
  '$name in the names that a file brings is text',
  { timeout: 60_000 },
  async ({ text }) => {
    const name = Buffer.from(text, 'latin1').toString('utf8');
    const calls = ECHO_CALLS.map((call) => ({ ...call, role: `${call.role}${name}`, place: `${name}.ts:1` }));
    const run = { ...ECHO_RUN, problems: [`it said ${name}`] };
    const screen = await shown({ capture: fakeCapture(ECHO_PACKETS), calls, run }, `a ${name} file`);
    try {
      for (const key of EVERY_VIEW) {
        await screen.press(key);
        await screen.settle();
      }
      await screen.press('h');
      await screen.settle();
      expect(screen.titles).toEqual([]);
      expect(screen.answers).toBe('');
      expect(screen.written.replace(OUR_COPY, '')).not.toMatch(ESCAPES);
    } finally {
      screen.close();
    }
  },
);

type Watched = TestScreen & { readonly titles: string[]; answers: string };

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
  return shown({ capture: fakeCapture(packets), calls, run: ECHO_RUN }, 'hostile');
}

async function shown(session: Session, title: string): Promise<Watched> {
  const watched = { titles: [] as string[], answers: '' };
  const screen = Object.assign(new TestScreen({ width: 80, height: 24 }), watched);
  screen.terminal.onTitleChange((text) => screen.titles.push(text));
  // What the emulator would send back to the program: an answer to a question that nobody of ours asks.
  screen.terminal.onData((text) => {
    screen.answers += text;
  });
  screen.show(session, title);
  await screen.until('[SYN]');
  return screen;
}
