import type { TCP_STATE_NAMES } from '../sockets/tcp-info.ts';

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
  readonly users: readonly { readonly pid: number; readonly fd: number }[];
  /** Fields of TCP_INFO (tcp-info.ts): cwnd and snd_ssthresh in segments, rtt_us, snd_wnd, notsent_bytes…; null for others. */
  readonly info: Readonly<Record<string, number>> | null;
}

/** A change that the kernel's tables showed: a socket is as `socket` says from here on, or is gone. */
export interface KernelSample {
  /** CLOCK_REALTIME in ns, just before the kernel was asked. */
  readonly timeNs: bigint;
  readonly key: string;
  readonly socket: KernelSocket | null;
}

/** What was seen of a run's sockets, in order of time. */
export interface KernelView {
  readonly samples: readonly KernelSample[];
  /** When the kernel was asked first and last, in ns; between them a socket is as its latest sample says. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
  /** Samples that were left out because there were too many. */
  readonly left: number;
}

/** The sockets that there were at a time, in the order in which they came; null where the kernel was not asked. */
export function kernelSocketsAt(view: KernelView, timeNs: bigint): readonly KernelSocket[] | null {
  if (timeNs < view.fromNs || timeNs > view.toNs) return null;
  const found = new Map<string, KernelSocket>();
  for (const sample of view.samples) {
    if (sample.timeNs > timeNs) break;
    if (sample.socket === null) found.delete(sample.key);
    else found.set(sample.key, sample.socket);
  }
  return [...found.values()];
}
