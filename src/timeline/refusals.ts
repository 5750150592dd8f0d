import type { Call } from '../sockets/call.ts';
import type { CallReasonKind } from '../words/words.ts';
import { addressInUse, controlBefore } from './address-in-use.ts';
import { parseEndpoint } from './addresses.ts';
import { hasConstant, hasFlag, isAccept, isReceive, isSend, shutsWriting } from './call-kinds.ts';
import type { Facts } from './facts.ts';
import { BLOCKED_NS } from './rows.ts';
import { interruptedBy } from './signal-reasons.ts';
import type { Reason } from './types.ts';

/** Why a call failed that no packet made fail: `calls` are those that prove it, without the call itself. */
export interface Refusal {
  readonly kind: CallReasonKind;
  readonly params?: Reason['params'];
  readonly calls?: readonly number[];
  readonly packets?: readonly number[];
}

interface Refused {
  readonly facts: Facts;
  readonly index: number;
  readonly call: Call;
  readonly tookNs: number;
  /** The address that the call names, else that of the socket's peer; '' where there is none. */
  readonly address: string;
}

type Explain = (refused: Refused) => Refusal | null;

/** UDP: 65535 less the headers of UDP and, over IPv4, of IP, which counts itself (RFC 768, RFC 791, RFC 8200). */
const MOST = { IPv4: 65_507, IPv6: 65_527 } as const;
/** Where ip_unprivileged_port_start begins by default (ip-sysctl). */
const UNPRIVILEGED = 1024;

/** Why the own kernel refused a call: what the record shows of it, by its errno. */
export function refusalOf(facts: Facts, index: number, call: Call, tookNs: number): Refusal {
  const { address } = call.args;
  const named = typeof address === 'string' ? address : (call.remote ?? '');
  const errno = call.errno ?? 'unknown';
  const found = BY_ERRNO[errno]?.({ facts, index, call, tookNs, address: named }) ?? {
    kind: 'call-failed' as const,
  };
  return { ...found, params: { errno, name: call.name, ...found.params } };
}

const BY_ERRNO: Readonly<Record<string, Explain>> = {
  EACCES: notAllowed,
  EPERM: notAllowed,
  EADDRINUSE: ({ facts, index, call }) => addressInUse(facts, index, call),
  EADDRNOTAVAIL: notAvailable,
  EAFNOSUPPORT: wrongFamily,
  EAGAIN: wouldBlock,
  EALREADY: alreadyConnecting,
  EBADF: badDescriptor,
  ECONNREFUSED: ({ address }) =>
    address.startsWith('unix:') ? { kind: 'path-deserted', params: { address } } : { kind: 'refused-unseen' },
  EDESTADDRREQ: () => ({ kind: 'no-destination' }),
  EHOSTUNREACH: ({ address, tookNs }) => ({
    kind: tookNs >= BLOCKED_NS ? 'no-neighbour' : 'no-route-host',
    params: { host: hostOf(address) },
  }),
  EINTR: interrupted,
  EINVAL: invalid,
  EISCONN: alreadyConnected,
  EMSGSIZE: tooLong,
  ENETDOWN: ({ address }) => ({ kind: 'device-down', params: { device: address.replace(/:\d+$/, '') } }),
  ENETUNREACH: ({ address }) => ({ kind: 'no-route-network', params: { host: hostOf(address) } }),
  ENOBUFS: noBuffers,
  ENOENT: ({ address }) =>
    address.startsWith('unix:') ? { kind: 'no-such-path', params: { address } } : null,
  ENOPROTOOPT: ({ call: { args } }) => ({
    kind: 'no-such-option',
    params: { level: String(args.level), option: String(args.name ?? args.optname) },
  }),
  ENOTCONN: noPeer,
  ENOTSOCK: ({ call }) => ({ kind: 'not-a-socket', params: { fd: call.fd ?? -1 } }),
  EOPNOTSUPP: ({ facts, call }) => ({
    kind: 'not-supported',
    params: { type: socketType(facts, call) },
  }),
  EPIPE: noPeer,
  ETIMEDOUT: ({ call }) => (call.name === 'connect' ? null : { kind: 'given-up' }),
};

