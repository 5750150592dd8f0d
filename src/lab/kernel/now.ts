import * as libc from '../../sockets/libc.ts';

const CLOCK_REALTIME = 0;
const clock = new Uint32Array(4);

/** CLOCK_REALTIME in ns, the clock of calls and packets. */
export function nowNs(): bigint {
  libc.clockGettime(CLOCK_REALTIME, clock);
  return BigInt(clock[0] ?? 0) * 1_000_000_000n + BigInt(clock[2] ?? 0);
}
