// Of a datagram that came in fragments a slice has all of them or none.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fieldText } from '../../capture/fields.ts';
import { openCapture } from '../../capture/file/open-capture.ts';
import { hasProgram, tsharkFields } from '../shared.ts';
import { sockscope } from '../support/cli.ts';
import { fragmentsOf } from '../support/fragmented.ts';
import { echoPacket, HANDSHAKE, packetOf, udpPacket, writePackets } from '../support/tcp-segments.ts';
import { inVxlan } from '../support/udp-tunnels.ts';

const folder = mkdtempSync(join(tmpdir(), 'convert-fragments-'));
afterAll(() => rmSync(folder, { recursive: true }));
const input = join(folder, 'in.pcap');

/** A packet of raw IPv4 with this identification. */
const withId = (packet: Buffer, id: number): Buffer => {
  packet.writeUInt16BE(id, 4);
  return packet;
};
const segment = (id: number): Buffer[] =>
  fragmentsOf(packetOf({ at: 0, way: '>', seq: 101, ack: 501, len: 1400 }, id), [400, 800]);
const datagram = (id: number): Buffer[] => fragmentsOf(udpPacket('>', 2222, 900, id), [400]);
const tunnel = (id: number): Buffer[] =>
  fragmentsOf(withId(Buffer.from(inVxlan(udpPacket('>', 3333, 900, id)).subarray(14)), id), [400]);
const ping = (id: number): Buffer[] => fragmentsOf(withId(echoPacket('>', 8, 3, 1), id), [16]);
const packets: readonly Buffer[] = [
  ...HANDSHAKE.map((each, index) => packetOf(each, index + 1)),
  ...[segment(10)[2], datagram(20)[0], segment(10)[0], segment(10)[1], datagram(20)[1]],
  ...[...tunnel(30), ...ping(40)],
  // Of these one is missing: nothing completes them.
  ...[segment(11)[0], segment(11)[2], datagram(21)[0]],
].flatMap((bytes) => (bytes === undefined ? [] : [bytes]));
writePackets(
  input,
  packets.map((bytes, at) => ({ at: at * 1000, bytes })),
);

/** Frames of the input that convert writes, by their times, and what it says. */
async function sliced(...args: readonly string[]) {
  const output = join(folder, 'out.pcap');
  const { stderr, code } = await sockscope('convert', '--force', ...args, input, output);
  expect(code).toBe(0);
  const capture = await openCapture(output);
  const { columns } = capture;
  const start = 1_700_000_000n * 1_000_000_000n;
  const frames = Array.from(
    { length: columns.length },
    (_, row) => Number((columns.timeNs(row) - start) / 1_000_000_000n) + 1,
  );
  const protocols = frames.map((_, row) => fieldText(capture, row, 'frame.protocols'));
  capture.close();
  return { output, stderr, frames, protocols };
}

const CASES: readonly (readonly [string, readonly string[], readonly number[], number])[] = [
  ['a segment that comes last fragment first', ['-Y', 'tcp.len > 0'], [4, 6, 7], 2],
  ['UDP, which the first fragment tells', ['-Y', 'udp.dstport == 2222'], [5, 8, 15], 1],
  ['a tunnel', ['-Y', 'vxlan'], [9, 10], 1],
  ['what is in the tunnel', ['-Y', 'udp.dstport == 3333'], [9, 10], 1],
  ['a ping', ['-Y', 'icmp'], [11, 12], 1],
  ['a frame that completes a datagram', ['-Y', 'frame.number == 7'], [4, 6, 7], 2],
  ['a frame that does not', ['-Y', 'frame.number == 6'], [6], 0],
  ['a conversation', ['--conversation', 'tcp:0'], [1, 2, 3, 4, 6, 7, 13, 14], 0],
  ['the conversation around a tunnel', ['--conversation', 'udp:1'], [9, 10], 1],
  ['that within', ['--conversation', 'udp:2'], [9, 10], 0],
  ['numbers are taken at their word', ['--packets', '7'], [7], 0],
  ['also where a filter passes', ['--packets', '5-7', '-Y', 'tcp'], [6, 7], 1],
  ['and so are times', ['-Y', 'tcp.len > 0', '--from', '5'], [6, 7], 1],
  ['without a filter nothing is added', [], packets.map((_, index) => index + 1), 0],
];

describe('convert', () => {
  test.each(CASES)('%s', async (_name, args, frames, added) => {
    const { stderr, ...found } = await sliced(...args);
    expect(found.frames).toEqual(frames);
    const said = /(\d+) fragments? more than (?:was|were) asked for/.exec(stderr)?.[1] ?? '0';
    expect(Number(said)).toBe(added);
    expect(stderr).toContain(`${frames.length} of ${packets.length} packets written`);
  });

  test.skipIf(!hasProgram('tshark')).each([
    ['tcp.len > 0', 'tcp.len', '1400'],
    ['udp.dstport == 3333', 'udp.dstport', '4789,3333'],
    ['icmp', 'icmp.type', '8'],
    ['udp.dstport == 2222', 'udp.length', '908'],
  ])('tshark puts together what %s leaves', async (filter, field, value) => {
    const { output } = await sliced('-Y', filter);
    const values = tsharkFields(output, [field], true).flat();
    expect(values.filter((text) => text !== '')).toEqual([value]);
  });

  test('so do formats that hold whole blocks', async () => {
    const whole = join(folder, 'whole.pcapng');
    const part = join(folder, 'part.pcapng');
    expect((await sockscope('convert', '--force', input, whole)).code).toBe(0);
    expect((await sockscope('convert', '--force', '-Y', 'tcp.len > 0', whole, part)).stderr).toContain(
      '3 of 15 packets',
    );
  });
});
