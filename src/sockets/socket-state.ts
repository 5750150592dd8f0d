import type { ActiveCall } from './active-call.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_TCP,
  MSG_OOB,
  MSG_WAITALL,
  SIOCINQ,
  SIOCOUTQ,
  SOCK_STREAM,
  TCP_INFO,
} from './constants.ts';
import * as libc from './libc.ts';
import { recorder } from './recorder.ts';
import { addressText, decodeAddress, SOCKADDR_SIZE } from './sockaddr.ts';
import { TCP_INFO_SIZE } from './tcp-info.ts';
import type { Address } from './types.ts';

/** What is known of one descriptor; shared by the calls made on it. */
export interface SocketState {
  readonly id: string;
  readonly domain: number;
  /** SOCK_STREAM and so on, without the flags. */
  readonly type: number;
  fd: number;
  blocking: boolean;
  /** SO_LINGER with a time: close may block. */
  lingers: boolean;
  /** SO_RCVLOWAT was set: a receive may block although bytes wait. */
  hasLowWater: boolean;
  local: string | null;
  remote: string | null;
  /** Bytes of the stream sent and received so far: the offsets of the next call. */
  sent: number;
  received: number;
  /** How long the last call of either direction took. */
  lastSendMs: number;
  lastReceiveMs: number;
  /** TCP_INFO has said that the connection stands; a UNIX stream has carried bytes. */
  isEstablished: boolean;
  /** How often, and when last, TCP_INFO was asked for. */
  informed: number;
  informedAtMs: number;
}

let lastId = 0;

/** The state of a descriptor that socket() or accept() just made, with the next identity of this thread. */
export function newSocketState(fd: number, domain: number, type: number, blocking: boolean): SocketState {
  const prefix = recorder()?.socketPrefix ?? `${process.pid}`;
  return socketStateOf(`${prefix}:${++lastId}`, fd, domain, type, blocking);
}

export function socketStateOf(
  id: string,
  fd: number,
  domain: number,
  type: number,
  blocking: boolean,
): SocketState {
  return {
    id,
    domain,
    type,
    fd,
    blocking,
    lingers: false,
    hasLowWater: false,
    local: null,
    remote: null,
    sent: 0,
    received: 0,
    lastSendMs: 0,
    lastReceiveMs: 0,
    isEstablished: false,
    informed: 0,
    informedAtMs: 0,
  };
}

export const isStream = (state: SocketState): boolean => state.type === SOCK_STREAM;
const isTcp = (state: SocketState): boolean =>
  state.type === SOCK_STREAM && (state.domain === AF_INET || state.domain === AF_INET6);

/** sun_path of an unconnected peer and the like are empty: only addresses that say something are kept. */
const isKnown = (address: Address): boolean => address !== '';

const nameBytes = new Uint8Array(new ArrayBuffer(SOCKADDR_SIZE));
const nameLength = new Uint32Array(1);

/** Both addresses as the kernel has them now, by calls that are not recorded: they are ours, not the author's. */
export function learnAddresses(state: SocketState): void {
  state.local = nameOf(state.fd, libc.getsockname) ?? state.local;
  state.remote = nameOf(state.fd, libc.getpeername) ?? state.remote;
}

export function learnLocal(state: SocketState): void {
  state.local = nameOf(state.fd, libc.getsockname) ?? state.local;
}

function nameOf(fd: number, ask: typeof libc.getsockname): string | null {
  nameLength[0] = SOCKADDR_SIZE;
  if (ask(fd, nameBytes, nameLength) < 0) return null;
  const address = decodeAddress(nameBytes, nameLength[0] ?? 0);
  return address === null || !isKnown(address) ? null : addressText(address);
}

/** tcpi_state, the first byte of TCP_INFO (include/net/tcp_states.h). */
const TCP_ESTABLISHED = 1;

const queue = new Int32Array(1);
const tcpInfo = new Uint8Array(new ArrayBuffer(TCP_INFO_SIZE));
const tcpInfoLength = new Uint32Array(1);

/**
 * Notes the queues and TCP_INFO of a call's socket, where full records are kept. After each call, except close: there
 * just before it, since it is the unread bytes that turn a FIN into an RST. 1 µs.
 */
export function probe(call: ActiveCall, state: SocketState): void {
  if (!call.isFull || state.fd < 0) return;
  if (state.domain !== AF_INET && state.domain !== AF_INET6 && state.domain !== AF_UNIX) return;
  call.sendQueue = ask(state.fd, SIOCOUTQ);
  call.recvQueue = ask(state.fd, SIOCINQ);
  if (!isTcp(state)) {
    if (isStream(state) && call.ret > 0 && call.data !== null) state.isEstablished = true;
    return;
  }
  if (!isTcpInfoDue(call, state)) return;
  tcpInfoLength[0] = TCP_INFO_SIZE;
  if (libc.getsockopt(state.fd, IPPROTO_TCP, TCP_INFO, tcpInfo, tcpInfoLength) < 0) return;
  call.tcpInfo = tcpInfo.subarray(0, tcpInfoLength[0]);
  if (tcpInfo[0] === TCP_ESTABLISHED) state.isEstablished = true;
}

/** Calls of a socket whose TCP_INFO is always asked for; a lesson's exchange is shorter. */
const ALWAYS_INFORMED = 100;
const INFORM_EVERY_MS = 1;

/** In a tight loop TCP_INFO is asked for once a millisecond and after calls that blocked: it costs as much as both queues. */
function isTcpInfoDue(call: ActiveCall, state: SocketState): boolean {
  const atMs = call.exitSec * 1e3 + call.exitNsec / 1e6;
  if (state.informed++ >= ALWAYS_INFORMED && call.isBusy) {
    if (call.durationMs < INFORM_EVERY_MS && atMs - state.informedAtMs < INFORM_EVERY_MS) return false;
  }
  state.informedAtMs = atMs;
  return true;
}

/**
 * Whether a receive will return at once because bytes wait: it then needs no ENTER record, which costs four times as much
 * as asking. SIOCINQ of a thinned thread is not asked for: it writes no ENTER records anyhow.
 */
export function isReadable(state: SocketState, flags: number): boolean {
  const current = recorder();
  if (current === null || current.thinned || state.hasLowWater || (flags & (MSG_WAITALL | MSG_OOB)) !== 0)
    return false;
  return (ask(state.fd, SIOCINQ) ?? 0) > 0;
}

/** Less than any send buffer holds: the least is SOCK_MIN_SNDBUF, 4608, of which a UNIX stream takes half for one piece. */
const SURELY_TAKEN_BYTES = 2048;

/**
 * Whether a send on a stream will return at once because it is small and nothing is queued: it then needs no ENTER record
 * either. The connection must be known to stand: before that, a queue is empty and a send waits all the same.
 */
export function isTaken(state: SocketState, length: number, flags: number): boolean {
  const current = recorder();
  if (current === null || current.thinned || length > SURELY_TAKEN_BYTES || flags !== 0) return false;
  return state.isEstablished && ask(state.fd, SIOCOUTQ) === 0;
}

function ask(fd: number, request: number): number | null {
  return libc.ioctl(fd, request, queue) < 0 ? null : (queue[0] ?? null);
}
