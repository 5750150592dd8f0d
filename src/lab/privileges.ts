import koffi from 'koffi';
import type { Owner } from './protocol.ts';

/** The user who called sudo, when this process is root through sudo; null otherwise. */
export function invokingUser(): Owner | null {
  const uid = Number(process.env.SUDO_UID);
  const gid = Number(process.env.SUDO_GID);
  if (process.getuid?.() !== 0 || !Number.isInteger(uid) || !Number.isInteger(gid) || uid === 0) return null;
  return { uid, gid, name: process.env.SUDO_USER ?? String(uid) };
}

/** In Node since 0.9, missing in its types. */
function initgroups({ uid, gid }: Owner): void {
  (process as unknown as { initgroups(user: number, group: number): void }).initgroups(uid, gid);
}

/** Gives up root for good: groups, group, user. Open descriptors, the capture among them, stay usable. */
export function becomeUser(owner: Owner): void {
  if (process.getuid?.() !== 0) return; // only root can, and need
  process.seteuid?.(0); // a full screen may be acting as the user already
  initgroups(owner);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}

/** Does something with the files and rights of the user behind sudo, and has its own again afterwards. */
export function asOwner<T>(owner: Owner | null, act: () => T): T {
  if (owner === null || process.getuid?.() !== 0) return act();
  const restore = takeRights(owner.uid, owner.gid);
  try {
    return act();
  } finally {
    restore();
  }
}

let isActing = false;

/**
 * For a program that starts several runs: from here on it acts with the rights of the user behind sudo, and is root only
 * inside of `asRoot`. Its real user stays root, so that no other process of that user may look into it or steer it.
 * Without sudo nothing changes.
 */
export function actAsInvokingUser(): void {
  const owner = invokingUser();
  if (owner === null) return;
  initgroups(owner);
  takeRights(owner.uid, owner.gid);
  isActing = true;
}

/** Whether root was kept for later runs. */
export const keepsRoot = (): boolean => isActing;

/** Does the one thing that needs root: starting a lab, opening a capture. As `asOwner` where nobody acts for another. */
export function asRoot<T>(act: () => T): T {
  if (!isActing) return act();
  const restore = takeRights(0, 0);
  const isPromise = (value: T): value is T & Promise<unknown> => value instanceof Promise;
  let result: T;
  try {
    result = act();
  } catch (error) {
    restore();
    throw error;
  }
  if (isPromise(result)) void result.then(restore, restore);
  else restore();
  return result;
}

/** Takes the effective user and group; the returned function gives back those from before. */
function takeRights(uid: number, gid: number): () => void {
  const before = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  // The group is changed as root: as another user only the own groups can be taken.
  const change = (rights: { uid: number; gid: number }): void => {
    process.seteuid?.(0);
    process.setegid?.(rights.gid);
    process.seteuid?.(rights.uid);
  };
  change({ uid, gid });
  return () => change(before);
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