const hostOf = (address: string): string => parseEndpoint(address)?.host ?? address;

const before = ({ facts, index, call }: Refused, is: (call: Call) => boolean): number | null =>
  controlBefore(facts, facts.sockets.get(call.socket ?? ''), index, is);

const listed = (call: number | null): readonly number[] => (call === null ? [] : [call]);

const hasSucceeded =
  (name: string) =>
  (call: Call): boolean =>
    call.name === name && call.ret === 0;

function notAllowed(refused: Refused): Refusal | null {
  const { call, address } = refused;
  const endpoint = parseEndpoint(address);
  if (call.name === 'socket') return { kind: 'raw-privileged' };
  if (address.startsWith('unix:')) return { kind: 'path-forbidden', params: { address } };
  if (call.name === 'bind' && endpoint !== null && endpoint.port < UNPRIVILEGED)
    return { kind: 'port-privileged', params: { port: endpoint.port } };
  if (call.errno === 'EPERM' && (isSend(call) || call.name === 'connect'))
    return { kind: 'forbidden', params: { host: hostOf(address) } };
  const sends = isSend(call) || call.name === 'connect';
  return sends && call.errno === 'EACCES' && endpoint !== null && !endpoint.host.includes(':')
    ? { kind: 'broadcast-forbidden', params: { host: endpoint.host } }
    : null;
}

function notAvailable({ call, address }: Refused): Refusal {
  if (call.name !== 'connect') return { kind: 'not-local', params: { host: hostOf(address) } };
  const local = parseEndpoint(call.local);
  return local === null || local.port === 0
    ? { kind: 'no-port-left' }
    : { kind: 'pair-in-use', params: { port: local.port, address } };
}

function wrongFamily({ facts, call, address }: Refused): Refusal | null {
  const created = facts.sockets.get(call.socket ?? '')?.createdBy;
  const family = created == null ? null : facts.session.calls[created];
  const name = FAMILIES.find((each) => family !== null && family !== undefined && hasConstant(family, each));
  return name === undefined || address === ''
    ? null
    : { kind: 'wrong-family', params: { family: name, address } };
}

const FAMILIES = ['AF_INET6', 'AF_INET', 'AF_UNIX', 'AF_PACKET'] as const;

/** A time limit of the socket that ran out, or a socket or call that does not wait. */
function wouldBlock(refused: Refused): Refusal {
  const { call, tookNs } = refused;
  const what = isAccept(call) ? 'accept' : isReceive(call) ? 'receive' : isSend(call) ? 'send' : 'other';
  if (tookNs >= BLOCKED_NS) {
    const option = isSend(call) || call.name === 'connect' ? 'SO_SNDTIMEO' : 'SO_RCVTIMEO';
    const limit = before(refused, (other) => other.name === 'setsockopt' && hasConstant(other, option));
    return { kind: 'call-timed-out', params: { what, option }, calls: listed(limit) };
  }
  if (hasFlag(call, 'MSG_DONTWAIT')) return { kind: 'call-would-block', params: { what, by: 'flag' } };
  const switched = before(
    refused,
    (other) => other.name === 'fcntl' && hasConstant(other, 'O_NONBLOCK') && hasConstant(other, 'F_SETFL'),
  );
  const by = switched === null ? 'unknown' : 'call';
  return { kind: 'call-would-block', params: { what, by }, calls: listed(switched) };
}

function alreadyConnecting(refused: Refused): Refusal | null {
  const begun = before(refused, ({ name, errno }) => name === 'connect' && errno === 'EINPROGRESS');
  if (begun === null) return null;
  const syn = refused.facts.links.ofCall(begun).find(({ relation }) => relation === 'causes');
  return { kind: 'connecting-already', calls: [begun], packets: syn === undefined ? [] : [syn.packet] };
}

function alreadyConnected(refused: Refused): Refusal | null {
  const opened = before(
    refused,
    ({ name, errno, ret }) => name === 'connect' && (ret === 0 || errno === 'EINPROGRESS'),
  );
  const created = refused.facts.sockets.get(refused.call.socket ?? '')?.createdBy ?? null;
  const by = opened ?? created;
  return by === null ? null : { kind: 'connected-already', calls: [by] };
}

