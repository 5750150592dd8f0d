// The thread is a compiled file: these tests use dist, as those do that start processes.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Capture } from '../../../capture/capture.ts';
import type { Columns } from '../../../capture/columns.ts';
import type { OpenOptions } from '../../../capture/file/open-capture.ts';
import { generateCapture } from '../../bench/generate.ts';
import { sharedCaptures } from '../../shared.ts';
import { PROJECT } from '../../support/tools.ts';

const { openCapture } = (await import(
  join(PROJECT, 'dist/capture/file/open-capture.js')
)) as typeof import('../../../capture/file/open-capture.ts');
const { readAhead } = (await import(
  join(PROJECT, 'dist/capture/file/read-ahead.js')
)) as typeof import('../../../capture/file/read-ahead.ts');

/** All that a reader of rows is given, row by row, so that the size of the pieces does not count. */
class Digest {
  private readonly hash = createHash('sha256');
  readonly onRows: NonNullable<OpenOptions['onRows']> = (columns, rowBase, capture) => {
    for (let row = 0; row < columns.length; row++) this.row(columns, row, rowBase, capture);
  };

  private row(columns: Columns, row: number, rowBase: number, capture: Capture): void {
    const { sec, nsec, fileOffset, capLen, wireLen, iface, protocol, problem, problemAt, flow } = columns;
    const { direction, networkAt, transportAt, payloadAt, payloadLen, seq, ack, flags, window } = columns;
    const cells = [sec, nsec, fileOffset, capLen, wireLen, iface, protocol, problem, problemAt, flow];
    const more = [direction, networkAt, transportAt, payloadAt, payloadLen, seq, ack, flags, window];
    const of = flow[row] ?? -1;
    const options = columns.tcpOptions.rows.subarray(0, columns.tcpOptions.length).indexOf(row);
    this.add([
      rowBase + row,
      [...cells, ...more].map((column) => column[row]),
      of < 0 ? null : [capture.flows.get(of), capture.flows.reusesPorts(of), capture.flows.firstRowOf(of)],
      options < 0 ? null : [columns.tcpOptions.mss[options], columns.tcpOptions.shift[options]],
      columns.fragments.get(row) ?? null,
      capture.hasTime(rowBase + row),
      Buffer.from(capture.frame(row)).toString('hex'),
    ]);
  }

  end(capture: Capture): string {
    const { flows, otherBlocks, interfaces, problems, format, section } = capture;
    for (let flow = 0; flow < flows.length; flow++)
      this.add([flows.get(flow), flows.baseSeq(flow, 0), flows.baseSeq(flow, 1)]);
    for (let block = 0; block < otherBlocks.length; block++)
      this.add([otherBlocks.get(block), otherBlocks.numberedBefore(block)]);
    this.add([interfaces.map((one) => ({ ...one, ticksPerSecond: `${one.ticksPerSecond}` })), problems]);
    this.add([format, section, capture.columns.length]);
    capture?.close();
    return this.hash.digest('hex');
  }

  private add(value: unknown): void {
    this.hash.update(JSON.stringify(value));
  }
}

async function alone(file: string): Promise<string> {
  const digest = new Digest();
  try {
    return digest.end(await openCapture(file, { onRows: digest.onRows, threads: 1 }));
  } catch (error) {
    return String(error);
  }
}

async function ahead(file: string): Promise<string> {
  const digest = new Digest();
  const fd = openSync(file, 'r');
  try {
    const capture = await readAhead(file, fd, statSync(file).size, { onRows: digest.onRows });
    if (capture === null) throw new Error('no thread can be started');
    return digest.end(capture);
  } catch (error) {
    closeSync(fd);
    return String(error);
  }
}

const files = sharedCaptures('captures');

describe.runIf(files.length > 0)('a file read by a thread of its own gives what it gives without', () => {
  test.for(files)('%s', async (file) => {
    expect(await ahead(file)).toBe(await alone(file));
  });
});

describe('a file of more rows than fit into the shared ones', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sockscope-'));
  const file = join(directory, 'large.pcap');
  beforeAll(() => generateCapture(file, { packets: 120_000, flows: 5000, payload: 0, seed: 3, loss: 0.05 }));
  afterAll(() => rmSync(directory, { recursive: true }));

  test('is read whole', async () => {
    expect(await ahead(file)).toBe(await alone(file));
  });

  test('ends where its reader throws, and the thread ends', async () => {
    const fd = openSync(file, 'r');
    const onRows = (): void => {
      throw new RangeError('enough');
    };
    await expect(readAhead(file, fd, statSync(file).size, { onRows })).rejects.toThrow('enough');
    closeSync(fd);
  });

  test('ends early when it is told to', async () => {
    const controller = new AbortController();
    let rows = 0;
    const onRows = (columns: Columns): void => {
      rows += columns.length;
      controller.abort();
    };
    const fd = openSync(file, 'r');
    const capture = await readAhead(file, fd, statSync(file).size, { onRows, signal: controller.signal });
    capture?.close();
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(120_000);
  });

  test('says the same of packets that a damaged length near the end had hidden', async () => {
    const hidden = join(directory, 'hidden.pcapng');
    const program = [join(PROJECT, 'bin/sockscope.js'), 'convert', file, hidden];
    expect(spawnSync(process.execPath, program).status).toBe(0);
    const bytes = readFileSync(hidden);
    const blocks: number[] = [];
    for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) blocks.push(at);
    const damaged = blocks[blocks.length - 10] ?? 0;
    bytes.writeUInt32LE(100_000, damaged + 4);
    // Nor is its captured length one that a packet of such a block can have.
    bytes.writeUInt32LE(200_000, damaged + 20);
    writeFileSync(hidden, bytes);
    expect(await ahead(hidden)).toBe(await alone(hidden));
  });

  test('says the same when it is cut', async () => {
    truncateSync(file, 5_000_001);
    expect(await ahead(file)).toBe(await alone(file));
  });
});
