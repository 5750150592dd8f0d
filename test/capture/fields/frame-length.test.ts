import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { hasProgram, tsharkFields } from '../../shared.ts';
import { pcapOf } from '../mutate.ts';

const folder = mkdtempSync(join(tmpdir(), 'frame-length-'));
afterAll(() => rmSync(folder, { recursive: true }));

const IPV4 = '4500002800010000400600000a0000010a000002';
const TCP = '0050005100000000000000005002000000000000';

describe.skipIf(!hasProgram('tshark'))('lengths and protocols, as tshark has them', () => {
  test.each([
    { name: 'PPP behind a direction', linkType: 204, hex: `01ff030021${IPV4}${TCP}`, more: 7 },
    { name: 'PPP behind a direction, cut', linkType: 204, hex: `01ff030021${IPV4}`, more: 20 },
    { name: 'PPP', linkType: 9, hex: `ff030021${IPV4}${TCP}`, more: 0 },
    {
      name: 'PPPoE discovery',
      linkType: 1,
      hex: `020000000002020000000001886311090000000401010000${'00'.repeat(36)}`,
      more: 0,
    },
  ])('$name', async ({ name, linkType, hex, more }) => {
    const frame = Buffer.from(hex, 'hex');
    const path = join(folder, `${name.replace(/\W/g, '-')}.pcap`);
    writeFileSync(path, pcapOf(linkType, [{ linkType, wireLen: frame.length + more, frame }]));
    const names = ['frame.len', 'frame.cap_len', 'frame.protocols'];
    const capture = await openCapture(path);
    const ours = names.map((field) => fieldText(capture, 0, field));
    capture.close();
    expect([ours]).toEqual(tsharkFields(path, names));
  });
});
