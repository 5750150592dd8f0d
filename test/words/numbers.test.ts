import { afterEach, describe, expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { wording } from '../../src/timeline/wording.ts';
import { type Language, setLanguage } from '../../src/words/language.ts';
import { duration as ofReason } from '../../src/words/parts.ts';
import { percent, size, span } from '../../src/words/units.ts';
import { words } from '../../src/words/words.ts';
import { duration, milliseconds } from '../../views/ladder/units.ts';
import { NOON_NS, openRecorded, SessionScript } from '../timeline/build-session.ts';

afterEach(() => setLanguage('en'));

test.each([
  ['en', '3.4 s', '1.4 kB', '12.5 %', '3.40 s', '1.92 ms', '1000.130'],
  ['es', '3,4 s', '1,4 kB', '12,5 %', '3,40 s', '1,92 ms', '1000,130'],
  ['ca', '3,4 s', '1,4 kB', '12,5 %', '3,40 s', '1,92 ms', '1000,130'],
] as const)('%s writes decimals as its readers do', (language, ...wanted) => {
  setLanguage(language);
  const said = [
    ofReason(3400),
    size(1400),
    percent(1, 8),
    span(3.4),
    duration(1_920_000n),
    milliseconds(1_000_130_000n),
  ];
  expect(said).toEqual(wanted);
});

describe('a call that never returned is told with how long it had been open when the run ended', () => {
  test.each<[Language, string, string]>([
    [
      'en',
      'had not returned 2.5 s later, when the run ended',
      'had not returned where the file ends, before its run did',
    ],
    [
      'es',
      'aún no había vuelto 2,5 s después, al acabar la ejecución',
      'aún no había vuelto donde acaba el archivo, antes que su ejecución',
    ],
    [
      'ca',
      'encara no havia retornat 2,5 s després, en acabar l’execució',
      'encara no havia retornat on acaba el fitxer, abans que la seva execució',
    ],
  ])('%s', async (language, known, unknown) => {
    setLanguage(language);
    const script = new SessionScript()
      .call([0, 5], 'server', 'socket', { ret: 3, created: 'server:1', fd: 3 })
      .call([1000, null], 'server', 'accept', { socket: 'server:1', fd: 3 })
      .call([16_000, 16_000], 'client', 'socket', { ret: 3, created: 'client:1', fd: 3 });
    const said = async (endedNs: string | null): Promise<string> => {
      const timeline = buildTimeline(await openRecorded(script.recorded({ endedNs })));
      const reason = timeline.reasonOfCall(1);
      if (reason === null) throw new Error('no reason');
      return wording(timeline.session)(reason);
    };
    // The run ended 2.501 s after its first call; where that is not known, the file was saved before.
    expect(await said(String(NOON_NS + 2_501_000_000n))).toBe(known);
    expect(await said(null)).toBe(unknown);
  });
});

test.each([
  ['en', /\b1 (?:bytes|lines|segments)\b/, '1 byte'],
  ['es', /\b1 (?:bytes|líneas|segmentos)(?![a-z])/, '1 byte'],
  ['ca', /\b1 (?:bytes|línies|segments)(?![a-z])/, '1 byte'],
] as const)('%s has a word for one', (language, several, one) => {
  setLanguage(language);
  const { ladder, panes, screen, issues } = words();
  const params = {
    side: 'A',
    again: 1,
    segments: 1,
    distinct: 1,
    bytes: 1,
    seconds: 0,
    timeouts: 1,
    count: 1,
  };
  const issue = { params } as unknown as Parameters<typeof issues.timeouts.say>[0];
  const ends = { a: 'one', b: 'other' };
  const told = [
    ...[ladder.otherProtocol(1), ladder.bytesCompared('1', '1'), panes.streamBytes('1', '', null)],
    ...[screen.moreLines(1), issues.timeouts.say(issue, ends), issues.overtaken.say(issue, ends)],
  ];
  expect(told.filter((text) => several.test(text))).toEqual([]);
  expect(told.slice(0, 3).every((text) => text.includes(one))).toBe(true);
});
