/** Tries to open a capture with whatever rights it has, and prints what each engine says. */
import { openSync } from 'node:fs';
import { ENGINES } from '../../../capture/live/engine.ts';
import { loadEngine } from '../../../capture/live/load-engine.ts';
import { UserError } from '../../../capture/user-error.ts';

const outFd = openSync('/dev/null', 'w');
const said = [];
for (const name of ENGINES) {
  const engine = await loadEngine(name);
  try {
    engine.open({ device: 'lo', snaplen: 64, ringBytes: 1 << 20, filter: null, sentinelPort: 9, outFd });
    said.push('opened');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    said.push(`${error.exitCode} ${error.message}`);
  }
}
process.stdout.write(JSON.stringify(said));
process.exit(0);
