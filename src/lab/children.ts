import { readFileSync } from 'node:fs';
import { SIGNALS, type SignalName } from '../sockets/user-signals.ts';
import type { FromLab, FromRole } from './protocol.ts';

/** How often, and for how long, it is looked whether a signal has ended a process that is not our own child. */
const LOOK_EVERY_MS = 5;
const LOOKS = 200;

interface Child {
  readonly pid: number;
  /** As /proc has it. */
  readonly visible: number;
}

/** The processes that roles have forked ('server.1'): the lab is not their parent, and hears of them what they tell. */
export class Children {
  private readonly running = new Map<string, Child>();
  private readonly tell: (message: FromLab) => void;
  private readonly isEnding: (parent: string) => boolean;

  /** `isEnding` tells whether we are ending a role: its children end with it. */
  constructor(tell: (message: FromLab) => void, isEnding: (parent: string) => boolean) {
    this.tell = tell;
    this.isEnding = isEnding;
  }

  has(role: string): boolean {
    return this.running.has(role);
  }

  hear(message: Extract<FromRole, { type: 'child' | 'left' }>): void {
    const { role } = message;
    if (message.type === 'left') this.forget(role, message.exit);
    else {
      this.running.set(role, { pid: message.pid, visible: message.visible });
      this.tell({ type: 'role', role, pid: message.visible });
    }
  }

  /** Returns the process id as ps shows it; null when the process is gone. */
  kill(role: string, signal: NodeJS.Signals): number | null {
    const child = this.running.get(role);
    if (child === undefined || hasEnded(child)) return null;
    try {
      process.kill(child.pid, signal);
    } catch {
      return null;
    }
    if (SIGNALS[signal as SignalName] === 'ends') this.watch(role, child, signal, LOOKS);
    return child.visible;
  }

  private watch(role: string, child: Child, signal: string, looks: number): void {
    if (looks === 0 || this.running.get(role) !== child) return;
    if (hasEnded(child)) this.forget(role, signal);
    else setTimeout(() => this.watch(role, child, signal, looks - 1), LOOK_EVERY_MS).unref();
  }

  private forget(role: string, exit: number | string): void {
    if (!this.running.delete(role)) return;
    const parent = role.slice(0, role.lastIndexOf('.'));
    this.tell({ type: 'exit', role, exit, isOurs: typeof exit === 'string' && this.isEnding(parent) });
  }
}

/** Gone, or a zombie: its parent blocks in a call and has not waited for it. State is field 3 of /proc/PID/stat (proc(5)). */
function hasEnded({ visible }: Child): boolean {
  try {
    const stat = readFileSync(`/proc/${visible}/stat`, 'latin1');
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return true;
  }
}
