import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import type { Parameters } from '../parameters.ts';

const WIDTH = 64;
const HEIGHT = 48;
const COLOURS = [
  [0xfc, 0xdd, 0x09],
  [0xda, 0x12, 0x1a],
] as const;

/** --file, or a small PNG (RFC 2083) of stripes in two colours. */
export function imageOf(parameters: Parameters): Buffer {
  const file = parameters.optionalText('file');
  if (file !== null) return readFileSync(file);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits a sample, RGB
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const image = deflateSync(scanlines());
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', image),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Each line begins with its filter, 0: none. */
function scanlines(): Buffer {
  const lines: Buffer[] = [];
  for (let y = 0; y < HEIGHT; y += 1) {
    const colour = COLOURS[Math.floor((y * 9) / HEIGHT) % 2] ?? COLOURS[0];
    lines.push(Buffer.from([0]), Buffer.alloc(WIDTH * 3, Buffer.from(colour)));
  }
  return Buffer.concat(lines);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
