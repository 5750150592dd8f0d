import { openCapture } from '../../capture/file/open-capture.ts';
import { PcapWriter } from '../../capture/file/pcap-writer.ts';

export interface Sample {
  readonly linkType: number;
  readonly wireLen: number;
  readonly frame: Uint8Array;
}

/** All frames of the given captures, with their link types. */
export async function samplesOf(files: readonly string[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const file of files) {
    const capture = await openCapture(file).catch(() => null);
    if (capture === null) continue;
    for (let row = 0; row < capture.columns.length; row++) {
      const linkType = capture.interfaces[capture.columns.iface[row]!]!.linkType;
      samples.push({ linkType, wireLen: capture.columns.wireLen[row]!, frame: capture.frame(row).slice() });
    }
    capture.close();
  }
  return samples;
}

/** A copy of the frame with one to three bytes of its first 100 changed, or cut, by the numbers of `next`. */
export function mutated(sample: Sample, next: () => number): Sample {
  const frame = sample.frame.slice();
  const pick = (below: number): number => Math.floor(next() * below);
  const changes = 1 + pick(3);
  for (let change = 0; change < changes; change++) {
    const at = pick(Math.min(frame.length, 100));
    const kind = pick(4);
    if (kind === 0) frame[at] = 0;
    else if (kind === 1) frame[at] = 255;
    else if (kind === 2) frame[at]! ^= 1 << pick(8);
    else frame[at] = pick(256);
  }
  if (next() < 0.2) return { ...sample, frame: frame.subarray(0, pick(Math.min(frame.length, 120) + 1)) };
  return { ...sample, frame };
}

/** A ns pcap file of these frames, 1 ms apart. */
export function pcapOf(linkType: number, samples: readonly Sample[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const writer = new PcapWriter({ write: (bytes) => parts.push(bytes) }, linkType, 262_144);
  for (const [index, { wireLen, frame }] of samples.entries()) {
    writer.packet(1000, index * 1_000_000, wireLen, frame);
  }
  return Buffer.concat(parts);
}
