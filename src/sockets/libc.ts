/**
 * libc through koffi: nothing but the C functions, with lengths checked against their buffers (C does not, and a length too
 * large reads or writes the heap). A result below 0 is a failure: read `lastErrno()` before anything else, since any other
 * call into C may overwrite it.
 */
import koffi from 'koffi';
import { EXIT, UserError } from '../../capture/user-error.ts';
import { isSupportedPlatform, platform } from './constants.ts';

if (!isSupportedPlatform) {
  throw new UserError(`real sockets are not supported on ${platform}`, {
    hint: 'use Linux on x64 or arm64; saved sessions and captures can be opened anywhere',
    exitCode: EXIT.failed,
  });
}

type Bytes = Uint8Array | Int32Array | Uint32Array;

// ioctl and fcntl are variadic in C. Linux passes variadic integers and pointers as it passes fixed ones on x64 and arm64
// (macOS on arm64 does not), so they can be declared plainly, which koffi calls faster.
const lib = koffi.load(null);
const c = {
  send: lib.func('intptr_t send(int fd, const void *data, size_t length, int flags)'),
  recv: lib.func('intptr_t recv(int fd, void *data, size_t length, int flags)'),
  sendto: lib.func(
    'intptr_t sendto(int fd, const void *data, size_t length, int flags, const void *address, uint32_t addressLength)',
  ),
  recvfrom: lib.func(
    'intptr_t recvfrom(int fd, void *data, size_t length, int flags, void *address, void *addressLength)',
  ),
  sendmsg: lib.func('intptr_t sendmsg(int fd, const void *message, int flags)'),
  recvmsg: lib.func('intptr_t recvmsg(int fd, void *message, int flags)'),
  read: lib.func('intptr_t read(int fd, void *data, size_t length)'),
  write: lib.func('intptr_t write(int fd, const void *data, size_t length)'),
  setsockopt: lib.func('int setsockopt(int fd, int level, int name, const void *value, uint32_t length)'),
  getsockopt: lib.func('int getsockopt(int fd, int level, int name, void *value, void *length)'),
  poll: lib.func('int poll(void *entries, unsigned long count, int timeout)'),
  bind: lib.func('int bind(int fd, const void *address, uint32_t length)'),
  connect: lib.func('int connect(int fd, const void *address, uint32_t length)'),
};

export const lastErrno: () => number = koffi.errno;

export const socket: (domain: number, type: number, protocol: number) => number = lib.func(
  'int socket(int domain, int type, int protocol)',
);
export const socketpair: (domain: number, type: number, protocol: number, two: Int32Array) => number =
  lib.func('int socketpair(int domain, int type, int protocol, void *two)');
export const listen: (fd: number, backlog: number) => number = lib.func('int listen(int fd, int backlog)');
/** `address` must hold SOCKADDR_SIZE bytes and `length` say so; libc overwrites both. */
export const accept4: (fd: number, address: Uint8Array, length: Uint32Array, flags: number) => number =
  lib.func('int accept4(int fd, void *address, void *length, int flags)');
export const shutdown: (fd: number, how: number) => number = lib.func('int shutdown(int fd, int how)');
export const close: (fd: number) => number = lib.func('int close(int fd)');
export const getsockname: (fd: number, address: Uint8Array, length: Uint32Array) => number = lib.func(
  'int getsockname(int fd, void *address, void *length)',
);
export const getpeername: (fd: number, address: Uint8Array, length: Uint32Array) => number = lib.func(
  'int getpeername(int fd, void *address, void *length)',
);
/** For requests that give back one int. */
export const ioctl: (fd: number, request: number, value: Int32Array) => number = lib.func(
  'int ioctl(int fd, unsigned long request, void *value)',
);
export const fcntl: (fd: number, command: number, argument: number) => number = lib.func(
  'int fcntl(int fd, int command, int argument)',
);
export const select: (
  count: number,
  read: Uint8Array | null,
  write: Uint8Array | null,
  except: Uint8Array | null,
  timeout: Uint8Array | null,
) => number = lib.func('int select(int count, void *read, void *write, void *except, void *timeout)');
/** Writes seconds and nanoseconds as two 64-bit integers. 45 ns: libc answers from the vDSO. */
export const clockGettime: (clock: number, time: Uint32Array) => number = lib.func(
  'int clock_gettime(int clock, void *time)',
);

