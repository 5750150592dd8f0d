import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openSession } from '../../src/session/read.ts';
import type { Session } from '../../src/session/session.ts';
import { messageOf } from '../../src/timeline/messages.ts';
import { namesOf } from '../../src/timeline/names.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import type { Reason, Timeline } from '../../src/timeline/types.ts';
import { verifyTimeline } from '../../src/timeline/verify.ts';
import { wording } from '../../src/timeline/wording.ts';
import { openRecorded, type Recorded } from './build-session.ts';
import { mendChecksums } from './frames.ts';
import { client, connected, server } from './opening.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

const opened: Session[] = [];
afterEach(() => {
  for (const { capture } of opened.splice(0)) capture.close();
});

async function read(recorded: Recorded): Promise<Timeline> {
  const session = await openRecorded(recorded);
  opened.push(session);
  return buildTimeline(session);
}

const say = (timeline: Timeline, reason: Reason): string => messageOf(reason, namesOf(timeline.session));

function reasons(timeline: Timeline): string[] {
  const { length } = timeline.session.capture.columns;
  return Array.from({ length }, (_, row) => say(timeline, timeline.reasonOfPacket(row)));
}

/** SACK blocks (RFC 2018) of relative sequence numbers. */
function sack(isn: number, ...edges: readonly number[]): Uint8Array {
  const option = Buffer.alloc(4 + 4 * edges.length);
  option.set([1, 1, 5, 2 + 4 * edges.length]);
  for (const [place, edge] of edges.entries()) option.writeUInt32BE(isn + edge, 4 + 4 * place);
  return option;
}

/** Time stamps (RFC 7323 §3.2). */
function stamps(value: number, echo: number): Uint8Array {
  const option = Buffer.alloc(12);
  option.set([1, 1, 8, 10]);
  option.writeUInt32BE(value, 4);
  option.writeUInt32BE(echo, 8);
  return option;
}

test('a FIN that comes before the lost bytes ahead of it is answered by a duplicate ACK', async () => {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 220], 'server', 'send', { ...server, length: 4, offset: 0, ret: 4, data: bytes('done') });
  fromServer(210, 'P.', 1, 1, { payload: 'done' });
  script.call([230, 250], 'server', 'close', server);
  fromServer(240, 'F.', 5, 1);
  fromClient(245, '.', 1, 1, { options: sack(900_000, 5, 6) });
  fromServer(250, 'P.', 1, 1, { payload: 'done' });
  fromClient(255, '.', 1, 6);
  script.call([180, 300], 'client', 'recv', {
    ...client,
    length: 8,
    offset: 0,
    ret: 4,
    data: bytes('done'),
  });
  const timeline = await read(script.recorded({ lost: [4], network: { net: 'private', loss: 10 } }));
  expect(reasons(timeline).slice(3)).toEqual([
    'bytes 0–3 of server send#1',
    'FIN of server close#1',
    'duplicate ACK 1: packet 5 came, byte 0 is missing',
    'bytes 0–3 again (fast, 1 duplicate ACK): packet 4 was lost here',
    'ACK of the FIN in packet 5',
  ]);
});

test('duplicate ACKs find the arrivals that their SACK blocks tell of, also after an ACK with news', async () => {
  const { script, fromClient, fromServer } = connected();
  const data = 'abcdefghij';
  script.call([200, 400], 'client', 'send', { ...client, length: 10, offset: 0, ret: 10, data: bytes(data) });
  fromClient(210, '.', 1, 1, { payload: 'ab' });
  fromClient(220, '.', 3, 1, { payload: 'cd' });
  fromClient(230, '.', 5, 1, { payload: 'ef' });
  fromServer(240, '.', 1, 1, { options: sack(1000, 5, 7) });
  // Sent again, and new bytes after it: all three are there before the server's second processor answers.
  fromClient(250, '.', 1, 1, { payload: 'ab' });
  fromClient(251, '.', 7, 1, { payload: 'gh' });
  fromClient(252, '.', 9, 1, { payload: 'ij' });
  fromServer(260, '.', 1, 3, { options: sack(1000, 5, 7) });
  fromServer(261, '.', 1, 3, { options: sack(1000, 5, 9) });
  fromServer(262, '.', 1, 3, { options: sack(1000, 5, 11) });
  fromClient(270, '.', 3, 1, { payload: 'cd' });
  fromServer(280, '.', 1, 11);
  const timeline = await read(script.recorded({ lost: [4, 5], network: { net: 'private', loss: 10 } }));
  expect(reasons(timeline).slice(6)).toEqual([
    'duplicate ACK 1: packet 6 came, byte 0 is missing',
    'bytes 0–1 again (fast, 1 duplicate ACK): packet 4 was lost here',
    'bytes 6–7 of client send#1',
    'bytes 8–9 of client send#1',
    'ACK of bytes up to 2 (packet 8)',
    'duplicate ACK 1: packet 9 came, byte 2 is missing',
    'duplicate ACK 2: packet 10 came, byte 2 is missing',
    'bytes 2–3 again (fast, 2 duplicate ACKs): packet 5 was lost here',
    'ACK of bytes up to 10 (packet 14)',
  ]);
});

