import { readlinkSync } from 'node:fs';
import { restoreParameters } from '../scenarios/parameters.ts';
import { loadModule } from '../scenarios/registry.ts';
import type { RoleFunction } from '../scenarios/scenario.ts';
import { CallFailed } from '../scenarios/support/must.ts';
import { setCallHook } from '../sockets/call-hook.ts';
import { closeRecorder, configureRecorder } from '../sockets/recorder.ts';
import { aroundCalls } from './pause.ts';
import { LOG_FD } from './protocol.ts';
import { roleContext } from './role-context.ts';
import type { RoleSetup } from './role-setup.ts';
import { stepBefore } from './step.ts';

/** The id that `ps` shows: /proc is that of the machine, not of the lab's own pid namespace. */
export function visiblePid(): number {
  return Number(readlinkSync('/proc/self'));
}

/** Loads what the role needs; the returned function plays it. Between the two the lab's go is waited for. */
export async function prepareRole(setup: RoleSetup, thread: number): Promise<() => Promise<void>> {
  configureRecorder({
    fd: LOG_FD,
    role: setup.role,
    pid: visiblePid(),
    thread,
    data: setup.recording.data,
    dataBytes: setup.recording.dataBytes,
    thinAfterBytes: setup.recording.thinAfterBytes ?? Number.POSITIVE_INFINITY,
  });
  setCallHook(
    aroundCalls(setup.pauses, setup.step ? (call, pending) => stepBefore(setup.role, call, pending) : null),
  );
  const play = (await loadModule(setup.scenario))[setup.entry] as RoleFunction | undefined;
  if (play === undefined) throw new Error(`scenario ${setup.scenario} has no role function ${setup.entry}`);
  const { context, ended } = roleContext(setup);
  const parameters = restoreParameters(setup.parameters);
  return async () => {
    try {
      await play(parameters, context);
      await ended();
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      process.exitCode = 1; // the role has already said which call failed
    } finally {
      closeRecorder();
    }
  };
}
