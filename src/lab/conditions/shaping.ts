import { EXIT, UserError } from '../../../capture/user-error.ts';
import { runTool } from './command.ts';
import type { Conditions } from './conditions.ts';
import { formatRate } from './units.ts';

export interface Shaping {
  /** In words for the screen: 'tbf 10mbit burst 3028 queue 75700'. */
  readonly granted: { readonly rate: string | null; readonly delay: string | null };
  /** How long a packet may wait in the queues, ms: the end of the run has to wait for it. */
  readonly longestWaitMs: number;
  /** Packets that the queues had no room for; they were never on the wire. */
  dropped(): number;
}

const NO_SHAPING: Shaping = {
  granted: { rate: null, delay: null },
  longestWaitMs: 0,
  dropped: () => 0,
};

const LINK_HEADER = 14;
// tbf sends in ticks of the kernel's timer (tc-tbf(8): burst at least rate/HZ); 100 is the slowest that is built.
const HZ = 100;
/**
 * Room in tbf: more than the sockets of a run keep in it, since what does not fit is dropped before anything can capture
 * it, and a loss that no row shows cannot be explained. (UDP waits in sendto beyond SO_SNDBUF, TCP beyond its window.)
 */
const QUEUE_BYTES = 4_000_000;

/** netem counts packets; its default of 1000 would drop within one window of a fast transfer. */
const NETEM_LIMIT = 100_000;

/** Puts netem (delay) and tbf (rate) before lo. Throws a UserError (exit 3) when tc or the kernel lacks them. */
export function shape({ bitsPerSecond, delayMs, mtu }: Conditions): Shaping {
  if (bitsPerSecond === null && delayMs === null) return NO_SHAPING;
  if (delayMs !== null) delayBy(delayMs);
  let queueMs = 0;
  if (bitsPerSecond !== null)
    queueMs = limitTo(bitsPerSecond, mtu, delayMs === null ? ['root'] : ['parent', '1:1']);
  const queues = readQueues();
  const tbf = queues.find((queue) => queue.kind === 'tbf');
  const netem = queues.find((queue) => queue.kind === 'netem');
  return {
    granted: {
      rate: tbf?.options.rate === undefined ? null : formatRate(tbf.options.rate * 8),
      delay: netem && delayMs !== null ? `${delayMs}ms` : null,
    },
    longestWaitMs: Math.ceil((delayMs ?? 0) + queueMs),
    dropped: () => readQueues().reduce((sum, queue) => sum + queue.drops, 0),
  };
}

function delayBy(delayMs: number): void {
  const { ok, stderr } = runTool(
    'tc',
    `qdisc add dev lo root handle 1: netem delay ${Math.round(delayMs * 1000)}us limit ${NETEM_LIMIT}`.split(
      ' ',
    ),
    '',
    '--delay',
  );
  if (ok) return;
  if (/unknown|not found|No such file/i.test(stderr)) {
    throw new UserError('--delay needs netem, which this kernel does not have', {
      hint: 'try `sudo modprobe sch_netem`; cloud kernels leave it out: on Debian install linux-image-amd64. Or leave --delay out',
      exitCode: EXIT.cannotCapture,
    });
  }
  throw tcFailed('--delay', stderr);
}

/** Returns how long the last byte of a full queue waits, in ms. */
function limitTo(bitsPerSecond: number, mtu: number, where: readonly string[]): number {
  const bytesPerSecond = bitsPerSecond / 8;
  const packet = mtu + LINK_HEADER;
  const burst = Math.ceil(Math.max(2 * packet, bytesPerSecond / HZ));
  const { ok, stderr } = runTool(
    'tc',
    [
      ...['qdisc', 'add', 'dev', 'lo', ...where, 'tbf'],
      ...['rate', `${bitsPerSecond}bit`, 'burst', `${burst}`, 'limit', `${QUEUE_BYTES}`],
    ],
    '',
    '--rate',
  );
  if (!ok) {
    if (/unknown|not found|No such file/i.test(stderr)) {
      throw new UserError('--rate needs tbf, which this kernel does not have', {
        hint: 'try `sudo modprobe sch_tbf`, or leave --rate out',
        exitCode: EXIT.cannotCapture,
      });
    }
    throw tcFailed('--rate', stderr);
  }
  return (1000 * (QUEUE_BYTES + burst)) / bytesPerSecond;
}

function tcFailed(option: string, stderr: string): UserError {
  return new UserError(`${option} was refused by tc: ${stderr}`, {
    hint: 'see `sockscope doctor`, or leave the option out',
    exitCode: EXIT.cannotCapture,
  });
}

interface Queue {
  readonly kind: string;
  readonly drops: number;
  /** `rate` in bytes a second. */
  readonly options: { readonly rate?: number };
}

/** What tc(8) says of the queues of lo: the values that the kernel took, not those that were asked for. */
function readQueues(): readonly Queue[] {
  const { ok, stdout } = runTool('tc', ['-s', '-j', 'qdisc', 'show', 'dev', 'lo']);
  if (!ok) return [];
  const parsed: unknown = JSON.parse(stdout);
  return Array.isArray(parsed) ? parsed : [];
}
