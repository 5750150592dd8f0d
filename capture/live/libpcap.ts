import { ftruncateSync } from 'node:fs';
import { EXIT, UserError } from '../user-error.ts';
import {
  type CaptureEngine,
  type CaptureStats,
  DRAIN_LIMIT,
  type LiveCapture,
  type OpenOptions,
  withSentinel,
} from './engine.ts';
import { ignoreOutgoing } from './ignore-outgoing.ts';
import { type Binding, bindLibpcap, cString, type Pointer } from './libpcap-binding.ts';
import { cannotCapture, cannotKeep, checkSnaplen, filterError } from './open-errors.ts';

const ERRBUF_SIZE = 256;
// struct bpf_program: a count and a pointer.
const PROGRAM_SIZE = 16;
const NETMASK_UNKNOWN = 0xffff_ffff;
const PRECISION_NANO = 1;
// A block of the ring is handed over when it is full or this old. Immediate mode would be quicker still, but its
// fixed slots of snaplen bytes lost two thirds of a burst of 40 000 packets.
const BLOCK_TIMEOUT_MS = 8;
const DOUBLED = 'this kernel (before 4.20) counts every packet on lo twice, and fills the ring twice as fast';

// Results of pcap_activate(3PCAP).
const NO_SUCH_DEVICE = -5;
const PERM_DENIED = -8;
const IFACE_NOT_UP = -9;
const PROMISC_PERM_DENIED = -11;

/** The engine that is used unless another is asked for. Throws a UserError (exit 3) when libpcap is not installed. */
export function loadLibpcap(): CaptureEngine {
  const pcap = bindLibpcap();
  return { name: 'libpcap', version: pcap.version, open: (options) => openLive(pcap, options) };
}

/**
 * Captures through libpcap's own pcap_dump: one C call a batch and no JavaScript for a packet. A burst of 40 000 packets in
 * 0.2 s took 13 ms of CPU.
 */
function openLive(pcap: Binding, options: OpenOptions): LiveCapture {
  const handle = activated(pcap, options);
  try {
    const doubled = options.device === 'lo' && !ignoreOutgoing(pcap.fileno(handle));
    setFilter(pcap, handle, options);
    return new LibpcapCapture(pcap, handle, options.outFd, doubled ? [DOUBLED] : []);
  } catch (error) {
    pcap.close(handle);
    throw error;
  }
}

function activated(pcap: Binding, { device, snaplen, ringBytes }: OpenOptions): Pointer {
  checkSnaplen(snaplen);
  const errbuf = Buffer.alloc(ERRBUF_SIZE);
  const handle = pcap.create(device, errbuf);
  if (!handle) throw cannotCapture(device, 'other', cString(errbuf));
  pcap.setSnaplen(handle, snaplen);
  pcap.setBufferSize(handle, ringBytes);
  pcap.setTimeout(handle, BLOCK_TIMEOUT_MS);
  pcap.setTstampPrecision(handle, PRECISION_NANO);
  const status = pcap.activate(handle);
  if (status < 0) {
    const error = activateError(pcap, handle, status, device);
    pcap.close(handle);
    throw error;
  }
  if (pcap.setNonblock(handle, 1, errbuf) < 0) {
    pcap.close(handle);
    throw cannotCapture(device, 'other', cString(errbuf));
  }
  return handle;
}

function activateError(pcap: Binding, handle: Pointer, status: number, device: string): UserError {
  switch (status) {
    case PERM_DENIED:
    case PROMISC_PERM_DENIED:
      return cannotCapture(device, 'permission');
    case NO_SUCH_DEVICE:
      return cannotCapture(device, 'missing');
    case IFACE_NOT_UP:
      return cannotCapture(device, 'down');
    default:
      return cannotCapture(device, 'other', pcap.geterr(handle) || `pcap_activate returned ${status}`);
  }
}

function setFilter(pcap: Binding, handle: Pointer, { filter, sentinelPort }: OpenOptions): void {
  const whole = withSentinel(filter, sentinelPort);
  if (filter === null || whole === null) return;
  const program = Buffer.alloc(PROGRAM_SIZE);
  // Alone first: the error must speak of what the user wrote, and `tcp) or (udp` must not pass.
  for (const text of [filter, whole]) {
    if (pcap.compile(handle, program, text, 1, NETMASK_UNKNOWN) < 0)
      throw filterError(text, pcap.geterr(handle));
    const status = text === whole ? pcap.setFilter(handle, program) : 0;
    pcap.freeCode(program);
    if (status < 0) throw filterError(text, pcap.geterr(handle));
  }
}

