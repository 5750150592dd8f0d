import { type CallEdit, callHook, type PendingCall } from './call-hook.ts';
import { CALL_NAMES, type CallName, DIRECTIONS } from './call-names.ts';
import { CONSTANTS } from './constants.ts';
import { describePending } from './describe-call.ts';
import { errnoName, errnoNumber } from './errno.ts';
import * as libc from './libc.ts';
import { type CallArgs, type Recorder, recorder } from './recorder.ts';
import type { SocketState } from './socket-state.ts';
import { callerPlace } from './source-place.ts';
import { msgFlags } from './symbols.ts';
import type { Done, Failed } from './types.ts';

const CLOCK_REALTIME = 0;
const EAGAIN = 11;
const EINPROGRESS = 115;
const EAI_SYSTEM = -11;

/** The calls that a busy program makes by the million, and that are therefore thinned. */
const BUSY = new Set<CallName>([
  ...CALL_NAMES.filter((name) => name in DIRECTIONS),
  'sendall',
  'poll',
  'select',
]);

const clock = new Uint32Array(4);

export interface CallSpec {
  readonly args?: CallArgs | null;
  readonly flags?: number | null;
  readonly length?: number | null;
  readonly offset?: number | null;
  /** Whether it may block for longer than it takes: an ENTER record is then written first. */
  readonly mayBlock?: boolean;
  /** What is to be sent. */
  readonly outgoing?: Uint8Array;
  readonly remote?: string | null;
  readonly fd?: number | null;
}

/** One call from just before it is made until it is recorded: `begin`, the C function, `leave`, facts, `record`. */
export class ActiveCall {
  readonly name: CallName;
  readonly number: number;
  readonly span: number;
  readonly fd: number | null;
  readonly flags: number | null;
  length: number | null;
  /** What is to be sent, as the step mode may have changed it; null for calls that send none. */
  outgoing: Uint8Array | null;
  private isEdited = false;
  /** How long the step mode held it back, in µs. */
  heldUs = 0;
  args: CallArgs | null;
  offset: number | null;
  enterSec = 0;
  enterNsec = 0;
  exitSec = 0;
  exitNsec = 0;
  ret = 0;
  errno = 0;
  local: string | null;
  remote: string | null;
  created: string | null = null;
  data: Uint8Array | null = null;
  sendQueue: number | null = null;
  recvQueue: number | null = null;
  tcpInfo: Uint8Array | null = null;
  place: string | null = null;
  readonly recorder: Recorder | null;
  private readonly state: SocketState | null;

  constructor(name: CallName, state: SocketState | null, spec: CallSpec) {
    this.recorder = recorder();
    this.name = name;
    this.state = state;
    this.number = this.recorder === null ? 0 : this.recorder.nextNumber();
    this.span = this.recorder?.span ?? 0;
    this.fd = spec.fd ?? state?.fd ?? null;
    this.flags = spec.flags ?? null;
    this.length = spec.length ?? null;
    this.outgoing = spec.outgoing ?? null;
    this.args = spec.args ?? null;
    this.offset = spec.offset ?? null;
    this.local = state?.local ?? null;
    this.remote = spec.remote ?? state?.remote ?? null;
  }

  get socketId(): string | null {
    return this.state?.id ?? null;
  }

  /** Whether the C function has returned: arguments that it fills in are then known. */
  isReturned = false;

  /** Made by the million, and then thinned; the others keep all their arguments even then. */
  get isBusy(): boolean {
    return BUSY.has(this.name) && !this.isEdited && this.heldUs === 0;
  }

  /** A thinned batch is written at once when a call failed; "not now" from a non-blocking socket is no failure. */
  get isNewsworthy(): boolean {
    return this.errno !== 0 && this.errno !== EAGAIN && this.errno !== EINPROGRESS;
  }

  /** Whether data, queues and TCP_INFO are wanted. */
  get isFull(): boolean {
    return this.recorder !== null && !this.recorder.thinned;
  }

  /** How long the last call of this kind on this socket took; for poll and select, which have none, in this thread. */
  get lastMs(): number {
    const { state, recorder } = this;
    if (state === null) return recorder?.lastPollMs ?? 0;
    return DIRECTIONS[this.name] === 'receive' ? state.lastReceiveMs : state.lastSendMs;
  }

  enter(mayBlock: boolean): void {
    callHook()?.({ name: this.name, socket: this.socketId, when: 'before', pending: this.pending() });
    if (this.recorder === null) return;
    if (mayBlock) {
      this.readEnter();
      this.recorder.enter(this);
    }
    this.readEnter();
  }

