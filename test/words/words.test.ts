import { afterEach, describe, expect, test } from 'vitest';
import { messageOf } from '../../src/timeline/messages.ts';
import { PACKET_KINDS } from '../../src/timeline/reason-table.ts';
import { LANGUAGES, languageOfLocale, setLanguage } from '../../src/words/language.ts';
import { reportName } from '../../src/words/report-name.ts';
import { words } from '../../src/words/words.ts';
import { lessonOf } from '../../views/lessons.ts';

afterEach(() => setLanguage('en'));

const NAMES = { call: (index: number) => `client send#${index}`, packet: (row: number) => `#${row}` };
const PARAMS = {
  ...{ from: 1_000_000_000, to: 1_000_065_483, acked: 1_000_065_483, ms: 12_345.678, after: 3, asked: 9 },
  ...{ value: 65_536, sends: 12, bytes: 65_507, total: 1_000_000, most: 45, syns: 3, sent: 4, type: 3 },
  ...{ role: 'client 12', name: 'recvfrom', sender: 'client 12', receiver: 'server', errno: 'ECONNREFUSED' },
};
const reason = (kind: string, count: number) => ({
  ...{ kind, params: { ...PARAMS, count } },
  ...{ calls: [1234, 1235], packets: [123_456] },
});
/** Numbers and names that a message holds, in order of size: they are the same in every language. */
const figures = (text: string) =>
  (text.replace(/(\d),(?=\d)/g, '$1.').match(/\d[\d.]*|#\d+|\b[a-z]+ [a-z]+#\d+/g) ?? []).sort();

function inEach<T>(tell: () => T): readonly T[] {
  return LANGUAGES.map((language) => {
    setLanguage(language);
    return tell();
  });
}

const kinds = Object.keys({ ...words().packets, ...words().calls, ...words().findings });

describe('reasons and findings', () => {
  test('of packets have words for every kind that there is', () => {
    for (const { packets } of inEach(words))
      expect(Object.keys(packets).sort()).toEqual([...PACKET_KINDS, 'not-yet'].sort());
  });

  test.each(kinds)('%s says the same in each language, with the numbers of the run', (kind) => {
    for (const count of [1, 250]) {
      const texts = inEach(() => messageOf(reason(kind, count), NAMES));
      for (const text of texts) {
        expect(text).not.toMatch(/undefined|NaN|null/);
        expect(text.length).toBeLessThanOrEqual(150);
        expect(text).not.toBe(kind);
        expect(figures(text)).toEqual(figures(texts[0] ?? ''));
      }
      // A message of names and numbers only ('bytes 0–4 of client send#1') may be alike in two languages, not in English.
      if ((texts[0] ?? '').replace(/[^a-z]/g, '').length > 40)
        expect(new Set(texts).size).toBe(LANGUAGES.length);
    }
  });
});

test('a SYN that came to a full accept queue says so in each language', () => {
  const { params, ...rest } = reason('syn', 1);
  const full = { ...rest, params: { ...params, dropped: 1, waiting: 2, backlog: 1 } };
  const texts = inEach(() => messageOf(full, NAMES));
  for (const text of texts) expect(figures(text)).toEqual(figures(texts[0] ?? ''));
  expect(texts.filter((text) => /2, backlog 1|2 waiting, backlog 1/.test(text))).toHaveLength(3);
});

test('every issue of a check says what it is and what to do, in each language', () => {
  for (const { issues, report } of inEach(words)) {
    expect(Object.keys(issues).sort()).toEqual(Object.keys(words().issues).sort());
    for (const [kind, { title, why, say }] of Object.entries(issues)) {
      expect(title.length, kind).toBeGreaterThan(5);
      expect(why, kind).toMatch(/[.)]$/);
      const params = {
        syns: 3,
        seconds: 2.5,
        count: 7,
        again: 2,
        segments: 9,
        side: 'A',
        what: 'x',
        name: 'lo',
      };
      const text = say({ kind, params } as unknown as Parameters<typeof say>[0], { a: 'A:1', b: 'B:2' });
      expect(text, kind).not.toMatch(/undefined|NaN/);
    }
    expect(report.summary(1, 2, 3)).toMatch(/^1 pa.*2 B.*3[.,]00 s$/);
  }
  const [, spanish, catalan] = inEach(() => Object.values(words().issues).map(({ why }) => why));
  const english = Object.values(words().issues).map(({ why }) => why);
  expect(spanish?.filter((why, index) => why === english[index] || why === catalan?.[index])).toEqual([]);
});

test('lessons are told in the language of the reader, with the same places to read on', () => {
  const lessons = inEach(() => lessonOf('syn-ack'));
  expect(new Set(lessons.map((lesson) => lesson?.text)).size).toBe(3);
  expect(new Set(lessons.map((lesson) => lesson?.read)).size).toBe(1);
  const [en, es, ca] = inEach(() => Object.entries(words().lessons));
  for (const [index, [name, text]] of (en ?? []).entries()) {
    const others = [es?.[index]?.[1], ca?.[index]?.[1]];
    expect(
      [text, ...others].filter((each) => /[.…]$/.test(each ?? '')),
      name,
    ).toHaveLength(3);
    expect(others, name).not.toContain(text);
  }
});

test.each([
  [{}, 'en'],
  [{ LANG: 'es_ES.UTF-8' }, 'es'],
  [{ LANG: 'ca_ES@valencia' }, 'ca'],
  [{ LANG: 'es' }, 'es'],
  [{ LANG: 'est_EE' }, 'en'],
  [{ LANG: 'es_ES.UTF-8', LC_MESSAGES: 'ca_ES.UTF-8' }, 'ca'],
  [{ LANG: 'es_ES.UTF-8', LC_MESSAGES: 'ca_ES.UTF-8', LC_ALL: 'C.UTF-8' }, 'en'],
  [{ LANG: 'es_ES.UTF-8', LC_ALL: '' }, 'es'],
  [{ LANG: 'fr_FR.UTF-8' }, 'en'],
])('the locale %o asks for %s', (env, language) => expect(languageOfLocale(env)).toBe(language));

test.each([
  ['bytes echoed', 'bytes devueltos'],
  ['answer 2', 'respuesta 2'],
  ['file 12 bytes', 'fichero 12 bytes'],
  ['recv(16) calls', 'recv(16) llamadas'],
  ['poll: ms a client waits', 'poll: ms que espera un cliente'],
  ['second cut', 'segundo cortado'],
  ['who at 127.0.0.2', 'quién en 127.0.0.2'],
  ['SO_SNDBUF granted', 'SO_SNDBUF concedido'],
  ['bytes of my own', 'bytes of my own'],
  ['firsthand', 'firsthand'],
  ['bind as a: b', 'bind as a: b'],
])('a report called %s is told as %s in Spanish', (name, spanish) => {
  setLanguage('es');
  expect(reportName(name)).toBe(spanish);
  setLanguage('en');
  expect(reportName(name)).toBe(name);
});
