import type { KernelSample, KernelSocket } from '../../session/kernel-sample.ts';
import { nowNs } from './now.ts';
import { type DiagSocket, SocketDiag } from './socket-diag.ts';
import type { socketUsers } from './socket-users.ts';

/** How often the kernel is asked while something changes, and when nothing has for a while. */
const BUSY_MS = 2;
const IDLE_MS = 10;
const IDLE_AFTER = 100;
/** In the long run the looks take one part in so many of a processor, but this many ms are there to begin with: short runs. */
const SHARE = 25;
const SAVED_MS = 60;
/** Descriptors change without the tables showing it: /proc is read with each walk, and at least so often. */
const USERS_EVERY_MS = 50;
/**
 * To find new sockets costs a walk through the kernel's table. It is made when the log of calls has grown, the sooner after
 * the last the more that one found, and when it was long ago.
 */
const FIRST_GAP_MS = 2;
const LONGEST_GAP_MS = 60;
const LONG_AGO_MS = 250;
/** A run without UDP sockets is asked for them only each so many-th time. */
const RARELY = 8;
/** With more connections than this, only so many are looked at each time, by turns. */
const MOST_AT_ONCE = 64;
/** Changes are handed on in batches. */
const HAND_ON_MS = 20;

/** The fields of TCP_INFO that are kept. */
const KEPT = [
  ...['ca_state', 'rto_us', 'snd_mss', 'unacked', 'sacked', 'lost', 'retrans', 'rtt_us', 'rttvar_us'],
  ...['snd_ssthresh', 'cwnd', 'total_retrans', 'notsent_bytes', 'snd_wnd', 'rcv_wnd'],
];

export interface SamplerOptions {
  /** Which processes have which sockets open, by inode. */
  users(): ReturnType<typeof socketUsers>;
  /** Every TCP socket that there is belongs to the run, as in a private network; else only what its processes have open. */
  readonly isAllTcp: boolean;
  /** Grows with what the roles do: the size of the log of calls. */
  activity(): number;
  /** Gets what has changed, and until when no socket can have been missed: the last walk through the whole table. */
  take(samples: readonly KernelSample[], askedNs: bigint): void;
}

/** Follows the sockets of a run in the kernel's own tables, and hands on what changes. */
export class SocketSampler {
  private readonly diag: SocketDiag;
  private readonly options: SamplerOptions;
  /** Each socket as it was the last time, and when it was asked for then. */
  private readonly known = new Map<string, { readonly socket: KernelSocket; readonly askedNs: bigint }>();
  /** TCP sockets as they were found last, to be asked for again. */
  private tcp = new Map<string, DiagSocket>();
  private saved = SAVED_MS;
  private lookedAt = performance.now();
  /** When the last walk began, the last look at UDP, and the walk that was told of last. */
  private walkedNs = nowNs();
  private udpAskedNs = this.walkedNs;
  private toldNs = this.walkedNs;
  private walkedAt = Number.NEGATIVE_INFINITY;
  private gapMs = FIRST_GAP_MS;
  private looks = 0;
  private udpSeen = 0;
  private seenActivity = -1;
  private turn = 0;
  private changes: KernelSample[] = [];
  private users: ReturnType<typeof socketUsers> = new Map();
  /** Sockets of the lab itself, or of other programs. */
  private readonly foreign = new Set<number>();
  private usersAt = Number.NEGATIVE_INFINITY;
  private usersEveryMs = USERS_EVERY_MS;
  private handedOnAt = 0;
  private unchanged = 0;
  private timer: NodeJS.Timeout | null = null;

  private constructor(diag: SocketDiag, options: SamplerOptions) {
    this.diag = diag;
    this.options = options;
  }

  /** null where the kernel does not tell: the run goes on without. */
  static start(options: SamplerOptions): SocketSampler | null {
    const diag = SocketDiag.open();
    if (diag === null) return null;
    const sampler = new SocketSampler(diag, options);
    sampler.look();
    return sampler;
  }

