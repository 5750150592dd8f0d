import { expect, test } from 'vitest';
import { parametersOf } from '../../src/scenarios/parameter-table.ts';
import { parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadScenario, scenarioIds } from '../../src/scenarios/registry.ts';
import * as ca from '../../src/words/ca/all.ts';
import * as en from '../../src/words/en/all.ts';
import * as es from '../../src/words/es/all.ts';
import { notes } from '../../src/words/notes.ts';
import type { Text } from '../../src/words/text.ts';

/** Kinds of reasons are told with reasons, which test/words/words.test.ts makes. */
const OF_REASONS = new Set(['packets', 'untaken', 'calls', 'findings', 'issues', 'told']);

/**
 * Words that are the same in English and in another language: names of fields, protocols, tools and units, and words that
 * the languages share.
 */
const SHARED = new Set([
  ...[
    'bytes',
    'byte',
    'handshake',
    'Bytes',
    'keep alive',
    'no',
    'usual',
    'zoom',
    'Info',
    'Proto',
    'Socket',
    'Descriptor',
    'sendall',
  ],
  ...[
    'Send Q',
    'Recv Q',
    'cwnd',
    'ssthresh',
    'rtt',
    'rtt µs',
    'mss',
    'errno',
    'goodput',
    'TCP UDP ICMP',
    'AF INET',
  ],
  // Catalan only.
  ...['Protocol', 'Argument', 'client', 'segments', 'arguments', 'Captures', 'urgent', 'clients', 'text'],
]);

/** Titles are parted around the letter of their key, and each language has its own short ones. */
const OF_TABS = /abs\./;

/** Every text of a table by its path; functions are asked with arguments that show in the text. */
function leaves(value: unknown, path: string, found: Map<string, string>): Map<string, string> {
  if (typeof value === 'string') found.set(path, value);
  else if (typeof value === 'function')
    found.set(path, String(value(...Array.from({ length: value.length }, (_, at) => `«${at}»`))));
  else if (Array.isArray(value))
    for (const [at, each] of value.entries()) leaves(each, `${path}.${at}`, found);
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value))
      leaves(each, path === '' ? key : `${path}.${key}`, found);
  return found;
}

const told = (table: object): Map<string, string> =>
  leaves(
    Object.fromEntries(Object.entries(table).filter(([group]) => !OF_REASONS.has(group))),
    '',
    new Map(),
  );

const bare = (text: string): string =>
  text
    .replace(/«\d+»/g, '')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim();
const isShared = (text: string): boolean => bare(text) === '' || SHARED.has(bare(text));

test.each([
  ['Spanish', es],
  ['Catalan', ca],
])('%s says everything that English says, and says it in its own words', (_, table) => {
  const english = told(en);
  const other = told(table);
  const missing = [...english.keys()].filter((path) => !other.has(path) && !OF_TABS.test(path));
  expect(missing).toEqual([]);
  const same = [...english].filter(
    ([path, text]) => other.get(path) === text && !isShared(text) && !OF_TABS.test(path),
  );
  expect(same).toEqual([]);
  for (const [path, text] of other) {
    expect(text, path).not.toMatch(/undefined|\[object/);
    for (const [argument] of english.get(path)?.matchAll(/«\d+»/g) ?? [])
      expect(text, path).toContain(argument);
  }
});

test('notes of the lab are told in all three languages', () => {
  const made: readonly Text[] = [
    notes.roleEnded('server', 1, ''),
    notes.timedOut(5),
    notes.unusedPause('before', 'accept', null),
    notes.nothingPassed('tcp', 3500),
    notes.captureStopped('x'),
    notes.endUnseen(),
    notes.queueFull(2),
    notes.noNflog(),
    notes.noSockets(),
    notes.stillBusy(5),
    notes.labDied(null),
    notes.labDied({ signal: 'SIGKILL' }),
    notes.labDied({ code: 1, said: 'x' }),
    notes.ofEngine('engine cap does not count dropped packets'),
    notes.ofEngine('engine cap cuts frames at 65535 bytes'),
  ];
  for (const text of made) expect(differing(text), JSON.stringify(text)).toBe(true);
});

function differing(text: Text): boolean {
  if (typeof text === 'string') return isShared(text);
  return isShared(text.en) || (text.es !== text.en && text.ca !== text.en);
}

test.each(scenarioIds())('%s: its texts are in all three languages', async (id) => {
  const scenario = await loadScenario(id);
  const specs = parametersOf(scenario);
  const texts: Text[] = [
    scenario.title,
    scenario.teaches,
    ...scenario.variants.map(({ shows }) => shows),
    ...scenario.lookFor(parseParameters(scenario, {})).map(({ text }) => text),
    ...specs.flatMap(({ help, choices }) => [help, ...Object.values(choices)]),
  ];
  expect(texts.filter((text) => !differing(text))).toEqual([]);
});
