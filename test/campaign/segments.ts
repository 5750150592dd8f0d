// Compares all that depends on a conversation's history with the installed tshark, on conversations that were damaged:
//   npx tsx test/campaign/segments.ts [captures] [first seed] [share of packets that are changed]
// Prints every field of every frame that differs, with its seed; exits 1 when there is one. --keep leaves the files.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutatedDifferences } from '../support/mutated-differences.ts';

const words = process.argv.slice(2).filter((word) => word !== '--keep');
const [captures = 10, firstSeed = 1, share = 0.1] = words.map(Number);
const directory = mkdtempSync(join(tmpdir(), 'sockscope-segments-'));
const byField = new Map<string, number>();
let frames = 0;
for (let seed = firstSeed; seed < firstSeed + captures; seed++) {
  const found = await mutatedDifferences(join(directory, `${seed}.pcap`), seed, share);
  frames += found.frames;
  for (const { frame, field, theirs, ours } of found.differences) {
    byField.set(field, (byField.get(field) ?? 0) + 1);
    console.log(`seed ${seed} frame ${frame} ${field}: they ${theirs}, we ${ours}`);
  }
}
for (const [field, count] of [...byField].sort((a, b) => b[1] - a[1])) console.log(`${count} × ${field}`);
console.log(`${frames} frames`);
if (process.argv.includes('--keep')) console.log(directory);
else rmSync(directory, { recursive: true });
process.exitCode = byField.size > 0 ? 1 : 0;
