/** setsockopt, getsockopt, fcntl, ioctl: what changes or asks a socket without moving data. */
import { begin } from './active-call.ts';
import {
  F_GETFL,
  F_SETFL,
  O_NONBLOCK,
  SO_LINGER,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SOL_SOCKET,
} from './constants.ts';
import * as libc from './libc.ts';
import type { SocketState } from './socket-state.ts';
import { fcntlName, ioctlName, openFlags, optionLevel, optionName } from './symbols.ts';
import type { CallResult } from './types.ts';

/** Options that are text: what a record shows of them. */
const PRINTABLE = /^[\x20-\x7e]+\0*$/;

export function setsockopt(
  state: SocketState,
  level: number,
  name: number,
  value: number | boolean | Uint8Array,
): CallResult {
  const bytes = value instanceof Uint8Array ? value : Int32Array.of(Number(value));
  const call = begin('setsockopt', state, {
    args: () => ({
      level: optionLevel(level),
      name: optionName(level, name),
      value: valueText(level, name, value),
    }),
  });
  call.leave(libc.setsockopt(state.fd, level, name, bytes));
  if (call.errno === 0 && level === SOL_SOCKET && name === SO_RCVLOWAT) state.hasLowWater = true;
  if (call.errno === 0 && level === SOL_SOCKET && name === SO_LINGER) {
    state.lingers =
      value instanceof Uint8Array && value.byteLength >= 8 && (value[0] ?? 0) !== 0 && (value[4] ?? 0) !== 0;
  }
  call.record();
  return call.result();
}

export function getsockopt(state: SocketState, level: number, name: number): CallResult<number> {
  const value = new Int32Array(1);
  const length = Uint32Array.of(4);
  let shown: number | null = null;
  const call = begin('getsockopt', state, {
    args: () => ({ level: optionLevel(level), name: optionName(level, name), value: shown }),
  });
  call.leave(libc.getsockopt(state.fd, level, name, value, length));
  if (call.errno === 0) shown = value[0] ?? 0;
  call.record();
  return call.errno === 0 ? { ok: true, value: shown ?? 0 } : call.failure();
}

export function getsockoptBytes(
  state: SocketState,
  level: number,
  name: number,
  size: number,
): CallResult<Buffer> {
  if (!Number.isInteger(size) || size < 0 || size > 65_536)
    throw new RangeError(`${size} is not an option's size`);
  const value = Buffer.alloc(size);
  const length = Uint32Array.of(size);
  const call = begin('getsockopt', state, {
    args: (call) => ({
      level: optionLevel(level),
      name: optionName(level, name),
      value: call.errno === 0 ? valueText(level, name, value.subarray(0, length[0])) : null,
    }),
  });
  call.leave(libc.getsockopt(state.fd, level, name, value, length));
  call.record();
  return call.errno === 0 ? { ok: true, value: value.subarray(0, length[0]) } : call.failure();
}

/** fcntl(F_GETFL), then F_SETFL with or without O_NONBLOCK: two calls, as in C. */
export function setblocking(state: SocketState, blocking: boolean): CallResult {
  const get = begin('fcntl', state, {
    args: (call) => ({ cmd: fcntlName(F_GETFL), flags: openFlags(call.ret, true) }),
  });
  const flags = get.leave(libc.fcntl(state.fd, F_GETFL, 0));
  if (get.errno !== 0) get.args = () => ({ cmd: fcntlName(F_GETFL) });
  get.record();
  if (get.errno !== 0) return get.failure();
  const next = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  const set = begin('fcntl', state, {
    args: () => ({ cmd: fcntlName(F_SETFL), flags: openFlags(next, true) }),
  });
  set.leave(libc.fcntl(state.fd, F_SETFL, next));
  if (set.errno === 0) state.blocking = blocking;
  set.record();
  return set.result();
}

/** An ioctl that gives one int: SIOCOUTQ, SIOCINQ, SIOCATMARK. */
export function ioctl(state: SocketState, request: number): CallResult<number> {
  const value = new Int32Array(1);
  const call = begin('ioctl', state, {
    args: (call) => ({ request: ioctlName(request), value: call.errno === 0 ? (value[0] ?? 0) : null }),
  });
  call.leave(libc.ioctl(state.fd, request, value));
  call.record();
  return call.errno === 0 ? { ok: true, value: value[0] ?? 0 } : call.failure();
}

/** struct linger. */
export function lingerBytes(seconds: number | null): Uint8Array {
  return new Uint8Array(Int32Array.of(seconds === null ? 0 : 1, seconds ?? 0).buffer);
}

/** struct timeval; 0 ms means no limit. */
export function timevalBytes(ms: number): Uint8Array {
  const whole = Math.floor(ms / 1000);
  return new Uint8Array(
    BigInt64Array.of(BigInt(whole), BigInt(Math.round((ms - whole * 1000) * 1000))).buffer,
  );
}

function valueText(level: number, name: number, value: number | boolean | Uint8Array): string | number {
  if (!(value instanceof Uint8Array)) return Number(value);
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  if (level === SOL_SOCKET && name === SO_LINGER && value.byteLength === 8) {
    return `{l_onoff=${view.getInt32(0, true)}, l_linger=${view.getInt32(4, true)}}`;
  }
  if (level === SOL_SOCKET && (name === SO_RCVTIMEO || name === SO_SNDTIMEO) && value.byteLength === 16) {
    return `{tv_sec=${view.getBigInt64(0, true)}, tv_usec=${view.getBigInt64(8, true)}}`;
  }
  const text = Buffer.from(value).toString('latin1');
  return PRINTABLE.test(text) ? text.replace(/\0+$/, '') : Buffer.from(value).toString('hex');
}
