import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hasProgram } from '../shared.ts';
import { mutatedDifferences } from '../support/mutated-differences.ts';

const folder = mkdtempSync(join(tmpdir(), 'mutated-segments-'));
afterAll(() => rmSync(folder, { recursive: true }));

// More of them: npx tsx test/campaign/segments.ts 100
describe.skipIf(!hasProgram('tshark'))('damaged conversations, as tshark has them', () => {
  test.for([
    [1, 0.02],
    [2, 0.1],
    [3, 0.3],
    [5, 0.1],
    [6, 0.1],
    [17, 0.2],
    [20, 0.1],
  ] as const)('seed %d, a share of %d changed', async ([seed, share]) => {
    const { frames, differences } = await mutatedDifferences(join(folder, `${seed}.pcap`), seed, share);
    expect(differences).toEqual([]);
    expect(frames).toBeGreaterThan(200);
  });
});
