import { visiblePid } from '../scenarios/support/detach.ts';
import { withoutDebugger } from '../sockets/signals.ts';
import { setLanguage } from '../words/language.ts';
import { prepareRole } from './perform.ts';
import { dieWithParent } from './privileges.ts';
import { awaitLab, tellLab } from './role-control.ts';
import { type RoleSetup, SETUP_VARIABLE } from './role-setup.ts';

/** A role's process: what `ps` lists as "sockscope server". */
const setup = JSON.parse(process.env[SETUP_VARIABLE] ?? '') as RoleSetup;
delete process.env[SETUP_VARIABLE];
process.title = `sockscope ${setup.role}`;
dieWithParent(setup.parent);
setLanguage(setup.language);
withoutDebugger();

const play = await prepareRole(setup, 0);
if (setup.inherited === null) {
  tellLab({ type: 'ready', pid: visiblePid() });
  awaitLab(setup.role);
} else {
  tellLab({ type: 'child', role: setup.role, pid: process.pid, visible: visiblePid() });
}
await play();
// Descriptors that a scenario left open are closed by the end of the process, as in C.
process.exit(process.exitCode ?? 0);
