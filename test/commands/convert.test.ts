import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hasProgram, sharedCaptures } from '../shared.ts';
import { PROJECT } from '../support/tools.ts';

const directory = mkdtempSync(join(tmpdir(), 'sockscope-convert-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const captures = sharedCaptures('captures');
const named = (name: string): string => captures.find((file) => basename(file) === name) ?? '';

function convert(...args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(process.execPath, [join(PROJECT, 'bin', 'sockscope.js'), 'convert', ...args], {
    encoding: 'utf8',
  });
}

/** Times, lengths and bytes of all frames that tshark reads in a file and that pass. */
function frames(file: string, filter = ''): string {
  const { stdout } = spawnSync(
    'tshark',
    ['-n', '-r', file, '-Y', filter, '-T', 'json', '-x', '-j', 'frame'],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const rows = JSON.parse(stdout || '[]') as { _source: { layers: Record<string, unknown> } }[];
  return JSON.stringify(rows.map(({ _source }) => _source.layers.frame_raw));
}

function times(file: string, filter = ''): string {
  return spawnSync(
    'tshark',
    ['-n', '-r', file, '-Y', filter, '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.len'],
    {
      encoding: 'utf8',
    },
  ).stdout;
}

const hasBoth = captures.length > 0 && hasProgram('tshark');
describe.skipIf(!hasBoth)('convert', () => {
  test.each([
    ['derived__ng-le-if3-linktypes-resol.pcapng'],
    ['derived__ng-sections-le-be-le.pcapng'],
    ['derived__ng-nrb-dsb-custom-unknown.pcapng'],
    ['derived__ng-spb-obsolete-pb.pcapng'],
    ['gopacket__test300.pcapng'],
  ])('pcapng to pcapng keeps every byte: %s', (name) => {
    const out = join(directory, name);
    expect(convert(named(name), out).status).toBe(0);
    expect(readFileSync(out).equals(readFileSync(named(name)))).toBe(true);
  });

  test.each([
    // The trailing length of the first header; a later one's, of the other byte order.
    { name: 'gopacket__test300.pcapng', byte: 146 },
    { name: 'derived__ng-sections-le-be-le.pcapng', byte: 'last' },
  ] as const)('a damaged section header is written anew: $name, byte $byte', ({ name, byte }) => {
    const bytes = readFileSync(named(name));
    const second = 72_956;
    const at = byte === 'last' ? second + bytes.readUInt32BE(second + 4) - 2 : byte;
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    const [damaged, out] = [join(directory, `${byte}-damaged.pcapng`), join(directory, `${byte}-out.pcapng`)];
    writeFileSync(damaged, bytes);
    const { stderr } = convert(damaged, out);
    const written = /(\d+) of (\d+) packets/.exec(stderr);
    expect(written).not.toBeNull();
    // Damage to a header costs no packet, so tshark must read what it reads in the sound file.
    expect(times(out)).toBe(times(named(name)));
    expect(frames(out)).toBe(frames(named(name)));
    const read = times(out).trim().split('\n').length;
    expect(String(read)).toBe(written?.[1]);
  });

  test.each([
    { name: 'to pcapng', from: 'selfmade__tfo.pcap', to: 'a.pcapng', args: [], filter: '' },
    {
      name: 'from big-endian ns to pcap',
      from: 'derived__raw-be-ns.pcap',
      to: 'b.pcap',
      args: [],
      filter: '',
    },
    {
      name: 'pcapng to pcap',
      from: 'selfmade__dumpcap-loss-pcapng.pcapng',
      to: 'c.pcap',
      args: [],
      filter: '',
    },
    {
      name: 'a filter',
      from: 'tcpdump__print-flags.pcap',
      to: 'd.pcapng',
      args: ['-Y', 'tcp.len > 0'],
      filter: 'tcp.len > 0',
    },
    {
      name: 'frames',
      from: 'zeek__ssh-dups.pcap',
      to: 'e.pcap',
      args: ['--packets', '2-4,9'],
      filter: 'frame.number in {2..4, 9}',
    },
    {
      name: 'a conversation',
      from: 'selfmade__port-reuse.pcap',
      to: 'f.pcap',
      args: ['--conversation', 'tcp:1'],
      filter: 'tcp.stream == 1',
    },
    {
      name: 'a slice of time',
      from: 'tcpdump__print-flags.pcap',
      to: 'g.pcap',
      args: ['--from', '0.001', '--to', '0.5'],
      filter: 'frame.time_relative >= 0.001 && frame.time_relative < 0.5',
    },
  ])('$name: tshark reads the same frames', ({ from, to, args, filter }) => {
    const out = join(directory, to);
    expect(convert(named(from), out, ...args).status).toBe(0);
    expect(times(out)).toBe(times(named(from), filter));
    expect(frames(out)).toBe(frames(named(from), filter));
    expect(times(out)).not.toBe('');
  });

  test('a file that exists is kept without --force', () => {
    const out = join(directory, 'kept.pcap');
    expect(convert(named('selfmade__tfo.pcap'), out).status).toBe(0);
    const before = readFileSync(out);
    const again = convert(named('selfmade__urgent.pcap'), out);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('exists and was kept');
    expect(readFileSync(out).equals(before)).toBe(true);
    expect(convert(named('selfmade__urgent.pcap'), out, '--force').status).toBe(0);
    expect(readFileSync(out).equals(before)).toBe(false);
  });

  test('packets of several link types do not fit into pcap, and nothing is written', () => {
    const out = join(directory, 'mixed.pcap');
    const run = convert(named('derived__ng-le-if3-linktypes-resol.pcapng'), out);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('one link type');
    expect(existsSync(out)).toBe(false);
  });
});
