import { readFileSync } from 'node:fs';
import { EXIT, UserError } from '../../../capture/user-error.ts';

const AVAILABLE = '/proc/sys/net/ipv4/tcp_available_congestion_control';

/** The congestion controls that this kernel has loaded, tcp(7). */
export function availableCongestion(): readonly string[] {
  return readFileSync(AVAILABLE, 'utf8').split(/\s+/).filter(Boolean);
}

/**
 * Checks the name of a congestion control; roles then set it on their sockets (TCP_CONGESTION), as the sysctl of a new
 * network namespace does not take all of them. Throws a UserError (exit 2) that lists those there are.
 */
export function checkCongestion(name: string, available: readonly string[] = availableCongestion()): string {
  if (available.includes(name)) return name;
  throw new UserError(`--congestion ${name}: this kernel has no congestion control of that name loaded`, {
    hint: `choose ${available.join(', ')}; or load it: sudo modprobe tcp_${name.replace(/[^a-z0-9_]/g, '')}`,
    exitCode: EXIT.usage,
  });
}
