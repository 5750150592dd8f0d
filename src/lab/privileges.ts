import koffi from 'koffi';
import type { Owner } from './protocol.ts';

/** The user who called sudo, when this process is root through sudo; null otherwise. */
export function invokingUser(): Owner | null {
  const uid = Number(process.env.SUDO_UID);
  const gid = Number(process.env.SUDO_GID);
  if (process.getuid?.() !== 0 || !Number.isInteger(uid) || !Number.isInteger(gid) || uid === 0) return null;
  return { uid, gid, name: process.env.SUDO_USER ?? String(uid) };
}

/** Gives up root for good: groups, group, user. Open descriptors, the capture among them, stay usable. */
export function becomeUser(owner: Owner): void {
  if (process.getuid?.() !== 0) return; // only root can, and need
  // In Node since 0.9, missing in its types.
  (process as unknown as { initgroups(user: number, group: number): void }).initgroups(owner.uid, owner.gid);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}

/** Does something with the files and rights of the user behind sudo, and is root again afterwards. */
export function asOwner<T>(owner: Owner | null, act: () => T): T {
  if (owner === null || process.getuid?.() !== 0) return act();
  process.setegid?.(owner.gid);
  process.seteuid?.(owner.uid);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/**
 * Asks the kernel to kill this process when its parent dies (prctl(2)). A change of user clears the request, so it is
 * made again after one. A parent that died before the request is found out by its id.
 */
export function dieWithParent(parent: number): void {
  const prctl = koffi.load(null).func('int prctl(int option, ulong a, ulong b, ulong c, ulong d)');
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (process.ppid !== parent) process.exit(1);
}
