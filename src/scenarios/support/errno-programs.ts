import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import {
  AF_INET,
  AF_PACKET,
  IP_ADD_MEMBERSHIP,
  IPPROTO_IP,
  IPPROTO_TCP,
  POLLOUT,
  SHUT_WR,
  SO_REUSEADDR,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_SYNCNT,
} from '../../sockets/constants.ts';
import { interfaceIndex } from '../../sockets/link-address.ts';
import { poll } from '../../sockets/poll.ts';
import { interruptAfter } from '../../sockets/signals.ts';
import { adoptSocket, socket } from '../../sockets/socket.ts';
import type { Address, CallResult, Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { domain, serverAddress } from './address.ts';
import { must, opened } from './must.ts';
import { awaitArrival } from './until-end.ts';

/** One tiny program: it provokes an errno, and returns the call that failed with it. */
export type ErrnoProgram = (parameters: Parameters, role: RoleContext) => CallResult<unknown>;

const HELLO = Buffer.from('hello');
/** One that no kernel has given a meaning. */
const NO_SUCH_OPTION = 9999;
const TOO_LARGE = 65_536;
/** Documentation addresses (RFC 5737, RFC 3849), which no machine has. */
const NOWHERE = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' } as const;
export const NO_SUCH_HOST = { ipv4: '198.51.100.1', ipv6: '2001:db8:1::1' } as const;
/** Also on this machine: 127.0.0.0/8 is. A firewall rule says of it that it is unknown. */
export const HOST_UNKNOWN = '127.0.0.7';
/** A device that is there and switched off. */
export const DOWN_DEVICE = 'down0';
const ETHERTYPE_IPV4 = 0x0800;

export const PROGRAMS: Readonly<Record<string, ErrnoProgram>> = {
  EACCES(parameters, role) {
    const s = opened(role, 'socket', socket(AF_INET, SOCK_DGRAM));
    return closing(s, s.sendto(HELLO, ['127.255.255.255', parameters.number('port')]));
  },
  EADDRINUSE(parameters, role) {
    const first = listening(parameters, role, 1);
    const second = stream(parameters, role);
    return closing(second, second.bind(serverAddress(parameters)), first);
  },
  EADDRNOTAVAIL(parameters, role) {
    const s = stream(parameters, role);
    return closing(s, s.bind(of(NOWHERE, parameters)));
  },
  EAFNOSUPPORT(parameters, role) {
    const s = stream(parameters, role);
    return closing(s, s.connect('/run/a-name-of-the-UNIX-domain'));
  },
  EAGAIN(parameters, role) {
    const s = datagram(parameters, role);
    must(role, 'fcntl O_NONBLOCK', s.setblocking(false));
    return closing(s, s.recv(100));
  },
  EALREADY(parameters, role) {
    const { listener, first } = full(parameters, role);
    const s = stream(parameters, role);
    must(role, 'fcntl O_NONBLOCK', s.setblocking(false));
    s.connect(serverAddress(parameters)); // EINPROGRESS: nobody answers the SYN
    return closing(s, s.connect(serverAddress(parameters)), first, listener);
  },
  EBADF(parameters, role) {
    const s = datagram(parameters, role);
    s.close();
    return s.send(HELLO);
  },
  ECONNABORTED(parameters, role) {
    const { listener, client, server } = pair(parameters, role);
    const [, port] = must(role, 'getsockname', client.getsockname());
    // The administrator's way to end a connection; it takes CAP_NET_ADMIN.
    spawnSync('ss', ['-K', 'sport', '=', `:${port}`], { timeout: 5000 });
    must(role, 'fcntl O_NONBLOCK', client.setblocking(false));
    return closing(client, client.recv(100), server, listener);
  },
  ECONNREFUSED(parameters, role) {
    const s = stream(parameters, role);
    return closing(s, s.connect(serverAddress(parameters)));
  },
  ECONNRESET(parameters, role) {
    const { listener, client, server } = pair(parameters, role);
    must(role, 'send', client.send(HELLO));
    awaitArrival(server, role);
    server.close(); // with unread bytes: RST
    return closing(client, client.recv(100), listener);
  },
  EDESTADDRREQ(parameters, role) {
    const s = datagram(parameters, role);
    return closing(s, s.send(HELLO));
  },
  EHOSTDOWN(parameters, role) {
    const s = opened(role, 'socket', socket(AF_INET, SOCK_STREAM));
    return closing(s, s.connect([HOST_UNKNOWN, parameters.number('port')]));
  },
  EHOSTUNREACH(parameters, role) {
    const s = stream(parameters, role);
    return closing(s, s.connect(of(NO_SUCH_HOST, parameters)));
  },
  EINPROGRESS(parameters, role) {
    const listener = listening(parameters, role, 1);
    const s = stream(parameters, role);
    must(role, 'fcntl O_NONBLOCK', s.setblocking(false));
    const result = s.connect(serverAddress(parameters));
    must(role, 'poll', poll([{ socket: s, events: POLLOUT }], 5000));
    return closing(s, result, listener);
  },
  EINTR(parameters, role) {
    const listener = listening(parameters, role, 1);
    // signal(7): with a time limit the kernel does not start the call again by itself.
    must(role, 'setsockopt SO_RCVTIMEO', listener.setReceiveTimeout(5000));
    const stop = interruptAfter(50);
    const connection = listener.accept();
    stop();
    return closing(listener, ofSocket(connection));
  },
  EISCONN(parameters, role) {
    const { listener, client, server } = pair(parameters, role);
    return closing(client, client.connect(serverAddress(parameters)), server, listener);
  },
  EMSGSIZE(parameters, role) {
    const s = datagram(parameters, role);
    return closing(s, s.sendto(Buffer.alloc(TOO_LARGE), serverAddress(parameters)));
  },
  ENETDOWN() {
    const s = socket(AF_PACKET, SOCK_DGRAM);
    if (s.errno !== null) return ofSocket(s); // a packet socket takes CAP_NET_RAW
    return closing(s, s.sendto(HELLO, [DOWN_DEVICE, ETHERTYPE_IPV4]));
  },
  ENETUNREACH(parameters, role) {
    const s = stream(parameters, role);
    return closing(s, s.connect(of(NOWHERE, parameters)));
  },
  ENOBUFS(_parameters, role) {
    const s = opened(role, 'socket', socket(AF_INET, SOCK_DGRAM));
    // One socket may be in igmp_max_memberships groups (ip-sysctl), usually 20.
    const device = interfaceIndex(DOWN_DEVICE); // of one that is off no packet leaves
    let result: CallResult = { ok: true, value: 0 };
    for (let group = 1; group < 255 && result.ok; group += 1) {
      // struct ip_mreqn, ip(7): group, address of the device (none), its number
      const membership = Uint8Array.of(239, 1, 1, group, 0, 0, 0, 0, device & 0xff, device >> 8, 0, 0);
      result = s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, membership);
    }
    return closing(s, result);
  },
  ENOPROTOOPT(parameters, role) {
    const s = stream(parameters, role);
    return closing(s, s.setsockopt(IPPROTO_TCP, NO_SUCH_OPTION, 1));
  },
  ENOTCONN(parameters, role) {
    const s = stream(parameters, role);
    return closing(s, s.recv(100));
  },
  ENOTSOCK() {
    const fd = openSync('/dev/null', 'w');
    const result = adoptSocket(fd, 'file').send(HELLO);
    closeSync(fd);
    return result;
  },
  EPIPE(parameters, role) {
    const { listener, client, server } = pair(parameters, role);
    must(role, 'shutdown', client.shutdown(SHUT_WR));
    return closing(client, client.send(HELLO), server, listener);
  },
  ETIMEDOUT(parameters, role) {
    const { listener, first } = full(parameters, role);
    const s = stream(parameters, role);
    must(role, 'setsockopt TCP_SYNCNT', s.setsockopt(IPPROTO_TCP, TCP_SYNCNT, 1)); // not six times
    return closing(s, s.connect(serverAddress(parameters)), first, listener);
  },
};

