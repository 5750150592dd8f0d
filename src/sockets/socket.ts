/** Berkeley sockets with the verbs and arguments of the manual pages; every call is recorded when a recorder is configured. */
import { type ActiveCall, begin, prepare } from './active-call.ts';
import {
  F_GETFL,
  O_NONBLOCK,
  SO_DOMAIN,
  SO_LINGER,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from './constants.ts';
import * as data from './data-calls.ts';
import type { Errno } from './errno.ts';
import * as libc from './libc.ts';
import * as messages from './message-calls.ts';
import * as options from './option-calls.ts';
import { sendall } from './sendall.ts';
import { addressText, decodeAddress, encodeAddress, SOCKADDR_SIZE } from './sockaddr.ts';
import {
  learnAddresses,
  learnLocal,
  newSocketState,
  probe,
  type SocketState,
  socketStateOf,
} from './socket-state.ts';
import { familyName, protocolName, shutdownName, socketTypeName } from './symbols.ts';
import type { Address, CallResult, Socket } from './types.ts';

const TYPE_FLAGS = SOCK_CLOEXEC | SOCK_NONBLOCK;

/** socket(2). A failure is in the result's `errno`, as with accept. SOCK_CLOEXEC is always set, so that no child delays a FIN. */
export function socket(domain: number, type: number, protocol = 0): Socket {
  const call = begin('socket', null, {
    args: () => ({
      domain: familyName(domain),
      type: socketTypeName(type),
      protocol: protocolName(protocol),
    }),
  });
  const fd = call.leave(libc.socket(domain, type | SOCK_CLOEXEC, protocol));
  const state = newSocketState(fd, domain, type & ~TYPE_FLAGS, (type & SOCK_NONBLOCK) === 0);
  call.created = fd < 0 ? null : state.id;
  call.record();
  return new BsdSocket(state, errnoOf(call), null);
}

/** socketpair(2): two connected sockets without a name; a failure gives two sockets with fd -1. */
export function socketpair(domain: number, type: number, protocol = 0): readonly [Socket, Socket] {
  const two = Int32Array.of(-1, -1);
  const call = begin('socketpair', null, {
    args: () => ({
      domain: familyName(domain),
      type: socketTypeName(type),
      protocol: protocolName(protocol),
      sv: call.errno === 0 ? `[${two[0]}, ${two[1]}]` : null,
    }),
  });
  call.leave(libc.socketpair(domain, type | SOCK_CLOEXEC, protocol, two));
  const blocking = (type & SOCK_NONBLOCK) === 0;
  const first = newSocketState(two[0] ?? -1, domain, type & ~TYPE_FLAGS, blocking);
  const second = newSocketState(two[1] ?? -1, domain, type & ~TYPE_FLAGS, blocking);
  call.created = call.errno === 0 ? first.id : null;
  call.record();
  return [new BsdSocket(first, errnoOf(call), null), new BsdSocket(second, errnoOf(call), null)];
}

/** What a process or thread needs to go on with a socket that it inherits; plain data, to be sent over IPC. */
export interface Handoff {
  readonly fd: number;
  readonly id: string;
  readonly sent: number;
  readonly received: number;
}

/** What to give to the process or thread that inherits `socket`. */
export function handoff(socket: Socket): Handoff {
  if (!(socket instanceof BsdSocket)) throw new TypeError('not a socket of this library');
  const { fd, id, sent, received } = socket.state;
  return { fd, id, sent, received };
}

/**
 * The same socket in a process or thread that inherited its descriptor (perhaps under another number): same identity, and
 * stream offsets that go on where the other left off. Not recorded: no call is made for the author.
 */
export function adoptSocket(fd: number, id: string, from: { sent?: number; received?: number } = {}): Socket {
  const option = (name: number): number => {
    const value = new Int32Array(1);
    return libc.getsockopt(fd, SOL_SOCKET, name, value, Uint32Array.of(4)) < 0 ? -1 : (value[0] ?? -1);
  };
  const flags = libc.fcntl(fd, F_GETFL, 0);
  const state = socketStateOf(id, fd, option(SO_DOMAIN), option(SO_TYPE), (flags & O_NONBLOCK) === 0);
  state.sent = from.sent ?? 0;
  state.received = from.received ?? 0;
  learnAddresses(state);
  return new BsdSocket(state, null, null);
}

const peerBytes = new Uint8Array(new ArrayBuffer(SOCKADDR_SIZE));
const peerLength = new Uint32Array(1);

/** One descriptor. Calls on a socket that could not be made go to the kernel with fd -1 and fail with EBADF, as in C. */
export class BsdSocket implements Socket {
  readonly errno: Errno | null;
  readonly peer: Address | null;
  /** For the calls of this room only. */
  readonly state: SocketState;

  constructor(state: SocketState, errno: Errno | null, peer: Address | null) {
    this.state = state;
    this.errno = errno;
    this.peer = peer;
  }

  get fd(): number {
    return this.state.fd;
  }

  get id(): string {
    return this.state.id;
  }

  bind(address: Address): CallResult {
    const { state } = this;
    const bytes = encodeAddress(address, state.domain);
    const call = begin('bind', state, { args: () => ({ address: addressText(address) }) });
    call.leave(libc.bind(state.fd, bytes));
    if (call.errno === 0) learnLocal(state);
    call.local = state.local;
    call.record();
    return call.result();
  }

  listen(backlog: number): CallResult {
    const { state } = this;
    const call = begin('listen', state, { args: () => ({ backlog }) });
    call.leave(libc.listen(state.fd, backlog));
    // Listening without bind gives the socket a port.
    if (call.errno === 0 && state.local === null) learnLocal(state);
    call.local = state.local;
    probe(call, state);
    call.record();
    return call.result();
  }

  accept(flags = 0): Socket {
    const { state } = this;
    const call = begin(flags === 0 ? 'accept' : 'accept4', state, {
      mayBlock: state.blocking,
      args: flags === 0 ? null : () => ({ flags: socketTypeName(flags) }),
    });
    peerLength[0] = SOCKADDR_SIZE;
    const fd = call.leave(libc.accept4(state.fd, peerBytes, peerLength, flags | SOCK_CLOEXEC));
    const peer = fd < 0 ? null : decodeAddress(peerBytes, peerLength[0]);
    const accepted = newSocketState(fd, state.domain, state.type, (flags & SOCK_NONBLOCK) === 0);
    if (fd >= 0) {
      learnAddresses(accepted);
      // The peer may have reset the connection already: accept still told its address.
      if (peer !== null && peer !== '') accepted.remote = addressText(peer);
      call.created = accepted.id;
      call.local = accepted.local;
      call.remote = accepted.remote;
      probe(call, accepted);
    }
    call.record();
    return new BsdSocket(accepted, errnoOf(call), peer);
  }

  connect(address: Address): CallResult {
    const { state } = this;
    const bytes = encodeAddress(address, state.domain);
    const remote = addressText(address);
    const call = begin('connect', state, {
      mayBlock: state.blocking,
      remote,
      args: () => ({ address: remote }),
    });
    call.leave(libc.connect(state.fd, bytes));
    // After a refusal the kernel still tells the port that was used; the address is then 0.0.0.0.
    learnLocal(state);
    call.local = state.local;
    if (call.errno === 0 || errnoOf(call) === 'EINPROGRESS') {
      state.remote = remote;
      // Not after a refusal: SIOCOUTQ then gives the difference of two sequence numbers that mean nothing.
      probe(call, state);
    }
    call.record();
    return call.result();
  }

  send(bytes: Uint8Array, flags = 0): CallResult {
    return data.send(this.state, bytes, flags);
  }

  sendall(bytes: Uint8Array, flags = 0): CallResult & { readonly sent: number } {
    return sendall(this.state, bytes, flags);
  }

  sendto(bytes: Uint8Array, address: Address, flags = 0): CallResult {
    return data.sendto(this.state, bytes, address, flags);
  }

  sendmsg(parts: readonly Uint8Array[], address: Address | null = null, flags = 0): CallResult {
    return messages.sendmsg(this.state, parts, address, flags);
  }

  recv(size: number, flags = 0): CallResult<Buffer> {
    return data.recv(this.state, size, flags);
  }

  recvInto(buffer: Uint8Array, flags = 0): CallResult {
    return data.recvInto(this.state, buffer, flags);
  }

  recvfrom(size: number, flags = 0) {
    return data.recvfrom(this.state, size, flags);
  }

  recvmsg(sizes: readonly number[], flags = 0) {
    return messages.recvmsg(this.state, sizes, flags);
  }

  read(size: number): CallResult<Buffer> {
    return data.read(this.state, size);
  }

  write(bytes: Uint8Array): CallResult {
    return data.write(this.state, bytes);
  }

  shutdown(how: number): CallResult {
    const { state } = this;
    const call = begin('shutdown', state, { args: () => ({ how: shutdownName(how) }) });
    call.leave(libc.shutdown(state.fd, how));
    probe(call, state);
    call.record();
    return call.result();
  }

  close(): CallResult {
    const { state } = this;
    const call = prepare('close', state, {});
    probe(call, state);
    call.enter(state.lingers);
    call.leave(libc.close(state.fd));
    call.record();
    // Linux frees the descriptor even when close fails (close(2)), so a second close must not hit another's.
    state.fd = -1;
    return call.result();
  }

  setsockopt(level: number, name: number, value: number | boolean | Uint8Array): CallResult {
    return options.setsockopt(this.state, level, name, value);
  }

  getsockopt(level: number, name: number): CallResult<number> {
    return options.getsockopt(this.state, level, name);
  }

  getsockoptBytes(level: number, name: number, size: number): CallResult<Buffer> {
    return options.getsockoptBytes(this.state, level, name, size);
  }

  ioctl(request: number): CallResult<number> {
    return options.ioctl(this.state, request);
  }

  getsockname(): CallResult<Address> {
    return nameCall('getsockname', this.state, libc.getsockname);
  }

  getpeername(): CallResult<Address> {
    return nameCall('getpeername', this.state, libc.getpeername);
  }

  setblocking(blocking: boolean): CallResult {
    return options.setblocking(this.state, blocking);
  }

  setLinger(seconds: number | null): CallResult {
    return options.setsockopt(this.state, SOL_SOCKET, SO_LINGER, options.lingerBytes(seconds));
  }

  setReceiveTimeout(ms: number): CallResult {
    return options.setsockopt(this.state, SOL_SOCKET, SO_RCVTIMEO, options.timevalBytes(ms));
  }

  setSendTimeout(ms: number): CallResult {
    return options.setsockopt(this.state, SOL_SOCKET, SO_SNDTIMEO, options.timevalBytes(ms));
  }
}

function nameCall(
  name: 'getsockname' | 'getpeername',
  state: SocketState,
  ask: typeof libc.getsockname,
): CallResult<Address> {
  const bytes = new Uint8Array(SOCKADDR_SIZE);
  const length = Uint32Array.of(SOCKADDR_SIZE);
  let address: Address | null = null;
  const call = begin(name, state, {
    args: () => (address === null ? {} : { address: addressText(address) }),
  });
  call.leave(ask(state.fd, bytes, length));
  if (call.errno === 0) address = decodeAddress(bytes, length[0] ?? 0) ?? '';
  call.record();
  return call.errno === 0 ? { ok: true, value: address ?? '' } : call.failure();
}

const errnoOf = (call: ActiveCall): Errno | null => (call.errno === 0 ? null : call.failure().errno);
