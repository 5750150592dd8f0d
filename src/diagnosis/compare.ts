import type { Capture } from '../../capture/capture.ts';
import { PROTOCOL } from '../../capture/columns.ts';
import { FLAG_FIELDS } from './flags.ts';
import { StrictAnalysis } from './strict-flags.ts';

/** One flag: on how many frames both say it, and only one of the two. */
export interface FlagAgreement {
  readonly field: string;
  readonly both: number;
  readonly onlyThem: number;
  readonly onlyUs: number;
}

export interface FrameDifference {
  readonly frame: number;
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
}

/** One field: on how many TCP frames both say the same, and on how many not. */
export interface ValueAgreement {
  readonly field: string;
  readonly same: number;
  readonly different: number;
}

/** Values of one frame that differ, as text. */
export interface ValueDifference {
  readonly frame: number;
  readonly field: string;
  readonly theirs: string;
  readonly ours: string;
}

export interface Comparison {
  readonly file: string;
  readonly program: string;
  readonly tcpFrames: number;
  readonly flags: readonly FlagAgreement[];
  readonly differences: readonly FrameDifference[];
  readonly values?: readonly ValueAgreement[];
  readonly valueDifferences?: readonly ValueDifference[];
}

/** Compares our strict flags with another program's: bits by frame.number. */
export function compareFlags(
  file: string,
  program: string,
  capture: Capture,
  theirs: ReadonlyMap<number, number>,
): Comparison {
  const { columns, otherBlocks } = capture;
  const flags = new StrictAnalysis(capture.flows).run(columns);
  const counts = FLAG_FIELDS.map(() => ({ both: 0, onlyThem: 0, onlyUs: 0 }));
  const differences: FrameDifference[] = [];
  let tcpFrames = 0;
  for (let row = 0; row < columns.length; row++) {
    if (columns.protocol[row] !== PROTOCOL.tcp) continue;
    tcpFrames++;
    const frame = row + 1 + otherBlocks.numberedBefore(row);
    const ours = flags[row] ?? 0;
    const other = theirs.get(frame) ?? 0;
    let differs = false;
    for (const [index, [bit]] of FLAG_FIELDS.entries()) {
      const count = counts[index];
      if (count === undefined || ((ours | other) & bit) === 0) continue;
      if ((ours & other & bit) !== 0) count.both++;
      else {
        differs = true;
        if ((ours & bit) !== 0) count.onlyUs++;
        else count.onlyThem++;
      }
    }
    if (differs) differences.push({ frame, theirs: namesOf(other), ours: namesOf(ours) });
  }
  const agreements = FLAG_FIELDS.map(([, field], index) => ({
    field,
    ...(counts[index] ?? { both: 0, onlyThem: 0, onlyUs: 0 }),
  }));
  return { file, program, tcpFrames, flags: agreements, differences };
}

function namesOf(flags: number): string[] {
  return FLAG_FIELDS.filter(([bit]) => (flags & bit) !== 0).map(([, field]) =>
    field.replace('tcp.analysis.', ''),
  );
}
