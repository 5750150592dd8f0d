import { readFileSync } from 'node:fs';

/** Datagrams that reached this network namespace's UDP but found a receive buffer full, since it exists. */
export function receiveBufferErrors(family: string): number {
  if (family === 'unix') return 0; // a full UNIX socket makes the sender wait: nothing is lost
  if (family === 'ipv6') {
    const match = /^Udp6RcvbufErrors\s+(\d+)$/m.exec(readFileSync('/proc/self/net/snmp6', 'latin1'));
    return Number(match?.[1] ?? Number.NaN);
  }
  return snmpCounter(readFileSync('/proc/self/net/snmp', 'latin1'), 'Udp', 'RcvbufErrors');
}

/** One counter of /proc/net/snmp, where each protocol has a line of names and one of numbers. NaN when it is not there. */
export function snmpCounter(text: string, protocol: string, name: string): number {
  const [names, numbers] = text
    .split('\n')
    .filter((line) => line.startsWith(`${protocol}:`))
    .map((line) => line.split(' '));
  const column = names?.indexOf(name) ?? -1;
  return column < 0 ? Number.NaN : Number(numbers?.[column]);
}

/** Datagrams dropped at the socket bound to `port`: the last column of /proc/net/udp. NaN when there is no such socket. */
export function socketDrops(family: string, port: number): number {
  if (family === 'unix') return 0;
  const text = readFileSync(family === 'ipv6' ? '/proc/self/net/udp6' : '/proc/self/net/udp', 'latin1');
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of text.split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (columns[1]?.endsWith(suffix)) return Number(columns.at(-1));
  }
  return Number.NaN;
}
