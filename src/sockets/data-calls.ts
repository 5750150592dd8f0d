/** send, sendto, write, recv, recvfrom, read: the calls that move bytes. */
import { type ActiveCall, begin, mayBlock } from './active-call.ts';
import { AF_PACKET, AF_UNIX, MSG_OOB, MSG_PEEK, MSG_TRUNC } from './constants.ts';
import * as libc from './libc.ts';
import { encodeLinkAddress } from './link-address.ts';
import { keep, room } from './receive-buffer.ts';
import { addressText, decodeAddress, encodeAddress, SOCKADDR_SIZE } from './sockaddr.ts';
import { isReadable, isStream, isTaken, learnLocal, probe, type SocketState } from './socket-state.ts';
import { msgFlags } from './symbols.ts';
import type { Address, CallResult, Received } from './types.ts';

export function send(state: SocketState, data: Uint8Array, flags: number): CallResult {
  const { fd } = state;
  const call = begin('send', state, sendSpec(state, data, flags));
  const bytes = call.outgoing ?? data;
  call.leave(libc.send(fd, bytes, bytes.byteLength, flags));
  return sent(call, state, bytes);
}

export function write(state: SocketState, data: Uint8Array): CallResult {
  const { fd } = state;
  const call = begin('write', state, { ...sendSpec(state, data, 0), flags: null });
  const bytes = call.outgoing ?? data;
  call.leave(libc.write(fd, bytes, bytes.byteLength));
  return sent(call, state, bytes);
}

export function sendto(state: SocketState, data: Uint8Array, address: Address, flags: number): CallResult {
  const { fd } = state;
  const to = state.domain === AF_PACKET ? encodeLinkAddress(address) : encodeAddress(address, state.domain);
  const remote = addressText(address);
  const call = begin('sendto', state, {
    ...sendSpec(state, data, flags),
    remote,
    args: () => ({ flags: msgFlags(flags), address: remote }),
  });
  const bytes = call.outgoing ?? data;
  call.leave(libc.sendto(fd, bytes, bytes.byteLength, flags, to));
  // The first datagram of an unbound socket binds it.
  if (state.local === null && call.recorder !== null) {
    learnLocal(state);
    call.local = state.local;
  }
  return sent(call, state, bytes);
}

export function recv(state: SocketState, size: number, flags: number): CallResult<Buffer> {
  const { fd } = state;
  const buffer = roomFor(state, size, flags);
  const call = begin('recv', state, receiveSpec(state, size, flags));
  call.leave(libc.recv(fd, buffer, size, flags));
  return received(call, state, buffer);
}

/** Receives into the caller's own buffer (Python's recv_into), which saves a fast reader one allocation a call. */
export function recvInto(state: SocketState, buffer: Uint8Array, flags: number): CallResult {
  const { fd } = state;
  const call = begin('recv', state, receiveSpec(state, buffer.byteLength, flags));
  call.leave(libc.recv(fd, buffer, buffer.byteLength, flags));
  noteReceived(call, state, buffer);
  call.record();
  return call.result();
}

export function read(state: SocketState, size: number): CallResult<Buffer> {
  const { fd } = state;
  const buffer = roomFor(state, size, 0);
  const call = begin('read', state, { ...receiveSpec(state, size, 0), flags: null });
  call.leave(libc.read(fd, buffer, size));
  return received(call, state, buffer);
}

const fromBytes = new Uint8Array(new ArrayBuffer(SOCKADDR_SIZE));
const fromLength = new Uint32Array(1);

export function recvfrom(state: SocketState, size: number, flags: number): CallResult<Received> {
  const { fd } = state;
  const buffer = roomFor(state, size, flags);
  const call = begin('recvfrom', state, receiveSpec(state, size, flags));
  fromLength[0] = SOCKADDR_SIZE;
  call.leave(libc.recvfrom(fd, buffer, size, flags, fromBytes, fromLength));
  const from = call.errno === 0 ? decodeAddress(fromBytes, fromLength[0]) : null;
  if (from !== null && from !== '') call.remote = addressText(from);
  noteReceived(call, state, buffer);
  call.record();
  if (call.errno !== 0) return call.failure();
  // recvfrom(2) does not give msg_flags; with MSG_TRUNC its result says what was cut.
  const truncated = call.ret > size ? MSG_TRUNC : 0;
  return { ok: true, value: { data: keep(buffer, call.ret), from, flags: truncated, value: call.ret } };
}

/** Facts of a call that has sent, from its result: offset in the stream, data, queues. */
export function noteSent(call: ActiveCall, state: SocketState, data: Uint8Array | null): void {
  if (call.errno !== 0) call.offset = null;
  else {
    if (isStream(state)) state.sent += call.ret;
    if (data !== null) call.data = call.ret === data.byteLength ? data : data.subarray(0, call.ret);
  }
  probe(call, state);
}

/** The same for a call that has received. Urgent bytes are beside the stream, and peeked ones are still in it. */
export function noteReceived(call: ActiveCall, state: SocketState, data: Uint8Array | null): void {
  const flags = call.flags ?? 0;
  if (call.errno !== 0) call.offset = null;
  else {
    if (isStream(state) && (flags & (MSG_PEEK | MSG_OOB)) === 0) state.received += call.ret;
    if (data !== null && !isDiscarding(state, flags))
      call.data = data.subarray(0, Math.min(call.ret, data.byteLength));
  }
  probe(call, state);
}

export function sendSpec(state: SocketState, outgoing: Uint8Array, flags: number) {
  const length = outgoing.byteLength;
  return {
    outgoing,
    flags,
    length,
    offset: isStream(state) ? state.sent : null,
    mayBlock: mayBlock(state, flags) && !isTaken(state, length, flags),
  };
}

export function receiveSpec(state: SocketState, length: number, flags: number) {
  const inStream = isStream(state) && (flags & MSG_OOB) === 0;
  const blocks = mayBlock(state, flags) && !isReadable(state, flags);
  return { flags, length, offset: inStream ? state.received : null, mayBlock: blocks };
}

function sent(call: ActiveCall, state: SocketState, data: Uint8Array): CallResult {
  noteSent(call, state, data);
  call.record();
  return call.result();
}

function received(call: ActiveCall, state: SocketState, buffer: Buffer): CallResult<Buffer> {
  noteReceived(call, state, buffer);
  call.record();
  return call.errno === 0 ? { ok: true, value: keep(buffer, call.ret) } : call.failure();
}

/** tcp(7): MSG_TRUNC on a TCP stream throws the bytes away and leaves the buffer as it was. */
const isDiscarding = (state: SocketState, flags: number): boolean =>
  isStream(state) && state.domain !== AF_UNIX && (flags & MSG_TRUNC) !== 0;

function roomFor(state: SocketState, size: number, flags: number): Buffer {
  const buffer = room(size);
  return isDiscarding(state, flags) ? buffer.fill(0) : buffer;
}