  /** Takes the result of the C function; must be the next thing that happens after it, or errno is gone. */
  leave(ret: number): number {
    if (ret < 0) this.errno = libc.lastErrno();
    if (this.recorder !== null) {
      libc.clockGettime(CLOCK_REALTIME, clock);
      this.exitSec = clock[0] ?? 0;
      this.exitNsec = clock[2] ?? 0;
      if (this.isBusy) this.noteDuration(this.recorder);
    }
    this.ret = ret;
    this.isReturned = true;
    return ret;
  }

  /** The same for getaddrinfo and getnameinfo, which return their own error numbers; EAI_SYSTEM says to look at errno. */
  leaveNamed(ret: number): void {
    const systemErrno = ret === EAI_SYSTEM ? libc.lastErrno() : 0;
    this.leave(ret);
    this.errno = systemErrno || ret;
  }

  /** The same for a span, which is over when the last of its calls is: it returns what that failed with, or the total. */
  leaveSpan(last: Done | Failed, total: number): void {
    this.leave(last.ok ? total : 0);
    if (last.ok) return;
    this.ret = -1;
    this.errno = errnoNumber(last.errno) ?? 0;
  }

  /** Writes the record; whatever was found out about the call must be set by now. */
  record(): void {
    this.recorder?.leave(this);
    callHook()?.({ name: this.name, socket: this.socketId, when: 'after', pending: null });
  }

  /** The call's result for its author. */
  result(): Done | Failed {
    return this.errno === 0 ? { ok: true, value: this.ret } : this.failure();
  }

  failure(): Failed {
    return { ok: false, errno: errnoName(this.errno) };
  }

  /** As it stands before it is made. A send of a sendall was shown with the sendall, and is what is left of that. */
  private pending(): PendingCall {
    const { name, fd, length } = this;
    const outgoing = this.span === 0 ? this.outgoing : null;
    const shown = (): string =>
      describePending({ name, fd, length, data: this.outgoing, args: this.allArgs() });
    return {
      get text() {
        return shown();
      },
      outgoing,
      edit: (change) => this.edit(change),
      held: (us) => {
        this.heldUs += us;
      },
    };
  }

  private edit({ data, pausedMs }: CallEdit): void {
    const words = pausedMs === null ? [] : [`held back ${pausedMs} ms`];
    if (data !== null && this.outgoing !== null) {
      words.push(`${data.byteLength} bytes instead of ${this.outgoing.byteLength}`);
      this.outgoing = data;
      this.length = data.byteLength;
    }
    if (words.length === 0) return;
    this.isEdited = true;
    const own = this.args;
    this.args = (call) => ({ ...(own?.(call) ?? this.flagArgs()), edited: words.join(', ') });
  }

  private allArgs(): ReturnType<CallArgs> {
    return this.args?.(this) ?? this.flagArgs();
  }

  private flagArgs(): ReturnType<CallArgs> {
    return this.flags === null ? {} : { flags: msgFlags(this.flags) };
  }

  /** In both directions apart: an echo server's recv blocks each time, its send never. */
  private noteDuration(current: Recorder): void {
    const ms = this.durationMs;
    if (this.state === null) current.lastPollMs = ms;
    else if (DIRECTIONS[this.name] === 'receive') this.state.lastReceiveMs = ms;
    else this.state.lastSendMs = ms;
  }

  get durationMs(): number {
    return (this.exitSec - this.enterSec) * 1e3 + (this.exitNsec - this.enterNsec) / 1e6;
  }

  private readEnter(): void {
    libc.clockGettime(CLOCK_REALTIME, clock);
    this.enterSec = clock[0] ?? 0;
    this.enterNsec = clock[2] ?? 0;
  }
}

/** Starts a call: tells the hook, writes an ENTER record where it may block, takes the time last. */
export function begin(name: CallName, state: SocketState | null, spec: CallSpec): ActiveCall {
  const call = new ActiveCall(name, state, spec);
  if (call.isFull) call.place = callerPlace(name, begin);
  call.enter(spec.mayBlock ?? false);
  return call;
}

/** A call that is not begun yet: what can be known just before it only is found out first. */
export function prepare(name: CallName, state: SocketState | null, spec: CallSpec): ActiveCall {
  const call = new ActiveCall(name, state, spec);
  if (call.isFull) call.place = callerPlace(name, prepare);
  return call;
}

/** Whether a data call with these flags on this socket may block. */
export function mayBlock(state: SocketState, flags: number): boolean {
  return state.blocking && (flags & CONSTANTS.MSG_DONTWAIT) === 0;
}
