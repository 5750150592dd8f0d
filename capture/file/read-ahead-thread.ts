import { parentPort } from 'node:worker_threads';
import { UserError } from '../user-error.ts';
import { CaptureReader } from './capture-reader.ts';
import { eachChunk } from './each-chunk.ts';
import { FrameSource } from './frame-source.ts';
import { type Batch, type Finished, Sender } from './hand-over.ts';
import type { Failed, ReadAheadJob } from './read-ahead.ts';

/** Larger than what one thread reads at a time: to hand rows over takes time by itself. */
const CHUNK = 1024 * 1024;

/** The thread that reads and decodes a file for another one. */

parentPort?.on('message', (job: ReadAheadJob) => {
  try {
    read(job);
  } catch (error) {
    post(failureOf(error));
  }
});

function post(message: Batch | Finished | Failed): void {
  parentPort?.postMessage(message);
}

function read({ fd, name, totalBytes, shared }: ReadAheadJob): void {
  const sender = new Sender(shared, post);
  const reader = new CaptureReader(name, new FrameSource(fd));
  const { capture } = reader;
  let bytes = 0;
  const passOn = (): void =>
    capture.passOn((columns, rowBase) => sender.send(capture, columns, rowBase, bytes));
  for (const chunk of eachChunk(fd, totalBytes, 0, CHUNK)) {
    bytes += chunk.length;
    reader.feed(chunk);
    passOn();
    if (reader.stopped || sender.stopped) break;
  }
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
