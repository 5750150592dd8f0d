import { describe, expect, test } from 'vitest';
import { judgeRun } from '../../src/scenarios/judgement.ts';
import { restoreParameters } from '../../src/scenarios/parameters.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { say } from '../../src/words/text.ts';
import { have } from '../support/tools.ts';
import { openRecorded, type Recorded } from '../timeline/build-session.ts';
import { tcpFrame } from '../timeline/frames.ts';
import { recordRun } from '../timeline/recorded-run.ts';

const FIN = 1;
const CLIENT_PORT_AT = 34;
const RTO_NS = 200_000_000n;

/** Where a machine is so busy that an ACK takes longer than the repetition's timer, a FIN comes to a socket that is gone. */
describe.skipIf(!have('unshare'))('the server of greeting closes first', () => {
  test.each([
    { what: 'and is left in TIME_WAIT', late: [], holds: true, note: undefined },
    // Of RFC 9293 §3.10.7.5 the RST of a later incarnation ends TIME_WAIT (RFC 1337 calls it assassination).
    {
      what: 'its FIN comes again, the client is gone, and its RST ends TIME_WAIT',
      late: ['F', 'R'],
      holds: null,
      note: /RST/,
    },
    {
      what: 'its FIN comes again, and the client still answers it',
      late: ['F', '.'],
      holds: true,
      note: undefined,
    },
  ])('$what', async ({ late, holds, note }) => {
    const recorded = await recordRun(['greeting', '--clients', '1']);
    if (typeof recorded === 'string') throw new Error(recorded);
    add(recorded, late);
    const session = await openRecorded(recorded);
    const parameters = restoreParameters(recorded.run.parameters);
    const results = judgeRun(await loadScenario('greeting'), parameters, buildTimeline(session));
    const [check] = results.filter(({ text }) => say(text).includes('TIME_WAIT'));
    expect(check?.holds).toBe(holds);
    if (note !== undefined) expect(say(check?.note ?? '')).toMatch(note);
    expect(results.filter((each) => each.holds === false)).toEqual([]);
    session.capture.close();
  });
});

/** The server's FIN once more, as it was, and what comes back. */
function add({ packets, run }: Recorded, late: readonly string[]): void {
  const fins = packets.filter(({ bytes }) => ((bytes[47] ?? 0) & FIN) !== 0);
  const fin = fins[0]?.bytes;
  const end = packets.at(-1)?.ns;
  if (late.length === 0) return;
  if (fin === undefined || end === undefined) throw new Error('no FIN was recorded');
  const [server, client] = [fin.readUInt16BE(CLIENT_PORT_AT), fin.readUInt16BE(CLIENT_PORT_AT + 2)];
  const here = { host: '127.0.0.1', port: client };
  const there = { host: '127.0.0.1', port: server };
  const seq = fin.readUInt32BE(42);
  const answer = { seq, ack: late[1] === 'R' ? 0 : fin.readUInt32BE(38) + 1, flags: late[1] ?? '.' };
  packets.push(
    { ns: end + RTO_NS, bytes: fin },
    { ns: end + RTO_NS + 1000n, bytes: tcpFrame(here, there, answer) },
  );
  Object.assign(run, { received: packets.length });
}
