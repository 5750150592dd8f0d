import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { receiveBufferErrors, snmpCounter, socketDrops } from '../../src/scenarios/support/udp-counters.ts';
import { have } from '../support/tools.ts';

// Taken by hand from /proc/net/snmp of Linux 6.18, shortened.
const SNMP = `Ip: Forwarding DefaultTTL
Ip: 1 64
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors
Udp: 5021 2 633 5656 633 0
UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors
UdpLite: 0 0 0 0 0 0
`;

test('finds a counter below its name', () => {
  expect(snmpCounter(SNMP, 'Udp', 'RcvbufErrors')).toBe(633);
  expect(snmpCounter(SNMP, 'Udp', 'NoPorts')).toBe(2);
  expect(snmpCounter(SNMP, 'Udp', 'Nothing')).toBeNaN();
  expect(snmpCounter(SNMP, 'Tcp', 'RcvbufErrors')).toBeNaN();
});

test.runIf(have('nstat'))('reads what nstat reads', () => {
  const { stdout } = spawnSync('nstat', ['-asz', 'UdpRcvbufErrors', 'Udp6RcvbufErrors'], {
    encoding: 'utf8',
  });
  const count = (name: string) => Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(stdout)?.[1]);
  // Others on this machine may lose datagrams between the two readings, never the other way round.
  expect(receiveBufferErrors('ipv4')).toBeGreaterThanOrEqual(count('UdpRcvbufErrors'));
  expect(receiveBufferErrors('ipv6')).toBeGreaterThanOrEqual(count('Udp6RcvbufErrors'));
});

test('says so when no socket has the port', () => {
  expect(socketDrops('ipv4', 0)).toBeNaN();
});
