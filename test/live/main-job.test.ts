import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { judgeRun } from '../campaign/one-run.ts';
import { sockscope } from '../support/cli.ts';
import { have } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'main-job-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const isRoot = process.geteuid?.() === 0;

const RUNS = [
  ['tcp-echo'],
  ['udp-echo'],
  ['udp-echo', '--server', 'none'],
  ['tcp-transfer', '--size', '10M'],
  ['udp-transfer', '--size', '1M'],
] as const satisfies readonly (readonly string[])[];

type Line = Record<string, unknown>;

async function jsonOf(...words: readonly string[]): Promise<{ lines: readonly Line[]; code: number | null }> {
  const { stdout, code } = await sockscope(...words, '--json');
  return {
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line),
    code,
  };
}

describe.each(RUNS.map((words) => ({ words, name: words.join(' ') })))('run $name', ({ words }) => {
  const family = [[], ['--family', 'ipv6']] as const;
  const net = isRoot ? ([[], ['--net', 'host']] as const) : ([[]] as const);
  const variants = family.flatMap((f) => net.map((n) => [...f, ...n]));

  test.each(variants.map((variant) => ({ variant, name: variant.join(' ') || 'as it is' })))(
    'is ok, explained, complete and verified: $name',
    async ({ variant }) => {
      const verdict = await judgeRun(['run', ...words, ...variant, '--verify', '--json']);
      expect(verdict.wrong).toEqual([]);
      expect(verdict.packets).toBeGreaterThan(1);
    },
  );
});

describe('a saved session', () => {
  const file = join(folder, 'session.pcapng');
  const RUN = ['run', 'tcp-transfer', '--size', '50k', '--loss', '3', '--width', '120'];

  test('opened again it is the same ladder, byte for byte', async () => {
    const run = await sockscope(...RUN, '--text', '-w', file);
    const again = await sockscope('open', file, '--text', '--width', '120');
    expect(again.stdout).toBe(run.stdout);
    expect(run.stdout).toContain('LOST HERE');
  });

  test.runIf(have('tshark', 'tcpdump', 'capinfos'))(
    'stock tools read it: a row a call, in time order',
    () => {
      const tool = (command: string, ...args: string[]) =>
        execFileSync(command, args, {
          encoding: 'utf8',
          maxBuffer: 1 << 28,
          stdio: ['ignore', 'pipe', 'ignore'],
        });
      const rows = tool(
        'tshark',
        '-r',
        file,
        '-T',
        'fields',
        '-e',
        'frame.time_epoch',
        '-e',
        'frame.protocols',
        '-e',
        '_ws.col.Info',
      )
        .trim()
        .split('\n')
        .map((line) => line.split('\t'));
      const times = rows.map(([time]) => Number(time));
      expect(times.every((time, row) => row === 0 || time >= (times[row - 1] ?? 0) - 1e-6)).toBe(true);
      const calls = rows.filter(([, protocols]) => protocols?.includes('systemd_journal'));
      expect(calls.length).toBeGreaterThan(20);
      expect(calls.some(([, , info]) => info?.includes('listen('))).toBe(true);
      const packets = tool('tcpdump', '-nn', '-r', file).trim().split('\n').length;
      expect(packets).toBe(rows.length - calls.length);
      expect(tool('capinfos', '-c', '-M', file)).toContain(String(packets));
    },
  );
});

describe.runIf(have('tshark'))('packet fields of --json are tshark’s', () => {
  test.each([
    ['tcp-echo', '--clients', '3'],
    ['tcp-echo', '--family', 'ipv6', '--size', '20k', '--loss', '5'],
    ['tcp-transfer', '--size', '300k', '--mtu', '576', '--offload', 'off'],
    ['udp-echo', '--server', 'none'],
    ['udp-transfer', '--size', '100k', '--chunk', '20k'],
    ['udp-echo', '--family', 'ipv6', '--server', 'none'],
  ])('%s %s %s %s %s', async (...words) => {
    const file = join(folder, `${words.join('_')}.pcapng`);
    const { lines } = await jsonOf('run', ...words, '-w', file);
    const packets = lines.filter(({ type }) => type === 'packet');
    const names = [...new Set(packets.flatMap(Object.keys))].filter((name) =>
      /^(frame|ip|ipv6|tcp|udp|icmp|icmpv6)\./.test(name),
    );
    expect(names).toEqual(expect.arrayContaining(['frame.number', 'frame.time_epoch', 'frame.len']));
    const preferences = ['-o', 'tcp.desegment_tcp_streams:FALSE', '-o', 'ip.defragment:FALSE'];
    const table = execFileSync(
      'tshark',
      ['-n', '-r', file, ...preferences, '-T', 'fields', ...names.flatMap((name) => ['-e', name])],
      {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const rows = table.split('\n').map((line) => line.split('\t'));
    const place = names.indexOf('frame.number');
    const byNumber = new Map(rows.map((row) => [row[place], row]));
    for (const packet of packets) {
      const mine = names.map((name) => String(packet[name] ?? ''));
      expect(mine).toEqual(byNumber.get(String(packet['frame.number'])));
    }
    expect(packets.length).toBeGreaterThan(1);
  });
});