test('a window update is no duplicate ACK, with SACK agreed on', async () => {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 400], 'client', 'send', { ...client, length: 4, offset: 0, ret: 4, data: bytes('abcd') });
  fromClient(210, '.', 1, 1, { payload: 'ab' });
  fromServer(220, '.', 1, 1, { window: 600 });
  fromClient(230, '.', 3, 1, { payload: 'cd' });
  fromServer(240, '.', 1, 1, { options: sack(1000, 3, 5), window: 600 });
  fromClient(250, '.', 1, 1, { payload: 'ab' });
  fromServer(260, '.', 1, 5, { window: 600 });
  const timeline = await read(script.recorded({ lost: [4], network: { net: 'private', loss: 10 } }));
  expect(reasons(timeline)[7]).toBe('bytes 0–1 again (fast, 1 duplicate ACK): packet 4 was lost here');
});

test('a packet whose time stamp was overtaken is answered', async () => {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 400], 'client', 'send', { ...client, length: 4, offset: 0, ret: 4, data: bytes('abcd') });
  fromClient(210, '.', 1, 1, { payload: 'ab', options: stamps(50, 0) });
  fromClient(220, 'P.', 3, 1, { payload: 'cd', options: stamps(50, 0) });
  fromServer(240, '.', 1, 5, { options: stamps(903, 50) });
  fromServer(245, '.', 1, 3, { options: stamps(900, 50) });
  fromClient(250, '.', 5, 1, { options: stamps(51, 903) });
  const timeline = await read(script.recorded());
  expect(reasons(timeline).slice(5)).toEqual([
    'ACK of bytes up to 4 (packet 5)',
    'older ACK, overtaken by packet 6',
    'ACK again: packet 7 had been overtaken, its time stamp was older than one heard already (PAWS)',
  ]);
});

test('the same ACK without an older time stamp before it stays unexplained', async () => {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 400], 'client', 'send', { ...client, length: 2, offset: 0, ret: 2, data: bytes('ab') });
  fromClient(210, 'P.', 1, 1, { payload: 'ab', options: stamps(50, 0) });
  fromServer(240, '.', 1, 3, { options: stamps(903, 50) });
  fromClient(250, '.', 3, 1, { options: stamps(51, 903) });
  const timeline = await read(script.recorded());
  expect(timeline.reasonOfPacket(5).kind).toBe('unexplained');
});

/** 'ab' twice, whole both times; then what the receiver says of it. */
async function sentTwice(...edges: readonly number[]): Promise<Timeline> {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 400], 'client', 'send', { ...client, length: 2, offset: 0, ret: 2, data: bytes('ab') });
  fromClient(210, 'P.', 1, 1, { payload: 'ab' });
  fromClient(200_210, 'P.', 1, 1, { payload: 'ab' });
  fromServer(200_220, '.', 1, 3, { options: edges.length === 0 ? new Uint8Array(0) : sack(1000, ...edges) });
  fromClient(200_300, 'P.', 3, 1, { payload: 'c' });
  script.call([200_290, 200_310], 'client', 'send', {
    ...client,
    length: 1,
    offset: 2,
    ret: 1,
    data: bytes('c'),
  });
  fromServer(200_310, '.', 1, 4);
  script.call([300, 200_400], 'server', 'recv', {
    ...server,
    length: 2,
    offset: 0,
    ret: 2,
    data: bytes('ab'),
  });
  return read(script.recorded());
}

test('without a report of a duplicate the first copy was not taken, and the second is what was received', async () => {
  const timeline = await sentTwice();
  expect(reasons(timeline)[4]).toBe(
    'bytes 0–1 again (timeout, 200 ms): packet 4 was not taken by the receiver',
  );
  expect(timeline.linksOfPacket(4).map(({ relation }) => relation)).toContain('consumes');
});

test('with a report of a duplicate, of whichever bytes, both may have been taken', async () => {
  const timeline = await sentTwice(1, 2);
  expect(reasons(timeline)[4]).toBe(
    'bytes 0–1 again (timeout, 200 ms): packet 4 had arrived: the receiver reports the bytes twice (D-SACK)',
  );
  expect(timeline.linksOfPacket(3).map(({ relation }) => relation)).toContain('consumes');
});

