import type { Errno } from './errno.ts';

/** A failed call is a result, not a crash: it is what the user wants to see. */
export type Failed = { readonly ok: false; readonly errno: Errno };
export type Done<T = number> = { readonly ok: true; readonly value: T };
export type CallResult<T = number> = Done<T> | Failed;

/**
 * [host, port] for IPv4 and IPv6 (numeric hosts; '' is any address), for IPv6 also flow label and scope as Python has them,
 * a path for UNIX sockets ('\0name' for an abstract one, '' for an unnamed one).
 */
export type Address =
  | readonly [host: string, port: number]
  | readonly [host: string, port: number, flowInfo: number, scopeId: number]
  | string;

export interface Received {
  /** The bytes that arrived, at most as many as asked for; empty at the end of a stream. */
  readonly data: Buffer;
  readonly from: Address | null;
  /** msg_flags of recvmsg(2), for example MSG_TRUNC. */
  readonly flags: number;
  /** What the call returned: with MSG_TRUNC more than data.length. */
  readonly value: number;
}

/** A Berkeley socket: each method is the system call of that name, made, recorded, and its result given back. */
export interface Socket {
  /** -1 when socket() or accept() failed; calls on it then fail with EBADF, as in C. */
  readonly fd: number;
  /** Why socket() or accept() failed, null when it did not. */
  readonly errno: Errno | null;
  /** Identity in the run's records: 'server:1'. */
  readonly id: string;
  /** Of a socket that accept() made: the address of the other end. */
  readonly peer: Address | null;
  bind(address: Address): CallResult;
  listen(backlog: number): CallResult;
  accept(flags?: number): Socket;
  connect(address: Address): CallResult;
  send(data: Uint8Array, flags?: number): CallResult;
  /** send in a loop until all is sent or a send fails; `value` is the number of bytes sent, `sent` also when it failed. */
  sendall(data: Uint8Array, flags?: number): CallResult & { readonly sent: number };
  sendto(data: Uint8Array, address: Address, flags?: number): CallResult;
  sendmsg(parts: readonly Uint8Array[], address?: Address | null, flags?: number): CallResult;
  recv(size: number, flags?: number): CallResult<Buffer>;
  /** recv into the caller's buffer (Python's recv_into): no allocation a call. */
  recvInto(buffer: Uint8Array, flags?: number): CallResult;
  recvfrom(size: number, flags?: number): CallResult<Received>;
  recvmsg(sizes: readonly number[], flags?: number): CallResult<Received>;
  read(size: number): CallResult<Buffer>;
  write(data: Uint8Array): CallResult;
  shutdown(how: number): CallResult;
  close(): CallResult;
  /** An int option by number or boolean; raw bytes for the others. */
  setsockopt(level: number, name: number, value: number | boolean | Uint8Array): CallResult;
  getsockopt(level: number, name: number): CallResult<number>;
  getsockoptBytes(level: number, name: number, size: number): CallResult<Buffer>;
  /** An ioctl that gives one int: SIOCOUTQ, SIOCINQ, SIOCATMARK. */
  ioctl(request: number): CallResult<number>;
  getsockname(): CallResult<Address>;
  getpeername(): CallResult<Address>;
  /** fcntl(F_SETFL, O_NONBLOCK). */
  setblocking(blocking: boolean): CallResult;
  /** setsockopt SO_LINGER; null turns it off. */
  setLinger(seconds: number | null): CallResult;
  /** setsockopt SO_RCVTIMEO / SO_SNDTIMEO in ms; 0 waits for ever. */
  setReceiveTimeout(ms: number): CallResult;
  setSendTimeout(ms: number): CallResult;
}

export interface PollEntry {
  readonly socket: Socket;
  /** POLLIN, POLLOUT… */
  readonly events: number;
}
