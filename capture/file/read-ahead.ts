import { Worker } from 'node:worker_threads';
import type { Capture } from '../capture.ts';
import { UserError } from '../user-error.ts';
import { CaptureBuilder } from './builder.ts';
import { FrameSource } from './frame-source.ts';
import { type Batch, type Finished, Receiver, type SharedRows, shareRows } from './hand-over.ts';
import type { OpenOptions } from './open-capture.ts';

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

/** Below this the start of a thread takes longer than it saves. */
const WORTHWHILE = 16 * 1024 * 1024;
/** The compiled program alone has a file that a thread can begin with. */
const THREAD = new URL('./read-ahead-thread.js', import.meta.url);
const IS_COMPILED = import.meta.url.endsWith('.js');

/** Whether a file of this many bytes is to be read by a thread of its own. */
export function paysToReadAhead(totalBytes: number): boolean {
  return IS_COMPILED && totalBytes >= WORTHWHILE;
}

/**
 * Reads a file through in a thread of its own, while `onRows` looks at what has been read: the same rows in the same
 * pieces as without. The capture that `onRows` gets knows flows and blocks up to its rows; what relative sequence
 * numbers count from is known at the end.
 */
export async function readAhead(
  name: string,
  fd: number,
  totalBytes: number,
  { onRows, onProgress, signal }: OpenOptions,
): Promise<Capture> {
  const shared = shareRows();
  const capture = new CaptureBuilder('unknown', new FrameSource(fd));
  const receiver = new Receiver(shared, capture);
  const workerData: ReadAheadJob = { fd, name, totalBytes, shared };
  const worker = new Worker(THREAD, { workerData });
  let rows = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('the reading thread ended early')));
      worker.on('message', (message: Batch | Finished | Failed) => {
        try {
          if (message.kind === 'failed') throw errorOf(message);
          if (signal?.aborted) receiver.stop();
          if (message.kind === 'finished') {
            receiver.finish(message);
            resolve();
            return;
          }
          receiver.take(message, (columns) => onRows?.(columns, message.rowBase, capture));
          rows += message.rows;
          onProgress?.({ bytes: message.bytes, totalBytes, rows, capture });
        } catch (error) {
          receiver.stop();
          reject(error);
        }
      });
    });
    return capture;
  } finally {
    await worker.terminate();
  }
}

function errorOf({ message, user, code }: Failed): Error {
  if (user !== null) return new UserError(message, user);
  return Object.assign(new Error(message), { code });
}
