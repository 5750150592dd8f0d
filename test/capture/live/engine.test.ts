import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadCap, wireLength } from '../../../capture/live/cap-engine.ts';
import { ENGINES, MIN_SNAPLEN, withSentinel } from '../../../capture/live/engine.ts';
import { loadLibpcap } from '../../../capture/live/libpcap.ts';
import { bindLibpcap } from '../../../capture/live/libpcap-binding.ts';
import { UserError } from '../../../capture/user-error.ts';
import { compiled } from '../../support/compiled.ts';
import {
  type CaptureJob,
  type CaptureReport,
  noPrivateNetwork,
  openDirectory,
  payloadOf,
  runWorker,
  tshark,
  users,
  withoutRights,
} from './jobs.ts';

const require_ = createRequire(import.meta.url);
const directory = openDirectory();
afterAll(() => directory.remove());
const skipped = noPrivateNetwork();
if (skipped) console.warn(`live capture tests are skipped: ${skipped}`);

let files = 0;
const each = ENGINES.flatMap((engine) => users().map((user) => ({ engine, user })));

describe.skipIf(skipped).each(each)('engine $engine as $user', ({ engine, user }) => {
  function capture(job: Omit<CaptureJob, 'engine' | 'out'>, extra?: readonly string[]) {
    const out = join(directory.path, `${++files}.pcap`);
    return {
      out,
      report: runWorker<CaptureReport>(
        user,
        'test/capture/live/capture-worker.ts',
        { engine, out, ...job },
        extra,
      ),
    };
  }

  test('captures each datagram once, byte for byte, and no sentinel', () => {
    const sizes = [0, 1, 5, 512, 1400];
    const send = { family: 4, port: 7001, count: 100, sizes } as const;
    const { out, report } = capture({ send: [send] });
    expect(report.complete).toBe(true);
    expect(report.linkType).toBe(1);
    const got = tshark(out, ['udp.dstport', 'udp.payload']);
    expect(got).toEqual(Array.from({ length: 100 }, (_, i) => ['7001', payloadOf(i, sizes).toString('hex')]));
    if (engine === 'libpcap')
      expect(report.stats).toEqual({ received: 100, dropped: 0, interfaceDropped: 0 });
  });

  test('gives kernel times inside the call, or says that they are arrival times', () => {
    const { out, report } = capture({ send: [{ family: 4, port: 7001, count: 200, sizes: [100] }] });
    const times = tshark(out, ['frame.time_epoch']).map(([text = '']) => BigInt(text.replace('.', '')));
    expect(times).toHaveLength(200);
    const late = times.filter((time, i) => time > BigInt(report.sent[0]!.times[i]![1]));
    for (const [i, time] of times.entries())
      expect(time).toBeGreaterThanOrEqual(BigInt(report.sent[0]!.times[i]![0]));
    if (engine === 'libpcap') {
      expect(report.times).toBe('kernel');
      expect(report.caveats).toEqual([]);
      // A softirq may be put off to ksoftirqd, but not as a rule.
      expect(late.length).toBeLessThan(20);
    } else {
      expect(report.times).toBe('arrival');
      expect(report.caveats.join()).toContain('arrival times');
    }
  });

  test('captures a burst of 40 000 datagrams without a loss, or says that it cannot know', () => {
    const { out, report } = capture({
      // Room for seconds of a processor that is busy elsewhere: the test is of the engine, not of the machine's load.
      ringBytes: 64 << 20,
      send: [{ family: 4, port: 7001, count: 40_000, sizes: [16] }],
    });
    expect(report.complete).toBe(true);
    const rows = tshark(out, ['udp.length']).length;
    if (engine === 'libpcap') {
      expect(report.stats).toEqual({ received: 40_000, dropped: 0, interfaceDropped: 0 });
      expect(rows).toBe(40_000);
    } else {
      expect(report.stats).toBeNull();
      expect(report.caveats.join()).toContain('does not count dropped packets');
      expect(rows).toBeGreaterThan(0);
      expect(rows).toBeLessThanOrEqual(40_000);
    }
  });

  test('writes a lone packet at once and costs nothing while idle', () => {
    const { report } = capture({ idleMs: 500, lone: 20 });
    const sorted = report.latencyMs.toSorted((a, b) => a - b);
    // The median is about 1 ms; the bound leaves room for a busy machine.
    expect(sorted[10]).toBeLessThan(10);
    expect(report.idleCpuMs).toBeLessThan(50);
  });

  test('cuts frames at the snaplen and keeps their length', () => {
    const { out } = capture({
      snaplen: MIN_SNAPLEN,
      send: [{ family: 4, port: 7001, count: 3, sizes: [500, 4] }],
    });
    expect(tshark(out, ['frame.cap_len', 'frame.len'])).toEqual([
      ['64', '542'],
      ['46', '46'],
      ['64', '542'],
    ]);
  });

  test('keeps the length of the longest datagram', () => {
    const { out } = capture({
      mtu: 65_536,
      snaplen: 262_144,
      send: [{ family: 4, port: 7001, count: 1, sizes: [65_507] }],
    });
    const kept = engine === 'libpcap' ? '65549' : '65535';
    expect(tshark(out, ['frame.cap_len', 'frame.len'])).toEqual([[kept, '65549']]);
  });

  test.each([
    { filter: 'ip6 and udp', wanted: 7 },
    { filter: 'udp port 7002', wanted: 7 },
    { filter: 'tcp', wanted: 0 },
    { filter: 'vlan 5', wanted: 0 },
    { filter: 'inbound and udp', wanted: 12 },
    { filter: ' ', wanted: 12 },
  ])('begins and ends with the sentinel under the filter "$filter"', ({ filter, wanted }) => {
    const { out, report } = capture({
      filter,
      send: [
        { family: 4, port: 7001, count: 5, sizes: [9] },
        { family: 6, port: 7002, count: 7, sizes: [9] },
      ],
    });
    expect(report.complete).toBe(true);
    expect(tshark(out, ['udp.dstport'])).toHaveLength(wanted);
    if (report.stats) expect(report.stats.received).toBe(wanted);
  });

  test('keeps every fragment of a datagram', () => {
    const { out } = capture({ mtu: 576, send: [{ family: 4, port: 7001, count: 1, sizes: [2000] }] });
    // 2008 bytes in fragments of at most 552; tshark gives their offsets in units of 8.
    expect(tshark(out, ['ip.frag_offset', 'ip.len'])).toEqual([
      ['0', '572'],
      ['69', '572'],
      ['138', '572'],
      ['207', '372'],
    ]);
  });

  test.each([
    { filter: 'foo bar', says: 'syntax error' },
    { filter: 'tcp) or (udp', says: 'syntax error' },
    { filter: 'port 99999', says: '99999' },
  ])('shows what libpcap says of the filter "$filter", and nothing of ours', ({ filter, says }) => {
    const { report } = capture({ filter });
    expect(report.error).toMatchObject({ exitCode: 2 });
    expect(report.error?.message).toContain(`"${filter}"`);
    expect(report.error?.message).toContain(says);
    expect(report.error?.message).not.toContain('dst host');
  });

  test('names an interface that is not there', () => {
    const { report } = capture({ device: 'nope0' });
    expect(report.error).toMatchObject({
      exitCode: 3,
      message: 'cannot capture on nope0: there is no such interface',
    });
  });

  test('keeps whole records when the disk is full, and says so', () => {
    const mounted = 'mount -t tmpfs -o size=64k none "$0" && exec "$@"';
    const { report } = capture(
      { giveFile: true, send: [{ family: 4, port: 7001, count: 500, sizes: [1000] }] },
      ['--mount', 'sh', '-c', mounted, directory.path],
    );
    expect(report.drainError).toContain('cannot keep the captured packets');
    const kept = join(directory.path, `${files}-kept.pcap`);
    writeFileSync(kept, Buffer.from(report.file ?? '', 'base64'));
    // tshark fails on a record that is cut short.
    const rows = tshark(kept, ['udp.length']);
    expect(rows.length).toBeLessThan(64);
    for (const row of rows) expect(row).toEqual(['1008']);
  });

  test('survives being opened again and again', () => {
    const { out, report } = capture({ reopen: 5, send: [{ family: 4, port: 7001, count: 10, sizes: [10] }] });
    expect(report.complete).toBe(true);
    expect(tshark(out, ['udp.length'])).toHaveLength(10);
  });
});

