/** struct sockaddr of IPv4, IPv6 and UNIX sockets ⇔ bytes ⇔ text. */
import { EXIT, UserError } from '../../capture/user-error.ts';
import { AF_INET, AF_INET6, AF_UNIX } from './constants.ts';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './ip-text.ts';
import type { Address } from './types.ts';

/** sizeof(struct sockaddr_storage): no address is longer. */
export const SOCKADDR_SIZE = 128;

// Byte offsets; sin_family and sun_family are in host order, ports and addresses in network order.
const FAMILY = 0;
const PORT = 2;
const IN_ADDR = 4;
const IN_SIZE = 16;
const IN6_FLOWINFO = 4;
const IN6_ADDR = 8;
const IN6_SCOPE = 24;
const IN6_SIZE = 28;
const UN_PATH = 2;
const UN_PATH_MAX = 108;

/** The bytes of `address` as a socket of `family` wants them. Throws a UserError for a host that is not numeric. */
export function encodeAddress(address: Address, family: number): Uint8Array {
  if (typeof address === 'string') return encodeUnix(address);
  const [host, port] = address;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw wrong(`port ${port} is not a port`, 'ports are 0 to 65535; 0 lets the kernel choose');
  }
  return family === AF_INET6 ? encodeIpv6(address) : encodeIpv4(host, port);
}

/** The address in the first `length` bytes, or null where there is none (length 0) or it is of another family. */
export function decodeAddress(bytes: Uint8Array, length: number): Address | null {
  const end = Math.min(length, bytes.byteLength);
  if (end < 2) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  const family = view.getUint16(FAMILY, true);
  if (family === AF_INET && end >= IN_SIZE) {
    return [formatIpv4(bytes.subarray(IN_ADDR, IN_ADDR + 4)), view.getUint16(PORT)];
  }
  if (family === AF_INET6 && end >= IN6_SIZE) {
    const host = formatIpv6(bytes.subarray(IN6_ADDR, IN6_ADDR + 16));
    const port = view.getUint16(PORT);
    const flowInfo = view.getUint32(IN6_FLOWINFO);
    const scope = view.getUint32(IN6_SCOPE, true);
    return flowInfo === 0 && scope === 0 ? [host, port] : [host, port, flowInfo, scope];
  }
  return family === AF_UNIX ? decodeUnix(bytes.subarray(UN_PATH, end)) : null;
}

/** '127.0.0.1:3500', '[::1]:3500', '[fe80::1%2]:3500', 'unix:/path', 'unix:@abstract', 'unix:' (unnamed). */
export function addressText(address: Address): string {
  if (typeof address === 'string') {
    return address.startsWith('\0') ? `unix:@${address.slice(1)}` : `unix:${address}`;
  }
  const [host, port] = address;
  const scope = address.length === 4 && address[3] !== 0 ? `%${address[3]}` : '';
  return host.includes(':') ? `[${host}${scope}]:${port}` : `${host || '0.0.0.0'}:${port}`;
}

function encodeIpv4(host: string, port: number): Uint8Array {
  const ip = host === '' ? new Uint8Array(4) : parseIpv4(host);
  if (ip === null) throw notNumeric(host, 'IPv4');
  const bytes = new Uint8Array(IN_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint16(FAMILY, AF_INET, true);
  view.setUint16(PORT, port);
  bytes.set(ip, IN_ADDR);
  return bytes;
}

function encodeIpv6(address: Exclude<Address, string>): Uint8Array {
  const [text, port, flowInfo = 0, scopeId = 0] = address;
  const [host = '', zone] = text.split('%');
  const ip = host === '' ? new Uint8Array(16) : parseIpv6(host);
  if (ip === null || (zone !== undefined && !/^\d+$/.test(zone))) throw notNumeric(text, 'IPv6');
  const bytes = new Uint8Array(IN6_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint16(FAMILY, AF_INET6, true);
  view.setUint16(PORT, port);
  view.setUint32(IN6_FLOWINFO, flowInfo);
  bytes.set(ip, IN6_ADDR);
  view.setUint32(IN6_SCOPE, zone === undefined ? scopeId : Number(zone), true);
  return bytes;
}

/** unix(7): a pathname ends with a zero byte, an abstract name begins with one and its length counts, an unnamed one has neither. */
function encodeUnix(path: string): Uint8Array {
  const name = new TextEncoder().encode(path);
  if (name.byteLength > UN_PATH_MAX) {
    throw wrong(
      `the UNIX socket path is ${name.byteLength} bytes long`,
      `sun_path holds ${UN_PATH_MAX}; choose a shorter one`,
    );
  }
  const terminator = name.byteLength === 0 || name[0] === 0 || name.byteLength === UN_PATH_MAX ? 0 : 1;
  const bytes = new Uint8Array(UN_PATH + name.byteLength + terminator);
  new DataView(bytes.buffer).setUint16(FAMILY, AF_UNIX, true);
  bytes.set(name, UN_PATH);
  return bytes;
}

function decodeUnix(name: Uint8Array): string {
  if (name[0] === 0) return new TextDecoder().decode(name);
  const end = name.indexOf(0);
  return new TextDecoder().decode(end < 0 ? name : name.subarray(0, end));
}

function notNumeric(host: string, family: string): UserError {
  return wrong(`'${host}' is not a numeric ${family} address`, 'getaddrinfo() turns a name into addresses');
}

const wrong = (message: string, hint: string): UserError =>
  new UserError(message, { hint, exitCode: EXIT.usage });
