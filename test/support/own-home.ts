import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLACE_VARIABLE } from './shared-place.ts';

/** Settings and recent files of whoever runs the tests are neither read nor changed by them; what they make once is kept beside. */
export function setup(): () => void {
  const home = mkdtempSync(join(tmpdir(), 'sockscope-tests-'));
  for (const name of ['XDG_STATE_HOME', 'XDG_CONFIG_HOME']) process.env[name] = join(home, name);
  process.env[PLACE_VARIABLE] = home;
  chmodSync(home, 0o755); // an ordinary user runs what is compiled there
  return () => rmSync(home, { recursive: true, force: true });
}
