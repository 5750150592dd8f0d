import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../user-error.ts';
import { CaptureReader } from './capture-reader.ts';
import { eachChunk } from './each-chunk.ts';
import { FrameSource } from './frame-source.ts';
import { Sender } from './hand-over.ts';
import type { Failed, ReadAheadJob } from './read-ahead.ts';

/** The thread that reads and decodes a file for another one. */

const { fd, name, totalBytes, shared }: ReadAheadJob = workerData;
const sender = new Sender(shared, (message) => parentPort?.postMessage(message));
try {
  read();
} catch (error) {
  parentPort?.postMessage(failureOf(error));
}

function read(): void {
  const reader = new CaptureReader(name, new FrameSource(fd));
  const { capture } = reader;
  let bytes = 0;
  const passOn = (): void =>
    capture.passOn((columns, rowBase) => sender.send(capture, columns, rowBase, bytes));
  for (const chunk of eachChunk(fd, totalBytes)) {
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
