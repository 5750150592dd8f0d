import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../user-error.ts';
import {
  type CaptureEngine,
  type CaptureStats,
  HAND_OVER_MS,
  type LiveCapture,
  type OpenOptions,
} from './engine.ts';
import { cannotCapture, cannotKeep } from './open-errors.ts';
import { eachRecord, FILE_HEADER } from './pcap-stream.ts';
import { openScratchFile } from './scratch-file.ts';

/**
 * Begins and ends a capture without a sleep. Datagrams with a random token go to a socket of our own until the capture has
 * seen one that was sent after it had seen another: what was sent before the first has then been captured as well, on
 * whichever CPU it was queued. The capture's file never holds a sentinel.
 */
export interface Sentinel {
  /** UDP port on 127.0.0.1, for the capture's filter and for the exemption in rules that drop packets. */
  readonly port: number;
  /**
   * Opens a capture that is known to work. With a filter, libpcap filters the ring's first block itself, where it cannot
   * evaluate `inbound`, `ifindex` and the like and drops what it should keep: that block is used up before this returns.
   * Throws a UserError, also when no sentinel comes back in time (`withinMs`, 2 s).
   */
  open(
    engine: CaptureEngine,
    options: Omit<OpenOptions, 'sentinelPort'>,
    within?: Within,
  ): Promise<LiveCapture>;
  /**
   * Writes the last packets to `outFd`, without the sentinels. The capture must be drained by nobody else from now on;
   * close it afterwards.
   */
  finish(capture: LiveCapture, outFd: number, within?: Within): Promise<Finished>;
  close(): void;
}

export interface Within {
  readonly withinMs?: number;
}

export interface Finished {
  /** False when no sentinel came back in time: the last packets may be missing, and the user must be told. */
  readonly complete: boolean;
  /** Why the capture ended before the run did, where it did: the file cannot grow, or the interface is gone. */
  readonly error: UserError | null;
  /** The capture's counts without the sentinels; null where the engine has none. */
  readonly stats: FinishedStats | null;
}

/** `received` is null where strangers sent without a pause while the capture began or ended: it cannot be told how many were before or after. */
export type FinishedStats = Omit<CaptureStats, 'received'> & { readonly received: number | null };

const TOKEN_BYTES = 16;
const ROUNDS = 2;
const WITHIN_MS = 2000;
/** On a machine that gives this process no time, the clock alone would say that nothing comes back: so often it is looked. */
const LEAST_LOOKS = 100;
/** A datagram can be dropped on its way (a full queue of tbf), so another is sent now and then. */
const RESEND_MS = 20;
/** Longer than the ring keeps a block to itself. */
const SETTLING_MS = HAND_OVER_MS + 2;
const SETTLING_TURNS = 10;

/** Opens the sentinel's socket on a free port of 127.0.0.1; lo must be up. */
export async function openSentinel(): Promise<Sentinel> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return new SocketSentinel(socket, socket.address().port);
}

class SocketSentinel implements Sentinel {
  readonly port: number;
  private readonly socket: Socket;
  /** What the capture had counted when it began; null where that is not known. */
  private before: number | null = 0;
  private closed = false;

  constructor(socket: Socket, port: number) {
    this.socket = socket;
    this.port = port;
  }

  async open(
    engine: CaptureEngine,
    options: Omit<OpenOptions, 'sentinelPort'>,
    { withinMs = WITHIN_MS }: Within = {},
  ): Promise<LiveCapture> {
    if (!options.filter?.trim()) return engine.open({ ...options, sentinelPort: this.port });
    const aside = openScratchFile('begin');
    try {
      const capture = engine.open({ ...options, sentinelPort: this.port, outFd: aside.fd });
      const sieve = new Sieve(aside.fd, null);
      if (!(await this.roundTrips(capture, sieve, withinMs))) {
        capture.close();
        throw cannotCapture(options.device, 'other', 'what is sent on 127.0.0.1 does not come back');
      }
      // What comes from here on waits in the ring, for the capture's own file: it must not be counted among what came before.
      this.before = await settle(capture, sieve);
      capture.redirect(options.outFd);
      return capture;
    } finally {
      aside.close();
    }
  }