function stream(parameters: Parameters, role: RoleContext): Socket {
  return opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
}

function datagram(parameters: Parameters, role: RoleContext): Socket {
  return opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
}

function listening(parameters: Parameters, role: RoleContext, backlog: number): Socket {
  const listener = stream(parameters, role);
  // The program before this one left the port in TIME_WAIT.
  must(role, 'setsockopt SO_REUSEADDR', listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, true));
  must(role, 'bind', listener.bind(serverAddress(parameters)));
  must(role, 'listen', listener.listen(backlog));
  return listener;
}

/** Both ends of a connection in one program: connect returns before accept is called. */
function pair(
  parameters: Parameters,
  role: RoleContext,
): { readonly listener: Socket; readonly client: Socket; readonly server: Socket } {
  const listener = listening(parameters, role, 1);
  const client = stream(parameters, role);
  must(role, 'connect', client.connect(serverAddress(parameters)));
  return { listener, client, server: opened(role, 'accept', listener.accept()) };
}

/** listen(0) holds one connection: the next SYN is not answered. */
function full(
  parameters: Parameters,
  role: RoleContext,
): { readonly listener: Socket; readonly first: Socket } {
  const listener = listening(parameters, role, 0);
  const first = stream(parameters, role);
  must(role, 'connect', first.connect(serverAddress(parameters)));
  return { listener, first };
}

/** Closes everything, this socket first, and passes the result on. */
function closing<T>(s: Socket, result: CallResult<T>, ...others: readonly Socket[]): CallResult<T> {
  for (const each of [s, ...others]) each.close();
  return result;
}

const ofSocket = ({ errno, fd }: Socket): CallResult =>
  errno === null ? { ok: true, value: fd } : { ok: false, errno };

function of(hosts: { readonly ipv4: string; readonly ipv6: string }, parameters: Parameters): Address {
  return [parameters.text('family') === 'ipv6' ? hosts.ipv6 : hosts.ipv4, parameters.number('port')];
}
