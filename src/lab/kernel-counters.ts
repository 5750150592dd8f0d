import { readFileSync } from 'node:fs';

/** What the kernel has counted in a network namespace, by the names of nstat(8): 'TcpRetransSegs', 'TcpExtListenOverflows'. */
export type KernelCounters = ReadonlyMap<string, bigint>;

const TABLES = ['/proc/self/net/snmp', '/proc/self/net/netstat'] as const;
const TABLE_IPV6 = '/proc/self/net/snmp6';
const TABLE_SOCKETS = '/proc/self/net/sockstat';

/** The counters of this process's network namespace; those that the kernel does not have are absent. proc(5). */
export function readKernelCounters(): KernelCounters {
  const counters = new Map<string, bigint>();
  for (const path of TABLES) takePairs(textOf(path), counters);
  for (const line of textOf(TABLE_IPV6).split('\n')) {
    const [name, value] = line.trim().split(/\s+/);
    if (name !== undefined && value !== undefined) take(counters, name, value);
  }
  takeTimeWait(textOf(TABLE_SOCKETS), counters);
  return counters;
}

/** The line 'TCP: inuse 5 orphan 0 tw 1 …', of which only tw belongs to this network alone: 'SockstatTCPtw', a gauge. */
function takeTimeWait(text: string, counters: Map<string, bigint>): void {
  take(counters, 'SockstatTCPtw', /^TCP: .*\btw (\d+)/m.exec(text)?.[1] ?? '');
}

/** By how much each has grown; those that have not are left out. A gauge (TcpCurrEstab) may have shrunk. */
export function growthOf(before: KernelCounters, after: KernelCounters): Readonly<Record<string, number>> {
  const grown: Record<string, number> = {};
  for (const [name, value] of after) {
    const difference = value - (before.get(name) ?? 0n);
    if (difference !== 0n) grown[name] = Number(difference);
  }
  return grown;
}

/** A table of line pairs: 'Tcp: RtoAlgorithm …' and below it 'Tcp: 1 …'. */
function takePairs(text: string, counters: Map<string, bigint>): void {
  const lines = text.split('\n');
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [prefix = '', ...names] = lines[at]?.split(' ') ?? [];
    const values = lines[at + 1]?.split(' ').slice(1) ?? [];
    for (const [index, name] of names.entries()) {
      take(counters, `${prefix.replace(':', '')}${name}`, values[index] ?? '');
    }
  }
}

function take(counters: Map<string, bigint>, name: string, value: string): void {
  if (/^-?\d+$/.test(value)) counters.set(name, BigInt(value));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // a kernel without IPv6 has no snmp6
  }
}
