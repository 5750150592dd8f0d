import koffi, { type LibraryHandle } from 'koffi';
import { EXIT, UserError } from '../user-error.ts';

/** A C pointer: an address, null where C has NULL. */
export type Pointer = bigint | null;

/** The functions of libpcap(3PCAP) and stdio(3) that a capture needs, named as there. */
export interface Binding {
  readonly version: string;
  /** Address of libpcap's own pcap_dump, the callback that needs no JavaScript. */
  readonly dumpCallback: Pointer;
  create(device: string, errbuf: Buffer): Pointer;
  setSnaplen(handle: Pointer, snaplen: number): number;
  setTimeout(handle: Pointer, ms: number): number;
  setBufferSize(handle: Pointer, bytes: number): number;
  setTstampPrecision(handle: Pointer, precision: number): number;
  activate(handle: Pointer): number;
  setNonblock(handle: Pointer, on: number, errbuf: Buffer): number;
  geterr(handle: Pointer): string;
  datalink(handle: Pointer): number;
  fileno(handle: Pointer): number;
  compile(handle: Pointer, program: Buffer, filter: string, optimize: number, netmask: number): number;
  setFilter(handle: Pointer, program: Buffer): number;
  freeCode(program: Buffer): void;
  dispatch(handle: Pointer, count: number, callback: Pointer, user: Pointer): number;
  stats(handle: Pointer, out: Buffer): number;
  close(handle: Pointer): void;
  dumpFopen(handle: Pointer, file: Pointer): Pointer;
  dumpFlush(dumper: Pointer): number;
  dumpTell(dumper: Pointer): number | bigint;
  dumpClose(dumper: Pointer): void;
  dumpFile(dumper: Pointer): Pointer;
  ferror(file: Pointer): number;
  dup(fd: number): number;
  closeFd(fd: number): number;
  fdopen(fd: number, mode: string): Pointer;
  fclose(file: Pointer): number;
}

// Debian and its children say 0.8, everybody else 1.
const NAMES = ['libpcap.so.0.8', 'libpcap.so.1', 'libpcap.so'];

/** Loads libpcap and libc. Throws a UserError (exit 3) that says how to install libpcap. */
export function bindLibpcap(names: readonly string[] = NAMES): Binding {
  const pcap = loadFirst(names);
  const c = koffi.load(null);
  const versionOf: () => string = pcap.func('const char *pcap_lib_version()');
  return {
    version: versionOf(),
    dumpCallback: pcap.symbol('pcap_dump'),
    create: pcap.func('void *pcap_create(const char *device, void *errbuf)'),
    setSnaplen: pcap.func('int pcap_set_snaplen(void *p, int snaplen)'),
    setTimeout: pcap.func('int pcap_set_timeout(void *p, int ms)'),
    setBufferSize: pcap.func('int pcap_set_buffer_size(void *p, int bytes)'),
    setTstampPrecision: pcap.func('int pcap_set_tstamp_precision(void *p, int precision)'),
    activate: pcap.func('int pcap_activate(void *p)'),
    setNonblock: pcap.func('int pcap_setnonblock(void *p, int on, void *errbuf)'),
    geterr: pcap.func('const char *pcap_geterr(void *p)'),
    datalink: pcap.func('int pcap_datalink(void *p)'),
    fileno: pcap.func('int pcap_fileno(void *p)'),
    compile: pcap.func(
      'int pcap_compile(void *p, void *program, const char *filter, int optimize, uint32_t netmask)',
    ),
    setFilter: pcap.func('int pcap_setfilter(void *p, void *program)'),
    freeCode: pcap.func('void pcap_freecode(void *program)'),
    dispatch: pcap.func('int pcap_dispatch(void *p, int count, void *callback, void *user)'),
    stats: pcap.func('int pcap_stats(void *p, void *out)'),
    close: pcap.func('void pcap_close(void *p)'),
    dumpFopen: pcap.func('void *pcap_dump_fopen(void *p, void *file)'),
    dumpFlush: pcap.func('int pcap_dump_flush(void *dumper)'),
    dumpTell: pcap.func('long pcap_dump_ftell(void *dumper)'),
    dumpClose: pcap.func('void pcap_dump_close(void *dumper)'),
    dumpFile: pcap.func('void *pcap_dump_file(void *dumper)'),
    ferror: c.func('int ferror(void *file)'),
    dup: c.func('int dup(int fd)'),
    closeFd: c.func('int close(int fd)'),
    fdopen: c.func('void *fdopen(int fd, const char *mode)'),
    fclose: c.func('int fclose(void *file)'),
  };
}

function loadFirst(names: readonly string[]): LibraryHandle {
  for (const name of names) {
    try {
      return koffi.load(name);
    } catch {
      // The next name may be the one that this system uses.
    }
  }
  throw new UserError('cannot capture: libpcap is not installed', {
    hint: 'install it: sudo apt-get install libpcap0.8 (Debian, Ubuntu), libpcap elsewhere',
    exitCode: EXIT.cannotCapture,
  });
}

/** The text of a C error buffer: up to its first NUL. */
export function cString(buffer: Buffer): string {
  const end = buffer.indexOf(0);
  return buffer.toString('utf8', 0, end < 0 ? buffer.length : end);
}
