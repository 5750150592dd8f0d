/** poll(2) and select(2). */
import { begin } from './active-call.ts';
import { FD_SETSIZE } from './constants.ts';
import * as libc from './libc.ts';
import { pollEvents } from './symbols.ts';
import type { CallResult, PollEntry, Socket } from './types.ts';

// struct pollfd
const POLLFD_SIZE = 8;
const EVENTS = 4;
const REVENTS = 6;

/** What poll found about one entry: `revents` is not 0. */
export interface PollReady {
  readonly socket: Socket;
  readonly revents: number;
}

/**
 * Waits until a socket is ready or `timeoutMs` has passed (-1 waits for ever). The ready ones, in the order of the entries;
 * none after a timeout.
 */
export function poll(entries: readonly PollEntry[], timeoutMs: number): CallResult<readonly PollReady[]> {
  const bytes = new Uint8Array(Math.max(entries.length, 1) * POLLFD_SIZE);
  const view = new DataView(bytes.buffer);
  entries.forEach(({ socket, events }, index) => {
    view.setInt32(index * POLLFD_SIZE, socket.fd, true);
    view.setInt16(index * POLLFD_SIZE + EVENTS, events, true);
  });
  const reventsAt = (index: number): number => view.getUint16(index * POLLFD_SIZE + REVENTS, true);
  const call = begin('poll', null, {
    mayBlock: timeoutMs !== 0,
    args: (call) => ({
      fds: entries.map(({ socket, events }) => `${socket.fd}:${pollEvents(events)}`).join(', '),
      timeout: timeoutMs,
      ...(call.isReturned ? { revents: reventsText(entries, reventsAt) } : {}),
    }),
  });
  call.leave(libc.poll(bytes, entries.length, Math.trunc(timeoutMs)));
  call.record();
  if (call.errno !== 0) return call.failure();
  const ready = entries.map(({ socket }, index) => ({ socket, revents: reventsAt(index) }));
  return { ok: true, value: ready.filter(({ revents }) => revents !== 0) };
}

export interface Selected {
  readonly read: readonly Socket[];
  readonly write: readonly Socket[];
  readonly except: readonly Socket[];
}

/** select(2) over three lists of sockets; a `timeoutMs` of null waits for ever. Descriptors must be below FD_SETSIZE, as in C. */
export function select(
  read: readonly Socket[],
  write: readonly Socket[],
  except: readonly Socket[],
  timeoutMs: number | null,
): CallResult<Selected> {
  const sets = { read: new FdSet(read), write: new FdSet(write), except: new FdSet(except) };
  const highest = Math.max(-1, ...[...read, ...write, ...except].map(({ fd }) => fd));
  const timeout = timeoutMs === null ? null : timevalOf(timeoutMs);
  const call = begin('select', null, {
    mayBlock: timeoutMs !== 0,
    args: (call) => ({
      nfds: highest + 1,
      readfds: numbers(read),
      writefds: numbers(write),
      exceptfds: numbers(except),
      timeout: timeoutMs,
      ...(call.isReturned && call.ret > 0 ? { ready: readyText(sets) } : {}),
    }),
  });
  call.leave(libc.select(highest + 1, sets.read.orNull, sets.write.orNull, sets.except.orNull, timeout));
  call.record();
  if (call.errno !== 0) return call.failure();
  return {
    ok: true,
    value: { read: sets.read.ready(), write: sets.write.ready(), except: sets.except.ready() },
  };
}

class FdSet {
  readonly bytes = new Uint8Array(FD_SETSIZE / 8);
  private readonly sockets: readonly Socket[];

  constructor(sockets: readonly Socket[]) {
    this.sockets = sockets;
    for (const { fd } of sockets) {
      if (fd < 0 || fd >= FD_SETSIZE)
        throw new RangeError(`descriptor ${fd} does not fit an fd_set of ${FD_SETSIZE}`);
      // fd_set is an array of long in host order: on little-endian machines bit n is bit n of the bytes.
      this.bytes[fd >> 3] = (this.bytes[fd >> 3] ?? 0) | (1 << (fd & 7));
    }
  }

  /** C programs pass NULL for a set they do not use. */
  get orNull(): Uint8Array | null {
    return this.sockets.length === 0 ? null : this.bytes;
  }

  ready(): readonly Socket[] {
    return this.sockets.filter(({ fd }) => ((this.bytes[fd >> 3] ?? 0) & (1 << (fd & 7))) !== 0);
  }
}

function timevalOf(ms: number): Uint8Array {
  const whole = Math.floor(ms / 1000);
  return new Uint8Array(
    BigInt64Array.of(BigInt(whole), BigInt(Math.round((ms - whole * 1000) * 1000))).buffer,
  );
}

const numbers = (sockets: readonly Socket[]): string => `[${sockets.map(({ fd }) => fd).join(' ')}]`;

function reventsText(entries: readonly PollEntry[], reventsAt: (index: number) => number): string {
  return entries
    .map(({ socket }, index) => [socket.fd, reventsAt(index)] as const)
    .filter(([, revents]) => revents !== 0)
    .map(([fd, revents]) => `${fd}:${pollEvents(revents)}`)
    .join(', ');
}

function readyText(sets: { readonly read: FdSet; readonly write: FdSet; readonly except: FdSet }): string {
  const parts = Object.entries(sets).map(([name, set]) => [name, set.ready()] as const);
  return parts
    .filter(([, sockets]) => sockets.length > 0)
    .map(([name, sockets]) => `${name} ${numbers(sockets)}`)
    .join(', ');
}
