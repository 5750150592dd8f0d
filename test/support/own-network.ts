import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './tools.ts';

/** What a script left: the files that it wrote into its folder, by name. */
export interface Left {
  readonly code: number | null;
  readonly stderr: string;
  readonly files: ReadonlyMap<string, string>;
}

const LIMIT_SECONDS = 60;

/**
 * Shell functions for the scripts. `sockscope` is the program under test, `listens PORT` waits until the kernel lists a
 * socket on the port, `said FILE TEXT` until a file holds the text, each for ten seconds at most. `interrupt PID` sends
 * what Ctrl-C sends to the program that `sockscope … &` has started.
 */
const WORDS = `
set -e
ip link set lo up
sockscope() { "${process.execPath}" "${PROJECT}/bin/sockscope.js" "$@"; }
await() { local n; for n in $(seq 200); do "$@" && return; sleep 0.05; done; echo "waited in vain: $*" >&2; exit 99; }
bound() { ss -Hltun | grep -q ":$1 "; }
interrupt() { kill -INT $(ps -o pid= --ppid "$1"); }
listens() { await bound "$1"; }
said() { await grep -qs -- "$2" "$1"; }
`;

/**
 * Runs a bash script as an ordinary user would in a network namespace of its own, in an empty folder. Strangers' programs
 * and ours meet there on a loopback that nobody else has; when the script ends, everything in it ends.
 */
export async function inOwnNetwork(script: string): Promise<Left> {
  const folder = mkdtempSync(join(tmpdir(), 'own-network-'));
  const child = spawn(
    'timeout',
    [
      ...[`${LIMIT_SECONDS}`, 'setpriv', '--pdeathsig', 'KILL', 'unshare', '--user', '--map-current-user'],
      ...['--keep-caps', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...['bash', '-c', `${WORDS}${script}`],
    ],
    { cwd: folder, env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const files = new Map(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile()) // a script that failed may leave a FIFO
      .map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
  rmSync(folder, { recursive: true, force: true });
  return { code, stderr, files };
}
