import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FIELD_NAMES, fieldInfo, fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';
import { sockscope } from '../../support/cli.ts';
import { writePackets } from '../../support/tcp-segments.ts';
import { FOUR, PADDED, SIX } from './odd-frames.ts';

const folder = mkdtempSync(join(tmpdir(), 'odd-'));
afterAll(() => rmSync(folder, { recursive: true }));
const ETHERNET = 1;

function written(name: string, frames: readonly string[]): string {
  const path = join(folder, `${name}.pcap`);
  const packets = frames.map((frame, index) => {
    const [hex = '', wireLen] = frame.split(' ');
    const bytes = Buffer.from(hex, 'hex');
    return { at: index * 250.001, bytes, wireLen: wireLen === undefined ? bytes.length : Number(wireLen) };
  });
  writePackets(path, packets, ETHERNET);
  return path;
}

/** Of these the captures that are kept beside the project say what must be true. */
const OTHERS =
  /^(frame\.protocols|udp\.time_|udp\.stream|tcp\.(seq|ack|completeness|window_size)|tcp\.options(\.mss.*)?$)/;
const COMPARED = FIELD_NAMES.filter((name) => fieldInfo(name)?.type !== 'protocol' && !OTHERS.test(name));

describe.skipIf(!hasProgram('tshark'))('what real captures seldom hold is as tshark has it', () => {
  test.each([
    ['padded', PADDED],
    ['six', SIX],
    ['four', FOUR],
  ] as const)('%s', async (name, frames) => {
    const file = written(name, frames);
    const theirs = tsharkFields(file, COMPARED, true);
    // UDP and all extension headers stand in the first fragment: differences of which docs/tshark.md tells.
    const apart = tsharkFields(file, COMPARED);
    const capture = await openCapture(file);
    const differences: string[] = [];
    for (let row = 0; row < capture.columns.length; row++) {
      for (const [index, field] of COMPARED.entries()) {
        const ours = fieldText(capture, row, field);
        const their = (/^(udp|ipv6\.fraghdr)\./.test(field) ? apart : theirs)[row]?.[index];
        if (ours !== their) differences.push(`${row + 1} ${field}: tshark ${their}, we ${ours}`);
      }
    }
    capture.close();
    expect(differences).toEqual([]);
    expect(theirs).toHaveLength(frames.length);
  });

  test('the options of a header that is cut are shown as far as they go', async () => {
    const frames = FOUR.filter((frame) => / \d+$/.test(frame));
    const file = written('cut', frames);
    const theirs = tsharkFields(file, ['tcp.options', 'tcp.option_kind']).map((row) => row.join('\t'));
    const { stdout } = await sockscope('packets', file, '-e', 'tcp.options', '-e', 'tcp.option_kind');
    expect(stdout.trimEnd().split('\n')).toEqual(theirs);
  });
});

test('the time since the frame shown before follows the filter', async () => {
  const file = written('shown', FOUR);
  const { stdout } = await sockscope(
    'packets',
    file,
    '-Y',
    'icmp.type == 0',
    '-e',
    'frame.number',
    '-e',
    'frame.time_delta_displayed',
  );
  const [first, second] = stdout.split('\n');
  // By hand: replies follow each other at once, 250.001 ms apart.
  expect(first).toMatch(/\t0\.000000000$/);
  expect(second).toMatch(/\t0\.25000[0-2]000$/);
});
