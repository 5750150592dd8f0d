/** The kernel's tables of sockets, asked for through a NETLINK_SOCK_DIAG socket: sock_diag(7), as ss(8) does. */
import type { KernelSocket } from '../../session/kernel-sample.ts';
import { formatIpv4, formatIpv6 } from '../../sockets/ip-text.ts';
import * as libc from '../../sockets/libc.ts';
import { decodeTcpInfo, TCP_STATE_NAMES } from '../../sockets/tcp-info.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_SOCK_DIAG = 4;
const IPPROTO = { tcp: 6, udp: 17 } as const;

// struct nlmsghdr of <linux/netlink.h>, offsets from its start.
const NLMSG_HEADER = 16;
const NLMSG_TYPE = 4;
const NLMSG_FLAGS = 6;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_REQUEST = 1;
const NLM_F_DUMP = 0x300;

// The first form of request, struct inet_diag_req of <linux/inet_diag.h>: TCP of both families in one go. A dump of TCP
// walks through the kernel's whole hash table, 0.5 ms where it is large, so twice would be too much.
const TCPDIAG_GETSOCK = 18;
const OLD_REQUEST_SIZE = NLMSG_HEADER + 60;
const OLD_EXTENSIONS = NLMSG_HEADER + 3;
const OLD_STATES = NLMSG_HEADER + 52;

// struct inet_diag_req_v2: one family and one protocol, or one socket.
const SOCK_DIAG_BY_FAMILY = 20;
const REQUEST_SIZE = NLMSG_HEADER + 56;
const STATES = NLMSG_HEADER + 4;
const REQUEST_ID = NLMSG_HEADER + 8;
const ALL_STATES = 0xffff_ffff;

// struct inet_diag_msg, offsets from its start; ports and addresses are in network byte order.
const MESSAGE_SIZE = 72;
const STATE = 1;
const SOURCE_PORT = 4;
const DESTINATION_PORT = 6;
const SOURCE = 8;
const DESTINATION = 24;
const ID = 4;
const COOKIE = 44;
const ID_END = 52;
const RECV_QUEUE = 56;
const SEND_QUEUE = 60;
const INODE = 68;

// struct rtattr: u16 length, u16 type. INET_DIAG_INFO is struct tcp_info, which is asked for as bit 1 of the extensions.
const INET_DIAG_INFO = 2;
const INET_DIAG_SKV6ONLY = 11;
const WANT_INFO = 1 << (INET_DIAG_INFO - 1);

const BUFFER_SIZE = 64 * 1024;

export type DiagSocket = Omit<KernelSocket, 'users'> & {
  readonly inode: number;
  readonly family: number;
  /** struct inet_diag_sockid, to ask for this socket again. */
  readonly id: Buffer;
};

/** One netlink socket, and the buffer that its answers come into. */
export class SocketDiag {
  private readonly fd: number;
  private readonly buffer = Buffer.alloc(BUFFER_SIZE);

  private constructor(fd: number) {
    this.fd = fd;
  }

  /** null where the kernel has no such thing, or does not give it to us. */
  static open(): SocketDiag | null {
    const fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) return null;
    const diag = new SocketDiag(fd);
    if (diag.tcp() !== null) return diag;
    diag.close();
    return null;
  }

  /** All TCP sockets of this network namespace; null where the kernel does not tell. */
  tcp(): readonly DiagSocket[] | null {
    const request = header(OLD_REQUEST_SIZE, TCPDIAG_GETSOCK, NLM_F_REQUEST | NLM_F_DUMP);
    request[OLD_EXTENSIONS] = WANT_INFO;
    request.writeUInt32LE(ALL_STATES, OLD_STATES);
    return this.ask(request, 'tcp');
  }

  /** All UDP sockets of one family. */
  udp(family: 'ipv4' | 'ipv6'): readonly DiagSocket[] | null {
    const request = header(REQUEST_SIZE, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP);
    request[NLMSG_HEADER] = family === 'ipv4' ? AF_INET : AF_INET6;
    request[NLMSG_HEADER + 1] = IPPROTO.udp;
    request.writeUInt32LE(ALL_STATES, STATES);
    return this.ask(request, 'udp');
  }

  /** A TCP socket that was found before, as it is now; null when it is there no more. Costs some µs. */
  again({ family, id, key }: Pick<DiagSocket, 'family' | 'id' | 'key'>): DiagSocket | null {
    const request = header(REQUEST_SIZE, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST);
    request[NLMSG_HEADER] = family;
    request[NLMSG_HEADER + 1] = IPPROTO.tcp;
    request[NLMSG_HEADER + 2] = WANT_INFO;
    request.writeUInt32LE(ALL_STATES, STATES);
    id.copy(request, REQUEST_ID);
    const found = this.ask(request, 'tcp')?.[0];
    return found?.key === key ? found : null;
  }

  close(): void {
    libc.close(this.fd);
  }

  private ask(request: Buffer, protocol: 'tcp' | 'udp'): readonly DiagSocket[] | null {
    if (libc.send(this.fd, request, request.length, 0) < 0) return null;
    const isDump = (request.readUInt16LE(NLMSG_FLAGS) & NLM_F_DUMP) !== 0;
    const found: DiagSocket[] = [];
    for (;;) {
      const size = libc.recv(this.fd, this.buffer, BUFFER_SIZE, 0);
      if (size < NLMSG_HEADER) return null;
      const end = takeMessages(this.buffer.subarray(0, size), protocol, found);
      if (end === 'refused') return null;
      if (end === 'done' || !isDump) return found;
    }
  }
}

