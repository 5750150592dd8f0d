import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { RecordedTerminal } from '../support/recorded-terminal.ts';
import { have } from '../support/tools.ts';

const live = describe.skipIf(!have('script', 'infocmp', 'unshare'));

/** Every view and pane, the help, a copy, the mouse key, a repaint: what each shows, with letters that ASCII has. */
const TOUR = [
  ['d', 'Details'],
  ['e', 'Source'],
  ['w', 'RFC 9293'],
  ['p', 'Destination'],
  ['s', 'a send begins'],
  ['c', 'Packets'],
  ['f', 'Severity'],
  ['b', 'the chosen row'],
  ['t', 'acknowledged'],
  ['o', 'Recv-Q'],
  ['?', 'All keys'],
  ['\x1b', 'Recv-Q'],
  ['l', '[SYN] Seq=0'],
  ['M', 'mouse'],
  ['y', 'takes no copies'],
  ['/', 'Search'],
  ['SYN\r', 'hits'],
  ['\x0c', '[SYN] Seq=0'],
] as const;

/** Attributes by SGR: of the VT100 (its user guide, table 3-9), and those that terminfo has for the Linux console. */
const ATTRIBUTES = {
  vt100: /^(?:0?|1|4|5|7)$/,
  linux: /^(?:0?|1|2|4|5|7|2[24-57]|3[0-79]|4[0-79])$/,
} as const;

let running: RecordedTerminal | null = null;
afterEach(() => running?.end());

live('terminals that can do little', { timeout: 90_000 }, () => {
  test.each([
    { TERM: 'vt100', LANG: 'C' },
    { TERM: 'vt100', LANG: 'C.UTF-8' },
    { TERM: 'linux', LANG: 'C' },
    { TERM: 'linux', LANG: 'C.UTF-8' },
  ] as const)(
    'a tour under TERM=$TERM, LANG=$LANG writes nothing that it cannot do',
    async ({ TERM, LANG }) => {
      const terminal = new RecordedTerminal(['run', 'tcp-echo'], { TERM, LANG, LC_ALL: LANG });
      running = terminal;
      await terminal.until('tcp-echo: ok');
      for (const [keys, shows] of TOUR) {
        terminal.type(keys);
        await terminal.until(shows);
      }
      terminal.type('q');
      await terminal.ended();
      expect(strangers(terminal.written, TERM)).toEqual([]);
      const beyondAscii = /[\x80-\xff]/.test(terminal.written);
      expect(beyondAscii).toBe(TERM === 'linux' && LANG === 'C.UTF-8');
    },
  );
});

/** What was written and is neither text nor a capability of the terminal. */
function strangers(written: string, term: 'vt100' | 'linux'): string[] {
  const known = capabilities(term);
  const found = new Set<string>();
  const sequence = new RegExp(
    `${'\x1b'}(?:\\[[?>=]?[0-9;]*[ -/]*[@-~]|[\\]P^_X][\\s\\S]*?(?:\\x07|${'\x1b'}\\\\)|[()][0-9A-Z]|[\\s\\S])|[\\x00-\\x1f]`,
    'g',
  );
  for (const [each] of written.matchAll(sequence)) {
    const graphics = /^.\[([0-9;]*)m$/.exec(each);
    const isFine =
      each === '\r' ||
      each === '\n' ||
      (graphics === null
        ? known.some((capability) => capability.test(each))
        : (graphics[1] ?? '').split(';').every((attribute) => ATTRIBUTES[term].test(attribute)));
    if (!isFine) found.add(JSON.stringify(each));
  }
  return [...found];
}

/** Sequences that infocmp(1) lists, with any numbers in the place of parameters. A string may hold several of them. */
function capabilities(term: string): RegExp[] {
  const text = execFileSync('infocmp', ['-1', term], { encoding: 'utf8' });
  return [...text.matchAll(/^\t\w+=(.*),$/gm)].flatMap(([, value = '']) =>
    value
      .replace(/\$<[^>]*>/g, '')
      .split(/(?=\\E)/)
      .filter((each) => each.startsWith('\\E') && !each.includes('%?'))
      .map((each) => {
        const pattern = each
          .slice(2)
          .replace(/\^[A-Z]/g, '')
          .replace(/%p\d%d/g, '\0')
          .replace(/%[a-z]\d?|%%/g, '')
          .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
          .replaceAll('\0', '\\d+');
        return new RegExp(`^\x1b${pattern}$`);
      }),
  );
}
