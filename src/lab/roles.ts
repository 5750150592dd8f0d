import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { RolePlan } from '../scenarios/scenario.ts';
import { byLine } from './lines.ts';
import { type FromRole, type LabPlan, LOG_FD, type ToRole } from './protocol.ts';
import { type RoleSetup, SETUP_VARIABLE } from './role-setup.ts';

const ROLE_MAIN = fileURLToPath(new URL('./role-main.js', import.meta.url));

export interface RoleEvents {
  told(role: RolePlan, message: FromRole): void;
  /** A line of the role's own standard output or error. */
  output(role: RolePlan, line: string): void;
  /** The role is gone: its exit code, or the name of the signal that ended it. */
  exited(role: RolePlan, exit: number | string): void;
}

/** One role as a real process: started at once, it loads its program and then waits to be let go. */
export class RoleProcess {
  readonly plan: RolePlan;
  /** Resolves when the role has loaded, and also when it died before that. */
  readonly ready: Promise<void>;
  gone = false;
  private readonly child: ChildProcess;
  private readonly control: Duplex;

  constructor(plan: RolePlan, lab: LabPlan, events: RoleEvents) {
    this.plan = plan;
    this.child = spawn(process.execPath, [ROLE_MAIN], {
      argv0: `sockscope ${plan.name}`,
      stdio: ['ignore', 'pipe', 'pipe', LOG_FD, 'pipe'],
      env: { ...process.env, [SETUP_VARIABLE]: JSON.stringify(setupOf(plan, lab)) },
      ...(lab.owner === null ? {} : { uid: lab.owner.uid, gid: lab.owner.gid }),
    });
    this.control = this.child.stdio[4] as Duplex;
    this.control.on('error', () => {}); // the role died while it was being spoken to: its exit says so
    let loaded = () => {};
    this.ready = new Promise((resolve) => {
      loaded = resolve;
    });
    const take = byLine((line) => {
      const message = JSON.parse(line) as FromRole;
      if (message.type === 'ready') loaded();
      events.told(plan, message);
    });
    this.control.setEncoding('utf8').on('data', take);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on(
        'data',
        byLine((line) => events.output(plan, line)),
      );
    }
    const end = (exit: number | string) => {
      if (this.gone) return;
      this.gone = true;
      loaded();
      events.exited(plan, exit);
    };
    this.child.on('error', (error) => end(error.message));
    // 'close' comes after the last line of output; 'exit' may come before it.
    this.child.on('close', (code, signal) => end(code ?? signal ?? 'unknown'));
  }

  /** Lets the role make its first call. */
  go(): void {
    this.tell({ to: this.plan.name, type: 'go', edit: null });
  }

  /** Tells the role, or one of its threads or children, what it waits for. */
  tell(message: ToRole): void {
    if (!this.gone) this.control.write(`${JSON.stringify(message)}\n`);
  }

  /** Whether a name is that of this role, or of a thread or child of it: 'server.1'. */
  answersTo(name: string): boolean {
    return name === this.plan.name || name.startsWith(`${this.plan.name}.`);
  }

  /** A blocked call ends with the process; no handler of the role's own could run there. false: the process is gone. */
  kill(signal: NodeJS.Signals): boolean {
    return !this.gone && this.child.kill(signal);
  }
}

function setupOf(plan: RolePlan, lab: LabPlan): RoleSetup {
  return {
    scenario: lab.file ?? lab.scenario,
    parameters: lab.parameters,
    role: plan.name,
    index: plan.index,
    entry: plan.entry,
    parent: process.pid,
    recording: lab.recording,
    pauses: lab.pauses.filter(
      (pause) => pause.role === null || pause.role === plan.name || pause.role === plan.side,
    ),
    step: lab.step,
    interactive: lab.typist !== 'nobody',
    language: lab.language,
    inherited: null,
  };
}
