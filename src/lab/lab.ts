import { fstatSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, UserError } from '../../capture/user-error.ts';
import { visiblePid } from '../scenarios/support/detach.ts';
import { isUntilStopped } from '../scenarios/until-stopped.ts';
import { configureRecorder, recorder } from '../sockets/recorder.ts';
import { recordedKill } from '../sockets/signals.ts';
import { SIGNALS, type SignalName, USER } from '../sockets/user-signals.ts';
import { notes } from '../words/notes.ts';
import { Children } from './children.ts';
import { SocketSampler } from './kernel/socket-sampler.ts';
import { socketUsers } from './kernel/socket-users.ts';
import { growthOf, readKernelCounters } from './kernel-counters.ts';
import { openLabCapture } from './lab-capture.ts';
import { becomeUser, dieWithParent } from './privileges.ts';
import type { FromLab, LabPlan, ToRole } from './protocol.ts';
import { socketsBusy } from './quiet.ts';
import { awaitCall, LogFollower } from './readiness.ts';
import { RoleProcess } from './roles.ts';
import { VainWait } from './vain-wait.ts';

export interface LabSurroundings {
  readonly log: number;
  readonly packets: number;
  readonly stop: AbortSignal;
  /** Given what is to hear each answer of the user to a role (an input line, a go in step mode), and each signal for one. */
  listen(hear: (message: ToRole) => void, signal: (role: string, signal: SignalName) => void): void;
  tell(message: FromLab): void;
}

/** After a role failed, how long the others get to notice it by themselves. */
const GRACE_AFTER_FAILURE_MS = 1500;
/** How often it is looked whether servers wait for clients that the user has ended. */
const VAIN_LOOK_MS = 100;
/** Between SIGTERM and SIGKILL. */
const GRACE_AFTER_TERM_MS = 500;
/** Retransmitted FINs of the roles' sockets come up to some seconds after the roles are gone. */
const QUIET_LIMIT_MS = 15_000;
const QUIET_LOOK_MS = 2;
/** How long the clients of a server that is stopped get to answer the end of their connections. */
const LEAVE_MS = 300;

/** Runs the whole plan. Resolves with the lab's last word: 'done', or 'failed' when the run could not begin. */
export async function runLab(plan: LabPlan, around: LabSurroundings): Promise<FromLab> {
  const parent = process.ppid;
  const company = new Company(plan, around);
  try {
    const capture = await openLabCapture(plan, around.packets);
    if (plan.owner !== null) {
      becomeUser(plan.owner);
      dieWithParent(parent);
    }
    around.tell({ type: 'capturing', network: capture.network, caveats: capture.caveats });
    const before = readKernelCounters();
    const sampler = startSampler(plan, company, around);
    try {
      await company.perform();
      if (company.impossible !== null) throw company.impossible;
      await awaitQuiet(plan, company, around);
    } finally {
      sampler?.stop();
    }
    const kernel = plan.net === 'private' ? growthOf(before, readKernelCounters()) : null;
    const end = await capture.finish();
    for (const text of end.problems) around.tell({ type: 'problem', text });
    for (const text of end.notes) around.tell({ type: 'note', text });
    const { counters, lost } = end;
    return { type: 'done', counters, lost, kernel, timedOut: company.timedOut, stopped: around.stop.aborted };
  } catch (error) {
    await company.end();
    if (!(error instanceof UserError)) throw error;
    return { type: 'failed', message: error.message, hint: error.hint, exitCode: error.exitCode };
  }
}

/** All the roles of a run. */
class Company {
  timedOut = false;
  /** Why a role says that this machine cannot do what the exercise is about. */
  impossible: UserError | null = null;
  private readonly plan: LabPlan;
  private readonly around: LabSurroundings;
  private readonly roles: readonly RoleProcess[];
  private readonly log: LogFollower;
  private failed = false;
  /** Roles that were running when the run was ended. */
  private readonly ended = new Set<string>();
  private firstGone: string | null = null;
  private firstFailed: string | null = null;
  /** Roles that wait for a line from the user, or that the user has stopped: meanwhile the run's time does not pass. */
  private readonly asking = new Set<string>();
  /** Process ids of the roles, as /proc has them. */
  private readonly visible = new Map<string, number>();
  /** Signals of the user: 'server SIGTERM'. */
  private readonly sent = new Set<string>();
  /** Who waits for the user: for a line, before a call in step mode, or stopped by a signal. */
  private readonly held = new Set<string>();
  /** The user has ended a client by a signal. */
  private isDeserted = false;
  /** All clients are gone, and the servers wait for one. */
  private isInVain = false;
  private readonly children: Children;
  private restartClock: () => void = () => {};
  private changed: () => void = () => {};