class LibpcapCapture implements LiveCapture {
  readonly linkType: number;
  readonly times = 'kernel';
  readonly caveats: readonly string[];
  readonly pollFd: number;
  private readonly pcap: Binding;
  private handle: Pointer;
  private dumper: Pointer;
  private fd: number;
  /** End of the last whole record in the file. */
  private written: number;
  private last: CaptureStats | null = null;
  private failure: UserError | null = null;

  constructor(pcap: Binding, handle: Pointer, outFd: number, caveats: readonly string[]) {
    this.caveats = caveats;
    this.pcap = pcap;
    this.handle = handle;
    this.linkType = pcap.datalink(handle);
    this.pollFd = pcap.fileno(handle);
    this.fd = outFd;
    this.dumper = openDumper(pcap, handle, outFd);
    this.written = this.flushed();
  }

  drain(): number {
    if (this.failure) throw this.failure;
    if (!this.handle) return 0;
    const count = this.pcap.dispatch(this.handle, DRAIN_LIMIT, this.pcap.dumpCallback, this.dumper);
    if (count !== 0) this.written = this.flushed();
    if (count < 0) {
      throw new UserError(`the capture ended early: ${this.pcap.geterr(this.handle)}`, {
        hint: 'what was captured before is kept',
        exitCode: EXIT.cannotCapture,
      });
    }
    return count;
  }

  redirect(fd: number): void {
    if (!this.handle) return;
    this.pcap.dumpClose(this.dumper);
    this.dumper = null;
    this.dumper = openDumper(this.pcap, this.handle, fd);
    this.fd = fd;
    this.written = 0;
    this.written = this.flushed();
  }

  stats(): CaptureStats | null {
    if (!this.handle) return this.last;
    // struct pcap_stat: ps_recv, ps_drop, ps_ifdrop; u_int each.
    const out = Buffer.alloc(16);
    if (this.pcap.stats(this.handle, out) < 0) return this.last;
    this.last = {
      received: out.readUInt32LE(0),
      dropped: out.readUInt32LE(4),
      interfaceDropped: out.readUInt32LE(8),
    };
    return this.last;
  }

  close(): void {
    if (!this.handle) return;
    this.stats();
    if (this.dumper) this.pcap.dumpClose(this.dumper);
    this.dumper = null;
    if (this.failure) cutQuietly(this.fd, this.written);
    this.pcap.close(this.handle);
    this.handle = null;
  }

  /** Hands all records to the file and returns its length; cuts a half-written record off when the file cannot grow. */
  private flushed(): number {
    const { pcap, dumper } = this;
    // pcap_dump does not look at what fwrite returns, and a later fflush of nothing succeeds: ferror remembers.
    if (pcap.dumpFlush(dumper) === 0 && pcap.ferror(pcap.dumpFile(dumper)) === 0)
      return Number(pcap.dumpTell(dumper));
    this.failure = cannotKeep();
    ftruncateSync(this.fd, this.written);
    throw this.failure;
  }
}

/** What stdio still held was written behind the cut when it was closed. The descriptor may be closed: then nobody reads it. */
function cutQuietly(fd: number, length: number): void {
  try {
    ftruncateSync(fd, length);
  } catch {
    // As above.
  }
}

/** A stdio stream of its own over the same open file: pcap_dump_close would close the descriptor it is given. */
function openDumper(pcap: Binding, handle: Pointer, outFd: number): Pointer {
  const fd = pcap.dup(outFd);
  const file = fd < 0 ? null : pcap.fdopen(fd, 'w');
  if (!file) {
    if (fd >= 0) pcap.closeFd(fd);
    throw new UserError('cannot write the captured packets: the descriptor is not open for writing', {
      hint: 'this is a fault of sockscope: please report it',
      exitCode: EXIT.failed,
    });
  }
  const dumper = pcap.dumpFopen(handle, file);
  if (dumper) return dumper;
  const said = pcap.geterr(handle);
  pcap.fclose(file);
  throw new UserError(`cannot write the captured packets: ${said}`, {
    hint: 'see `sockscope doctor`',
    exitCode: EXIT.cannotCapture,
  });
}
