// Usual segments have a short way through the analysis and its statistics: it must leave all as the long way does.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Columns } from '../../capture/columns.ts';
import { openCapture } from '../../capture/file/open-capture.ts';
import { FlowStats } from '../../src/diagnosis/check/flow-stats.ts';
import { TooBig } from '../../src/diagnosis/check/too-big.ts';
import { RecentFrames } from '../../src/diagnosis/recent-frames.ts';
import { SecondCaptures } from '../../src/diagnosis/second-captures.ts';
import { StrictAnalysis } from '../../src/diagnosis/strict-flags.ts';
import { StrictValues } from '../../src/diagnosis/strict-values.ts';
import { generateCapture } from '../bench/generate.ts';
import { sharedCaptures } from '../shared.ts';

/** Takes every segment by itself. */
class OneByOne extends FlowStats {
  override segments(
    columns: Columns,
    from: number,
    to: number,
    rowBase: number,
    analysis: StrictAnalysis,
  ): void {
    for (let row = from; row < to; row++) {
      analysis.now = analysis.usual.now[row - from] ?? 0;
      analysis.rtt = analysis.usual.rtt[row - from] ?? 0;
      this.segment(columns, row, rowBase, analysis.usual.found[row - from] ?? 0, analysis);
    }
  }
}

/** Flags of all rows, and what the statistics hold after them; with `values` the analysis itself has no short way. */
async function analysed(file: string, most: number, kind: typeof FlowStats, values: StrictValues | null) {
  const capture = await openCapture(file);
  const frames = new RecentFrames();
  frames.take(capture.columns, 0, capture);
  const seconds = new SecondCaptures(frames);
  seconds.take(capture.columns, 0);
  const stats = new kind(frames, most, new TooBig(), seconds);
  const analysis = new StrictAnalysis(capture.flows, values, stats, seconds);
  const flags = [...analysis.run(capture.columns).subarray(0, capture.columns.length)];
  capture.close();
  stats.settle();
  const { cells, flagCounts, evidence, readings, gaps, copies } = stats;
  return {
    flags,
    cells: digestOf(cells),
    flagCounts,
    evidence,
    gaps,
    damaged: copies.damaged,
    readings: readings.list(),
  };
}

/** To compare a million numbers one by one takes seconds. */
function digestOf(cells: Float64Array): string {
  return createHash('sha256').update(cells).digest('hex');
}

async function compareWays(file: string): Promise<void> {
  for (const most of [5, Number.POSITIVE_INFINITY]) {
    const short = await analysed(file, most, FlowStats, null);
    expect(await analysed(file, most, OneByOne, null)).toEqual(short);
    expect(await analysed(file, most, FlowStats, new StrictValues())).toEqual(short);
  }
}

const files = sharedCaptures('captures');

describe.runIf(files.length > 0)('the short way leaves what the long way leaves', () => {
  test.for(files)('%s', async (file, { skip }) => {
    const readable = await openCapture(file).catch(() => null);
    if (readable === null) skip('it cannot be opened');
    readable?.close();
    await compareWays(file);
  });
});

describe('a generated capture', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sockscope-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  // A packet every 10 µs: among so many flows acknowledgements come late enough to be delayed ones.
  test.each([40, 3000])(
    'of %i flows, with losses and duplicate acknowledgements, is judged the same',
    async (flows) => {
      const file = join(directory, `${flows}.pcap`);
      generateCapture(file, { packets: 60_000, flows, payload: 30, seed: 7, loss: 0.02 });
      await compareWays(file);
    },
  );
});
