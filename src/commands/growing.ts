import { fstatSync } from 'node:fs';
import { statsOf } from '../../capture/file/stats-of.ts';
import { listenForInterrupts } from './interrupts.ts';

/** What tcpdump has not yet passed on when Ctrl-C ends both of us comes within this time. */
const LAST_BYTES_MS = 1000;

/** Whether a capture comes bit by bit from someone who is still writing it: a pipe, a FIFO, a socket. */
export function isPipe(file: string): boolean {
  const stat = file === '-' ? fstatSync(0) : statsOf(file);
  return stat !== undefined && (stat.isFIFO() || stat.isSocket());
}

/**
 * Aborted when Ctrl-C (or SIGTERM) says that what has come is enough: of a pipe a little later, because the program that
 * writes into it hears the same Ctrl-C and passes on what it still has. A second one ends this process.
 */
export function endOfGrowing(file: string): AbortController {
  const end = new AbortController();
  const { stop } = listenForInterrupts();
  const wait = isPipe(file) ? LAST_BYTES_MS : 0;
  stop.addEventListener('abort', () => setTimeout(() => end.abort(), wait).unref(), { once: true });
  return end;
}
