import { expect, test } from 'vitest';
import { isPlain, plainWriter } from '../../../capture/fields/plain.ts';
import { PACKET_FIELDS } from '../../../capture/fields/registry.ts';
import { TextBuffer } from '../../../capture/fields/text-buffer.ts';
import { fieldText } from '../../../capture/fields.ts';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { UserError } from '../../../capture/user-error.ts';
import { sharedCaptures } from '../../shared.ts';

const files = sharedCaptures('captures');
const MAX_ROWS = 150;
let compared = 0;

// That the fields themselves are right is compared with tshark elsewhere.
test.for(files)('writes what the fields say: %s', async (file) => {
  const capture = await openCapture(file).catch((error: unknown) => {
    // Two of the files hold nothing that can be read.
    if (error instanceof UserError) return null;
    throw error;
  });
  if (capture === null) return;
  const writers = [...PACKET_FIELDS].map(([name, fields]) => [name, plainWriter(capture, fields)] as const);
  const out = new TextBuffer(16);
  let rows = 0;
  for (let row = 0; row < capture.columns.length && rows < MAX_ROWS; row++) {
    if (!isPlain(capture, row)) continue;
    rows++;
    const frame = capture.frame(row).slice();
    for (const [name, writer] of writers) {
      if (writer === null) continue;
      out.length = 0;
      writer.write(row, frame, out);
      expect(out.view().toString(), `${name} of row ${row}`).toBe(fieldText(capture, row, name));
      compared++;
    }
  }
  capture.close();
});

test.runIf(files.length > 0)('there were plain rows', () => {
  expect(compared).toBeGreaterThan(10_000);
});

function written(write: (out: TextBuffer) => void): string {
  const out = new TextBuffer(4);
  write(out);
  return out.view().toString();
}

test.for([
  [0, 0, '0.000000000'],
  [1, 5, '1.000000005'],
  [0, -1, '-0.000000001'],
  [-1, 300_000_000, '-0.700000000'],
  [-2, 0, '-2.000000000'],
  [1_700_000_000, 999_999_999, '1700000000.999999999'],
  [1, 1_500_000_000, '2.500000000'],
] as const)('writes %d s and %d ns as %s', ([sec, nsec, text]) => {
  expect(written((out) => out.seconds(sec, nsec))).toBe(text);
});

test.for([0, 9, 10, 99, 4_294_967_295, 2_147_483_648, 9_007_199_254_740_991])('writes %d', (value) => {
  expect(written((out) => out.number(value))).toBe(`${value}`);
});

test('writes text of any kind, and hexadecimal', () => {
  expect(written((out) => out.text('Grüße, 世界'))).toBe('Grüße, 世界');
  expect(written((out) => out.hex(0x1f, 4))).toBe('0x001f');
  expect(written((out) => out.hex(0xffff_fffe, 8))).toBe('0xfffffffe');
});
