import { spawnSync } from 'node:child_process';
import { EXIT, UserError } from '../../../capture/user-error.ts';

// Debian keeps these tools where an ordinary user's PATH does not look.
const SBIN = '/usr/sbin:/sbin:/usr/local/sbin';
const TIME_LIMIT_MS = 10_000;

const PACKAGES = { nft: 'nftables', tc: 'iproute2', ip: 'iproute2' } as const;

export interface Ran {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment for a child that needs tools of sbin. */
export function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? '/usr/bin:/bin'}:${SBIN}`, LC_ALL: 'C' };
}

/** Runs nft(8), tc(8) or ip(8) to its end. Throws a UserError (exit 3) that names the Debian package when it is not installed. */
export function runTool(tool: keyof typeof PACKAGES, args: readonly string[], input = '', option = ''): Ran {
  const { error, status, stdout, stderr } = spawnSync(tool, args, {
    input,
    encoding: 'utf8',
    env: withSbin(),
    timeout: TIME_LIMIT_MS,
  });
  // EACCES: somewhere on PATH is a directory that this user may not enter, and the program was nowhere else.
  if (error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')) {
    throw new UserError(`${option || tool} needs the program ${tool}, which is not installed`, {
      hint: `install it: sudo apt-get install ${PACKAGES[tool]}`,
      exitCode: EXIT.cannotCapture,
    });
  }
  if (error) return { ok: false, stdout: stdout ?? '', stderr: error.message };
  return { ok: status === 0, stdout, stderr: stderr.trim() };
}
