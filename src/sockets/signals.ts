/** Signals that interrupt a blocked call. */
import koffi from 'koffi';

const ualarm: (microseconds: number, interval: number) => number = koffi
  .load(null)
  .func('uint32_t ualarm(uint32_t microseconds, uint32_t interval)');

/**
 * ualarm(3): SIGALRM comes to this process after `ms` (1 to 999), and its handler does nothing: a call that blocks then
 * fails with EINTR, unless the kernel starts it again (signal(7) says which it does). Returns what takes the alarm back.
 */
export function interruptAfter(ms: number): () => void {
  if (!(ms >= 1 && ms <= 999)) throw new RangeError(`ualarm takes 1 to 999 ms, not ${ms}`);
  const nothing = (): void => {};
  process.on('SIGALRM', nothing);
  ualarm(Math.round(ms * 1000), 0);
  return () => {
    ualarm(0, 0);
    process.off('SIGALRM', nothing);
  };
}
