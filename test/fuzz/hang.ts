import { readFileSync } from 'node:fs';

/** What the kernel says of a process: proc_pid_stat(5). */
export interface ProcessTimes {
  /** 'R' runs or waits for a processor, 'S' waits for something else. */
  readonly state: string;
  /** Processor time that it has used, of all its threads. */
  readonly cpuMs: number;
}

/** Clock ticks of proc_pid_stat(5) as programs see them, on every Linux. */
const MS_A_TICK = 10;

/** Null when the process is gone. */
export function processTimes(pid: number): ProcessTimes | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in parentheses, may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_A_TICK };
  } catch {
    return null;
  }
}

export const LOOK_EVERY_MS = 1000;
/** An input may take 1 s, which its process says itself; one that never answers is given up after so much. */
const CPU_MS = 20_000;
/** So often in a row it is seen to wait and to have done nothing. */
const QUIET_LOOKS = 20;
const QUIET_MS = 10;

/**
 * Whether a process hangs, judged by what it did and not by the clock: on a busy machine, one that gets no processor is
 * late without fault of its own.
 */
export class Hang {
  private first: number | null = null;
  private last = 0;
  private quiet = 0;

  /** To be told every LOOK_EVERY_MS; says in what way the process hangs, null as long as it does not. */
  look({ state, cpuMs }: ProcessTimes): string | null {
    this.first ??= cpuMs;
    this.quiet = state === 'S' && cpuMs - this.last <= QUIET_MS ? this.quiet + 1 : 0;
    this.last = cpuMs;
    if (cpuMs - this.first > CPU_MS) return `no answer within ${CPU_MS} ms of processor time`;
    if (this.quiet >= QUIET_LOOKS)
      return `no answer, and nothing done for ${QUIET_LOOKS * LOOK_EVERY_MS} ms: it waits for what does not come`;
    return null;
  }
}
