import type { TCP_STATE_NAMES } from '../sockets/tcp-info.ts';

export interface SocketUser {
  readonly pid: number;
  readonly fd: number;
  /** The name of its program (/proc/PID/comm), where it is no process of a run. */
  readonly name?: string;
}

/** A socket as the kernel had it at a moment: what inet_diag tells, and `ss -tuanp` prints. */
export interface KernelSocket {
  /** The kernel's own identity of the socket (sock_diag's cookie), the same while it lives, in TIME-WAIT too. */
  readonly key: string;
  readonly protocol: 'tcp' | 'udp';
  /** RFC 9293's name; of a UDP socket 'ESTABLISHED' when it is connected, else 'CLOSED'. */
  readonly state: (typeof TCP_STATE_NAMES)[number];
  /** As ss prints them: '127.0.0.1:3500', '[::1]:3500', '0.0.0.0:*' for no peer, '*:3500' for any IPv6 address. */
  readonly local: string;
  readonly remote: string;
  /** Bytes in the queues; of a listening socket the connections that wait for accept, and the backlog. */
  readonly recvQueue: number;
  readonly sendQueue: number;
  /** The processes that have it open, by descriptor; none once it is closed. */
  readonly users: readonly SocketUser[];
  /** Fields of TCP_INFO (tcp-info.ts): cwnd and snd_ssthresh in segments, rtt_us, snd_wnd, notsent_bytes…; null for others. */
  readonly info: Readonly<Record<string, number>> | null;
}

/** A change that the kernel's tables showed: a socket is as `socket` says from here on, or is gone. */
export interface KernelSample {
  /** CLOCK_REALTIME in ns, just before the kernel was asked. */
  readonly timeNs: bigint;
  /** When it was asked for this socket the last time before: until then nothing had changed. */
  readonly askedNs: bigint;
  /** Just after it had answered: the answer held at some moment in between. Files of older versions lack it. */
  readonly answeredNs?: bigint;
  readonly key: string;
  readonly socket: KernelSocket | null;
}

/** What was seen of a run's sockets, in order of time. */
export interface KernelView {
  readonly samples: readonly KernelSample[];
  /** Between which times, in ns, no socket can have been missed. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
  /** Samples that were left out because there were too many. */
  readonly left: number;
}

/**
 * The sockets at a time, in the order in which they came: null where the kernel was not asked, or where it is not known
 * which of two answers held. `nextEventNs` is when something happens next after that time (a call, a packet): what the
 * kernel said later, but before that, is how it was.
 */
export function kernelSocketsAt(
  { samples, fromNs, toNs }: KernelView,
  timeNs: bigint,
  nextEventNs: bigint | null,
): readonly KernelSocket[] | null {
  if (timeNs < fromNs || timeNs > toNs) return null;
  let end = firstAfter(samples, timeNs);
  // Sockets are asked for one after the other: a later sample may be the one that tells of a change before an earlier one.
  const open = samples.findLastIndex((sample, at) => at >= end && sample.askedNs < timeNs);
  const settling = samples[open];
  if (settling !== undefined) {
    if (nextEventNs !== null && nextEventNs <= (settling.answeredNs ?? settling.timeNs)) return null;
    end = open + 1;
  }
  const found = new Map<string, KernelSocket>();
  for (const { key, socket } of samples.slice(0, end)) {
    if (socket === null) found.delete(key);
    else found.set(key, socket);
  }
  return [...found.values()];
}

function firstAfter(samples: readonly KernelSample[], timeNs: bigint): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((samples[middle]?.timeNs ?? 0n) <= timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The sockets as the kernel said last, and when that was; null where it has not said anything. */
export function lastKernelSockets({ samples, toNs }: KernelView): {
  readonly sockets: readonly KernelSocket[];
  readonly ns: bigint;
} | null {
  const last = samples.at(-1);
  if (last === undefined) return null;
  const latest = new Map<string, KernelSocket>();
  for (const { key, socket } of samples) {
    if (socket === null) latest.delete(key);
    else latest.set(key, socket);
  }
  const told = last.answeredNs ?? last.timeNs;
  return { sockets: [...latest.values()], ns: told > toNs ? told : toNs };
}
