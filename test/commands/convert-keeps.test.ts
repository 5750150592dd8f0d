import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sockscope } from '../support/cli.ts';
import { have } from '../support/tools.ts';
import { block, everything, iface, packet, section, udpFrame } from './pcapng-by-hand.ts';

const folder = mkdtempSync(join(tmpdir(), 'convert-keeps-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);
const input = path('everything.pcapng');
writeFileSync(input, everything());

async function convert(...args: readonly string[]): Promise<string> {
  const { stderr, code } = await sockscope('convert', '--force', ...args);
  expect(code).toBe(0);
  return stderr;
}

function told(program: string, ...args: readonly string[]): string {
  const { stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => !/^(?:File name|File size|SHA|RIPEMD)/.test(line))
    .join('\n');
}

const FIELDS = [
  ...['frame.number', 'frame.time_epoch', 'frame.interface_name', 'frame.interface_description'],
  ...['frame.comment', 'frame.packet_flags', 'frame.packet_id', 'frame.drop_count', 'udp.payload'],
].flatMap((field) => ['-e', field]);
const rows = (file: string, filter = 'udp'): string =>
  told('tshark', '-n', '-r', file, '-Y', filter, '-T', 'fields', ...FIELDS);

test('pcapng to pcapng: every byte', async () => {
  await convert(input, path('whole.pcapng'));
  expect(readFileSync(path('whole.pcapng')).equals(readFileSync(input))).toBe(true);
});

describe.skipIf(!have('tshark', 'capinfos'))('a part of a pcapng file', () => {
  test('keeps what each packet has, and all of the interfaces', async () => {
    const out = path('part.pcapng');
    const stderr = await convert(input, out, '-Y', 'udp.payload contains "t"');
    expect(stderr).toBe('sockscope: 2 of 3 packets written\n');
    const without = (text: string): string => text.replaceAll(/^\d+\t/gm, '');
    expect(without(rows(out))).toBe(without(rows(input, 'udp.payload contains "t"')));
    const about = told('capinfos', '-M', out);
    for (const kept of ['a machine', 'an OS', 'a program', 'of the section', 'eth0', 'the first', 'eth1'])
      expect(about).toContain(kept);
    expect(about).toContain('Filter string = udp port 1000');
    expect(about).toContain('Number of stat entries = 1');
  });

  test('leaves out what asks not to be copied into one', async () => {
    await convert(input, path('first.pcapng'), '--packets', '1');
    const bytes = readFileSync(path('first.pcapng'));
    expect(bytes.includes(Buffer.from(block(0x4000_0bad, Uint8Array.of(0xd9, 0x7e, 0, 0, 2, 0, 0, 0))))).toBe(
      false,
    );
    expect(bytes.includes(Buffer.from(block(0x0bad, Uint8Array.of(0xd9, 0x7e, 0, 0, 1, 0, 0, 0))))).toBe(
      true,
    );
  });
});

describe('what pcap cannot hold is named', () => {
  test('of the whole file', async () => {
    expect(await convert(input, path('whole.pcap'))).toBe(
      'sockscope: left out, since pcap cannot hold it: 3 comments, the flags of 2 packets, the hashes of 1 packet, ' +
        'the drop counts of 1 packet, the identities of 1 packet, the queue numbers of 1 packet, ' +
        'the verdicts of 1 packet, which of 2 interfaces each packet came by, the name of 2 interfaces, ' +
        'the description of 1 interface, the addresses of 1 interface, the speed of 1 interface, ' +
        'the capture filter of 1 interface, the operating system of 2 interfaces, the hardware of 1 interface, ' +
        'the packet counters of 2 interfaces, the hardware of 1 section, the operating system of 1 section, ' +
        'the capture program of 1 section, 1 block of resolved names, 1 block of decryption secrets, ' +
        '2 custom blocks\nsockscope: 3 of 3 packets written\n',
    );
  });

  test('of a part: only what belongs to it', async () => {
    expect(await convert(input, path('part.pcap'), '-Y', 'frame.interface_id == 1')).toBe(
      'sockscope: left out, since pcap cannot hold it: 1 comment, the flags of 1 packet, ' +
        'the name of 1 interface, the operating system of 1 interface, the packet counters of 1 interface, ' +
        'the hardware of 1 section, the operating system of 1 section, the capture program of 1 section, ' +
        '1 block of resolved names, 1 block of decryption secrets, 1 custom block\n' +
        'sockscope: 1 of 3 packets written\n',
    );
  });

  test('nanoseconds, in a pcap of microseconds', async () => {
    const fine = path('fine.pcapng');
    const ns = 1_700_000_000_000_000_001n;
    const resolution = [9, Uint8Array.of(9)] as const;
    writeFileSync(fine, Buffer.concat([section(), iface(resolution), packet(0, ns, udpFrame('x'))]));
    expect(await convert(fine, path('us.pcap'), '--format', 'pcap-us')).toContain(
      'what is finer than a microsecond in the times of 1 packet',
    );
    expect(await convert(fine, path('ns.pcap'))).not.toContain('left out');
  });

  test('journal records outside the times that were asked for are not', async () => {
    const journal = block(9, new TextEncoder().encode('MESSAGE=x\n\n\n'));
    const some = path('some.pcapng');
    writeFileSync(some, Buffer.concat([section(), iface(), journal, packet(0, 5n, udpFrame('x'))]));
    expect(await convert(some, path('some.pcap'))).toContain('1 journal record ');
    expect(await convert(some, path('none.pcap'), '-Y', 'tcp')).toContain('1 journal record ');
  });
});

/** A pcap file by hand: its header's words, and one record. */
function pcap(magic: number, linkField: number, patched = false): Uint8Array {
  const frame = udpFrame('hello');
  const words = [magic, 2 | (4 << 16), 0, 0, 65_535, linkField, 1_700_000_000, 123_456];
  const head = Buffer.alloc(words.length * 4 + 8 + (patched ? 8 : 0));
  for (const [index, word] of [...words, frame.length, frame.length].entries())
    head.writeUInt32LE(word >>> 0, index * 4);
  return new Uint8Array(Buffer.concat([head, frame]));
}

describe('pcap', () => {
  test.each([
    { name: 'microseconds', magic: 0xa1b2c3d4, field: 1, format: 'pcap-us' },
    { name: 'nanoseconds', magic: 0xa1b23c4d, field: 1, format: 'pcap' },
    {
      name: 'frames that end with a checksum of 4 bytes',
      magic: 0xa1b2c3d4,
      field: 0x2400_0001,
      format: 'pcap-us',
    },
  ])('$name: there and back, the same bytes', async ({ magic, field, format }) => {
    const [from, between, back] = [path('from.pcap'), path('between.pcapng'), path('back.pcap')];
    writeFileSync(from, pcap(magic, field));
    expect(await convert(from, back)).toBe('sockscope: 1 of 1 packets written\n');
    expect(readFileSync(back)).toEqual(readFileSync(from));
    await convert(from, between);
    await convert(between, back, '--format', format);
    const [again, first] = [readFileSync(back), readFileSync(from)];
    // The length of the checksum stands in pcapng too; from there it does not come back.
    first.writeUInt32LE(field & 0xffff, 20);
    expect(again.subarray(24)).toEqual(first.subarray(24));
  });

  test.skipIf(!have('capinfos', 'tshark'))(
    'its resolution and its checksums are kept in pcapng',
    async () => {
      const [from, out] = [path('fcs.pcap'), path('fcs.pcapng')];
      writeFileSync(from, pcap(0xa1b2c3d4, 0x2400_0001));
      await convert(from, out);
      expect(told('capinfos', out)).toContain('microseconds (6)');
      const fcs = (file: string): string =>
        told(
          'tshark',
          '-r',
          file,
          '-o',
          'eth.check_fcs:TRUE',
          '-T',
          'fields',
          '-e',
          'eth.fcs',
          '-e',
          'eth.fcs.status',
        );
      expect(fcs(out)).toBe(fcs(from));
      expect(fcs(out)).toMatch(/^0x/);
    },
  );

  test('what the old Linux patch wrote into the records is named', async () => {
    writeFileSync(path('patched.pcap'), pcap(0xa1b2cd34, 1, true));
    expect(await convert(path('patched.pcap'), path('plain.pcap'))).toContain(
      'the interface, protocol and type in the records of 1 packet',
    );
  });
});
