import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Settings and recent files of whoever runs the tests are neither read nor changed by them. */
export function setup(): () => void {
  const home = mkdtempSync(join(tmpdir(), 'sockscope-tests-'));
  for (const name of ['XDG_STATE_HOME', 'XDG_CONFIG_HOME']) process.env[name] = join(home, name);
  return () => rmSync(home, { recursive: true, force: true });
}
