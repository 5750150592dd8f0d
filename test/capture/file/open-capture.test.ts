import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openCapture } from '../../../capture/file/open-capture.ts';
import { EXIT, UserError } from '../../../capture/user-error.ts';
import { sharedCaptures } from '../../shared.ts';
import { cellsOf } from '../memory.ts';
import { pcapOf } from '../mutate.ts';
import { tcp } from '../packets.ts';

const directory = mkdtempSync(join(tmpdir(), 'sockscope-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

const frame = tcp({ from: '10.0.0.1', to: '10.0.0.2' }, { seq: 7, flags: 2, data: 900 });
const PCAP = pcapOf(
  101,
  Array.from({ length: 500 }, () => ({ linkType: 101, wireLen: frame.length, frame })),
);

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

async function failure(path: string): Promise<UserError> {
  try {
    (await openCapture(path)).close();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`${path} was opened`);
}

describe('what is no capture is named', () => {
  test.each([
    { name: 'empty', bytes: '', says: 'is empty' },
    { name: 'text', bytes: 'Hello, wörld\n'.repeat(100), says: 'is not a capture: it is text' },
    { name: 'short text', bytes: 'a', says: 'is not a capture: it is text' },
    { name: 'a PDF', bytes: '%PDF-1.7\n...', says: 'it is a PDF' },
    { name: 'snoop', bytes: Buffer.from('snoop\0\0\0\0\0\0\x02\0\0\0\x04'), says: 'it is a Sun snoop file' },
    { name: 'zeros', bytes: new Uint8Array(5000), says: 'nothing but zero bytes' },
    {
      name: 'noise',
      bytes: Uint8Array.from({ length: 600 }, (_, index) => (index * 89) & 255),
      says: 'data of an unknown kind',
    },
    { name: 'gzip of text', bytes: gzipSync('Hello'), says: 'it is a gzip of text' },
    { name: 'gzip of gzip', bytes: gzipSync(gzipSync(PCAP)), says: 'it is a gzip of a gzip file' },
    { name: 'gzip of nothing', bytes: gzipSync(''), says: 'is empty' },
    { name: 'the start of a gzip', bytes: gzipSync(PCAP).subarray(0, 12), says: 'is a damaged gzip' },
    { name: 'the start of a pcap', bytes: PCAP.subarray(0, 20), says: 'ends inside the file header' },
  ])('$name', async ({ name, bytes, says }) => {
    const error = await failure(file(name, bytes));
    expect(error.message).toContain(says);
    expect(error.exitCode).toBe(EXIT.damaged);
    expect(error.hint).not.toBe('');
  });

  test('a directory, a missing file', async () => {
    mkdirSync(join(directory, 'directory'));
    const first = await failure(join(directory, 'directory'));
    expect([first.message, first.exitCode]).toEqual([
      expect.stringContaining('it is a directory'),
      EXIT.usage,
    ]);
    const second = await failure(join(directory, 'missing'));
    expect([second.message, second.exitCode]).toEqual([expect.stringContaining('no such file'), EXIT.usage]);
  });

  test.skipIf(process.getuid?.() === 0)(
    'a file that may not be read (skipped for root, who may read all)',
    async () => {
      const path = file('secret', PCAP);
      spawnSync('chmod', ['000', path]);
      expect((await failure(path)).exitCode).toBe(EXIT.usage);
    },
  );
});

describe('where the bytes come from makes no difference', () => {
  const plain = file('plain.pcap', PCAP);
  const zipped = file('plain.pcap.gz', gzipSync(PCAP));

  test.each([...sharedCaptures('captures').slice(0, 12), plain].map((path) => [basename(path), path]))(
    'gzip of %s',
    async (_, path) => {
      const first = await openCapture(path).catch(() => null);
      if (first === null) return;
      const second = await openCapture(file('zipped', gzipSync(readFileSync(path))));
      expect(cellsOf(second)).toEqual(cellsOf(first));
      for (let row = 0; row < first.columns.length; row += 7) {
        expect(second.frame(row).slice()).toEqual(first.frame(row).slice());
      }
      first.close();
      second.close();
    },
  );

  test('a descriptor', async () => {
    const capture = await openCapture(openSync(plain, 'r'));
    expect(capture.columns.length).toBe(500);
    capture.close();
  });

  test.each([plain, zipped])('a FIFO with %s', async (source) => {
    const path = join(directory, `fifo-${basename(source)}`);
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const writer = spawn('cp', [source, path], { stdio: 'ignore' });
    // Two processes meet at a FIFO: opening it here waits for the writer.
    const capture = await openCapture(path);
    expect(cellsOf(capture).length).toBe(500);
    expect(capture.frame(499)).toEqual(Uint8Array.from(frame));
    expect(capture.problems).toEqual([]);
    capture.close();
    writer.kill();
  });
});

describe('a damaged gzip gives all that came out of it', () => {
  const packed = gzipSync(PCAP);
  /** Of a gzip the last eight bytes are CRC32 and ISIZE (RFC 1952 §2.3.1). */
  const wrongCrc = flipped(packed, packed.length - 8);
  const garbage = Buffer.from('garbage');
  /** Two stored blocks (RFC 1951 §3.2.4); the length of the second does not agree with its complement. */
  const STORED = 65_000;
  const stored = Buffer.concat([
    Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3),
    Uint8Array.of(0, STORED & 255, STORED >> 8, ~STORED & 255, (~STORED >> 8) & 255),
    PCAP.subarray(0, STORED),
    Uint8Array.of(1, 100, 0, 100, 0),
    PCAP.subarray(STORED, STORED + 100),
  ]);
  const head = PCAP.subarray(0, 190_000);
  const tail = PCAP.subarray(190_000);

  const cases = [
    {
      name: 'a wrong CRC',
      bytes: wrongCrc,
      says: /checksum is wrong \(byte (\d+) of/,
      at: packed.length - 5,
    },
    { name: 'a wrong length', bytes: flipped(packed, packed.length - 4), says: /not as long as it says/ },
    {
      name: 'bytes behind it',
      bytes: Buffer.concat([packed, garbage]),
      says: /bytes that are no gzip \(from byte (\d+) of/,
      at: packed.length,
    },
    {
      name: 'a wrong CRC in the first of two members',
      bytes: Buffer.concat([flipped(gzipSync(head), -8), gzipSync(tail)]),
      says: /checksum is wrong/,
    },
    {
      name: 'a wrong CRC, and bytes behind',
      bytes: Buffer.concat([wrongCrc, garbage]),
      says: /checksum is wrong.*bytes that are no gzip/,
    },
    {
      name: 'a wrong CRC, and zeros behind',
      bytes: Buffer.concat([wrongCrc, Buffer.alloc(9)]),
      says: /wrong/,
    },
  ];
  test.each(cases)('$name', async ({ name, bytes, says, at }) => {
    const path = file('damaged.gz', bytes);
    const capture = await openCapture(path);
    expect(capture.columns.length).toBe(500);
    expect(capture.frame(499)).toEqual(Uint8Array.from(frame));
    const told = capture.problems.map(({ message }) => message).join('; ');
    expect(told).toMatch(says);
    if (at !== undefined) expect(Number(told.match(says)?.[1])).toBe(at);
    expect(capture.problems[0]?.offset).toBe(name.includes('two members') ? head.length : PCAP.length);
    expect(capture.problems).toHaveLength(name.includes('and bytes') ? 2 : 1);
    capture.close();
    // As gzip(1) sees it: it is damaged, or has garbage behind.
    expect(spawnSync('gzip', ['-tq', path]).status).not.toBe(0);
  });

  test('damage in the middle: all up to it, to the byte', async () => {
    const path = file('middle.gz', stored);
    const capture = await openCapture(path);
    expect(capture.columns.length).toBe(Math.floor((STORED - 24) / (16 + frame.length)));
    expect(capture.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the file ends inside packet 68: /),
      expect.stringMatching(
        /^the gzip is damaged here \(byte 65019 of the gzip\).*invalid stored block lengths/,
      ),
    ]);
    expect(capture.problems[1]?.offset).toBe(STORED);
    capture.close();
  });

  test.each([...cases, { name: 'the middle', bytes: stored }])('out of a pipe: $name', async ({ bytes }) => {
    const path = file('damaged.gz', bytes);
    const fifo = join(directory, `fifo-damaged-${bytes.length}-${bytes.at(-8)}`);
    rmSync(fifo, { force: true });
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    const writer = spawn('cp', [path, fifo], { stdio: 'ignore' });
    const [first, second] = [await openCapture(path), await openCapture(fifo)];
    expect(cellsOf(second)).toEqual(cellsOf(first));
    expect(second.problems).toEqual(first.problems);
    first.close();
    second.close();
    writer.kill();
  });

  test('one that is cut', async () => {
    const whole = gzipSync(PCAP, { level: 0 });
    const capture = await openCapture(file('cut.gz', whole.subarray(0, whole.length / 2)));
    expect(capture.columns.length).toBeGreaterThan(200);
    expect(capture.problems.at(-1)?.message).toContain('the gzip is cut off here');
    capture.close();
  });

  test.each([
    { name: 'several members', bytes: Buffer.concat([gzipSync(head), gzipSync(tail)]) },
    { name: 'zeros behind it', bytes: Buffer.concat([packed, Buffer.alloc(20)]) },
  ])('$name are no damage', async ({ bytes }) => {
    const capture = await openCapture(file('whole.gz', bytes));
    expect(capture.columns.length).toBe(500);
    expect(capture.problems).toEqual([]);
    capture.close();
  });

  function flipped(bytes: Buffer, at: number): Buffer {
    const copy = Buffer.from(bytes);
    const index = at < 0 ? copy.length + at : at;
    copy[index] = copy[index]! ^ 0xff;
    return copy;
  }
});

test('frames are read in any order', async () => {
  const frames = Array.from({ length: 3000 }, (_, index) =>
    Uint8Array.from({ length: 40 + (index % 97) }, (__, at) => (index * 31 + at) & 255),
  );
  const capture = await openCapture(
    file(
      'many.pcap',
      pcapOf(
        147,
        frames.map((each) => ({ linkType: 147, wireLen: 1, frame: each })),
      ),
    ),
  );
  for (let step = 0; step < 3000; step++) {
    const row = (step * 1117) % 3000;
    expect(capture.frame(row)).toEqual(frames[row]);
    expect(capture.frame(step)).toEqual(frames[step]);
  }
  expect(() => capture.frame(3000)).toThrow(RangeError);
  expect(capture.columns.problem[0]).toBe(2);
  capture.close();
});

test('reading can be ended early, and says how far it is', async () => {
  const path = join(directory, 'large.pcap');
  const fd = openSync(path, 'w');
  for (let part = 0; part < 60; part++) writeSync(fd, part === 0 ? PCAP : PCAP.subarray(24));
  const controller = new AbortController();
  const seen: number[] = [];
  const capture = await openCapture(path, {
    signal: controller.signal,
    onProgress: ({ bytes, totalBytes, rows }) => {
      expect(totalBytes).toBe(24 + 60 * (PCAP.length - 24));
      seen.push(bytes);
      if (rows > 5000) controller.abort();
    },
  });
  expect(capture.columns.length).toBeGreaterThan(5000);
  expect(capture.columns.length).toBeLessThan(30_000);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  capture.close();
});
