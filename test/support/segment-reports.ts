import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import type { CheckReport } from '../../src/diagnosis/check/report.ts';
import { type Segment, writeSegments } from './tcp-segments.ts';

/** For one test file: a directory that goes with it, a capture in it, and what `check` says when that holds these segments. */
export function segmentReports(): {
  readonly folder: string;
  readonly file: string;
  reportOf(segments: readonly Segment[], frames?: number): Promise<CheckReport>;
} {
  const folder = mkdtempSync(join(tmpdir(), 'segments-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'one.pcap');
  return {
    folder,
    file,
    reportOf: (segments, frames) => {
      writeSegments(file, segments);
      return checkFile(file, { conversations: 10, ...(frames === undefined ? {} : { frames }) });
    },
  };
}
