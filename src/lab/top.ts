import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { EXIT, type ExitCode, UserError } from '../../capture/user-error.ts';
import type { SignalName } from '../sockets/user-signals.ts';
import { notes } from '../words/notes.ts';
import type { Text } from '../words/text.ts';
import { startLab } from './launch.ts';
import { byLine } from './lines.ts';
import { explainNamespaceFailure } from './namespace-failure.ts';
import { asRoot, becomeUser, keepsRoot } from './privileges.ts';
import { type FromLab, type LabPlan, MOST_LINE, type StepEdit, type ToLab } from './protocol.ts';
import { openNamelessFile } from './temp-file.ts';

const SIGNAL_NAMES = Object.keys(constants.signals) as NodeJS.Signals[];

/** The lab's last word; null when it died without one. */
export type LabEnd = Extract<FromLab, { type: 'done' }> | null;

/** What can be said to a role that waits for the user. */
export interface RunTalk {
  /** Step mode: lets it make its call, with what the user has changed of it. */
  go(role: string, edit?: StepEdit): void;
  /** The line that it asked for; null: the end of the input. */
  answer(role: string, line: string | null): void;
  /** kill(2): the call is recorded as the user's. */
  signal(role: string, signal: SignalName): void;
}

/** A run under way, seen from the process that the user started. */
export interface LabHandle {
  /** To read from while the run goes on, and after it until `close`. */
  readonly log: number;
  /** The same; it is for whoever reads it to close. */
  readonly packets: number;
  /** Ends the run in order; what was captured so far stays. */
  stop(): void;
  /** What the user says to a role that waits. */
  readonly talk: RunTalk;
  /** Resolves when the lab process is gone; rejects with a UserError when the run could not begin. */
  readonly ended: Promise<LabEnd>;
  close(): void;
}

/** A lab process that waits for its plan, and the files that it writes. */
export interface StartedLab {
  readonly lab: ChildProcess;
  readonly log: number;
  readonly packets: number;
  kill(): void;
}

/** Starts the lab process with what rights we have now. */
export function startLabProcess(net: LabPlan['net']): StartedLab {
  const log = openNamelessFile('ax+');
  const packets = openNamelessFile('wx+');
  const lab = asRoot(() => startLab(net, log, packets));
  // The lab ends when its line to us does.
  const kill = () => {
    if (lab.connected) lab.disconnect();
  };
  return { lab, log, packets, kill };
}

/** Starts the lab, unless that is done already, and hands it the plan. `hear` gets every message but the last. */
export function openLab(
  plan: LabPlan,
  hear: (message: FromLab) => void,
  { lab, log, packets }: StartedLab = startLabProcess(plan.net),
): LabHandle {
  const tell = (message: ToLab) => {
    if (lab.connected) lab.send(message);
  };
  // A full screen goes on to further runs, and acts as the user already.
  if (plan.owner !== null && !keepsRoot()) becomeUser(plan.owner);
  const complaints: string[] = [];
  for (const stream of [lab.stdout, lab.stderr]) {
    stream?.setEncoding('utf8').on(
      'data',
      byLine((line) => complaints.push(line)),
    );
  }
  let end: LabEnd = null;
  let failure: UserError | null = null;
  let spoken = false;
  lab.on('message', (message: FromLab) => {
    spoken = true;
    if (message.type === 'done') end = message;
    else if (message.type === 'failed') {
      failure = new UserError(message.message, {
        hint: message.hint,
        exitCode: message.exitCode as ExitCode,
      });
    } else hear(message);
  });
  const ended = new Promise<LabEnd>((resolve, reject) => {
    lab.on('error', (error) => reject(cannotStart(plan, error.message)));
    lab.on('close', (code, signal) => {
      if (failure !== null) reject(failure);
      else if (end === null && !spoken) reject(cannotStart(plan, complaints.join('\n')));
      else {
        if (end === null) hear({ type: 'problem', text: died(code, signal, complaints) });
        resolve(end);
      }
    });
  });
  let isUnused = true;
  tell({ type: 'plan', plan });
  return {
    log,
    packets,
    stop: () => tell({ type: 'stop' }),
    talk: {
      go: (role, edit) => tell({ type: 'go', role, edit: edit ?? null }),
      answer: (role, line) => {
        if (line !== null) isUnused = false;
        tell({ type: 'input', role, line: line?.slice(0, MOST_LINE) ?? null, isUnused });
      },
      signal: (role, signal) => tell({ type: 'signal', role, signal }),
    },
    ended,
    close: () => closeSync(log),
  };
}

/** Before the lab's first word only unshare and setpriv can have failed, or Node itself. */
function cannotStart(plan: LabPlan, said: string): UserError {
  if (plan.net === 'private') return explainNamespaceFailure(said);
  return new UserError(`cannot start the capture process: ${said.split('\n')[0]}`, {
    hint: 'install what it needs: sudo apt-get install util-linux; `sockscope doctor` checks more',
    exitCode: EXIT.cannotCapture,
  });
}

/** unshare and a shell stand between us and the lab: the shell tells the signal that ended it as 128 + n, unshare nothing of its own child's. */
function died(code: number | null, signal: NodeJS.Signals | null, complaints: readonly string[]): Text {
  const last = complaints.findLast((line) => line.trim() !== '');
  const killer = signal ?? SIGNAL_NAMES.find((name) => code === 128 + constants.signals[name]);
  if (killer !== undefined) return notes.labDied({ signal: killer });
  if (last === undefined || last.startsWith('unshare:')) return notes.labDied(null);
  return notes.labDied({ code, said: last });
}