describe('engines', () => {
  test('say how to install libpcap', () => {
    expect(() => bindLibpcap(['libpcap-that-is-not-there.so'])).toThrow(
      expect.objectContaining({ exitCode: 3, hint: expect.stringContaining('apt-get install libpcap0.8') }),
    );
  });

  test('say how to build cap', () => {
    const missing = Object.assign(
      () => {
        throw new Error('Cannot find module');
      },
      { resolve: require_.resolve, cache: {}, extensions: require_.extensions, main: undefined },
    );
    expect(() => loadCap(missing)).toThrow(
      expect.objectContaining({ exitCode: 3, hint: expect.stringContaining('npm rebuild cap') }),
    );
  });

  test('say that capturing is not permitted', () => {
    const worker = compiled('test/capture/live/permission-worker.ts');
    const [file = '', ...args] = withoutRights([process.execPath, worker]);
    const { stdout } = spawnSync(file, args, { encoding: 'utf8' });
    const said = '3 cannot capture on lo: not permitted';
    expect(JSON.parse(stdout)).toEqual([said, said]);
  });

  test.each([63, 262_145, 1.5, Number.NaN])('refuse snaplen %s', (snaplen) => {
    const options = { device: 'lo', snaplen, ringBytes: 1 << 20, filter: null, sentinelPort: 1, outFd: 1 };
    for (const engine of [loadLibpcap(), loadCap()]) expect(() => engine.open(options)).toThrow(UserError);
  });
});

test('the sentinel stands before the filter, whose vlan would move its offsets', () => {
  expect(withSentinel('vlan', 5)).toBe('(udp and dst host 127.0.0.1 and dst port 5) or (vlan)');
  expect(withSentinel('  ', 5)).toBeNull();
  expect(withSentinel(null, 5)).toBeNull();
});

test.each([
  { name: 'short frames', bytes: 100, type: 0x0800, at: 16, field: 5000, want: 100 },
  { name: 'IPv4', bytes: 65_535, type: 0x0800, at: 16, field: 65_535, want: 65_549 },
  { name: 'IPv6', bytes: 65_535, type: 0x86dd, at: 18, field: 65_496, want: 65_550 },
  { name: 'others', bytes: 65_535, type: 0x0806, at: 16, field: 65_535, want: 65_535 },
])('wireLength of $name', ({ bytes, type, at, field, want }) => {
  const frame = Buffer.alloc(65_535);
  frame.writeUInt16BE(type, 12);
  frame.writeUInt16BE(field, at);
  expect(wireLength(frame, bytes, 1)).toBe(want);
});
