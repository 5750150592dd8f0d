import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** Below this the start of a thread takes longer than it saves. */
const WORTHWHILE = 16 * 1024 * 1024;
/** The compiled program alone has a file that a thread can begin with. */
const THREAD = new URL('./read-ahead-thread.js', import.meta.url);
const IS_COMPILED = import.meta.url.endsWith('.js');

/** A thread that has nothing to read yet. */
let idle: Worker | null = null;
/** No thread could be started: then all is read in this one. */
let isRefused = false;

/** Whether a file of this many bytes is to be read by a thread of its own. */
export function paysToReadAhead(totalBytes: number): boolean {
  return IS_COMPILED && !isRefused && totalBytes >= WORTHWHILE;
}

/**
 * Starts the thread that will read `file`, if one will. It takes as long to begin as the program itself, so this comes
 * before all else; and this file imports nothing of ours. Until it is asked to read, the thread practises on the file.
 */
export function warmUp(file: string): void {
  const totalBytes = sizeOf(file);
  if (idle !== null || !paysToReadAhead(totalBytes)) return;
  idle = started(file);
  idle?.unref();
  idle?.on('error', refuseThreads);
}

/** null where this machine, or Node, allows no thread. */
function started(file: string | null): Worker | null {
  try {
    return new Worker(THREAD, { workerData: file });
  } catch {
    refuseThreads();
    return null;
  }
}

/** A thread ended before it said anything: no other will be asked. */
export function refuseThreads(): void {
  idle = null;
  isRefused = true;
}

/** 0 where it cannot be told: why not, whoever opens the file says. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** The thread that waits, or a new one; null where none can be started. */
export function takeThread(): Worker | null {
  const worker = idle ?? started(null);
  idle = null;
  worker?.removeListener('error', refuseThreads);
  return worker;
}

/** Gives a thread back when its file is read, for the next one. */
export function giveBack(worker: Worker): void {
  worker.unref();
  idle = worker;
}
