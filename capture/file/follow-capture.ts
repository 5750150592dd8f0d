import { readSync } from 'node:fs';
import type { Capture } from '../capture.ts';
import { CaptureReader } from './capture-reader.ts';
import { FrameSource } from './frame-source.ts';

const CHUNK = 1024 * 1024;

/** A capture that is still being written. */
export interface FollowedCapture {
  /** Grows with each `poll`. Its columns' arrays are replaced as they grow: take them anew after a poll. */
  readonly capture: Capture;
  /**
   * Reads what has been written since, at most about `mostBytes` of it; returns the number of new rows. A UserError when
   * the file is no capture.
   */
  poll(mostBytes?: number): number;
  /** Reads the rest and says that the writer is done: a record that is not whole becomes a problem. Returns new rows. */
  end(): number;
}

/**
 * Follows the capture file open at `fd`, which may still be empty, by pread from its start. The descriptor belongs to
 * the capture: its `close` closes it.
 */
export function followCapture(fd: number, name = 'the capture'): FollowedCapture {
  const reader = new CaptureReader(name, new FrameSource(fd));
  const { capture } = reader;
  const chunk = new Uint8Array(CHUNK);
  let offset = 0;
  const poll = (mostBytes = Number.POSITIVE_INFINITY): number => {
    const limit = offset + mostBytes;
    const before = capture.columns.length;
    while (!reader.stopped && offset < limit) {
      const got = readSync(fd, chunk, 0, CHUNK, offset);
      if (got === 0) break;
      offset += got;
      reader.feed(chunk.subarray(0, got));
    }
    return capture.columns.length - before;
  };
  const end = (): number => {
    const added = poll();
    reader.end();
    return added;
  };
  return { capture, poll, end };
}
