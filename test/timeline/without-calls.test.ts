import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSession } from '../../src/session/read.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { wording } from '../../src/timeline/wording.ts';
import { inferredText } from '../../src/words/inferred.ts';
import { SHARED, tsharkFields } from '../shared.ts';
import { openRecorded, SessionScript } from './build-session.ts';
import { mendChecksums, unreachableFrame } from './frames.ts';

async function plainCapture(name: string) {
  const file = join(SHARED, 'captures', `selfmade__${name}.pcap`);
  if (!existsSync(file)) {
    console.warn(`skipped: ${file} is missing (set SOCKSCOPE_SHARED)`);
    return null;
  }
  const session = await openSession(file);
  onTestFinished(() => session.capture.close());
  const timeline = buildTimeline(session);
  const why = wording(session);
  return {
    file,
    /** By Wireshark's number. */
    why: (number: number) => why(timeline.reasonOfPacket(number - 1)),
    call(number: number) {
      const inferred = timeline.inferredCall(number - 1);
      return inferred === null ? null : inferredText(inferred);
    },
    states: (number: number) => timeline.states(timeline.rowOfPacket(number - 1)),
    rows: session.capture.columns.length,
  };
}

test('fragments are told of the datagram that they are of, as long as its UDP header says', async () => {
  const capture = await plainCapture('udp-icmp-frag');
  if (capture === null) return;
  const length = Number(tsharkFields(capture.file, ['udp.length'])[10]?.[0]) - 8;
  for (const [place, number] of [11, 12, 13, 14, 15, 16].entries())
    expect(capture.why(number)).toBe(`fragment ${place + 1} of 6 of a datagram of ${length} bytes`);
  expect(capture.call(11)).toBe(`sendto(${length} bytes)`);
  expect(capture.call(12)).toBeNull();
});

const A = { host: '10.0.0.1', port: 40_000 };
const B = { host: '10.0.0.2', port: 9 };

async function toldOfFragments(keep: (place: number) => boolean): Promise<string[]> {
  const script = new SessionScript().fragments(0, A, B, Buffer.alloc(3000), 1480, 7);
  const recorded = script.recorded();
  const packets = recorded.packets.filter((_, place) => keep(place));
  const session = await openRecorded({ ...recorded, packets });
  const timeline = buildTimeline(session);
  const told = packets.map((_, row) => wording(session)(timeline.reasonOfPacket(row)));
  session.capture.close();
  return told;
}

// 3008 bytes with the UDP header: 1480, 1480 and 48.
test('of a datagram that is not all there the length is known by its header alone', async () => {
  const whole = 'fragment of a datagram of 3000 bytes, of which not all fragments are in the capture';
  expect(await toldOfFragments((place) => place !== 1)).toEqual([whole, whole]);
  expect(await toldOfFragments((place) => place === 2)).toEqual([
    'fragment of a datagram: 48 bytes of it; the first fragment, with the UDP header, is not in the capture',
  ]);
});

test('an error about a datagram in fragments names the first of them, which it quotes', async () => {
  const script = new SessionScript().fragments(0, A, B, Buffer.alloc(3000), 1480, 7);
  const [first] = script.packets;
  if (first === undefined) throw new Error('no fragment');
  const error = unreachableFrame(first.bytes);
  error[34] = 11; // Time exceeded, in reassembly: the others were late.
  error[35] = 1;
  const session = await openRecorded(script.frame(50, mendChecksums(error)).recorded());
  onTestFinished(() => session.capture.close());
  expect(buildTimeline({ ...session, run: null }).reasonOfPacket(3)).toMatchObject({ packets: [0] });
});

test('a reset of a capture without calls is of no program outside a run', async () => {
  const capture = await plainCapture('port-reuse');
  if (capture === null) return;
  for (const number of [7, 20, 33])
    expect(capture.why(number)).toMatch(/^reset: its sender aborts\. Calls are not known: .*SO_LINGER 0/);
  for (let number = 1; number <= capture.rows; number++) expect(capture.why(number)).not.toMatch(/this run/);
});

test('who sent a SYN does not listen', async () => {
  const capture = await plainCapture('simultaneous-open');
  if (capture === null) return;
  expect([2, 3, 4, 5].map(capture.call)).toEqual(['connect()', 'connect()', null, null]);
  expect(capture.states(2)).toMatchObject({ a: 'SYN-SENT', b: 'CLOSED' });
  expect(capture.states(3)).toMatchObject({ a: 'SYN-RECEIVED', b: 'SYN-SENT' });
});

// The program sent 120 000 bytes; the last segment bears the FIN.
test('no send is inferred of a full segment, and one of all bytes where the border is', async () => {
  const capture = await plainCapture('seq-wrap-loss');
  if (capture === null) return;
  const rows = tsharkFields(capture.file, ['frame.number', 'tcp.srcport', 'tcp.len', 'tcp.flags.fin']);
  const full = rows.filter(([, port, length]) => port !== '5001' && length === '1448');
  expect(full.length).toBeGreaterThan(80);
  expect(full.map(([number]) => capture.call(Number(number))).filter((call) => call !== null)).toEqual([]);
  const last = rows.find(([, port, , fin]) => port !== '5001' && fin === '1');
  expect(capture.call(Number(last?.[0]))).toBe('send(… 120000 bytes in all), then close or shutdown()');
});

test('urgent data was sent with MSG_OOB', async () => {
  const capture = await plainCapture('urgent');
  if (capture === null) return;
  expect([4, 6, 7].map(capture.call)).toEqual(['send(3 bytes)', 'send(1 byte, MSG_OOB)', 'send(3 bytes)']);
});

test('bytes before the first that were captured, sent twice: no ACK of them was seen, so none is named', async () => {
  const script = new SessionScript();
  const data = { ack: 1, flags: 'P.' };
  script
    .tcp(0, A, B, { ...data, seq: 5000, payload: Buffer.from('later') })
    .tcp(10, A, B, { ...data, seq: 4000, payload: Buffer.from('early') })
    .tcp(20, A, B, { ...data, seq: 4000, payload: Buffer.from('early') });
  const { packets, run } = script.recorded();
  const session = await openRecorded({ packets, calls: [], run });
  onTestFinished(() => session.capture.close());
  const timeline = buildTimeline(session);
  expect(timeline.unexplained).toBe(0);
  expect(timeline.reasonOfPacket(2).kind).not.toBe('again-needless');
});