  /** Takes a last look, and ends. */
  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.sample(true);
    this.diag.close();
  }

  private look(): void {
    const start = performance.now();
    this.saved = Math.min(SAVED_MS, this.saved + (start - this.lookedAt) / SHARE);
    this.lookedAt = start;
    const { user, system } = process.cpuUsage();
    this.sample(false);
    // What the machine does meanwhile costs the run nothing: only processor time counts.
    const used = process.cpuUsage({ user, system });
    this.saved -= Math.min(performance.now() - start, (used.user + used.system) / 1000);
    const wait = this.unchanged > IDLE_AFTER ? IDLE_MS : BUSY_MS;
    this.timer = setTimeout(() => this.look(), this.saved > 0 ? wait : wait - this.saved * SHARE);
  }

  private sample(isLast: boolean): void {
    const timeNs = nowNs();
    const before = this.changes.length;
    const now = performance.now();
    const isWalk = isLast || this.isWalkDue(now);
    if (this.isUsersDue(isWalk, now)) this.readUsers();
    const walked = isWalk ? this.walk() : null;
    const seen = walked ?? this.askAgain();
    const isUdpDue = isWalk || this.udpSeen > 0 || this.looks++ % RARELY === 0;
    if (isUdpDue) seen.push(...this.udp());
    for (const each of seen) this.note(each);
    const there = new Set([...seen.map(({ socket: { key } }) => key), ...this.tcp.keys()]);
    for (const [key, { askedNs }] of this.known) {
      if (there.has(key)) continue;
      this.known.delete(key);
      this.changes.push({ timeNs, askedNs, answeredNs: nowNs(), key, socket: null });
    }
    if (isUdpDue) this.udpAskedNs = timeNs;
    // Only who has walked through the whole table knows that there is no further socket.
    if (walked !== null) this.walkedNs = timeNs;
    this.unchanged = this.changes.length > before ? 0 : this.unchanged + 1;
    const isNews = this.changes.length > 0 || this.walkedNs > this.toldNs;
    if (!isLast && (!isNews || now < this.handedOnAt + HAND_ON_MS)) return;
    this.handedOnAt = now;
    this.toldNs = this.walkedNs;
    this.options.take(this.changes, this.walkedNs);
    this.changes = [];
  }

  private isUsersDue(isWalk: boolean, now: number): boolean {
    const isQuick = this.usersEveryMs === USERS_EVERY_MS;
    return (isWalk && isQuick) || now > this.usersAt + this.usersEveryMs;
  }

  private readUsers(): void {
    const before = process.cpuUsage();
    this.users = this.options.users();
    const { user, system } = process.cpuUsage(before);
    this.usersAt = performance.now();
    // Reading all of /proc takes tens of ms: then it is done the more rarely. As above, only processor time counts.
    this.usersEveryMs = Math.max(USERS_EVERY_MS, ((user + system) / 1000) * SHARE);
  }

  private isOurs({ protocol, inode, key }: DiagSocket): boolean {
    if (this.users.has(inode)) return true;
    // What is closed has no inode any more: TIME-WAIT.
    return protocol === 'tcp' && (this.options.isAllTcp || this.known.has(key));
  }

  private udp(): Seen[] {
    const timeNs = nowNs();
    const found = [...(this.diag.udp('ipv4') ?? []), ...(this.diag.udp('ipv6') ?? [])];
    const strange = found.filter(({ inode }) => !this.users.has(inode) && !this.foreign.has(inode));
    if (strange.length > 0 && this.isUsersDue(true, performance.now())) {
      this.readUsers();
      for (const { inode } of strange) if (!this.users.has(inode)) this.foreign.add(inode);
    }
    const answeredNs = nowNs();
    return found.filter((socket) => this.isOurs(socket)).map((socket) => ({ socket, timeNs, answeredNs }));
  }

  private isWalkDue(now: number): boolean {
    const activity = this.options.activity();
    const isActive = activity !== this.seenActivity && now >= this.walkedAt + this.gapMs;
    if (!isActive && now < this.walkedAt + LONG_AGO_MS) return false;
    this.seenActivity = activity;
    this.walkedAt = now;
    return true;
  }

  /** null where the kernel did not answer. */
  private walk(): Seen[] | null {
    const timeNs = nowNs();
    const found = this.diag.tcp()?.filter((socket) => this.isOurs(socket));
    const answeredNs = nowNs();
    if (found === undefined) return null;
    const isNews = found.length !== this.tcp.size || found.some(({ key }) => !this.tcp.has(key));
    this.gapMs = isNews ? FIRST_GAP_MS : Math.min(LONGEST_GAP_MS, this.gapMs * 2);
    this.tcp = new Map(found.map((each) => [each.key, each]));
    return found.map((socket) => ({ socket, timeNs, answeredNs }));
  }

  /** The sockets that the last walk found, each asked for by its address. */
  private askAgain(): Seen[] {
    const seen: Seen[] = [];
    const keys = [...this.tcp.keys()];
    const from = keys.length > MOST_AT_ONCE ? this.turn++ * MOST_AT_ONCE : 0;
    for (let count = 0; count < Math.min(keys.length, MOST_AT_ONCE); count++) {
      const known = this.tcp.get(keys[(from + count) % keys.length] ?? '');
      if (known === undefined) continue;
      const timeNs = nowNs();
      const socket = this.diag.again(known);
      if (socket === null) {
        this.tcp.delete(known.key);
        continue;
      }
      this.tcp.set(known.key, socket);
      seen.push({ socket, timeNs, answeredNs: nowNs() });
    }
    return seen;
  }

  private note({ timeNs, answeredNs, socket: asked }: Seen): void {
    const { inode, info, family: _, id: __, ...facts } = asked;
    const socket: KernelSocket = {
      ...facts,
      users: inode === 0 ? [] : (this.users.get(inode) ?? []),
      info: info === null ? null : Object.fromEntries(KEPT.flatMap((name) => keptField(info, name))),
    };
    const { key } = socket;
    const known = this.known.get(key);
    this.known.set(key, { socket, askedNs: timeNs });
    if (known !== undefined && isSame(known.socket, socket)) return;
    // A new one may have come at any time since the look that would have found it.
    const askedNs = known?.askedNs ?? (socket.protocol === 'tcp' ? this.walkedNs : this.udpAskedNs);
    this.changes.push({ timeNs, askedNs, answeredNs, key, socket });
  }
}

/** What the kernel said of a socket, and between which times. */
interface Seen {
  readonly socket: DiagSocket;
  readonly timeNs: bigint;
  readonly answeredNs: bigint;
}

function keptField(info: Readonly<Record<string, number>>, name: string): [string, number][] {
  const value = info[name];
  return value === undefined ? [] : [[name, value]];
}

function isSame(one: KernelSocket, other: KernelSocket): boolean {
  if (one.state !== other.state || one.local !== other.local || one.remote !== other.remote) return false;
  if (one.recvQueue !== other.recvQueue || one.sendQueue !== other.sendQueue) return false;
  if (one.users.length !== other.users.length) return false;
  if (one.users.some(({ pid, fd }, at) => pid !== other.users[at]?.pid || fd !== other.users[at]?.fd))
    return false;
  return KEPT.every((name) => one.info?.[name] === other.info?.[name]);
}
