import { call, number, type Phrase, packet, text, waited } from '../parts.ts';
import { counted } from './plural.ts';

const errno: Phrase = (r) => text(r, 'errno');

/** What SO_REUSEADDR would have done, by who had not set it. */
const REUSE: Readonly<Record<string, string>> = {
  both: 'SO_REUSEADDR on both would help',
  here: 'SO_REUSEADDR here would help',
  there: 'the other lacks SO_REUSEADDR',
};
const reuse: Phrase = (r) => REUSE[text(r, 'help')] ?? 'SO_REUSEADDR does not help';

const NOTHING: Readonly<Record<string, string>> = {
  receive: 'nothing had arrived',
  accept: 'no connection was ready',
  send: 'the send buffer had no room',
};
const LONG: Readonly<Record<string, string>> = {
  receive: 'nothing arrived',
  accept: 'no connection came',
  send: 'the send buffer had no room',
};

/** What the own kernel refused, and what was in the way. */
export const failures = {
  'in-use-listener': (r, n) =>
    `EADDRINUSE: fd ${number(r, 'fd')} listens on ${text(r, 'address')} since ${call(r, n, 1)}; against that SO_REUSEADDR is no help`,
  'in-use-socket': (r, n) =>
    `EADDRINUSE: fd ${number(r, 'fd')} has ${text(r, 'address')} since ${call(r, n, 1)}; ${reuse(r, n)}`,
  'in-use-connection': (r, n) =>
    `EADDRINUSE: ${call(r, n, 1)} (fd ${number(r, 'fd')}) has a connection open on the port; ${reuse(r, n)}`,
  'in-use-time-wait': (r, n) =>
    `EADDRINUSE: ${call(r, n, 1)} closed first, and ${text(r, 'state')} keeps the port; ${reuse(r, n)}`,
  'in-use-other': (r) =>
    `EADDRINUSE: ${text(r, 'address')} has a socket of another program, or a TIME-WAIT of an earlier run (see ss -tuanp)`,
  'in-use-unseen': (r) => `EADDRINUSE: a socket that is not in this record has ${text(r, 'address')}`,
  'in-use-path': (r, n) =>
    `EADDRINUSE: the file ${text(r, 'address')} exists, ${r.calls.length > 1 ? `made by ${call(r, n, 1)}` : 'left by an earlier program'}; close leaves it, unlink removes it`,
  'no-port-left': (r, n) => `${errno(r, n)}: no port is left of those that the kernel hands out`,
  'not-local': (r) => `EADDRNOTAVAIL: ${text(r, 'host')} is no address of this machine`,
  'pair-in-use': (r) =>
    `EADDRNOTAVAIL: port ${number(r, 'port')} has a connection to ${text(r, 'address')} already, perhaps in TIME-WAIT`,
  'wrong-family': (r) =>
    `EAFNOSUPPORT: a socket of ${text(r, 'family')} takes no address of another family, like ${text(r, 'address')}`,
  'connecting-already': (r, n) =>
    r.packets.length > 0
      ? `EALREADY: ${call(r, n, 1)} is still connecting, its SYN (${packet(r, n)}) has no answer yet`
      : `EALREADY: ${call(r, n, 1)} is still connecting`,
  'connected-already': (r, n) =>
    `EISCONN: ${call(r, n, 1)} connected it; another connection takes another socket`,
  'closed-descriptor': (r, n) => `EBADF: ${call(r, n, 1)} closed the descriptor before`,
  'no-descriptor': (r) => `EBADF: ${number(r, 'fd')} is no open descriptor of this process`,
  'not-a-socket': (r) => `ENOTSOCK: descriptor ${number(r, 'fd')} is open, but of a file, not of a socket`,
  'no-destination': () => 'EDESTADDRREQ: the call names no address, and connect has given the socket none',
  'no-neighbour': (r) =>
    `EHOSTUNREACH: nobody said within ${waited(r)} to have the address ${text(r, 'host')} (ARP)`,
  'no-route-host': (r) =>
    `EHOSTUNREACH: the route to ${text(r, 'host')} is marked unreachable; no packet left`,
  'no-route-network': (r) => `ENETUNREACH: this machine has no route to ${text(r, 'host')}; no packet left`,
  'device-down': (r) => `ENETDOWN: the network device ${text(r, 'device')} is switched off`,
  'call-failed-size': (r, n) =>
    r.params.limit === undefined
      ? `${errno(r, n)}: ${counted(number(r, 'bytes'), 'byte')} do not fit into one message; no packet`
      : `${errno(r, n)}: ${counted(number(r, 'bytes'), 'byte')}, and a datagram over ${text(r, 'version')} holds ${number(r, 'limit')}; no packet`,
  'groups-full': (r, n) =>
    `ENOBUFS: ${number(r, 'count')} multicast groups a socket are the limit (igmp_max_memberships); the last: ${call(r, n, 1)}`,
  'no-buffers': () => 'ENOBUFS: the kernel has no memory for it, or the queue of the device is full',
  'no-such-option': (r) =>
    `ENOPROTOOPT: ${text(r, 'level')} knows no option ${text(r, 'option')} for this socket`,
  'not-supported': (r) => `EOPNOTSUPP: a socket of ${text(r, 'type')} has no ${text(r, 'name')} of this kind`,
  'not-listening': () => 'EINVAL: the socket does not listen: listen comes before accept',
  'bound-already': (r, n) => `EINVAL: ${call(r, n, 1)} has bound it already, and a socket is bound once`,
  'never-connected': (r, n) => `${errno(r, n)}: no connect has given this socket a peer`,
  'listener-only': (r, n) =>
    `${errno(r, n)}: since ${call(r, n, 1)} it only listens; data goes over the socket that accept returns`,
  'connection-over': (r, n) =>
    `${errno(r, n)}: there is no connection any more, as ${call(r, n, 1)} had been told by ${text(r, 'told')}`,
  'given-up': (r, n) => `${errno(r, n)}: the other side acknowledged nothing, however often it was asked`,
  'no-such-path': (r) => `ENOENT: no file ${text(r, 'address')}: no bind has made it, or it was removed`,
  'path-deserted': (r) => `ECONNREFUSED: the file ${text(r, 'address')} is there, but nobody listens on it`,
  'path-forbidden': (r, n) =>
    `${errno(r, n)}: the permissions of ${text(r, 'address')} or of its folder forbid it`,
  'refused-unseen': () => 'ECONNREFUSED: an answer said that nobody has the port; it was not captured',
  'port-privileged': (r, n) =>
    `${errno(r, n)}: port ${number(r, 'port')} is below 1024, which takes root or CAP_NET_BIND_SERVICE`,
  'raw-privileged': (r, n) => `${errno(r, n)}: such a socket takes root or CAP_NET_RAW`,
  'broadcast-forbidden': (r) =>
    `EACCES: ${text(r, 'host')} is a broadcast address, and this socket has no SO_BROADCAST; no packet`,
  forbidden: (r) => `EPERM: a firewall rule of this machine lets nothing out to ${text(r, 'host')}`,
  'call-would-block': (r, n) => {
    const by = text(r, 'by');
    const why =
      by === 'flag'
        ? ', and MSG_DONTWAIT does not wait'
        : by === 'call'
          ? `, and ${call(r, n, 1)} set O_NONBLOCK`
          : '';
    return `EAGAIN: ${NOTHING[text(r, 'what')] ?? 'it would have had to wait'}${why}`;
  },
  'call-timed-out': (r, n) => {
    const limit = r.calls.length > 1 ? `, the time limit of ${call(r, n, 1)} (${text(r, 'option')})` : '';
    return `EAGAIN: ${LONG[text(r, 'what')] ?? 'nothing happened'} for ${waited(r)}${limit}`;
  },
} as const satisfies Readonly<Record<string, Phrase>>;
