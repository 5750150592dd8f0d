import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { compareFlags } from '../../src/diagnosis/compare.ts';
import { FLAG, FLAG_FIELDS } from '../../src/diagnosis/flags.ts';
import { StrictAnalysis } from '../../src/diagnosis/strict-flags.ts';
import { HAS_SHARED, SHARED, sharedCaptures } from '../shared.ts';

/** What tshark prints in its Info column for each flag. */
const INFO: readonly (readonly [string, number])[] = [
  ['[TCP Retransmission]', FLAG.retransmission],
  ['[TCP Fast Retransmission]', FLAG.fastRetransmission | FLAG.retransmission],
  ['[TCP Spurious Retransmission]', FLAG.spuriousRetransmission | FLAG.retransmission],
  ['[TCP Out-Of-Order]', FLAG.outOfOrder],
  ['[TCP Previous segment not captured]', FLAG.lostSegment],
  ['[TCP ACKed unseen segment]', FLAG.ackLostSegment],
  ['[TCP Dup ACK ', FLAG.duplicateAck],
  ['[TCP Window Full]', FLAG.windowFull],
  ['[TCP ZeroWindow]', FLAG.zeroWindow],
  ['[TCP ZeroWindowProbe]', FLAG.zeroWindowProbe],
  ['[TCP ZeroWindowProbeAck]', FLAG.zeroWindowProbeAck],
  ['[TCP Keep-Alive]', FLAG.keepAlive],
  ['[TCP Keep-Alive ACK]', FLAG.keepAliveAck],
  ['[TCP Window Update]', FLAG.windowUpdate],
  ['[TCP Port numbers reused]', FLAG.reusedPorts],
];

function golden(): Map<string, Map<number, number>> {
  const path = join(SHARED, 'golden', 'tshark-4.0.17.txt');
  const cases = new Map<string, Map<number, number>>();
  if (!existsSync(path)) return cases;
  let frames = new Map<number, number>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line.startsWith('# ')) {
      frames = new Map();
      cases.set(line.slice(2), frames);
    } else if (line !== '') {
      const [number, info = ''] = line.split('\t');
      frames.set(
        Number(number),
        INFO.reduce((bits, [text, flag]) => (info.includes(text) ? bits | flag : bits), 0),
      );
    }
  }
  return cases;
}

function savedFlags(file: string): Map<number, number> | null {
  const path = join(SHARED, 'captures', 'truth', `${basename(file)}.tsv.gz`);
  if (!existsSync(path)) return null;
  const [head = '', ...lines] = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
  const fields = head.split('\t');
  const number = fields.indexOf('frame.number');
  return new Map(
    lines.map((line) => {
      const values = line.split('\t');
      const has = (field: string): boolean => (values[fields.indexOf(field)] ?? '') !== '';
      return [
        Number(values[number]),
        FLAG_FIELDS.reduce((bits, [bit, field]) => (has(field) ? bits | bit : bits), 0),
      ];
    }),
  );
}

async function differences(file: string, theirs: ReadonlyMap<number, number>): Promise<string[]> {
  const capture = await openCapture(file);
  const found = compareFlags(file, 'tshark', capture, theirs).differences;
  capture.close();
  return found.map(
    ({ frame, theirs: they, ours }) => `frame ${frame}: they ${they.join(' ')}; we ${ours.join(' ')}`,
  );
}

describe.skipIf(!HAS_SHARED)('synthetic cases, as tshark 4.0.17 has them', () => {
  for (const [name, frames] of golden()) {
    test(name, async () => {
      expect(await differences(join(SHARED, 'golden', `${name}.pcap`), frames)).toEqual([]);
    });
  }
});

describe.skipIf(!HAS_SHARED)('saved captures, as tshark 4.0.17 has them', () => {
  for (const file of sharedCaptures('captures')) {
    const theirs = savedFlags(file);
    if (theirs === null) continue;
    test(basename(file), async () => {
      expect(await differences(file, theirs)).toEqual([]);
    });
  }
});

test('flags do not depend on how the rows are cut', async () => {
  const file = sharedCaptures('captures').find((path) => path.includes('six-flows'));
  if (file === undefined) return;
  const whole = await openCapture(file);
  const expected = [...new StrictAnalysis(whole.flows).run(whole.columns).subarray(0, whole.columns.length)];
  whole.close();
  const pieces: number[] = [];
  let analysis: StrictAnalysis | null = null;
  const streamed = await openCapture(file, {
    onRows: (columns, rowBase, { flows }) => {
      analysis ??= new StrictAnalysis(flows);
      pieces.push(...analysis.run(columns, rowBase).subarray(0, columns.length));
    },
  });
  streamed.close();
  expect(expected.some((flags) => flags !== 0)).toBe(true);
  expect(pieces).toEqual(expected);
});