  constructor(plan: LabPlan, around: LabSurroundings) {
    this.plan = plan;
    this.around = around;
    this.log = new LogFollower(around.log);
    const { tell } = around;
    const tellOfChild = (message: FromLab) => {
      if (message.type === 'exit') this.held.delete(message.role);
      tell(message);
    };
    this.children = new Children(tellOfChild, (role) => this.ended.has(role));
    // Started first of all: loading Node takes longer than anything else, and goes on beside the rest.
    this.roles = plan.roles.map(
      (role) =>
        new RoleProcess(role, plan, {
          told: (_, message) => {
            if (message.type === 'ready') {
              this.visible.set(role.name, message.pid);
              return tell({ type: 'role', role: role.name, pid: message.pid });
            }
            if (message.type === 'child' || message.type === 'left') return this.children.hear(message);
            if (message.type === 'signal') {
              const pid = this.kill(message.to, message.signal);
              return this.tell({ to: message.role, type: 'signalled', pid });
            }
            if (message.type === 'cannot') return this.giveUp(message.message, message.hint);
            if (message.type === 'asking') this.setAsking(message.role, true);
            if (message.type === 'asking' || message.type === 'waiting') this.held.add(message.role);
            tell(message);
          },
          output: (_, line) => tell({ type: 'print', role: role.name, line }),
          exited: (_, exit) => {
            tell({
              type: 'exit',
              role: role.name,
              exit,
              isOurs: this.ended.has(role.name) && typeof exit === 'string',
            });
            if (exit === 0 || this.ended.has(role.name)) this.firstGone ??= role.name;
            else this.firstFailed ??= role.name;
            this.setAsking(stopped(role.name), false);
            if (this.isWanted(role.name, exit)) this.isDeserted ||= role.side === 'client';
            else if (exit !== 0) this.failed = true;
            this.changed();
          },
        }),
    );
    around.listen((message) => {
      this.setAsking(message.to, false);
      this.held.delete(message.to);
      this.tell(message);
    }, this.signal.bind(this));
  }

  private tell(message: ToRole): void {
    this.roles.find((role) => role.answersTo(message.to))?.tell(message);
  }

  /** Returns the process id of the role as ps shows it; null when it is gone or does not run here. */
  private kill(to: string, signal: NodeJS.Signals): number | null {
    if (this.children.has(to)) return this.children.kill(to, signal);
    const role = this.roles.find(({ plan }) => plan.name === to);
    return role?.kill(signal) === true ? (this.visible.get(to) ?? null) : null;
  }

  /** What the user sends is recorded as the user's own call; the run goes on without the role that it ends. */
  private signal(to: string, signal: SignalName): void {
    if (recorder() === null) configureRecorder({ fd: this.around.log, role: USER, pid: visiblePid() });
    this.sent.add(`${to} ${signal}`);
    recordedKill(to, signal, () => this.kill(to, signal));
    if (SIGNALS[signal] === 'stops') {
      this.setAsking(stopped(to), true);
      this.held.add(stopped(to));
    }
    if (SIGNALS[signal] === 'continues') {
      this.setAsking(stopped(to), false);
      this.held.delete(stopped(to));
    }
  }

  /** Whether a role ended because the user told it to. */
  private isWanted(role: string, exit: number | string): boolean {
    return this.sent.has(`${role} ${exit}`);
  }

  private giveUp(message: string, hint: string): void {
    this.impossible ??= new UserError(message, { hint, exitCode: EXIT.cannotCapture });
    this.failed = true;
    this.changed();
  }

  private setAsking(role: string, isAsking: boolean): void {
    if (isAsking && this.plan.typist === 'person') this.asking.add(role);
    else if (!this.asking.delete(role)) return;
    this.restartClock();
  }

  /** Ports of the run's own sockets, as far as the calls tell. */
  ports(): ReadonlySet<number> {
    this.log.read();
    const addresses = this.log.reader.calls().flatMap(({ local, remote }) => [local, remote]);
    return new Set(
      addresses.map((text) => Number(text?.slice(text.lastIndexOf(':') + 1))).filter((port) => port > 0),
    );
  }

  pids(): Iterable<number> {
    return this.visible.values();
  }

  /** Lets the roles play, servers first, and returns when the last one is gone. */
  async perform(): Promise<void> {
    await Promise.all(this.roles.map((role) => role.ready));
    const over = this.deadline();
    try {
      const servers = this.roles.filter((role) => role.plan.side === 'server');
      for (const role of servers) role.go();
      for (const role of this.roles) {
        if (role.plan.side === 'server') continue;
        if (role.plan.ready !== null && !(await this.serversReady(servers, role.plan.ready)))
          return await this.end();
        role.go();
      }
      await this.allGone();
      await this.end();
    } finally {
      over();
    }
  }

  /** Ends what still runs: SIGTERM, and SIGKILL for who does not go. */
  async end(): Promise<void> {
    if (this.running().length === 0) return;
    for (const { plan } of this.running()) this.ended.add(plan.name);
    this.tellWhy();
    for (const role of this.running()) role.kill('SIGTERM');
    const patience = setTimeout(() => {
      for (const role of this.running()) role.kill('SIGKILL');
    }, GRACE_AFTER_TERM_MS);
    while (this.running().length > 0) await this.change();
    clearTimeout(patience);
  }

