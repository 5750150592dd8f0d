import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PcapWriter } from '../../capture/file/pcap-writer.ts';
import { SessionFile } from '../../src/session/write.ts';
import { SHARED } from '../shared.ts';
import { PROJECT } from '../support/tools.ts';
import { openRecorded } from '../timeline/build-session.ts';
import * as samples from '../timeline/samples.ts';
import { shortened } from './blocks.ts';

export interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
  /** Of the project itself: the whole program understands it. */
  readonly own: boolean;
}

/**
 * So much of a sample, and of a file that is not ours, is cut at every byte: blocks from the beginning, and the last one.
 * Every kind of block and header is met in it; what comes between is more of the same.
 */
const SIZE_OF_SAMPLES = 8000;
const SIZE_OF_OTHERS = 1500;

/** What inputs are made of: sessions that the project's own writers make, its samples, and the captures beside it. */
export async function corpus(): Promise<readonly Seed[]> {
  const written = await ownSessions();
  const found = [
    ...captures(join(PROJECT, 'samples'), true, SIZE_OF_SAMPLES),
    ...captures(join(SHARED, 'captures'), false, SIZE_OF_OTHERS),
    ...captures(join(SHARED, 'golden'), false, SIZE_OF_OTHERS),
  ];
  return [...written, ...found].filter(({ bytes }) => bytes.length > 0);
}

async function ownSessions(): Promise<Seed[]> {
  const directory = mkdtempSync(join(tmpdir(), 'sockscope-fuzz-'));
  const seeds: Seed[] = [];
  try {
    for (const [name, make] of Object.entries(samples)) {
      const session = await openRecorded(make());
      const path = join(directory, `${name}.pcapng`);
      SessionFile.create(path, { force: false, owner: null }).finish(session, () => 'a reason');
      seeds.push({ name: `${name}.pcapng`, bytes: readFileSync(path), own: true });
      seeds.push({ name: `${name}.pcap`, bytes: plain(session.capture), own: true });
      session.capture.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return seeds;
}

function plain(capture: Awaited<ReturnType<typeof openRecorded>>['capture']): Buffer {
  const parts: Uint8Array[] = [];
  const writer = new PcapWriter({ write: (bytes) => parts.push(bytes) }, 1, 262_144);
  const { columns } = capture;
  for (let row = 0; row < columns.length; row++)
    writer.packet(
      columns.sec[row] ?? 0,
      columns.nsec[row] ?? 0,
      columns.wireLen[row] ?? 0,
      capture.frame(row).slice(),
    );
  return Buffer.concat(parts);
}

function captures(directory: string, own: boolean, size: number): Seed[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.pcap(ng)?$/.test(name))
    .sort()
    .map((name) => ({ name, bytes: shortened(readFileSync(join(directory, name)), size), own }));
}
