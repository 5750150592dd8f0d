import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { StrictAnalysis } from '../../src/diagnosis/strict-flags.ts';
import { type StrictValue, StrictValues } from '../../src/diagnosis/strict-values.ts';
import { SHARED, sharedCaptures } from '../shared.ts';

const EXACT: readonly StrictValue[] = ['duplicate_ack_num', 'duplicate_ack_frame', 'acks_frame'];

for (const file of sharedCaptures('captures')) {
  const path = join(SHARED, 'captures', 'truth', `${basename(file)}.tsv.gz`);
  if (!existsSync(path)) continue;
  test(basename(file), async () => {
    const [head = '', ...lines] = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
    const fields = head.split('\t');
    const rows = new Map(
      lines.map((line) => {
        const values = line.split('\t');
        return [Number(values[fields.indexOf('frame.number')]), values] as const;
      }),
    );
    const capture = await openCapture(file);
    const values = new StrictValues();
    new StrictAnalysis(capture.flows, values).run(capture.columns);
    const frame = (row: number): number => row + 1 + capture.otherBlocks.numberedBefore(row);
    for (let row = 0; row < capture.columns.length; row++) {
      const truth = rows.get(frame(row));
      for (const name of EXACT) {
        const expected = truth?.[fields.indexOf(`tcp.analysis.${name}`)] ?? '';
        expect([frame(row), name, values.text(name, row, frame)]).toEqual([frame(row), name, expected]);
      }
    }
    capture.close();
  });
}
