import type { Call } from '../sockets/call.ts';

/** What was in a socket's queues, and at which side of the call they were read. */
export interface CallQueues {
  /** Bytes; null where that is not known or, of a socket without a connection, means nothing. */
  readonly sendQueue: number | null;
  readonly recvQueue: number | null;
  readonly measured: 'before' | 'after';
}

/** TCP_CLOSE of <net/tcp_states.h>. */
const TCP_CLOSE = 7;

/**
 * The queues that a call's record tells of: read just after it, but of close() just before it, since nothing is left to ask
 * afterwards. A TCP socket in CLOSED has no send queue: SIOCOUTQ is the difference of two sequence numbers (tcp(7)), of which
 * the end of a connection moves one alone, so that it says 3 of a connect() that was refused.
 */
export function queuesOf(call: Call): CallQueues {
  const { sendQueue, recvQueue, tcpInfo, name } = call;
  const isClosed = tcpInfo?.state === TCP_CLOSE;
  return {
    sendQueue: isClosed ? null : sendQueue,
    recvQueue,
    measured: name === 'close' ? 'before' : 'after',
  };
}