/** Two small sends: the second leaves when the first is acknowledged, and what stood before it in between is up to the caller. */
test('a small segment is held back by Nagle only if all before it had left', async () => {
  const { script, fromClient, fromServer } = connected();
  const big = 'x'.repeat(1460);
  script.call([200, 205], 'client', 'send', { ...client, length: 2, offset: 0, ret: 2, data: bytes('ab') });
  fromClient(203, 'P.', 1, 1, { payload: 'ab' });
  script.call([210, 215], 'client', 'send', {
    ...client,
    length: 1462,
    offset: 2,
    ret: 1462,
    data: bytes(`${big}yz`),
  });
  fromServer(240, '.', 1, 3);
  fromClient(250, '.', 3, 1, { payload: big });
  fromClient(251, 'P.', 1463, 1, { payload: 'yz' });
  script.call([300, 305], 'client', 'send', { ...client, length: 1, offset: 1464, ret: 1, data: bytes('!') });
  fromServer(310, '.', 1, 1465);
  fromClient(320, 'P.', 1465, 1, { payload: '!' });
  const timeline = await read(script.recorded());
  expect(reasons(timeline).slice(6)).toEqual(
    [
      'bytes 1462–1463 of client send#2, seen 36 µs after it had returned',
      'ACK of bytes up to 1464 (packet 7)',
      'bytes 1464–1464 of client send#3: held back by Nagle until the ACK in packet 8',
    ].map((line) => line.replace('bytes 1464–1464', 'byte 1464')),
  );
});

test('identification 0 is the number after 65535', async () => {
  const { script, fromClient, fromServer } = connected();
  const ids = [65_534, 65_535, 0, 1];
  for (const [place, id] of ids.entries()) {
    const us = 200 + 20 * place;
    script.call([us, us + 5], 'client', 'send', {
      ...client,
      length: 1,
      offset: place,
      ret: 1,
      data: bytes('a'),
    });
    fromClient(us + 2, 'P.', 1 + place, 1, { payload: 'a', id });
    fromServer(us + 4, '.', 1, 2 + place);
  }
  const recorded = script.recorded();
  recorded.packets[2] = { ...recorded.packets[2]!, bytes: withId(recorded.packets[2]!.bytes, 65_533) };
  recorded.packets[0] = { ...recorded.packets[0]!, bytes: withId(recorded.packets[0]!.bytes, 65_532) };
  const { checks } = verifyTimeline(await read(recorded));
  expect(checks.find(({ name }) => name.startsWith('each socket sends in order'))).toMatchObject({
    ok: true,
  });
  const without = { ...recorded, packets: recorded.packets.filter((_, row) => row !== 7) };
  const again = verifyTimeline(await read(without));
  expect(again.checks.find(({ name }) => name.startsWith('each socket sends in order'))).toMatchObject({
    ok: false,
  });
});

/** Sets the IPv4 identification (RFC 791 §3.1), and the header's checksum with it. */
function withId(frame: Buffer, id: number): Buffer {
  const copy = Buffer.from(frame);
  copy.writeUInt16BE(id, 18);
  return mendChecksums(copy);
}

test.each([
  { name: 'at once: it had only overtaken them', us: 230, ok: true },
  { name: 'long after: nothing can have sent it', us: 100_000, ok: false },
])('bytes that are seen before those ahead of them verify when these follow $name', async ({ us, ok }) => {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 250], 'client', 'send', { ...client, length: 4, offset: 0, ret: 4, data: bytes('abcd') });
  fromClient(220, 'P.', 3, 1, { payload: 'cd', id: 40_003 });
  fromClient(us, '.', 1, 1, { payload: 'ab', id: 40_002 });
  fromServer(us + 10, '.', 1, 5);
  const { checks } = verifyTimeline(await read(script.recorded()));
  expect(checks.find(({ name }) => name.startsWith('acknowledgements are'))).toMatchObject({ ok });
});

test('an answer to a duplicate may ride on data; the window update after it is no second one', async () => {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 205], 'client', 'send', { ...client, length: 2, offset: 0, ret: 2, data: bytes('ab') });
  fromClient(203, 'P.', 1, 1, { payload: 'ab' });
  fromServer(210, '.', 1, 3);
  fromClient(200_210, 'P.', 1, 1, { payload: 'ab' });
  script.call([200_200, 200_230], 'server', 'send', {
    ...server,
    length: 2,
    offset: 0,
    ret: 2,
    data: bytes('yz'),
  });
  fromServer(200_220, 'P.', 1, 3, { payload: 'yz', options: sack(1000, 1, 3) });
  fromClient(200_240, '.', 3, 3);
  script.call([200_290, 200_310], 'server', 'recv', {
    ...server,
    length: 2,
    offset: 0,
    ret: 2,
    data: bytes('ab'),
  });
  fromServer(200_300, '.', 3, 3, { window: 700 });
  const timeline = await read(script.recorded({ lost: [5], network: { net: 'private', loss: 10 } }));
  expect(reasons(timeline).slice(5)).toEqual([
    'bytes 0–1 again (timeout, 200 ms): packet 4 arrived, its acknowledgement was lost here',
    'bytes 0–1 of server send#1',
    'ACK of bytes up to 2 (packet 7)',
    'window update: what was read up to server recv#1 made room',
  ]);
});

