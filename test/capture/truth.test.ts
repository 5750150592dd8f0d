import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FIELD_NAMES, fieldInfo, fieldText } from '../../capture/fields.ts';
import { openCapture } from '../../capture/file/open-capture.ts';
import { HAS_SHARED, hasProgram, SHARED, sharedCaptures, tsharkFields } from '../shared.ts';
import { NAMED_DIFFERENCES } from '../support/named-differences.ts';

interface Truth {
  readonly fields: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What the saved answer of tshark says, of the fields that we have. */
function savedTruth(file: string): Truth | null {
  const path = join(SHARED, 'captures', 'truth', `${basename(file)}.tsv.gz`);
  if (!existsSync(path)) return null;
  const [head = '', ...lines] = gunzipSync(readFileSync(path)).toString().replace(/\n$/, '').split('\n');
  return { fields: head.split('\t'), rows: lines.map((line) => line.split('\t')) };
}

/** Fields of tshark that are out of scope, or compared in another way, each with the reason why. */
const NOT_COMPARED = new Map([
  ['frame.protocols', 'ours ends at the transport: it is compared as the beginning of theirs'],
]);

function isCompared(field: string): boolean {
  // The text of a protocol is a summary line in theirs.
  return FIELD_NAMES.includes(field) && !NOT_COMPARED.has(field) && fieldInfo(field)?.type !== 'protocol';
}

/** Where tshark is wrong, each with the reason why. */
const EXPLAINED = new Map([
  [
    // 2³¹ µs: tshark multiplies by 1000 in 32 bits and gets 0; we carry the whole seconds over.
    'tcpdump__timestamp_invalid_micro.pcap',
    ['frame 3 frame.time_epoch: tshark 1418145370.000000000, we 1418147517.483648000'],
  ],
]);

/** Differences in fields beyond those of the saved truth. */
const EXPLAINED_FIELDS = NAMED_DIFFERENCES.flatMap(({ fields = [] }) => fields);

function isExplained(difference: string): boolean {
  return EXPLAINED_FIELDS.some((pattern) => pattern.test(difference));
}

async function compare(file: string, truth: Truth): Promise<string[]> {
  const capture = await openCapture(file);
  const numberAt = truth.fields.indexOf('frame.number');
  const byNumber = new Map(truth.rows.map((row) => [row[numberAt], row]));
  const differences: string[] = [];
  for (let row = 0; row < capture.columns.length; row++) {
    const number = fieldText(capture, row, 'frame.number');
    const expected = byNumber.get(number);
    byNumber.delete(number);
    truth.fields.forEach((field, index) => {
      if (!isCompared(field)) return;
      const ours = fieldText(capture, row, field);
      if (ours !== expected?.[index])
        differences.push(`frame ${number} ${field}: tshark ${expected?.[index]}, we ${ours}`);
    });
  }
  // What is left are blocks that tshark lists as frames and that are no packets: they have no protocol of a frame.
  const protocols = truth.fields.indexOf('frame.protocols');
  for (const [number, row] of byNumber) {
    if (!/^(data|systemd_journal)?$/.test(row[protocols] ?? ''))
      differences.push(`frame ${number} is missing`);
  }
  capture.close();
  return differences;
}

describe.skipIf(!HAS_SHARED)('saved captures, frame by frame as tshark has them', () => {
  for (const file of sharedCaptures('captures')) {
    const truth = savedTruth(file);
    if (truth === null) continue;
    test(basename(file), async () => {
      expect(await compare(file, truth)).toEqual(EXPLAINED.get(basename(file)) ?? []);
    });
  }
});

describe.skipIf(!HAS_SHARED || !hasProgram('tshark'))(
  'all fields of all captures, frame by frame as the installed tshark has them',
  () => {
    const fields = [...FIELD_NAMES.filter(isCompared), 'frame.protocols'];
    const files = [...sharedCaptures('golden'), ...sharedCaptures('captures').filter(savedTruth)];
    for (const file of files) {
      test(basename(file), async () => {
        const differences = await compare(file, { fields, rows: tsharkFields(file, fields) });
        const explained = EXPLAINED.get(basename(file)) ?? [];
        expect(differences.filter((difference) => !isExplained(difference))).toEqual(explained);
      });
    }
  },
);
