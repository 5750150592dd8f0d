import { readFileSync } from 'node:fs';

/** States of /proc/net/tcp in which a connection still owes the network something; TIME-WAIT, CLOSE and LISTEN do not. */
const BUSY = new Set(['01', '02', '03', '04', '05', '08', '09', '0B']);

/** Whether any TCP socket of this network namespace (of `ports` only, where given) may still send. proc(5), /proc/net/tcp. */
export function socketsBusy(ports: ReadonlySet<number> | null): boolean {
  return tableBusy('/proc/self/net/tcp', ports) || tableBusy('/proc/self/net/tcp6', ports);
}

function tableBusy(path: string, ports: ReadonlySet<number> | null): boolean {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    return false; // a kernel without IPv6 has no tcp6
  }
  for (const line of text.split('\n').slice(1)) {
    const [, local, remote, state] = line.trim().split(/\s+/);
    if (local === undefined || remote === undefined || state === undefined || !BUSY.has(state)) continue;
    if (ports === null || ports.has(portOf(local)) || ports.has(portOf(remote))) return true;
  }
  return false;
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16);
}
