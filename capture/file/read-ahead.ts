import type { Worker } from 'node:worker_threads';
import type { Capture } from '../capture.ts';
import { UserError } from '../user-error.ts';
import { CaptureStore } from './capture-store.ts';
import { FrameSource } from './frame-source.ts';
import { type Batch, type Finished, Receiver, type SharedRows, shareRows } from './hand-over.ts';
import type { OpenOptions } from './open-capture.ts';
import { giveBack, refuseThreads, takeThread } from './reading-thread.ts';

/** A file that can't be read, as another thread says it. */
export interface Failed {
  readonly kind: 'failed';
  readonly message: string;
  readonly user: { readonly hint: string; readonly exitCode: UserError['exitCode'] } | null;
  /** Of a failed system call. */
  readonly code: string | null;
}

/** What the thread that reads is given. */
export interface ReadAheadJob {
  readonly fd: number;
  readonly name: string;
  readonly totalBytes: number;
  readonly shared: SharedRows;
}

/**
 * Reads a file through in a thread of its own, while `onRows` looks at what has been read: the same rows as without, in
 * larger pieces. null, and nothing has been told, where no thread can be started. The capture that `onRows` gets knows
 * flows and blocks up to its rows; what relative sequence numbers count from is known at the end.
 */
export async function readAhead(
  name: string,
  fd: number,
  totalBytes: number,
  options: OpenOptions,
): Promise<Capture | null> {
  const worker = takeThread();
  if (worker === null) return null;
  const shared = shareRows();
  const capture = new CaptureStore('unknown', new FrameSource(fd));
  const receiver = new Receiver(shared, capture);
  try {
    await receiveAll(worker, { fd, name, totalBytes, shared }, capture, receiver, options);
    // Each by name: Node has listeners of its own on a worker.
    for (const event of ['error', 'exit', 'message']) worker.removeAllListeners(event);
    giveBack(worker);
    return capture;
  } catch (error) {
    receiver.stop();
    // The descriptor must not be closed while the thread reads it.
    await worker.terminate();
    if (error instanceof NotStarted) {
      refuseThreads();
      return null;
    }
    throw error;
  }
}

/** The thread ended before it said anything: of the file that says nothing. */
class NotStarted extends Error {}

function receiveAll(
  worker: Worker,
  job: ReadAheadJob,
  capture: CaptureStore,
  receiver: Receiver,
  { onRows, onProgress, signal }: OpenOptions,
): Promise<void> {
  const { totalBytes } = job;
  let rows = 0;
  let hasBegun = false;
  const take = (message: Batch | Finished | Failed): boolean => {
    hasBegun = true;
    if (message.kind === 'failed') throw errorOf(message);
    if (signal?.aborted) receiver.stop();
    if (message.kind === 'finished') {
      receiver.finish(message);
      return true;
    }
    receiver.take(message, (columns) => onRows?.(columns, message.rowBase, capture));
    rows += message.rows;
    onProgress?.({ bytes: message.bytes, totalBytes, rows, capture });
    return false;
  };
  return new Promise((resolve, reject) => {
    worker.ref();
    worker.on('error', (error) => reject(hasBegun ? error : new NotStarted()));
    worker.on('exit', () =>
      reject(hasBegun ? new Error('the reading thread ended early') : new NotStarted()),
    );
    worker.on('message', (message: Batch | Finished | Failed) => {
      try {
        if (take(message)) resolve();
      } catch (error) {
        reject(error);
      }
    });
    worker.postMessage(job);
  });
}

function errorOf({ message, user, code }: Failed): Error {
  if (user !== null) return new UserError(message, user);
  return Object.assign(new Error(message), { code });
}
