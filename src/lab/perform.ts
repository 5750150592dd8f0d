import { EXIT, UserError } from '../../capture/user-error.ts';
import { restoreParameters } from '../scenarios/parameters.ts';
import { loadModule, programOf } from '../scenarios/registry.ts';
import type { RoleContext, RoleFunction } from '../scenarios/scenario.ts';
import { visiblePid } from '../scenarios/support/detach.ts';
import { CallFailed } from '../scenarios/support/must.ts';
import { isUserFile, nameOfUserFile, placeOf } from '../scenarios/user-file.ts';
import { setCallHook } from '../sockets/call-hook.ts';
import { closeRecorder, configureRecorder } from '../sockets/recorder.ts';
import { setProgram } from '../sockets/source-place.ts';
import { aroundCalls } from './pause.ts';
import { LOG_FD } from './protocol.ts';
import { roleContext } from './role-context.ts';
import type { RoleSetup } from './role-setup.ts';
import { stepBefore } from './step.ts';

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
  setProgram(programOf(setup.scenario));
  setCallHook(
    aroundCalls(setup.pauses, setup.step ? (call, pending) => stepBefore(setup.role, call, pending) : null),
  );
  const play = (await loadModule(setup.scenario))[setup.entry] as RoleFunction | undefined;
  if (typeof play !== 'function') {
    const hint = 'roles() names exported functions as entries';
    throw new UserError(`${setup.scenario} exports no role function ${setup.entry}`, {
      hint,
      exitCode: EXIT.usage,
    });
  }
  const { context, ended } = roleContext(setup);
  const parameters = restoreParameters(setup.parameters);
  return async () => {
    try {
      await play(parameters, context);
      await ended();
    } catch (error) {
      if (!(error instanceof CallFailed)) tellMistake(error, setup, context);
      process.exitCode = 1; // the role has already said what failed
    } finally {
      closeRecorder();
    }
  };
}

/** An error in a user's own program is its author's to mend: the place and no stack. One in ours is our bug. */
function tellMistake(error: unknown, setup: RoleSetup, role: RoleContext): void {
  if (!isUserFile(setup.scenario)) throw error;
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const message = `${nameOfUserFile(setup.scenario)}${placeOf(error, setup.scenario)}: ${said}`;
  role.report('failed', message);
  role.print(message);
}
