import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { tsharkFlags } from '../../src/commands/tshark.ts';
import { COMPARED_VALUES, compareValues } from '../../src/filter/compare-values.ts';
import { HAS_SHARED, hasProgram, SHARED, sharedCaptures } from '../shared.ts';
import { NAMED_DIFFERENCES } from '../support/named-differences.ts';

/** Fields whose values were not saved with the captures. */
const UNSAVED = /analysis$|analysis\.flags|rto_frame|tfo_ignored|fin_(active|passive)/;
const SAVED = COMPARED_VALUES.filter((field) => !UNSAVED.test(field));

/** Where the installed tshark (4.0.17) and we differ on purpose. */
const explainedIn = (file: string): readonly RegExp[] =>
  NAMED_DIFFERENCES.flatMap(({ values }) => values?.[basename(file)] ?? []);

/** What the saved answer of tshark says, of the fields that are compared. */
function savedValues(file: string): Map<number, readonly string[]> | null {
  const path = join(SHARED, 'captures', 'truth', `${basename(file)}.tsv.gz`);
  if (!existsSync(path)) return null;
  const [head = '', ...lines] = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
  const fields = head.split('\t');
  const number = fields.indexOf('frame.number');
  return new Map(
    lines.map((line) => {
      const values = line.split('\t');
      return [Number(values[number]), SAVED.map((field) => values[fields.indexOf(field)] ?? '')];
    }),
  );
}

async function differences(
  file: string,
  theirs: ReadonlyMap<number, readonly string[]>,
  fields: readonly string[],
): Promise<string[]> {
  const capture = await openCapture(file);
  const { valueDifferences } = compareValues(capture, theirs, fields);
  capture.close();
  const explained = explainedIn(file);
  return valueDifferences
    .map(({ frame, field, theirs: they, ours }) => `frame ${frame} ${field}: they ${they}, we ${ours}`)
    .filter((text) => !explained.some((pattern) => pattern.test(text)));
}

describe.skipIf(!HAS_SHARED)('values are those that tshark 4.0.17 saved', () => {
  for (const file of sharedCaptures('captures')) {
    const theirs = savedValues(file);
    if (theirs === null) continue;
    test(basename(file), async () => {
      expect(await differences(file, theirs, SAVED)).toEqual([]);
    });
  }
});

/** All fields, with the tshark that is installed: it starts slowly, so that these must do. */
const LIVE =
  /six-flows|tfo|reorder30|zerowindow|capture-drops|simultaneous|loss_dupack|cycle_not|reset|reused_after/;

describe.skipIf(!HAS_SHARED || !hasProgram('tshark'))('values are those of the installed tshark', () => {
  for (const file of [...sharedCaptures('golden'), ...sharedCaptures('captures')]) {
    if (!LIVE.test(file)) continue;
    test(basename(file), { timeout: 60_000 }, async () => {
      const { values } = await tsharkFlags(file, COMPARED_VALUES);
      expect(await differences(file, values, COMPARED_VALUES)).toEqual([]);
    });
  }
});
