// What a capture with every packet twice, as of a mirror port, tells is what the same capture with every packet once does.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../capture/file/open-capture.ts';
import { checkFile } from '../../src/diagnosis/check/check.ts';
import { openSession } from '../../src/session/read.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { segmentReports } from '../support/segment-reports.ts';
import { type Packet, writeNanoseconds } from '../support/tcp-conversations.ts';
import { PROJECT } from '../support/tools.ts';

const { folder } = segmentReports();
const [once, twice] = [join(folder, 'once.pcap'), join(folder, 'twice.pcap')];
const SAMPLES = join(PROJECT, 'samples');
const DELAY = 3000;

/** Which packet each frame of `twice` is of, and whether it is its second capture. */
type Origins = readonly { readonly packet: number; readonly isSecond: boolean }[];

/** Writes the packets of a sample, without its calls, once and twice. */
async function writeBoth(sample: string): Promise<Origins> {
  const capture = await openCapture(join(SAMPLES, sample));
  const { columns, interfaces } = capture;
  const packets: Packet[] = [];
  for (let row = 0; row < columns.length; row++)
    packets.push({
      at: ((columns.sec[row] ?? 0) - (columns.sec[0] ?? 0)) * 1e9 + (columns.nsec[row] ?? 0),
      bytes: Buffer.from(capture.frame(row)),
    });
  capture.close();
  const doubled = packets.flatMap(({ at, bytes }, packet) =>
    [false, true].map((isSecond) => ({ at: at + (isSecond ? DELAY : 0), bytes, packet, isSecond })),
  );
  doubled.sort((x, y) => x.at - y.at);
  const linkType = interfaces[0]?.linkType ?? 1;
  writeNanoseconds(once, packets, linkType);
  writeNanoseconds(twice, doubled, linkType);
  return doubled;
}

/** Figures as exact as the delay between both captures lets them be. */
function rounded(params: Readonly<Record<string, string | number>>): Record<string, string | number> {
  const entries = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === 'number' ? Number(value.toFixed(4)) : value,
  ]);
  return Object.fromEntries(entries);
}

/** What `check` says besides that packets were captured twice; `packetOf` gives a frame the packet that it is of. */
async function issuesOf(file: string, packetOf: (frame: number) => number): Promise<unknown[]> {
  const { issues } = await checkFile(file, { conversations: 10, frames: Number.POSITIVE_INFINITY });
  return issues
    .filter(({ kind }) => kind !== 'captured-twice')
    .map(({ kind, severity, total, flow, frames, params: { quoted = 0, ...params } }) => ({
      ...{ kind, severity, flow, total: Number(total.toFixed(4)), params: rounded(params) },
      ...{ frames: frames.map(packetOf), quoted: packetOf(Number(quoted)) },
    }));
}

/** The reason of each packet, and the states after it; `packetOf` gives a row the packet that it is of. */
async function reasonsOf(file: string, packetOf: (row: number) => number) {
  const session = await openSession(file);
  const timeline = buildTimeline(session);
  const reasons = Array.from({ length: session.capture.columns.length }, (_, row) => {
    const { kind, params, packets } = timeline.reasonOfPacket(row);
    const states = timeline.states(timeline.rowOfPacket(row));
    const infers = timeline.inferredCall(row);
    return { kind, params, packets: packets.map(packetOf), infers, states };
  });
  session.capture.close();
  return reasons;
}

describe('a capture that holds all packets twice', () => {
  test.each(readdirSync(SAMPLES).filter((name) => name.endsWith('.pcapng')))('%s', async (sample) => {
    const origins = await writeBoth(sample);
    const packetOf = (row: number): number => origins[row]?.packet ?? -1;
    expect(await issuesOf(twice, (frame) => packetOf(frame - 1))).toEqual(
      await issuesOf(once, (frame) => frame - 1),
    );
    const reasons = await reasonsOf(twice, packetOf);
    expect(reasons.filter((_, row) => origins[row]?.isSecond === false)).toEqual(
      await reasonsOf(once, (row) => row),
    );
    const seconds = reasons.flatMap(({ kind, packets }, row) =>
      origins[row]?.isSecond === true ? [[kind, packets[0]]] : [],
    );
    expect(seconds).toEqual(
      origins.filter(({ isSecond }) => isSecond).map(({ packet }) => ['captured-twice', packet]),
    );
  });
});