function badDescriptor(refused: Refused): Refusal {
  const closed = before(refused, hasSucceeded('close'));
  const { fd } = refused.call;
  return closed === null
    ? { kind: 'no-descriptor', params: { fd: fd ?? -1 } }
    : { kind: 'closed-descriptor', calls: [closed] };
}

function interrupted({ facts, index }: Refused): Refusal {
  const kill = interruptedBy(facts, index);
  return kill === null ? { kind: 'call-interrupted' } : { kind: 'call-interrupted-by', calls: [kill] };
}

function invalid(refused: Refused): Refusal | null {
  const { call } = refused;
  if (hasFlag(call, 'MSG_OOB')) return { kind: 'recv-no-urgent' };
  if (isAccept(call) && before(refused, hasSucceeded('listen')) === null) return { kind: 'not-listening' };
  const bound = call.name === 'bind' ? before(refused, hasSucceeded('bind')) : null;
  return bound === null ? null : { kind: 'bound-already', calls: [bound] };
}

function tooLong({ facts, call, address }: Refused): Refusal {
  const bytes = call.length ?? 0;
  const version = parseEndpoint(address)?.host.includes(':') === true ? 'IPv6' : 'IPv4';
  const limit = MOST[version];
  const isDatagram = facts.sockets.get(call.socket ?? '')?.type === 'datagram' && address !== '';
  return isDatagram && !address.startsWith('unix:') && bytes > limit
    ? { kind: 'call-failed-size', params: { bytes, limit, version } }
    : { kind: 'call-failed-size', params: { bytes } };
}

function noBuffers(refused: Refused): Refusal {
  if (refused.call.name !== 'setsockopt') return { kind: 'no-buffers' };
  const { facts, index, call } = refused;
  const joined = (at: number): boolean => {
    const other = facts.session.calls[at];
    return at < index && other?.ret === 0 && hasConstant(other, 'IP_ADD_MEMBERSHIP');
  };
  const groups = facts.sockets.get(call.socket ?? '')?.controls.filter(joined) ?? [];
  return groups.length === 0
    ? { kind: 'no-buffers' }
    : { kind: 'groups-full', params: { count: groups.length }, calls: groups.slice(-1) };
}

/** ENOTCONN and EPIPE: a socket that only listens, one that was never connected, or one whose connection is over. */
function noPeer(refused: Refused): Refusal | null {
  const shutdown =
    refused.call.errno === 'EPIPE' ? before(refused, (call) => call.ret === 0 && shutsWriting(call)) : null;
  if (shutdown !== null) return { kind: 'call-failed-shutdown', calls: [shutdown] };
  const listen = before(refused, hasSucceeded('listen'));
  if (listen !== null) return { kind: 'listener-only', calls: [listen] };
  const told = before(refused, ({ errno }) => errno !== null && OVER.has(errno));
  if (told !== null)
    return { kind: 'connection-over', calls: [told], params: { told: errnoOf(refused, told) } };
  const life = refused.facts.sockets.get(refused.call.socket ?? '');
  const accepted = life?.listener != null;
  const connected = before(
    refused,
    ({ name, ret, errno }) => name === 'connect' && (ret === 0 || errno === 'EINPROGRESS'),
  );
  return accepted || connected !== null || life?.createdBy == null ? null : { kind: 'never-connected' };
}

/** What tells that a connection has ended, or that there never was one. */
const OVER: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EPIPE',
]);

const errnoOf = ({ facts }: Refused, index: number): string => facts.session.calls[index]?.errno ?? '';

function socketType(facts: Facts, call: Call): string {
  const { type, unix } = facts.sockets.get(call.socket ?? '') ?? { type: 'unknown', unix: false };
  const names = { stream: 'SOCK_STREAM', datagram: 'SOCK_DGRAM', raw: 'SOCK_RAW', unknown: '' };
  return `${unix ? 'AF_UNIX ' : ''}${names[type as keyof typeof names]}`.trim();
}
