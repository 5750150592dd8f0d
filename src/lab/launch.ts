import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LAB_MAIN = fileURLToPath(new URL('./lab-main.js', import.meta.url));

// setpriv's parent-death signal reaches unshare, and --kill-child hands the death on to the lab: after a SIGKILL of the
// top nothing survives, not even roles that are blocked in accept.
const DIE_WITH_US = ['setpriv', '--pdeathsig', 'KILL'];

// The first process of a pid namespace gets the orphans of all others, and has to wait for them, as init(8) does. Node waits
// only for what it started itself; a shell for whatever ends while it waits. It hands on the exit code, 128 + n after signal n.
const INIT = ['sh', '-c', '"$@"; exit $?', 'sockscope'];

/**
 * The command in front of `node` that puts the lab where the run happens. Root needs no user namespace. `more` are further
 * options of unshare(1).
 */
export function enterCommand(
  net: 'private' | 'host',
  root: boolean,
  more: readonly string[] = [],
): readonly string[] {
  if (net === 'host') return DIE_WITH_US;
  // Mapping to the current user, not to root: as a mapped root, tcpdump refuses to run and EACCES never happens.
  const user = root ? [] : ['--user', '--map-current-user', '--keep-caps'];
  return [...DIE_WITH_US, 'unshare', ...user, '--net', '--pid', '--fork', '--kill-child', ...more, ...INIT];
}

/**
 * Starts the lab process, in a session of its own, so that a Ctrl-C at the terminal reaches only the top and the lab
 * ends the run in order. `log` and `packets` are the descriptors that the lab inherits.
 */
export function startLab(net: 'private' | 'host', log: number, packets: number): ChildProcess {
  const [command = 'setpriv', ...rest] = enterCommand(net, process.getuid?.() === 0);
  return spawn(command, [...rest, process.execPath, LAB_MAIN], {
    detached: true,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', log, packets, 'ipc'],
  });
}
