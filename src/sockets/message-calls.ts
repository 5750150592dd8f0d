/** sendmsg and recvmsg: several buffers in one call, and msg_flags. */
import { begin } from './active-call.ts';
import { noteReceived, noteSent, receiveSpec, sendSpec } from './data-calls.ts';
import * as libc from './libc.ts';
import { addressText, decodeAddress, encodeAddress, SOCKADDR_SIZE } from './sockaddr.ts';
import { learnLocal, type SocketState } from './socket-state.ts';
import { msgFlags } from './symbols.ts';
import type { Address, CallResult, Received } from './types.ts';

// struct msghdr and struct iovec with 64-bit pointers.
const MSG_NAME = 0;
const MSG_NAMELEN = 8;
const MSG_IOV = 16;
const MSG_IOVLEN = 24;
const MSG_FLAGS = 48;
const MSGHDR_SIZE = 56;
const IOVEC_SIZE = 16;
/** UIO_MAXIOV: the kernel takes no more buffers in one call (EMSGSIZE). */
const MAX_PARTS = 1024;

export function sendmsg(
  state: SocketState,
  parts: readonly Uint8Array[],
  address: Address | null,
  flags: number,
): CallResult {
  const name = address === null ? null : encodeAddress(address, state.domain);
  const data = Buffer.concat(parts);
  let sizes = parts.map((part) => part.byteLength);
  checkedTotal(sizes);
  const remote = address === null ? null : addressText(address);
  const call = begin('sendmsg', state, {
    ...sendSpec(state, data, flags),
    remote,
    args: () => ({
      ...(remote === null ? {} : { address: remote }),
      iov: `[${sizes.join(', ')}]`,
      flags: msgFlags(flags),
    }),
  });
  const bytes = call.outgoing ?? data;
  // Other bytes than the program's own go in one buffer.
  if (bytes !== data) sizes = [bytes.byteLength];
  const message = new Message(name ?? new Uint8Array(0), sizes);
  try {
    message.data.set(bytes);
    call.leave(libc.sendmsg(state.fd, message.address, flags));
    if (state.local === null && call.recorder !== null) {
      learnLocal(state);
      call.local = state.local;
    }
    noteSent(call, state, bytes);
    call.record();
    return call.result();
  } finally {
    message.free();
  }
}

/** `data` of the result is what arrived in all buffers, one after the other; `flags` is msg_flags. */
export function recvmsg(state: SocketState, sizes: readonly number[], flags: number): CallResult<Received> {
  const message = new Message(null, sizes);
  try {
    let shown: string | number = 0;
    const call = begin('recvmsg', state, {
      ...receiveSpec(state, message.data.byteLength, flags),
      args: () => ({ iov: `[${sizes.join(', ')}]`, flags: msgFlags(flags), msg_flags: shown }),
    });
    call.leave(libc.recvmsg(state.fd, message.address, flags));
    const from = call.errno === 0 ? decodeAddress(message.name, message.nameLength) : null;
    if (from !== null && from !== '') call.remote = addressText(from);
    shown = msgFlags(message.flags);
    noteReceived(call, state, message.data);
    call.record();
    if (call.errno !== 0) return call.failure();
    const data = Buffer.from(message.data.subarray(0, Math.min(call.ret, message.data.byteLength)));
    return { ok: true, value: { data, from, flags: message.flags, value: call.ret } };
  } finally {
    message.free();
  }
}

/** struct msghdr, its name, its iovecs and their data in one piece of memory that does not move. */
class Message {
  readonly data: Uint8Array;
  readonly name: Uint8Array;
  private readonly memory: libc.StableMemory;
  private readonly view: DataView;

  /** `name` is the address to send to, empty for none, or null to receive one. */
  constructor(name: Uint8Array | null, sizes: readonly number[]) {
    const nameRoom = SOCKADDR_SIZE;
    const total = checkedTotal(sizes);
    const iovAt = MSGHDR_SIZE + nameRoom;
    const dataAt = iovAt + sizes.length * IOVEC_SIZE;
    this.memory = libc.allocate(dataAt + total);
    const { address, bytes } = this.memory;
    bytes.fill(0);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.name = bytes.subarray(MSGHDR_SIZE, iovAt);
    this.data = bytes.subarray(dataAt, dataAt + total);
    if (name !== null) this.name.set(name);
    // Sending without a name must say so with length 0 and no pointer; receiving wants all of the room.
    const nameLength = name?.byteLength ?? nameRoom;
    if (nameLength > 0) this.setPointer(MSG_NAME, address + BigInt(MSGHDR_SIZE));
    this.view.setUint32(MSG_NAMELEN, nameLength, true);
    this.setPointer(MSG_IOV, address + BigInt(iovAt));
    this.setPointer(MSG_IOVLEN, BigInt(sizes.length));
    let at = dataAt;
    sizes.forEach((size, index) => {
      this.setPointer(iovAt + index * IOVEC_SIZE, address + BigInt(at));
      this.setPointer(iovAt + index * IOVEC_SIZE + 8, BigInt(size));
      at += size;
    });
  }

  get address(): bigint {
    return this.memory.address;
  }

  get nameLength(): number {
    return this.view.getUint32(MSG_NAMELEN, true);
  }

  get flags(): number {
    return this.view.getInt32(MSG_FLAGS, true);
  }

  free(): void {
    libc.free(this.memory);
  }

  private setPointer(at: number, value: bigint): void {
    this.view.setBigUint64(at, value, true);
  }
}

function checkedTotal(sizes: readonly number[]): number {
  if (sizes.length > MAX_PARTS)
    throw new RangeError(`${sizes.length} buffers in one call; the limit is ${MAX_PARTS}`);
  let total = 0;
  for (const size of sizes) {
    if (!Number.isInteger(size) || size < 0) throw new RangeError(`${size} is not a buffer size`);
    total += size;
  }
  if (total > 0x7fff_ffff) throw new RangeError(`${total} bytes in one call; the limit is 2 147 483 647`);
  return total;
}
