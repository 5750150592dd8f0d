import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { GivenParameters } from '../../src/scenarios/parse-parameters.ts';
import { calendarOf } from '../../src/scenarios/support/calendar.ts';
import { Lines } from '../../src/scenarios/support/command-lines.ts';
import { internetChecksum, udpDatagram } from '../../src/scenarios/support/raw.ts';
import { Cli } from '../support/cli.ts';
import { expectRefusal, judged } from './support/judged.ts';

describe('what an exercise cannot do is refused, with what to do instead', () => {
  test.each([
    {
      id: 'echo',
      given: { protocol: 'udp', size: '2048', 'client-recv-buffer': '100' },
      said: /would cut datagrams/,
    },
    { id: 'discard', given: { protocol: 'udp', 'server-recv-buffer': '5' }, said: /would cut datagrams/ },
    { id: 'name-lookup', given: { name: 'example.org' }, said: /not a name of this machine/ },
    { id: 'service-time', given: { backlog: '4' }, said: /too small for 5 clients/ },
    { id: 'telnet', given: { serve: 'once' }, said: /no such choice/ },
  ])('$id $given', ({ id, given, said }) => expectRefusal(id, given as GivenParameters, said));
});

describe('the judges see what went wrong', () => {
  test.each([
    {
      id: 'telnet',
      reports: { client: { 'answer 1': 'Linux\\x04' } },
      said: 'client: answer 1 was not ended by its marker',
    },
    { id: 'daytime', reports: { client: { time: 'soon' } }, said: 'client got no time, but “soon”' },
    { id: 'echo', reports: { client: { 'good echoes': 0 } }, said: 'client got 0 good echoes of 1' },
    {
      id: 'discard',
      reports: { client: { 'bytes sent': 17 }, server: { 'bytes discarded': 16 } },
      said: '17 bytes sent, and 16 discarded',
    },
    {
      id: 'chargen',
      reports: { client: { 'as generated': false } },
      said: 'client read other characters than the server generates',
    },
    {
      id: 'calendar',
      reports: { client: { 'answer 1': '2026', 'answer 2': '1752' }, server: { peers: '127.0.0.2' } },
      said: '2 clients were answered, and the server knows of 1',
    },
    {
      id: 'ps',
      reports: { client: { 'lines sent': 80 }, server: { 'lines printed': 79 } },
      said: '80 lines were sent, and 79 printed',
    },
    {
      id: 'name-lookup',
      reports: { client: { 'same reply': false } },
      said: 'the reply is not what was sent',
    },
    { id: 'service-time', reports: { client: { replies: 19 } }, said: '19 replies came to 20 requests' },
    { id: 'raw-ping', reports: { client: { replies: 2 } }, said: '2 of 3 requests were answered' },
    {
      id: 'damage',
      reports: { server: { 'datagrams read': 2 } },
      said: 'datagrams read: 2; sound: 1',
    },
    {
      id: 'disorder',
      reports: { server: { order: '1 2 3 4 5 6' } },
      said: 'sent: 1 2 3 3 4 5 6 6; came: 1 2 3 4 5 6',
    },
  ] as const)('$id: $said', async ({ id, reports, said }) => {
    expect(await judged(id, reports)).toEqual([said]);
  });
});

describe('the calendar', () => {
  const python = (year: number): readonly string[] | null => {
    const program = `import calendar; print(calendar.TextCalendar(6).formatyear(${year}, 2, 1, 2))`;
    try {
      return execFileSync('python3', ['-c', program], { encoding: 'latin1' })
        .split('\n')
        .map((line) => line.trimEnd());
    } catch {
      return null;
    }
  };
  const daysOf = (lines: readonly string[]) => lines.slice(1).filter((line) => /^[\d ]+$/.test(line));

  // Python's calendar is Gregorian throughout: it agrees from 1753 on.
  test.each([1753, 1900, 2000, 2026, 9999])('%i is that of Python', (year) => {
    const expected = python(year);
    if (expected === null) {
      console.warn('skipped: no python3 here');
      return;
    }
    const days = (lines: readonly string[]) =>
      daysOf(lines)
        .map((line) => line.trim().split(/\s+/).join(' '))
        .filter(Boolean);
    expect(days(calendarOf(year).split('\n'))).toEqual(days(expected));
  });

  test('September 1752 has 19 days, as cal(1) tells', () => {
    const lines = calendarOf(1752).split('\n');
    const third = lines.findIndex((line) => line.includes('September'));
    expect(lines.slice(third + 2, third + 5).map((line) => line.slice(44))).toEqual([
      '       1  2 14 15 16',
      '17 18 19 20 21 22 23',
      '24 25 26 27 28 29 30',
    ]);
  });
});

test('lines are put together from what the recvs bring', () => {
  const lines = new Lines();
  expect(lines.take(Buffer.from('da'))).toEqual([]);
  expect(lines.take(Buffer.from('te\r\nuna'))).toEqual(['date']);
  expect(lines.take(Buffer.from('me\n\nexit\n'))).toEqual(['uname', '', 'exit']);
});

// The example of RFC 1071 section 3: the sum of these bytes is ddf2.
test('the checksum of the Internet', () => {
  const bytes = Buffer.from('0001f203f4f5f6f7', 'hex');
  expect(internetChecksum(bytes)).toBe(0xffff - 0xddf2);
  expect(internetChecksum(bytes.subarray(0, 4), bytes.subarray(4))).toBe(0xffff - 0xddf2);
});

// By hand: 7f00+1+7f00+1 for the addresses, 11 for UDP, 9 for the length, then 9+dac+9+6100: 16cda, folded 6cdb, its complement 9324.
test('a datagram with its checksum', () => {
  const datagram = udpDatagram({ from: 9, to: 3500 }, Buffer.from('a'), false);
  expect(datagram.toString('hex')).toBe('00090dac0009932461');
  expect(internetChecksum(Buffer.from('7f0000017f00000100110009', 'hex'), datagram)).toBe(0);
  const spoiled = udpDatagram({ from: 9, to: 3500 }, Buffer.from('a'), false, 0x0101);
  expect(spoiled.readUInt16BE(6) ^ datagram.readUInt16BE(6)).toBe(0x0101);
});

async function finished(args: readonly string[], env: Readonly<Record<string, string>>) {
  const cli = new Cli(args, env);
  const end = await cli.finished;
  cli.clean();
  return end;
}

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)('roles without the privilege say so, and the exit code is 3', async () => {
  const env = { SUDO_UID: '65534', SUDO_GID: '65534', SUDO_USER: 'nobody' };
  for (const id of ['raw-ping', 'damage', 'disorder']) {
    const { code, stderr } = await finished(['run', id, '--text'], env);
    expect(stderr).toContain('CAP_NET_RAW');
    expect(code).toBe(3);
  }
});
