import koffi from 'koffi';
import type { LiveCapture } from './engine.ts';

/** What can be drained: a capture, or anything else that fills a descriptor. */
export type Drainable = Pick<LiveCapture, 'pollFd' | 'drain'>;

/** For an engine that watches for itself: only its errors are collected here. */
const TIMER_MS = 50;

/**
 * Drains whenever packets wait, until `stop`. libuv watches the descriptor itself, so an idle capture costs nothing and a
 * lone packet is in the file within about 1 ms (the ring's block timeout). An error stops the loop and is given once.
 */
export function startDraining(capture: Drainable, onError: (error: unknown) => void): { stop(): void } {
  let stopped = false;
  let release = (): void => {};
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    release();
  };
  const turn = (): void => {
    if (stopped) return;
    try {
      capture.drain();
    } catch (error) {
      stop();
      onError(error);
    }
  };
  release = watch(capture.pollFd, turn);
  return { stop };
}

function watch(fd: number | null, turn: () => void): () => void {
  if (fd === null) {
    const timer = setInterval(turn, TIMER_MS);
    return () => clearInterval(timer);
  }
  const handle = koffi.node.poll(fd, { readable: true }, turn);
  return () => handle.close();
}