export function send(fd: number, data: Uint8Array, length: number, flags: number): number {
  return c.send(fd, data, within(length, data), flags);
}

export function recv(fd: number, data: Uint8Array, length: number, flags: number): number {
  return c.recv(fd, data, within(length, data), flags);
}

export function read(fd: number, data: Uint8Array, length: number): number {
  return c.read(fd, data, within(length, data));
}

export function write(fd: number, data: Uint8Array, length: number): number {
  return c.write(fd, data, within(length, data));
}

export function sendto(
  fd: number,
  data: Uint8Array,
  length: number,
  flags: number,
  address: Uint8Array,
): number {
  return c.sendto(fd, data, within(length, data), flags, address, address.byteLength);
}

/** Both `address` and `addressLength` are overwritten; the latter must first hold the size of the former. */
export function recvfrom(
  fd: number,
  data: Uint8Array,
  length: number,
  flags: number,
  address: Uint8Array,
  addressLength: Uint32Array,
): number {
  within(addressLength[0] ?? 0, address);
  return c.recvfrom(fd, data, within(length, data), flags, address, addressLength);
}

export function bind(fd: number, address: Uint8Array): number {
  return c.bind(fd, address, address.byteLength);
}

export function connect(fd: number, address: Uint8Array): number {
  return c.connect(fd, address, address.byteLength);
}

export function setsockopt(fd: number, level: number, name: number, value: Bytes): number {
  return c.setsockopt(fd, level, name, value, value.byteLength);
}

/** `length` must first hold the size of `value`; libc writes how much of it it filled. */
export function getsockopt(
  fd: number,
  level: number,
  name: number,
  value: Bytes,
  length: Uint32Array,
): number {
  within(length[0] ?? 0, value);
  return c.getsockopt(fd, level, name, value, length);
}

/** `entries` is an array of struct pollfd, 8 bytes each. */
export function poll(entries: Uint8Array, count: number, timeoutMs: number): number {
  within(count * 8, entries);
  return c.poll(entries, count, timeoutMs);
}

/** `hints` is a struct addrinfo or null; `result` takes the address of a list, to be given to `freeaddrinfo`. */
export const getaddrinfo: (
  node: string | null,
  service: string | null,
  hints: Uint8Array | null,
  result: BigUint64Array,
) => number = lib.func(
  'int getaddrinfo(const char *node, const char *service, const void *hints, void *result)',
);
export const freeaddrinfo: (list: bigint) => void = lib.func('void freeaddrinfo(void *list)');
export const getnameinfo: (
  address: Uint8Array,
  length: number,
  host: Uint8Array,
  hostSize: number,
  service: Uint8Array,
  serviceSize: number,
  flags: number,
) => number = lib.func(
  'int getnameinfo(const void *address, uint32_t length, void *host, uint32_t hostSize, void *service, uint32_t serviceSize, int flags)',
);

/** The memory that libc gave at `address`; only as long as libc keeps it. */
export function memoryAt(address: bigint, size: number): DataView {
  return new DataView(koffi.view(address, size));
}

/** The C string at `address`. */
export const stringAt = (address: bigint): string => koffi.decode.string(address);

/** `message` is the address of a struct msghdr in memory of `allocate`: it holds pointers, which must not move. */
export const sendmsg = (fd: number, message: bigint, flags: number): number => c.sendmsg(fd, message, flags);
export const recvmsg = (fd: number, message: bigint, flags: number): number => c.recvmsg(fd, message, flags);

/** Memory outside of the JavaScript heap that stays where it is until `free`. */
export interface StableMemory {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

export function allocate(size: number): StableMemory {
  const address: bigint = koffi.alloc('uint8_t', Math.max(size, 1));
  return { address, bytes: new Uint8Array(koffi.view(address, Math.max(size, 1))) };
}

export function free(memory: StableMemory): void {
  koffi.free(memory.address);
}

function within(length: number, buffer: Bytes): number {
  if (length >= 0 && length <= buffer.byteLength && Number.isInteger(length)) return length;
  throw new RangeError(`a length of ${length} does not fit a buffer of ${buffer.byteLength} bytes`);
}
