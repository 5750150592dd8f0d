import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { fstatSync, readSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { CaptureStats, LiveCapture } from './engine.ts';
import { eachRecord, FILE_HEADER } from './pcap-stream.ts';
import { openScratchFile } from './scratch-file.ts';

/**
 * The end of a capture without a sleep. Datagrams with a random token go to a socket of our own until the capture has seen
 * one that was sent after it had seen another: what was sent before the first has then been captured as well, on whichever
 * CPU it was queued. The capture's file never holds a sentinel.
 */
export interface Sentinel {
  /** UDP port on 127.0.0.1, for the capture's filter and for the exemption in rules that drop packets. */
  readonly port: number;
  /**
   * Writes the last packets to `outFd`, without the sentinels. The capture must be drained by nobody else from now on;
   * close it afterwards.
   */
  finish(capture: LiveCapture, outFd: number, options?: { readonly withinMs?: number }): Promise<Finished>;
  close(): void;
}

export interface Finished {
  /** False when no sentinel came back in time: the last packets may be missing, and the user must be told. */
  readonly complete: boolean;
  /** The capture's counts without the sentinels; null where the engine has none. */
  readonly stats: CaptureStats | null;
}

const TOKEN_BYTES = 16;
const ROUNDS = 2;
const WITHIN_MS = 2000;
/** A datagram can be dropped on its way (a full queue of tbf), so another is sent now and then. */
const RESEND_MS = 20;

/** Opens the sentinel's socket on a free port of 127.0.0.1. */
export async function openSentinel(): Promise<Sentinel> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  let open = true;
  return {
    port,
    finish: (capture, outFd, options) => finish(socket, port, capture, outFd, options?.withinMs ?? WITHIN_MS),
    close: () => {
      if (open) socket.close();
      open = false;
    },
  };
}

async function finish(
  socket: Socket,
  port: number,
  capture: LiveCapture,
  outFd: number,
  withinMs: number,
): Promise<Finished> {
  // What waits now can hold no sentinel. Bounded: under a flood the rest goes the long way.
  for (let turn = 0; turn < 100 && capture.drain() > 0; turn++);
  const aside = openScratchFile('sentinel');
  try {
    capture.redirect(aside.fd);
    const sieve = new Sieve(aside.fd, outFd);
    const deadline = performance.now() + withinMs;
    let complete = true;
    for (let round = 0; complete && round < ROUNDS; round++) {
      complete = await roundTrip(socket, port, capture, sieve, deadline);
    }
    return { complete, stats: without(capture.stats(), sieve.sentinels) };
  } finally {
    // The capture has its own duplicate and drops what comes after. It is not closed here: the kernel may take 20 ms for that.
    aside.close();
  }
}

/** Sends a new token until the capture has seen it. False when the deadline came first. */
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
  while (performance.now() < deadline) {
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

/** Passes the records of one pcap stream on to another file, all but the sentinels. */
class Sieve {
  readonly tokens: Buffer[] = [];
  sentinels = 0;
  private readonly from: number;
  private readonly to: number;
  private at = FILE_HEADER;

  constructor(from: number, to: number) {
    this.from = from;
    this.to = to;
  }

  /** Passes on what is new; true when `token` was among it. */
  sift(token: Buffer): boolean {
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
    for (let done = 0; done < bytes.length; ) done += writeSync(this.to, bytes, done);
  }
}

function without(stats: CaptureStats | null, sentinels: number): CaptureStats | null {
  return stats && { ...stats, received: Math.max(0, stats.received - sentinels) };
}
