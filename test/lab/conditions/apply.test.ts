import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { eachRecord, FILE_HEADER } from '../../../capture/live/pcap-stream.ts';
import type { Conditions } from '../../../src/lab/conditions/conditions.ts';
import { type MatchedLoss, matchLost } from '../../../src/lab/conditions/lost-packets.ts';
import { tryPrivateNetwork } from '../../../src/lab/private-network-trial.ts';
import { noPrivateNetwork, openDirectory, runWorker, tshark, users } from '../../capture/live/jobs.ts';
import type { ConditionsJob, ConditionsReport } from './conditions-jobs.ts';

const directory = openDirectory();
afterAll(() => directory.remove());
const skipped = noPrivateNetwork();
if (skipped) console.warn(`tests of network conditions are skipped: ${skipped}`);
const { netem } = tryPrivateNetwork().answers;
if (!netem) console.warn('the working of --delay is not tested: this kernel has no netem; its refusal is');

const PLAIN: Conditions = {
  mtu: 1500,
  offload: false,
  lossPercent: 0,
  seed: 1,
  bitsPerSecond: null,
  delayMs: null,
  congestion: null,
};
const ETHERNET = 14;
let files = 0;

/** The rows of a capture file that `lost` names. */
function rowsLost(file: string, lost: ConditionsReport['lost']): MatchedLoss {
  const bytes = readFileSync(file);
  const frames: { timeNs: bigint; ip: Buffer }[] = [];
  eachRecord(bytes, FILE_HEADER, (start, frame, end) => {
    const timeNs = BigInt(bytes.readUInt32LE(start)) * 1_000_000_000n + BigInt(bytes.readUInt32LE(start + 4));
    frames.push({ timeNs, ip: bytes.subarray(frame + ETHERNET, end) });
  });
  return matchLost(
    lost.map(({ timeUs, hex }) => ({ timeUs, bytes: Buffer.from(hex, 'hex') })),
    { length: frames.length, timeNs: (row) => frames[row]!.timeNs, ipBytes: (row) => frames[row]!.ip },
  );
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe.skipIf(skipped).each(users())('as %s', (user) => {
  type Asked = Partial<ConditionsJob> & { readonly asked?: Partial<Conditions> };
  function run({ asked = {}, ...rest }: Asked, extra?: readonly string[]) {
    const out = join(directory.path, `${++files}.pcap`);
    const job: ConditionsJob = {
      conditions: { ...PLAIN, ...asked },
      out,
      family: 4,
      count: 10,
      size: 20,
      ...rest,
    };
    const report = runWorker<ConditionsReport>(user, 'test/lab/conditions/conditions-worker.ts', job, extra);
    return { out, report };
  }

  test.each([
    { name: '10 % of IPv4', percent: 10, family: 4 },
    { name: '10 % of IPv6', percent: 10, family: 6 },
    { name: '50 %', percent: 50, family: 4 },
    { name: '100 %', percent: 100, family: 4 },
  ] as const)('loses $name after they were captured, and knows which', ({ percent, family }) => {
    const { out, report } = run({ asked: { lossPercent: percent, seed: 3 }, family, count: 1000 });
    expect(report.complete).toBe(true);
    expect(report.granted).toMatchObject({ loss: percent, seed: 3 });
    expect(report.arrived).toHaveLength(1000 - percent * 10);
    const rows = tshark(out, ['udp.payload']).map(([payload = '']) =>
      Number.parseInt(payload.slice(0, 8), 16),
    );
    expect(rows).toEqual(numbers(1000));
    const arrived = new Set(report.arrived);
    expect(rowsLost(out, report.lost)).toEqual({
      rows: numbers(1000).filter((i) => !arrived.has(i)),
      unmatched: 0,
    });
    expect(report.missed).toBe(0);
  });

  test('loses the same ones with the same seed', () => {
    const asked = { lossPercent: 20, seed: 42 };
    const [one, two] = [run({ asked, count: 200 }), run({ asked, count: 200 })];
    expect(one.report.arrived).toEqual(two.report.arrived);
    expect(run({ asked: { ...asked, seed: 43 }, count: 200 }).report.arrived).not.toEqual(one.report.arrived);
  });

  test('loses single fragments, each a row of its own', () => {
    const { out, report } = run({ asked: { lossPercent: 30, mtu: 576 }, count: 60, size: 1000 });
    const rows = tshark(out, ['ip.frag_offset']);
    expect(rows).toHaveLength(120);
    const lost = rowsLost(out, report.lost);
    expect(lost.unmatched).toBe(0);
    // Two fragments a datagram: it arrives only when both did.
    const broken = new Set(lost.rows.map((row) => row >> 1));
    expect(report.arrived).toEqual(numbers(60).filter((i) => !broken.has(i)));
  });

  test('does not take what the filter kept out for rows', () => {
    const { out, report } = run({ asked: { lossPercent: 50 }, count: 20, filter: 'tcp' });
    expect(report.complete).toBe(true);
    expect(rowsLost(out, report.lost)).toEqual({ rows: [], unmatched: 10 });
  });

  test('sets MTU and offload and reads them back', () => {
    const { report } = run({ asked: { mtu: 9000, offload: true } });
    expect(report.granted).toMatchObject({ mtu: 9000, offload: true, loss: 0, rate: null, delay: null });
    expect(run({}).report.granted).toMatchObject({ mtu: 1500, offload: false });
  });

  test('slows the link down to the rate', () => {
    // 60 × 1042 bytes = 500 kbit; all but the burst of 3028 bytes waits for its turn at 1 Mbit/s.
    const { out, report } = run({ asked: { bitsPerSecond: 1_000_000 }, count: 60, size: 1000, waitMs: 700 });
    expect(report.granted.rate).toBe('1mbit');
    const times = tshark(out, ['frame.time_epoch'], 'udp.dstport == 7001').map(([text]) => Number(text));
    const left = times.length * 1042 - 3028;
    expect(times.at(-1)! - times[0]!).toBeGreaterThan((0.9 * left * 8) / 1_000_000);
    expect(times.length + report.queueDropped).toBe(60);
    expect(report.arrived).toHaveLength(times.length);
  });

  test.each([
    { name: 'an MTU of 68', asked: { mtu: 68 } },
    { name: 'half of all packets lost', asked: { lossPercent: 50 } },
    { name: 'all packets lost', asked: { lossPercent: 100 } },
    { name: 'a slow, full queue', asked: { bitsPerSecond: 100_000 } },
    {
      name: 'everything at once',
      asked: { mtu: 1280, lossPercent: 50, bitsPerSecond: 200_000 },
      filter: 'ip6',
      family: 6,
    },
  ] as const)('ends with the sentinel under $name', ({ asked, ...rest }) => {
    const { out, report } = run({ asked, count: 100, size: 36, ...rest });
    expect(report.complete).toBe(true);
    expect(tshark(out, ['frame.number'], `udp.dstport == ${report.sentinelPort}`)).toEqual([]);
  });

  test('delays packets, or says that the kernel has no netem', () => {
    const { report } = run({ asked: { delayMs: 20 }, count: 1, waitMs: 100 });
    if (netem) {
      expect(report.granted.delay).toBe('20ms');
      expect(report.finishMs).toBeGreaterThan(40);
    } else {
      expect(report.error).toMatchObject({ exitCode: 3, hint: expect.stringContaining('sch_netem') });
      expect(report.error?.message).toContain('--delay needs netem');
    }
  });

  test('refuses a congestion control that is not there', () => {
    const { report } = run({ asked: { congestion: 'nonesuch' } });
    expect(report.error).toMatchObject({ exitCode: 2, hint: expect.stringContaining('reno') });
  });

  test.each([
    { asked: { lossPercent: 5 }, option: '--loss', install: 'nftables' },
    { asked: { bitsPerSecond: 1_000_000 }, option: '--rate', install: 'iproute2' },
  ])('names the package that $option needs', ({ asked, option, install }) => {
    const hidden = 'for d in /usr/sbin /sbin; do mount -t tmpfs none $d 2>/dev/null; done; exec "$@"';
    const { report } = run({ asked }, ['--mount', 'sh', '-c', hidden, 'sh']);
    expect(report.error).toMatchObject({ exitCode: 3, hint: `install it: sudo apt-get install ${install}` });
    expect(report.error?.message).toContain(option);
  });
});
