import koffi from 'koffi';
import { SOCK_RAW } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { domain } from './address.ts';
import { must } from './must.ts';

/** A raw socket; where this process may not have one, the run ends with exit code 3 and says why. */
export function rawSocket(protocol: number, parameters: Parameters, role: RoleContext): Socket {
  const s = socket(domain(parameters), SOCK_RAW, protocol);
  if (s.errno === 'EPERM')
    role.cannot(
      'a raw socket needs the privilege CAP_NET_RAW, which the roles of this run do not have',
      'run it in the private network (without --net host) as an ordinary user, or as root without sudo',
    );
  if (s.errno !== null) must(role, 'socket', { ok: false, errno: s.errno });
  return s;
}

const VERSION_3 = 0x2008_0522;
const CAP_NET_RAW = 1 << 13;

/** Does something while this thread has laid down CAP_NET_RAW, and takes it up again (capset(2), capabilities(7)). */
export function withoutNetRaw<T>(act: () => T): T {
  const libc = koffi.load(null);
  const capget = libc.func('int capget(void *header, void *data)');
  const capset = libc.func('int capset(void *header, const void *data)');
  const header = Uint32Array.of(VERSION_3, 0);
  // Twice effective, permitted and inheritable: the lower and the upper 32 capabilities.
  const before = new Uint32Array(6);
  if (capget(header, before) !== 0) return act();
  const without = before.slice();
  without[0] = (without[0] ?? 0) & ~CAP_NET_RAW;
  capset(header, without);
  try {
    return act();
  } finally {
    capset(header, before);
  }
}

/** The checksum of the Internet (RFC 1071): the ones' complement of the ones' complement sum, an odd byte padded by zero. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  const bytes = Buffer.concat([...parts, Buffer.alloc(parts.reduce((n, { length }) => n + length, 0) % 2)]);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

const UDP = 17;

/** A whole UDP datagram (RFC 768) between two ports of the loopback; `flip` is what its checksum is spoiled with, 0: right. */
export function udpDatagram(
  ports: { readonly from: number; readonly to: number },
  data: Uint8Array,
  isSix: boolean,
  flip = 0,
): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(ports.from, 0);
  header.writeUInt16BE(ports.to, 2);
  header.writeUInt16BE(8 + data.length, 4);
  const address = isSix ? Buffer.from([...Array<number>(15).fill(0), 1]) : Buffer.from([127, 0, 0, 1]);
  const rest = isSix ? Buffer.alloc(8) : Buffer.alloc(4);
  rest.writeUInt16BE(8 + data.length, 2);
  rest[isSix ? 7 : 1] = UDP;
  const sum = internetChecksum(address, address, rest, header, data);
  // 0 would say that there is none (RFC 768).
  header.writeUInt16BE((sum === 0 ? 0xffff : sum) ^ flip, 6);
  return Buffer.concat([header, data]);
}
