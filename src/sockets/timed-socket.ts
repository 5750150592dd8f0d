/** A socket with a time limit as Python's settimeout makes it: non-blocking underneath, and poll before each call. */
import { POLLIN, POLLOUT } from './constants.ts';
import * as data from './data-calls.ts';
import { poll } from './poll.ts';
import { sendall } from './sendall.ts';
import { BsdSocket } from './socket.ts';
import type { CallResult, Failed, Received, Socket } from './types.ts';

const TIMED_OUT: Failed = { ok: false, errno: 'EAGAIN' };

/**
 * The same connection, whose send and recv wait `ms` at most and then fail with EAGAIN. Being non-blocking, a send takes
 * only what fits into the send buffer. Fails as fcntl(2) does.
 */
export function withTimeout(socket: Socket, ms: number): CallResult<Socket> {
  if (!(socket instanceof BsdSocket)) throw new TypeError('not a socket of this library');
  const set = socket.setblocking(false);
  return set.ok ? { ok: true, value: new TimedSocket(socket, ms) } : set;
}

class TimedSocket extends BsdSocket {
  private readonly ms: number;

  constructor(plain: BsdSocket, ms: number) {
    super(plain.state, plain.errno, plain.peer);
    this.ms = ms;
  }

  override send(bytes: Uint8Array, flags = 0): CallResult {
    return this.wait(POLLOUT) ?? data.send(this.state, bytes, flags);
  }

  override sendall(bytes: Uint8Array, flags = 0): CallResult & { readonly sent: number } {
    return sendall(this.state, bytes, flags, () => this.wait(POLLOUT));
  }

  override write(bytes: Uint8Array): CallResult {
    return this.wait(POLLOUT) ?? data.write(this.state, bytes);
  }

  override recv(size: number, flags = 0): CallResult<Buffer> {
    return this.wait(POLLIN) ?? data.recv(this.state, size, flags);
  }

  override recvInto(buffer: Uint8Array, flags = 0): CallResult {
    return this.wait(POLLIN) ?? data.recvInto(this.state, buffer, flags);
  }

  override recvfrom(size: number, flags = 0): CallResult<Received> {
    return this.wait(POLLIN) ?? data.recvfrom(this.state, size, flags);
  }

  override read(size: number): CallResult<Buffer> {
    return this.wait(POLLIN) ?? data.read(this.state, size);
  }

  /** null when the call can be made; a pending error also makes the socket ready, and is for the call to tell. */
  private wait(events: number): Failed | null {
    const ready = poll([{ socket: this, events }], this.ms);
    if (!ready.ok) return ready;
    return ready.value.length === 0 ? TIMED_OUT : null;
  }
}
