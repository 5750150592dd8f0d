import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { SocketUser } from '../../session/kernel-sample.ts';

type Users = Map<number, SocketUser[]>;

const SOCKET = /^socket:\[(\d+)\]$/;

/**
 * Which of these processes, and of what they have forked, have which sockets open, by inode: what ss(8) reads from
 * /proc/PID/fd. Processes that are gone, or are somebody else's, have none.
 */
export function socketUsers(pids: Iterable<number>): Users {
  const users: Users = new Map();
  const pending = [...pids];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      const inode = inodeOf(`/proc/${pid}/fd/${fd}`);
      if (inode === null) continue;
      const known = users.get(inode);
      if (known === undefined) users.set(inode, [{ pid, fd: Number(fd) }]);
      else known.push({ pid, fd: Number(fd) });
    }
    pending.push(...childrenOf(pid));
  }
  return users;
}

/** The same of all processes of the machine, each with the name of its program: as an ordinary user one's own only. */
export function allSocketUsers(): Users {
  const users: Users = new Map();
  for (const entry of list('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    let name: string | null = null;
    for (const fd of list(`/proc/${pid}/fd`)) {
      const inode = inodeOf(`/proc/${pid}/fd/${fd}`);
      if (inode === null) continue;
      name ??= nameOf(pid);
      const user = { pid, fd: Number(fd), name };
      const known = users.get(inode);
      if (known === undefined) users.set(inode, [user]);
      else known.push(user);
    }
  }
  return users;
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
  } catch {
    return ''; // gone
  }
}

/** What the threads of a role have forked: /proc/PID/task/TID/children of proc(5). */
function childrenOf(pid: number): readonly number[] {
  return list(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1');
      return text.split(' ').map(Number).filter(Boolean);
    } catch {
      return []; // gone, or a kernel without CONFIG_PROC_CHILDREN
    }
  });
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function inodeOf(path: string): number | null {
  try {
    const match = SOCKET.exec(readlinkSync(path));
    return match === null ? null : Number(match[1]);
  } catch {
    return null; // closed meanwhile
  }
}
