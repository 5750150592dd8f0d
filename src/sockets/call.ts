import type { Errno } from './errno.ts';

/** The value of one argument, already symbolic: 'AF_INET', 'MSG_PEEK|MSG_DONTWAIT', '127.0.0.1:3500', 4096. */
export type ArgValue = string | number | null;

/** One socket system call of one thread, as it was recorded by the role that made it. */
export interface Call {
  /** From 1, in order of entry over all roles; final when the run is over. */
  readonly id: number;
  /** 'server', 'client', 'client 2'. */
  readonly role: string;
  readonly pid: number;
  /** 0 for the role's main thread. */
  readonly thread: number;
  /** The name of the man page: 'connect', 'sendto'. A sendall span has the name 'sendall'. */
  readonly name: string;
  /** In the order of the C prototype, without the descriptor, lengths and buffers that the other fields give. */
  readonly args: Readonly<Record<string, ArgValue>>;
  /** CLOCK_REALTIME, ns since 1970, just before and just after the call. exitNs is null while it has not returned. */
  readonly enterNs: bigint;
  readonly exitNs: bigint | null;
  /** What the call returned (-1 when it failed); null while it has not. */
  readonly ret: number | null;
  readonly errno: Errno | null;
  readonly fd: number | null;
  /** Identity of the socket, unique in the run, the same in every process that inherited it: 'server:1'. */
  readonly socket: string | null;
  /** The socket that socket() or accept() made. */
  readonly created: string | null;
  /** '127.0.0.1:3500', '[::1]:3500', 'unix:/path'; null where not (yet) known. Of the created socket for accept(). */
  readonly local: string | null;
  readonly remote: string | null;
  /** Bytes asked for: the length argument of a send or recv. */
  readonly length: number | null;
  /**
   * Stream sockets: offset in its direction of the first byte moved. MSG_PEEK does not advance it. A sent MSG_OOB byte is
   * in the stream as on the wire; a received one is not (null), and later offsets do not count it.
   */
  readonly offset: number | null;
  /** The first bytes moved (all of them under --verify); null when not recorded. */
  readonly data: Uint8Array | null;
  /** SHA-256 (hex) of all bytes moved, where the run kept hashes instead of data. */
  readonly hash: string | null;
  /** Bytes in the send queue (SIOCOUTQ) and in the receive queue (SIOCINQ) just after the call; for close just before it. */
  readonly sendQueue: number | null;
  readonly recvQueue: number | null;
  /** TCP_INFO fields (tcp-info.ts) at the same moment, where recorded: rtt_us, cwnd, state… For accept of the new socket. */
  readonly tcpInfo: Readonly<Record<string, number>> | null;
  readonly source: { readonly file: string; readonly line: number; readonly func: string | null } | null;
  /** The id of the sendall span that this send belongs to. */
  readonly span: number | null;
  /** How long the step mode held it back just before it was entered, in ns; null where it did not. */
  readonly heldNs: number | null;
  /** The record was thinned: no data, queues or source were kept; counts, times and bytes are exact. */
  readonly thinned: boolean;
}

/** A copy with every field its own: calls of a live run have getters, which spreading them would leave behind. */
export function plainCall(call: Call): Call {
  const { id, role, pid, thread, name, args, enterNs, exitNs, ret, errno, fd, socket, created } = call;
  const {
    local,
    remote,
    length,
    offset,
    data,
    hash,
    sendQueue,
    recvQueue,
    tcpInfo,
    source,
    span,
    heldNs,
    thinned,
  } = call;
  return {
    id,
    role,
    pid,
    thread,
    name,
    args,
    enterNs,
    exitNs,
    ret,
    errno,
    fd,
    socket,
    created,
    local,
    remote,
    length,
    offset,
    data,
    hash,
    sendQueue,
    recvQueue,
    tcpInfo,
    source,
    span,
    heldNs,
    thinned,
  };
}
