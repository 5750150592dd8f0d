import { release } from 'node:os';
import { isInsideShell } from '../scenarios/inside-shell.ts';
import type { RolePlan } from '../scenarios/scenario.ts';
import { isUntilStopped } from '../scenarios/until-stopped.ts';
import type { RoleInfo, RunInfo } from '../session/session.ts';
import { USER } from '../sockets/user-signals.ts';
import { VERSION } from '../version.ts';
import { notes } from '../words/notes.ts';
import type { Text } from '../words/text.ts';
import type { FromLab, LabPlan } from './protocol.ts';
import type { LabEnd } from './top.ts';

type Value = string | number | boolean;

/** What is known only when the records have been read. */
export interface Verdict {
  /** The run has ended, in whatever way. */
  readonly over: boolean;
  readonly problems: readonly Text[];
  readonly lost: readonly number[];
  /** Packets that were dropped, of which it is not known which rows they are. */
  readonly lostUnmarked: number;
  readonly thinned: boolean;
  /** Process ids by role, also of what the roles forked. */
  readonly pids: ReadonlyMap<string, number>;
}

/** What the lab tells during a run, gathered into the facts that the session keeps. */
export class RunNotes {
  readonly startedNs = BigInt(Date.now()) * 1_000_000n;
  private readonly plan: LabPlan;
  private readonly pids = new Map<string, number>();
  private readonly exits = new Map<string, number | string>();
  private readonly endedByUs = new Set<string>();
  private readonly reports = new Map<string, Record<string, Value>>();
  private readonly problems: Text[] = [];
  private network: RunInfo['network'] = {};
  private readonly caveats: Text[] = [];

  constructor(plan: LabPlan) {
    this.plan = plan;
  }

  hear(message: FromLab): void {
    switch (message.type) {
      case 'capturing':
        this.network = message.network;
        this.caveats.push(...message.caveats);
        return;
      case 'role':
        this.pids.set(message.role, message.pid);
        return;
      case 'exit':
        this.exits.set(message.role, message.exit);
        if (message.isOurs) this.endedByUs.add(message.role);
        return;
      case 'report':
        this.reports.set(message.role, { ...this.reports.get(message.role), [message.key]: message.value });
        return;
      case 'note':
        this.caveats.push(message.text);
        return;
      case 'problem':
        this.problems.push(message.text);
        return;
      default: // progress, prints and steps are for the screen
    }
  }

  /** The run's facts so far; complete once `end` is the lab's last word and `verdict` the scenario's. */
  info(end: LabEnd, verdict: Verdict): RunInfo {
    const { plan } = this;
    const counters = end?.counters ?? null;
    const problems = [...this.problems, ...verdict.problems];
    return {
      version: VERSION,
      scenario: plan.scenario,
      parameters: plan.parameters,
      network: {
        net: plan.net === 'host' && isInsideShell() ? 'shell' : plan.net,
        ...this.network,
        ...(verdict.lostUnmarked > 0 && { lostUnmarked: verdict.lostUnmarked }),
      },
      engine: plan.capture.engine,
      caveats: this.caveats,
      filter: userFilter(plan),
      snaplen: plan.capture.snaplen,
      kernel: release(),
      startedNs: String(this.startedNs),
      endedNs: verdict.over ? String(BigInt(Date.now()) * 1_000_000n) : null,
      roles: [...plan.roles.map((role) => this.role(role)), ...this.offspring(verdict)],
      received: counters?.received ?? null,
      dropped: counters?.dropped ?? null,
      interfaceDropped: counters?.interfaceDropped ?? null,
      lost: verdict.lost,
      counters: end?.kernel ?? null,
      thinned: verdict.thinned,
      data: plan.recording.data,
      outcome: verdict.over ? this.outcomeOf(end, problems, verdict.pids) : 'interrupted',
      problems,
    };
  }

  /** Threads and children of roles ('server.1' is the server's first), and the user where signals were sent. */
  private offspring(verdict: Verdict): readonly RoleInfo[] {
    const planned = new Map(this.plan.roles.map((role) => [role.name, role]));
    return [...verdict.pids].flatMap(([name, pid]) => {
      if (name === USER) return [{ name, side: 'client', pid, exit: null, report: {} }];
      const parent = planned.get(name.split('.')[0] ?? '');
      if (parent === undefined || planned.has(name)) return [];
      return [{ name, side: parent.side, pid, ...this.endOf(name), report: this.reports.get(name) ?? {} }];
    });
  }

  private endOf(role: string): Pick<RoleInfo, 'exit' | 'endedBy'> {
    const exit = this.exits.get(role) ?? null;
    return { exit, ...(this.endedByUs.has(role) && { endedBy: 'sockscope' }) };
  }

  private isPlanned(role: string): boolean {
    return this.plan.roles.some(({ name }) => name === role);
  }

  private role(plan: RolePlan): RoleInfo {
    return {
      name: plan.name,
      side: plan.side,
      pid: this.pids.get(plan.name) ?? 0,
      ...this.endOf(plan.name),
      report: this.reports.get(plan.name) ?? {},
    };
  }

  private outcomeOf(end: LabEnd, problems: readonly Text[], pids: Verdict['pids']): RunInfo['outcome'] {
    if (end?.timedOut) return 'timeout';
    // For a server that is left running, to be stopped is to be done.
    const isDone = isUntilStopped(this.plan.parameters) && this.neverCalled(pids).length === 0;
    if (end?.stopped && !isDone) return 'interrupted';
    return end === null || problems.length > 0 ? 'failed' : 'ok';
  }

  /** Roles that were ended before their first call; `pids` knows those that made one. Such a run is not what was asked for. */
  neverCalled(pids: Verdict['pids']): readonly Text[] {
    const ended = [...this.endedByUs].filter((role) => this.isPlanned(role) && !pids.has(role));
    return ended.map((role) => notes.neverCalled(role));
  }

  /** For Scenario.judge. */
  outcome(): {
    reports: ReadonlyMap<string, Record<string, Value>>;
    exits: ReadonlyMap<string, number | string>;
  } {
    // Whose end it was is part of what went wrong.
    const exits = [...this.exits].map(
      ([role, exit]) => [role, this.endedByUs.has(role) ? `${exit} (sockscope)` : exit] as const,
    );
    return { reports: this.reports, exits: new Map(exits) };
  }
}

/** Not the filter that keeps other programs' packets out of a run on the machine's own loopback. */
function userFilter({ parameters }: LabPlan): string | null {
  return typeof parameters.filter === 'string' ? parameters.filter : null;
}
