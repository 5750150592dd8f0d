import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { flowFacts } from '../../capture/fields/flow-facts.ts';
import { openCapture } from '../../capture/file/open-capture.ts';
import { tsharkFlags } from '../../src/commands/tshark.ts';
import { compareFlags } from '../../src/diagnosis/compare.ts';
import { FLAG } from '../../src/diagnosis/flags.ts';
import { random } from '../bench/generate.ts';
import { hasProgram } from '../shared.ts';
import { HANDSHAKE, type Segment, writeSegments } from '../support/tcp-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'dropped-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Requests of 10 bytes that are acknowledged, then answered with 2; each packet is dropped with this probability. */
function exchange(seed: number, drop: number, answers: boolean): Segment[] {
  const next = random(seed);
  const segments: Segment[] = [...HANDSHAKE];
  for (let round = 0; round < 150; round++) {
    const at = 100 + round * 10;
    const [sent, answered] = [101 + round * 10, 501 + (answers ? round * 2 : 0)];
    segments.push({ at, way: '>', seq: sent, ack: answered, len: 10 });
    segments.push({ at: at + 1, way: '<', seq: answered, ack: sent + 10 });
    if (answers) segments.push({ at: at + 2, way: '<', seq: answered, ack: sent + 10, len: 2 });
  }
  return segments.filter((_, index) => index < 3 || next() >= drop);
}

describe.skipIf(!hasProgram('tshark'))('captures that lack packets', () => {
  test.for([0.03, 0.1, 0.3])(
    'acknowledgements of what the capture lacks are those of tshark: %d dropped',
    { timeout: 60_000 },
    async (drop) => {
      let [frames, differ, fired] = [0, 0, 0];
      for (const answers of [false, true]) {
        const file = join(folder, `${drop}-${answers}.pcap`);
        writeSegments(file, exchange(7, drop, answers));
        const { flags } = await tsharkFlags(file);
        const capture = await openCapture(file);
        const { tcpFrames, differences } = compareFlags(file, 'tshark', capture, flags);
        capture.close();
        frames += tcpFrames;
        differ += differences.length;
        fired += [...flags.values()].filter((bits) => (bits & FLAG.ackLostSegment) !== 0).length;
      }
      expect(fired).toBeGreaterThan(10);
      expect(differ / frames).toBeLessThan(0.006);
    },
  );

  test('completeness is that of tshark where the beginning is missing', async () => {
    const whole = exchange(7, 0, true).slice(0, 12);
    const [syn, synAck, last, ...rest] = whole;
    if (syn === undefined || synAck === undefined || last === undefined) throw new Error('no handshake');
    for (const segments of [whole, [synAck, last, ...rest], [last, ...rest], [syn, last, ...rest], rest]) {
      const file = join(folder, 'beginning.pcap');
      writeSegments(file, segments);
      const words = ['-n', '-r', file, '-T', 'fields', '-e', 'tcp.completeness'];
      const theirs = execFileSync('tshark', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      const capture = await openCapture(file);
      const ours = flowFacts(capture).completeness.subarray(0, capture.columns.length);
      capture.close();
      expect([...ours]).toEqual(theirs.trim().split('\n').map(Number));
    }
  });
});
