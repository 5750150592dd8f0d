import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Gives each test of a file an empty XDG_CONFIG_HOME. Returns what says where it is. */
export function withConfigHome(): () => string {
  let home = '';
  let before: string | undefined;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'sockscope-config-'));
    before = process.env.XDG_CONFIG_HOME;
    process.env.XDG_CONFIG_HOME = home;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.XDG_CONFIG_HOME;
    else process.env.XDG_CONFIG_HOME = before;
    rmSync(home, { recursive: true, force: true });
  });
  return () => home;
}
