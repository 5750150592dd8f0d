import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UserError } from '../../capture/user-error.ts';
import { parseFilter } from '../../src/filter/filter.ts';
import { filterOption, needsTimeline } from '../../src/filter/filter-option.ts';
import { openSession } from '../../src/session/read.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { have, PROJECT } from '../support/tools.ts';
import { filterDocument, inRanges, passing } from './filter-document.ts';

const { examples, refused, written } = filterDocument();
const samplePath = (sample: string): string => join(PROJECT, `samples/${sample}.pcapng`);
const timelines = new Map<string, Timeline>();

async function timelineOf(sample: string): Promise<Timeline> {
  const known = timelines.get(sample);
  if (known !== undefined) return known;
  const timeline = buildTimeline(await openSession(samplePath(sample)));
  timelines.set(sample, timeline);
  return timeline;
}

afterAll(() => {
  for (const { session } of timelines.values()) session.capture.close();
});

test('the page has examples of every kind', () => {
  expect(examples.length).toBeGreaterThan(50);
  expect(refused.length).toBeGreaterThan(8);
  expect(written.length).toBeGreaterThan(8);
});

describe('the rows that the page says pass', () => {
  test.each(examples)('$sample: $filter', async ({ filter, sample, packets, calls }) => {
    expect(passing(filter, await timelineOf(sample))).toEqual({ packets, calls });
  });
});

/** Filters that name nothing of ours, nor times since the frame before, which to tshark may be the row of a call. */
const wiresharks = examples.filter(({ filter }) => {
  if (/frame\.time_(?:relative|delta)/.test(filter)) return false;
  const parsed = parseFilter(filter);
  return parsed.ok && !needsTimeline(parsed.filter.node);
});

/** Frame numbers of the packets, without the rows of calls, which tshark gives a protocol of their own. */
function tsharkFrames(path: string, filter: string): string {
  const whole = ['-o', 'ip.defragment:FALSE', '-o', 'tcp.desegment_tcp_streams:FALSE'];
  const fields = ['-T', 'fields', '-e', 'frame.number', '-e', 'frame.protocols'];
  const run = spawnSync('tshark', ['-n', '-r', path, '-Y', filter, ...whole, ...fields], {
    encoding: 'utf8',
  });
  const lines = run.stdout.split('\n').filter((line) => line !== '' && !/systemd_journal/.test(line));
  return inRanges(lines.map((line) => Number(line.split('\t')[0])));
}

describe.skipIf(!have('tshark'))('the packets that pass are those of tshark', () => {
  test.each(wiresharks)('$sample: $filter', ({ filter, sample, packets }) => {
    expect(tsharkFrames(samplePath(sample), filter)).toBe(packets);
  });
});

test('a message points at the place', () => {
  const page = readFileSync(join(PROJECT, 'docs/filter.md'), 'utf8');
  const [, filter = '', shown = ''] =
    /^\$ sockscope packets .* -Y '(.*)' .*\n([\s\S]*?)```/m.exec(page) ?? [];
  let told = '';
  try {
    filterOption(filter);
  } catch (error) {
    if (error instanceof UserError) told = `sockscope: ${error.message}\n  ${error.hint}\n`;
  }
  expect(told).toBe(shown);
  expect(shown).not.toBe('');
});

test.each(refused)('$filter is refused in these words', ({ filter, message }) => {
  const parsed = parseFilter(filter);
  expect(parsed.ok ? 'it was taken' : said(parsed.error)).toBe(message);
});

function said({ message, hint }: { readonly message: string; readonly hint: string }): string {
  return hint === '' ? message : `${message}: ${hint}`;
}

test.each(written)('%s is understood', (filter) => {
  const parsed = parseFilter(filter);
  expect(parsed.ok ? '' : parsed.error.message).toBe('');
});
