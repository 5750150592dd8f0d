// Compares our strict flags with the installed tshark on generated conversations:
//   npx tsx test/campaign/flags.ts [captures] [first seed]
// Prints every frame that differs, with its seed, and the share of frames that agree; exits 1 under 99 %.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCapture } from '../../capture/file/open-capture.ts';
import { tsharkFlags } from '../../src/commands/tshark.ts';
import { compareFlags } from '../../src/diagnosis/compare.ts';
import { type Trouble, writeConversations } from '../support/tcp-conversations.ts';

const TROUBLES: readonly Trouble[] = [
  { loss: 0, reorder: 0, duplicate: 0, uncaptured: 0 },
  { loss: 0.05, reorder: 0, duplicate: 0, uncaptured: 0 },
  { loss: 0.05, reorder: 0.1, duplicate: 0.02, uncaptured: 0 },
  { loss: 0.02, reorder: 0.02, duplicate: 0.01, uncaptured: 0.03 },
];
const LEAST_SHARE = 0.99;
const [captures = 12, firstSeed = 1] = process.argv.slice(2).map(Number);

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sockscope-campaign-'));
  let frames = 0;
  let different = 0;
  const kinds = new Map<string, number>();
  try {
    for (let seed = firstSeed; seed < firstSeed + captures; seed++) {
      const file = join(directory, `${seed}.pcap`);
      writeConversations(
        file,
        seed,
        TROUBLES[seed % TROUBLES.length] ?? { loss: 0, reorder: 0, duplicate: 0, uncaptured: 0 },
      );
      const { version, flags } = await tsharkFlags(file);
      const capture = await openCapture(file);
      const comparison = compareFlags(file, version, capture, flags);
      capture.close();
      frames += comparison.tcpFrames;
      different += comparison.differences.length;
      for (const { frame, theirs, ours } of comparison.differences) {
        const kind = `they [${theirs.join(' ')}] we [${ours.join(' ')}]`;
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        console.log(`seed ${seed} frame ${frame}: ${kind}`);
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  for (const [kind, count] of [...kinds].sort((a, b) => b[1] - a[1])) console.log(`${count} × ${kind}`);
  const share = (frames - different) / Math.max(frames, 1);
  console.log(`${frames - different} of ${frames} frames agree (${(share * 100).toFixed(2)} %)`);
  process.exitCode = share < LEAST_SHARE ? 1 : 0;
}

await main();