/** Both FINs cross: the server's reached the client, its acknowledgement came with the client's FIN, which was lost. */
async function finAgain(options: Uint8Array): Promise<Timeline> {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 220], 'server', 'close', server);
  fromServer(210, 'F.', 1, 1);
  script.call([230, 250], 'client', 'close', client);
  fromClient(240, 'F.', 1, 2);
  fromClient(200_240, 'F.', 1, 2);
  fromServer(200_245, 'F.', 1, 1);
  fromServer(200_250, '.', 2, 2);
  fromClient(200_255, '.', 2, 2, { options });
  return read(script.recorded({ lost: [5], network: { net: 'private', loss: 10 } }));
}

test.each([
  { name: 'with a D-SACK block', options: sack(900_000, 1, 2) },
  { name: 'without, as in TIME-WAIT', options: new Uint8Array(0) },
])('a repeated FIN is answered $name', async ({ options }) => {
  expect(reasons(await finAgain(options)).slice(5)).toEqual([
    'FIN again after 200 ms: packet 5 was lost here',
    'FIN again after 200 ms: packet 4 arrived, its acknowledgement was lost here',
    'ACK of the FIN in packet 6',
    'ACK again: packet 7 repeated the FIN',
  ]);
});

test('a delayed ACK that is overtaken by data of the same end is an older one', async () => {
  const { script, fromClient, fromServer } = connected();
  script.call([200, 205], 'client', 'send', { ...client, length: 2, offset: 0, ret: 2, data: bytes('ab') });
  fromClient(203, 'P.', 1, 1, { payload: 'ab', options: stamps(10, 0) });
  script.call([40_190, 40_230], 'server', 'send', {
    ...server,
    length: 3,
    offset: 0,
    ret: 3,
    data: bytes('xyz'),
  });
  fromServer(40_210, 'P.', 1, 3, { payload: 'xyz', options: stamps(60, 10) });
  fromServer(40_211, '.', 1, 3, { options: stamps(60, 10) });
  fromClient(40_215, '.', 3, 4, { options: stamps(50, 60) });
  fromClient(40_220, '.', 3, 4, { options: stamps(50, 60) });
  const timeline = await read(script.recorded());
  expect(reasons(timeline).slice(5)).toEqual([
    'older ACK, overtaken by packet 5',
    'ACK of bytes up to 3 (packet 5)',
    'ACK again: packet 6 came after bytes that had overtaken it',
  ]);
});

test.each([
  {
    echoes: 'an older stamp',
    options: stamps(11, 50),
    known: 'still on its way, by the time stamps',
  },
  { echoes: 'its stamp', options: stamps(11, 60), known: 'the sender had it' },
  { echoes: 'nothing', options: new Uint8Array(0), known: 'whether in time is unknown' },
])(
  'bytes sent again after an ACK of them are needless; the copy echoes $echoes',
  async ({ options, known }) => {
    const { script, fromClient, fromServer } = connected();
    script.call([200, 300], 'client', 'send', {
      ...client,
      length: 4,
      offset: 0,
      ret: 4,
      data: bytes('abcd'),
    });
    fromClient(210, 'P.', 1, 1, { payload: 'ab', options: stamps(10, 50) });
    fromServer(240, '.', 1, 3, { options: stamps(60, 10) });
    fromClient(250, 'P.', 1, 1, { payload: 'ab', options });
    fromClient(270, 'P.', 3, 1, { payload: 'cd', options: stamps(12, 60) });
    fromServer(280, '.', 1, 5, { options: stamps(61, 12) });
    const told = reasons(await read(script.recorded()));
    expect(told[5]).toBe(`bytes 0–1 again after 40 µs, needlessly: acknowledged by packet 5 (${known})`);
  },
);

test('tshark calls spurious what is told as needless in the sample of a closed window', async () => {
  const session = await openSession(join(import.meta.dirname, '../../samples/zero-window.pcapng'));
  opened.push(session);
  const timeline = buildTimeline(session);
  const words = wording(session);
  const told = Array.from({ length: session.capture.columns.length }, (_, row) =>
    words(timeline.reasonOfPacket(row)),
  );
  // tshark 4.0.17 -Y tcp.analysis.spurious_retransmission: frame 42, Seq=5073; frame 41 has Ack=5797, 45.5 ms after frame 39.
  expect(told.filter((text) => text.includes('needlessly'))).toEqual([
    'bytes 5072–5795 again after 45 ms, needlessly: acknowledged by packet 41 (still on its way, by the time stamps)',
  ]);
});
