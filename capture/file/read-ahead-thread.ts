import { closeSync, openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../user-error.ts';
import { CaptureReader } from './capture-reader.ts';
import { chunksUntilFailure, eachChunk } from './each-chunk.ts';
import { FrameSource } from './frame-source.ts';
import { type Batch, type Finished, Sender } from './hand-over.ts';
import type { Failed, ReadAheadJob } from './read-ahead.ts';

/** What has been read after so many bytes has run often enough to be compiled for speed. */
const PRACTICE = 8 * 1024 * 1024;

/** The thread that reads and decodes a file for another one. */
let isAsked = false;

parentPort?.on('message', (job: ReadAheadJob) => {
  isAsked = true;
  try {
    read(job);
  } catch (error) {
    post(failureOf(error));
  }
});

if (typeof workerData === 'string') void practise(workerData);

/** Reads the beginning of the file for nothing, while nobody asks: what reads it is then compiled. Errors are found when it is read. */
async function practise(file: string): Promise<void> {
  let fd = -1;
  try {
    fd = openSync(file, 'r');
    const reader = new CaptureReader(file, new FrameSource(fd));
    for (const chunk of eachChunk(fd, PRACTICE)) {
      reader.feed(chunk);
      reader.capture.passOn(() => {});
      await setImmediate();
      if (isAsked || reader.stopped || reader.bytes > PRACTICE) break;
    }
  } catch {
    // As above.
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

function post(message: Batch | Finished | Failed): void {
  parentPort?.postMessage(message);
}

function read({ fd, name, totalBytes, shared }: ReadAheadJob): void {
  const sender = new Sender(shared, post);
  const reader = new CaptureReader(name, new FrameSource(fd));
  const { capture } = reader;
  let bytes = 0;
  let latest = 0;
  const passOn = (): void =>
    capture.passOn((columns, rowBase) => sender.send(capture, columns, rowBase, latest, bytes));
  for (const chunk of chunksUntilFailure(fd, totalBytes, 0, capture, () => sender.room())) {
    latest = chunk.length;
    bytes += chunk.length;
    reader.feed(chunk);
    passOn();
    if (reader.stopped || sender.stopped) break;
  }
  // What is left of the file's end was kept: the room asked for last holds nothing of it.
  latest = 0;
  if (!sender.stopped) reader.end();
  passOn();
  sender.finish(capture);
}

function failureOf(error: unknown): Failed {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  const user = error instanceof UserError ? { hint: error.hint, exitCode: error.exitCode } : null;
  return { kind: 'failed', message, user, code };
}
