import { expect, test } from 'vitest';
import { judgeRun } from '../../src/scenarios/judgement.ts';
import { observe } from '../../src/scenarios/observe.ts';
import { restoreParameters } from '../../src/scenarios/parameters.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { ERRNO_TABLE } from '../../src/scenarios/support/errno-table.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { inEnglish } from '../../src/words/text.ts';
import { openRecorded } from '../timeline/build-session.ts';
import { recordRun, savedRun } from '../timeline/recorded-run.ts';

/** Of calls that fail on a connection which was made before: how many of its last packets are the cause. */
const LAST = 1;
/** Byte 13 of the TCP header, behind 14 bytes of Ethernet and 20 of IPv4 (RFC 9293 §3.1). */
const FLAGS_AT = 14 + 20 + 13;
const RST = 4;

test('the packets of the table are those of the run, and a check compares them', {
  timeout: 60_000,
}, async () => {
  const recorded = await recordRun(['errors']);
  if (typeof recorded === 'string') {
    console.warn(`skipped: ${recorded}`);
    return;
  }
  const parameters = restoreParameters(recorded.run.parameters ?? {});
  const scenario = await loadScenario('errors');
  const session = await openRecorded(recorded);
  const timeline = buildTimeline(session);
  const run = observe(timeline, parameters);
  for (const [errno, { call: name, packets, shown }] of Object.entries(ERRNO_TABLE)) {
    const call = run.calls('client', name).findLast((other) => other.errno === errno);
    if (call === undefined) continue; // it takes a privilege
    const seen =
      call.connection === null
        ? []
        : run
            .packets({ connection: call.connection })
            .filter(({ time }) => time < call.returned || errno === 'EINPROGRESS')
            .map(({ protocol, flags, icmpType, icmpCode }) =>
              protocol === 'icmp' ? `ICMP ${icmpType}/${icmpCode}` : flags,
            )
            .filter((_, at) => errno !== 'EINPROGRESS' || at < packets.length);
    const column = inEnglish(shown);
    if (column === 'none') continue;
    if (errno === 'ETIMEDOUT') {
      expect(seen.length).toBeGreaterThan(1);
      expect(new Set(seen)).toEqual(new Set(['SYN']));
      expect(column).toBe('SYN, SYN again…');
    } else {
      const cause = name === 'connect' ? seen : seen.slice(-LAST);
      expect([errno, cause.join(', ')]).toEqual([errno, column]);
    }
  }
  const [, second] = run
    .packets({
      connection:
        run.calls('client', 'connect').findLast(({ errno }) => errno === 'ETIMEDOUT')?.connection ?? null,
    })
    .map(({ index }) => index);
  session.capture.close();
  const bytes = recorded.packets[second ?? -1]?.bytes;
  bytes?.writeUInt8(RST, FLAGS_AT);
  const lied = await openRecorded(recorded);
  const crossed = judgeRun(scenario, parameters, buildTimeline(lied))
    .filter(({ holds }) => holds === false)
    .map(({ text }) => inEnglish(text));
  lied.capture.close();
  expect(crossed.join('\n')).toMatch(/ETIMEDOUT/);
});

test('the columns of its table are two wider than what stands in them', { timeout: 60_000 }, async () => {
  const { code, stderr } = await savedRun(['errors', '--errno', 'EHOSTDOWN']);
  if (code === 3) return console.warn(`skipped: ${stderr.trim()}`);
  // The widest: EHOSTDOWN has 9 letters, connect 7, the packets 28.
  expect(stderr.split('\n')).toContain(`client: errno      call     packets${' '.repeat(23)}meaning`);
  expect(stderr.split('\n')).toContain(
    'client: EHOSTDOWN  connect  SYN, ICMP 3/7, SYN, ICMP 3/7  Host is down',
  );
});
