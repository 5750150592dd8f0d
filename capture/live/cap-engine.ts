import type { EventEmitter } from 'node:events';
import { fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import koffi from 'koffi';
import { EXIT, UserError } from '../user-error.ts';
import {
  type CaptureEngine,
  type CaptureStats,
  type LiveCapture,
  type OpenOptions,
  withSentinel,
} from './engine.ts';
import { ignoreOutgoing, openDescriptors } from './ignore-outgoing.ts';
import { cannotCapture, cannotKeep, checkSnaplen, filterError } from './open-errors.ts';
import { fileHeader, RECORD_HEADER, writeRecordHeader } from './pcap-stream.ts';

/** What we use of the npm package `cap`. It emits 'packet' with the bytes written to the buffer given to open(). */
interface Cap extends EventEmitter {
  open(device: string, filter: string, ringBytes: number, buffer: Buffer): string;
  close(): void;
}
type CapClass = new () => Cap;

// cap sets this snaplen itself; one byte more would show nothing.
const FRAME_LIMIT = 65_535;
const LINKTYPES: Readonly<Record<string, number>> = {
  NULL: 0,
  ETHERNET: 1,
  RAW: 101,
  LINKTYPE_LINUX_SLL: 113,
};
/**
 * cap asks for immediate delivery, for which the ring has slots of 128 kB each, whatever their packets' size: 8 MB would be
 * full with 64 packets.
 */
const MIN_RING = 64 << 20;
/** Batches are written at the latest when they are this long. */
const BATCH = 1 << 20;

/** The engine of `--engine cap`. Throws a UserError (exit 3) when the optional package is not there or was not built. */
export function loadCap(require: NodeJS.Require = createRequire(import.meta.url)): CaptureEngine {
  const { Cap, version } = requireCap(require);
  const now = clock();
  return { name: 'cap', version: `cap ${version}`, open: (options) => openCap(Cap, now, options) };
}

function requireCap(require: NodeJS.Require): { Cap: CapClass; version: string } {
  try {
    // Untyped: the package has no declarations. The addon adds EventEmitter's methods when it is required.
    const loaded: { readonly Cap: CapClass } = require('cap');
    const about: { readonly version: string } = require('cap/package.json');
    return { Cap: loaded.Cap, version: about.version };
  } catch {
    throw new UserError('cannot capture with cap: the optional package `cap` is missing or was not built', {
      hint:
        'build it: sudo apt-get install g++ make python3 libpcap-dev, then `npm rebuild cap`; ' +
        'or leave --engine out and use libpcap',
      exitCode: EXIT.cannotCapture,
    });
  }
}

/** CLOCK_REALTIME in ns: Date gives milliseconds only. */
function clock(): () => bigint {
  const clockGettime: (clock: number, out: BigInt64Array) => number = koffi
    .load(null)
    .func('int clock_gettime(int clock, void *out)');
  const timespec = new BigInt64Array(2);
  return () => {
    clockGettime(0, timespec);
    return (timespec[0] ?? 0n) * 1_000_000_000n + (timespec[1] ?? 0n);
  };
}

function openCap(Cap: CapClass, now: () => bigint, options: OpenOptions): LiveCapture {
  checkSnaplen(options.snaplen);
  if (options.filter?.trim()) checkFilter(Cap, options.device, options.filter);
  return new CapCapture(kept(new Cap()), now, options);
}

/**
 * cap stops its uv_poll_t on close but never uv_close()s it, so libuv's list keeps pointing at it: a collected Cap is a
 * segmentation fault later. Held until the process ends.
 */
const forever: Cap[] = [];

function kept(cap: Cap): Cap {
  forever.push(cap);
  return cap;
}

/** Compiles the user's filter alone, so that the error is about what the user wrote; cap can do that only by opening. */
function checkFilter(Cap: CapClass, device: string, filter: string): void {
  const cap = kept(new Cap());
  const buffer = Buffer.alloc(FRAME_LIMIT);
  open(cap, device, filter, BATCH, buffer, filter);
  cap.close();
}

function open(
  cap: Cap,
  device: string,
  bpf: string,
  ringBytes: number,
  buffer: Buffer,
  filter: string | null,
): string {
  try {
    return cap.open(device, bpf, ringBytes, buffer);
  } catch (error) {
    // Not closed: cap would stop a uv_poll_t that it has not initialised.
    const said = error instanceof Error ? error.message : String(error);
    if (/permi|CAP_NET_RAW/i.test(said)) throw cannotCapture(device, 'permission');
    if (/no such device/i.test(said)) throw cannotCapture(device, 'missing');
    if (filter !== null) throw filterError(filter, said);
    throw cannotCapture(device, 'other', said);
  }
}

class CapCapture implements LiveCapture {
  readonly linkType: number;
  readonly times = 'arrival';
  readonly caveats = [
    'times are arrival times: when a packet reached sockscope, not when the kernel received it',
    'engine cap does not count dropped packets',
    `engine cap cuts frames at ${FRAME_LIMIT} bytes`,
  ] as const;
  readonly pollFd = null;
  private readonly cap: Cap;
  private readonly now: () => bigint;
  private readonly snaplen: number;
  /** cap writes frames here through a raw pointer and does not keep it alive: this reference must outlive the capture. */
  private readonly buffer = Buffer.alloc(FRAME_LIMIT);
  private batch: Buffer[] = [];
  private batchBytes = 0;
  private count = 0;
  private fd: number;
  /** End of the last whole record in the file. */
  private written: number;
  private scheduled = false;
  private failure: unknown = null;
  private closed = false;

  constructor(cap: Cap, now: () => bigint, options: OpenOptions) {
    const { device, filter, sentinelPort, ringBytes, snaplen, outFd } = options;
    this.cap = cap;
    this.now = now;
    this.snaplen = snaplen;
    const before = openDescriptors();
    const ring = Math.max(ringBytes, MIN_RING);
    const link = open(cap, device, withSentinel(filter, sentinelPort) ?? '', ring, this.buffer, filter);
    // cap does not tell its descriptor: it is the new one that takes a packet socket's option.
    if (device === 'lo') for (const fd of openDescriptors()) if (!before.has(fd)) ignoreOutgoing(fd);
    this.linkType = LINKTYPES[link] ?? 1;
    this.fd = outFd;
    this.written = fstatSync(outFd).size;
    cap.on('packet', (length: number) => this.take(length));
    this.put(fileHeader(snaplen, this.linkType));
    this.flush();
  }

  drain(): number {
    if (this.failure === null) this.flush();
    if (this.failure !== null) throw this.failure;
    const { count } = this;
    this.count = 0;
    return count;
  }

  redirect(fd: number): void {
    this.flush();
    this.fd = fd;
    this.written = fstatSync(fd).size;
    this.put(fileHeader(this.snaplen, this.linkType));
    this.flush();
  }

  stats(): CaptureStats | null {
    return null;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.cap.close();
    this.cap.removeAllListeners();
  }

  private take(length: number): void {
    if (this.failure !== null) return;
    const capLen = Math.min(length, this.snaplen);
    const record = Buffer.allocUnsafe(RECORD_HEADER + capLen);
    writeRecordHeader(record, 0, this.now(), capLen, wireLength(this.buffer, length, this.linkType));
    this.buffer.copy(record, RECORD_HEADER, 0, capLen);
    this.put(record);
    this.count++;
    if (this.batchBytes >= BATCH) this.flush();
    else this.flushSoon();
  }

  private put(bytes: Buffer): void {
    this.batch.push(bytes);
    this.batchBytes += bytes.length;
  }

  /** After the batch that libpcap hands over in this turn of the event loop. */
  private flushSoon(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      if (!this.closed) this.flush();
    });
  }

  private flush(): void {
    if (this.batchBytes === 0 || this.failure !== null) return;
    const bytes = Buffer.concat(this.batch);
    this.batch = [];
    this.batchBytes = 0;
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.fd, bytes, done);
      this.written += bytes.length;
    } catch {
      ftruncateSync(this.fd, this.written);
      this.failure = cannotKeep();
    }
  }
}

const ETHERNET_HEADER = 14;

/**
 * How long the frame was on the wire. cap tells only what it copied; beyond its limit an IPv4 header's total length
 * (RFC 791 §3.1) or an IPv6 header's payload length (RFC 8200 §3) tells.
 */
export function wireLength(frame: Buffer, length: number, linkType: number): number {
  if (length < FRAME_LIMIT || linkType !== 1) return length;
  const etherType = frame.readUInt16BE(12);
  if (etherType === 0x0800)
    return Math.max(length, ETHERNET_HEADER + frame.readUInt16BE(ETHERNET_HEADER + 2));
  if (etherType === 0x86dd)
    return Math.max(length, ETHERNET_HEADER + 40 + frame.readUInt16BE(ETHERNET_HEADER + 4));
  return length;
}