function header(size: number, type: number, flags: number): Buffer {
  const request = Buffer.alloc(size);
  request.writeUInt32LE(size, 0);
  request.writeUInt16LE(type, NLMSG_TYPE);
  request.writeUInt16LE(flags, NLMSG_FLAGS);
  return request;
}

/** Reads the messages of one answer; 'done' after the last, 'refused' for an error, null when more is to come. */
function takeMessages(
  bytes: Buffer,
  protocol: 'tcp' | 'udp',
  found: DiagSocket[],
): 'done' | 'refused' | null {
  for (let at = 0; at + NLMSG_HEADER <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    if (length < NLMSG_HEADER || at + length > bytes.length) return 'refused';
    const type = bytes.readUInt16LE(at + NLMSG_TYPE);
    if (type === NLMSG_DONE) return 'done';
    if (type === NLMSG_ERROR) return 'refused';
    const body = bytes.subarray(at + NLMSG_HEADER, at + length);
    if ((type === SOCK_DIAG_BY_FAMILY || type === TCPDIAG_GETSOCK) && body.length >= MESSAGE_SIZE)
      found.push(decodeSocket(body, protocol));
    at += align(length);
  }
  return null;
}

/** Decodes a struct inet_diag_msg with its attributes, which is as long as it must be. */
function decodeSocket(body: Buffer, protocol: 'tcp' | 'udp'): DiagSocket {
  const isIpv4 = body[0] === AF_INET;
  const attributes = decodeAttributes(body);
  const info = attributes.get(INET_DIAG_INFO);
  const isAnyFamily = attributes.get(INET_DIAG_SKV6ONLY)?.[0] === 0;
  const state = TCP_STATE_NAMES[body[STATE] ?? 0] ?? '';
  const address = (at: number): string => {
    if (isIpv4) return formatIpv4(body.subarray(at, at + 4));
    const text = formatIpv6(body.subarray(at, at + 16));
    return text === '::' && isAnyFamily ? '*' : `[${text}]`;
  };
  return {
    family: body[0] ?? 0,
    // A copy: the buffer is used again.
    id: Buffer.from(body.subarray(ID, ID_END)),
    key: body.subarray(COOKIE, COOKIE + 8).toString('hex'),
    protocol,
    state,
    local: `${address(SOURCE)}:${portText(body.readUInt16BE(SOURCE_PORT))}`,
    remote: `${address(DESTINATION)}:${portText(body.readUInt16BE(DESTINATION_PORT))}`,
    recvQueue: body.readUInt32LE(RECV_QUEUE),
    sendQueue: body.readUInt32LE(SEND_QUEUE),
    inode: body.readUInt32LE(INODE),
    info: info === undefined || state === 'LISTEN' ? null : decodeTcpInfo(info),
  };
}

function decodeAttributes(body: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = MESSAGE_SIZE; at + 4 <= body.length; ) {
    const length = body.readUInt16LE(at);
    if (length < 4 || at + length > body.length) break;
    found.set(body.readUInt16LE(at + 2), body.subarray(at + 4, at + length));
    at += align(length);
  }
  return found;
}

const portText = (port: number): string => (port === 0 ? '*' : String(port));
const align = (length: number): number => (length + 3) & ~3;