  async finish(
    capture: LiveCapture,
    outFd: number,
    { withinMs = WITHIN_MS }: Within = {},
  ): Promise<Finished> {
    const aside = openScratchFile('end');
    const sieve = new Sieve(aside.fd, outFd);
    let complete = false;
    let error: UserError | null = null;
    let received: number | null = null;
    try {
      // What waits now can hold no sentinel. Bounded: under a flood the rest goes the long way.
      for (let turn = 0; turn < 100 && capture.drain() > 0; turn++);
      capture.redirect(aside.fd);
      complete = await this.roundTrips(capture, sieve, withinMs);
      if (complete) received = await settle(capture, sieve);
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      error = thrown;
    } finally {
      // The capture has its own duplicate and drops what comes after. It is not closed here: the kernel may take 20 ms for that.
      aside.close();
    }
    const stats = capture.stats();
    // Nor may what strangers send when the last packet has been taken in.
    return {
      complete,
      error,
      stats: without(stats, complete ? received : (stats?.received ?? null), this.before, sieve.sentinels),
    };
  }

  close(): void {
    if (!this.closed) this.socket.close();
    this.closed = true;
  }

  /** True when a second sentinel was seen that was sent after a first had been. */
  private async roundTrips(capture: LiveCapture, sieve: Sieve, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    let seen = true;
    for (let round = 0; seen && round < ROUNDS; round++) {
      seen = await roundTrip(this.socket, this.port, capture, sieve, deadline);
    }
    return seen;
  }
}

/**
 * A token that was sent twice, because the first was slow, may still wait in the ring: it would be counted as received and
 * never seen. On a network that others use, packets go on arriving; then the turns run out. Returns how many the kernel had
 * counted when all of them had been taken in; null where that is not known.
 */
async function settle(capture: LiveCapture, sieve: Sieve): Promise<number | null> {
  for (let turn = 0; turn < SETTLING_TURNS; turn++) {
    const before = capture.stats()?.received;
    await delay(SETTLING_MS);
    const came = capture.drain();
    sieve.sift();
    if (came === 0 && capture.stats()?.received === before) return before ?? null;
  }
  return null;
}

/** Sends a new token until the capture has seen it. False when the deadline came first, and it was looked often enough. */
async function roundTrip(
  socket: Socket,
  port: number,
  capture: LiveCapture,
  sieve: Sieve,
  deadline: number,
): Promise<boolean> {
  const token = randomBytes(TOKEN_BYTES);
  sieve.tokens.push(token);
  let sendAt = 0;
  for (let looks = 0; looks < LEAST_LOOKS || performance.now() < deadline; looks++) {
    if (performance.now() >= sendAt) {
      sendAt = performance.now() + RESEND_MS;
      await sendOnce(socket, token, port);
    }
    capture.drain();
    if (sieve.sift(token)) return true;
    await delay(1);
  }
  return false;
}

/** A failed send (EPERM of a firewall, ENOBUFS of a full queue) is tried again like a lost one. */
function sendOnce(socket: Socket, token: Buffer, port: number): Promise<void> {
  return new Promise((resolve) => socket.send(token, port, '127.0.0.1', () => resolve()));
}

/** Passes the records of one pcap stream on to another file, all but the sentinels; to none where there is no other. */
class Sieve {
  readonly tokens: Buffer[] = [];
  sentinels = 0;
  private readonly from: number;
  private readonly to: number | null;
  private at = FILE_HEADER;

  constructor(from: number, to: number | null) {
    this.from = from;
    this.to = to;
  }

  /** Passes on what is new; true when `token` was among it. */
  sift(token?: Buffer): boolean {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(this.from).size - this.at));
    const got = readSync(this.from, bytes, 0, bytes.length, this.at);
    let seen = false;
    let keepFrom = 0;
    const end = eachRecord(bytes.subarray(0, got), 0, (start, _frame, next) => {
      const tail = bytes.subarray(next - TOKEN_BYTES, next);
      const mine = this.tokens.find((candidate) => candidate.equals(tail));
      if (mine === undefined) return;
      this.pass(bytes.subarray(keepFrom, start));
      keepFrom = next;
      this.sentinels++;
      if (mine === token) seen = true;
    });
    this.pass(bytes.subarray(keepFrom, end));
    this.at += end;
    return seen;
  }

  private pass(bytes: Buffer): void {
    if (this.to === null || bytes.length === 0) return;
    const { size } = fstatSync(this.to);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.to, bytes, done);
    } catch {
      ftruncateSync(this.to, size);
      throw cannotKeep();
    }
  }
}

function without(
  stats: CaptureStats | null,
  received: number | null,
  before: number | null,
  ours: number,
): FinishedStats | null {
  const isKnown = received !== null && before !== null;
  return stats && { ...stats, received: isKnown ? Math.max(0, received - before - ours) : null };
}
