import koffi from 'koffi';
import { EXIT, UserError } from '../../../capture/user-error.ts';

// <linux/sockios.h>
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const SIOCGIFMTU = 0x8921;
const SIOCSIFMTU = 0x8922;
const SIOCETHTOOL = 0x8946;
// <linux/ethtool.h>
const ETHTOOL_GTSO = 0x1e;
const ETHTOOL_STSO = 0x1f;
const IFF_UP = 1;
const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 0o2000002;

// struct ifreq, netdevice(7): 16 bytes of name, then a union of 24.
const IFREQ_SIZE = 40;
const UNION = 16;

export interface LoopbackState {
  readonly mtu: number;
  readonly offload: boolean;
}

/**
 * Brings lo of this network namespace up with an MTU (bytes) and with TCP segmentation offload on or off; returns what the
 * kernel says it has now. By ioctl: /sys/class/net shows the namespace that sysfs was mounted in. Throws a UserError
 * (exit 3) without CAP_NET_ADMIN.
 */
export function setUpLoopback(wanted: LoopbackState): LoopbackState {
  const ioctl = openIoctl();
  try {
    // Up at the MTU it has: with less than 1280 at that moment ::1 would not be assigned.
    const flags = ioctl.get(SIOCGIFFLAGS, (request) => request.readInt16LE(UNION));
    ioctl.set(SIOCSIFFLAGS, 'bring lo up', (request) => request.writeInt16LE(flags | IFF_UP, UNION));
    ioctl.set(SIOCSIFMTU, `set the MTU of lo to ${wanted.mtu}`, (request) =>
      request.writeInt32LE(wanted.mtu, UNION),
    );
    ioctl.ethtool(ETHTOOL_STSO, wanted.offload ? 1 : 0);
    return {
      mtu: ioctl.get(SIOCGIFMTU, (request) => request.readInt32LE(UNION)),
      offload: ioctl.ethtool(ETHTOOL_GTSO, 0) !== 0,
    };
  } finally {
    ioctl.close();
  }
}

type IoctlCall = (fd: number, request: number, arg: Buffer) => number;

function openIoctl() {
  const c = koffi.load(null);
  const call: IoctlCall = c.func('int ioctl(int fd, unsigned long request, void *arg)');
  const socket: (family: number, type: number, protocol: number) => number = c.func(
    'int socket(int family, int type, int protocol)',
  );
  const close: (fd: number) => number = c.func('int close(int fd)');
  const fd = socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
  const run = (request: number, what: string, fill: (ifreq: Buffer) => void): Buffer => {
    const ifreq = Buffer.alloc(IFREQ_SIZE);
    ifreq.write('lo', 'latin1');
    fill(ifreq);
    const failed = call(fd, request, ifreq) < 0;
    if (failed) throw refused(what, koffi.errno());
    return ifreq;
  };
  return {
    get: (request: number, read: (ifreq: Buffer) => number) =>
      read(run(request, 'ask lo for its state', () => {})),
    set: (request: number, what: string, fill: (ifreq: Buffer) => void) => void run(request, what, fill),
    ethtool(command: number, value: number): number {
      // struct ethtool_value: command, data. The address must stay good over the call, so the buffer is held here.
      const ethtoolValue = Buffer.alloc(8);
      ethtoolValue.writeUInt32LE(command, 0);
      ethtoolValue.writeUInt32LE(value, 4);
      run(SIOCETHTOOL, 'set the offload of lo', (ifreq) =>
        ifreq.writeBigUInt64LE(koffi.address(ethtoolValue), UNION),
      );
      return ethtoolValue.readUInt32LE(4);
    },
    close: () => void close(fd),
  };
}

function refused(what: string, errno: number): UserError {
  const name = Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
  return new UserError(`cannot ${what}: ${name}`, {
    hint: 'only a private network can be changed: leave --net host out, or see `sockscope doctor`',
    exitCode: EXIT.cannotCapture,
  });
}