  /** Of a role that did not end by itself is told who ended it; when the time is over or the user stops the run, that is told anyway. */
  private tellWhy(): void {
    const { timedOut, impossible } = this;
    const gone = this.firstFailed ?? this.firstGone;
    if (timedOut || impossible !== null || gone === null || this.around.stop.aborted) return;
    this.around.tell({ type: 'note', text: notes.endedByUs([...this.ended].join(', '), gone) });
  }

  private serversReady(servers: readonly RoleProcess[], call: string): Promise<boolean> {
    const names = servers.map((role) => role.plan.name);
    const givenUp = () => this.mustEnd() || servers.some((role) => role.gone);
    return awaitCall(this.log, names, call, givenUp);
  }

  private async allGone(): Promise<void> {
    const over = this.watchDeserted();
    while (this.running().length > 0 && !this.mustEnd()) await this.change();
    over();
    const mayNotice = this.failed && this.impossible === null;
    if (mayNotice && this.running().length > 0 && !this.timedOut && !this.around.stop.aborted) {
      const patience = setTimeout(() => this.changed(), GRACE_AFTER_FAILURE_MS);
      const until = performance.now() + GRACE_AFTER_FAILURE_MS;
      while (this.running().length > 0 && performance.now() < until && !this.around.stop.aborted)
        await this.change();
      clearTimeout(patience);
    }
  }

  private mustEnd(): boolean {
    return this.timedOut || this.failed || this.isInVain || this.around.stop.aborted;
  }

  /** Looks for servers that wait in vain because the user has ended their clients. Returns what ends the looking. */
  private watchDeserted(): () => void {
    const { delay, timeout } = this.plan.parameters;
    if (typeof timeout === 'number') return () => {}; // such a server gives up by itself
    const wait = new VainWait(GRACE_AFTER_FAILURE_MS + (typeof delay === 'number' ? delay : 0));
    const timer = setInterval(() => {
      if (!this.isDeserted || !this.isLeftAlone()) return;
      this.log.read();
      const servers = this.running().map(({ plan }) => plan.name);
      if (!wait.lasts(servers, this.log.reader.pending(), performance.now())) return;
      this.isInVain = !socketsBusy(this.plan.net === 'private' ? null : this.ports());
      if (this.isInVain) this.changed();
    }, VAIN_LOOK_MS);
    return () => clearInterval(timer);
  }

  /** Only servers are left, and none of them, nor what it has forked, waits for the user. */
  private isLeftAlone(): boolean {
    const running = this.running();
    const isHeld = (role: string) => [...this.held].some((name) => name.startsWith(role));
    return running.length > 0 && running.every(({ plan }) => plan.side === 'server' && !isHeld(plan.name));
  }

  private running(): readonly RoleProcess[] {
    return this.roles.filter((role) => !role.gone);
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.changed = resolve;
    });
  }

  /** Starts the clock of --timeout-run and listens for the stop. Returns what ends both. */
  private deadline(): () => void {
    const onStop = () => this.changed();
    this.around.stop.addEventListener('abort', onStop);
    let timer: NodeJS.Timeout | undefined;
    this.restartClock = () => {
      clearTimeout(timer);
      if (this.asking.size > 0) return;
      timer = setTimeout(() => {
        this.timedOut = true;
        this.changed();
      }, this.plan.timeoutMs);
    };
    this.restartClock();
    return () => {
      this.restartClock = () => {};
      clearTimeout(timer);
      this.around.stop.removeEventListener('abort', onStop);
    };
  }
}

/** Among those that are waited for: a role that was stopped, beside one of that name that asks. */
const stopped = (role: string): string => `${role} (stopped)`;

/** Follows the run's sockets in the kernel's tables; null, and a note, where that cannot be. */
function startSampler(plan: LabPlan, company: Company, around: LabSurroundings): SocketSampler | null {
  const sampler = SocketSampler.start({
    users: () => socketUsers(company.pids()),
    isAllTcp: plan.net === 'private',
    activity: () => fstatSync(around.log).size,
    take: (samples, askedNs) => around.tell({ type: 'kernel', samples, askedNs }),
  });
  if (sampler === null) around.tell({ type: 'note', text: notes.noSockets() });
  return sampler;
}

async function awaitQuiet(plan: LabPlan, company: Company, around: LabSurroundings): Promise<void> {
  const ports = plan.net === 'private' ? null : company.ports();
  const begun = performance.now();
  while (socketsBusy(ports)) {
    // Who stops a server may have clients connected still, which take leave when they like.
    const isStopped = around.stop.aborted;
    if (isStopped && performance.now() > begun + (isUntilStopped(plan.parameters) ? LEAVE_MS : 0)) return;
    if (performance.now() > begun + QUIET_LIMIT_MS) {
      around.tell({
        type: 'problem',
        text: notes.stillBusy(QUIET_LIMIT_MS / 1000),
      });
      return;
    }
    await delay(QUIET_LOOK_MS);
  }
}
