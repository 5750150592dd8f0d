import { expect, test } from 'vitest';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { printLadder } from '../../../views/text/print-ladder.ts';
import type { Recorded } from '../../timeline/build-session.ts';
import { conversation, openRecorded, SessionScript } from '../../timeline/build-session.ts';

const CLIENT = { host: '127.0.0.1', port: 40_000 };
const SERVER = { host: '127.0.0.1', port: 3500 };
const C = '127.0.0.1:40000';
const S = '127.0.0.1:3500';
const CHUNK = 100;

interface Wishes {
  /** The round in which the recv takes this many µs. */
  readonly slow?: readonly [round: number, us: number];
  /** The round in which a recv fails with EAGAIN. */
  readonly failing?: number;
  /** Rounds of which the segment is lost and sent again. */
  readonly repeated?: readonly number[];
}

/** `rounds` sends of 100 bytes, each in its own segment, acknowledged and read; thinned, as a large run is. */
function transfer(rounds: number, { slow = [-1, 0], failing = -1, repeated = [] }: Wishes = {}): Recorded {
  const script = new SessionScript();
  const { fromClient, fromServer } = conversation(script, CLIENT, SERVER);
  const client = { socket: 'client:1', fd: 3, local: C, remote: S, thinned: true, length: CHUNK };
  const server = { socket: 'server:2', fd: 4, local: S, remote: C, thinned: true, length: CHUNK };
  script.call([20, 25], 'server', 'listen', { socket: 'server:1', fd: 3, local: S, args: { backlog: 5 } });
  const accept = { socket: 'server:1', fd: 3, ret: 4, created: 'server:2', local: S, remote: C };
  script.call([30, 160], 'server', 'accept', accept);
  script.call([100, 150], 'client', 'connect', { ...client, length: null, args: { address: S } });
  fromClient(110, 'S', 0, 0, { window: 64_240 });
  fromServer(120, 'S.', 0, 1, { window: 65_160 });
  fromClient(130, '.', 1, 1);
  const lost: number[] = [];
  let us = 200;
  for (let round = 0; round < rounds; round++) {
    const offset = round * CHUNK;
    const took = slow[0] === round ? slow[1] : 40;
    const payload = 'x'.repeat(CHUNK);
    if (round === failing) script.call([us - 8, us - 7], 'server', 'recv', { ...server, errno: 'EAGAIN' });
    script.call([us, us + 10], 'client', 'send', { ...client, offset, ret: CHUNK });
    if (took > 40) script.call([us + 1, us + took], 'server', 'recv', { ...server, offset, ret: CHUNK });
    fromClient(us + 5, '.', 1 + offset, 1, { payload });
    if (repeated.includes(round)) {
      lost.push(script.packets.length);
      fromClient(us + 12, '.', 1 + offset, 1, { payload });
    }
    fromServer(us + 14, '.', 1, 1 + offset + CHUNK);
    if (took <= 40) script.call([us + 20, us + 25], 'server', 'recv', { ...server, offset, ret: CHUNK });
    us += took + 20;
  }
  return script.recorded({ thinned: true, lost });
}

async function ladderOf(recorded: Recorded, all = false): Promise<string[]> {
  const session = await openRecorded(recorded);
  const options = { width: 120, ascii: false, all, colour: false };
  const lines = [...printLadder(buildTimeline(session), options)];
  session.capture.close();
  return lines;
}

const folded = (lines: readonly string[]): string => lines.join(' ').replace(/[│┃\s]+/g, ' ');

test('a long transfer is some lines, which say how many calls moved which bytes', async () => {
  const lines = await ladderOf(transfer(1000));
  expect(lines.length).toBeLessThan(80);
  const text = folded(lines);
  const counts = [...text.matchAll(/server recv#(\d+)–#(\d+): (\d+) calls, bytes (\d+)–(\d+)/g)].map(
    (match) => match.slice(1).map(Number),
  );
  expect(counts.length).toBeGreaterThan(0);
  for (const [first = 0, last = 0, count, from, to] of counts) {
    expect(count).toBe(last - first + 1);
    expect(from).toBe((first - 1) * CHUNK);
    expect(to).toBe(last * CHUNK - 1);
  }
  // Nothing is told twice or left out: what is folded and what is shown are all recvs.
  const shown = lines.filter((line) => /recv#\d+\(.* = 100/.test(line)).length;
  expect(counts.reduce((sum, [, , count = 0]) => sum + count, 0) + shown).toBe(1000);
});

test('--all shows every row', async () => {
  const lines = await ladderOf(transfer(300), true);
  expect(lines.filter((line) => line.includes('recv#') && line.includes(' = 100')).length).toBe(300);
  expect(lines.join('\n')).not.toContain('rows alike');
});

test('a call that fails and one that blocks for 100 ms are shown, one that blocks for 90 ms may be folded', async () => {
  const failing = await ladderOf(transfer(400, { failing: 200 }));
  expect(failing.some((line) => line.includes('recv#201') && line.includes('EAGAIN'))).toBe(true);
  const long = await ladderOf(transfer(400, { slow: [200, 100_100] }));
  expect(long.some((line) => line.includes('recv#201') && line.includes('after 100 ms'))).toBe(true);
  const short = await ladderOf(transfer(400, { slow: [200, 90_000] }));
  expect(short.length).toBeLessThan(100);
});

test('retransmissions are shown; where there are very many, the rest is counted', async () => {
  const few = (await ladderOf(transfer(400, { repeated: [100, 200, 300] }))).join('\n');
  for (const offset of [100, 200, 300])
    expect(few).toContain(`bytes ${offset * CHUNK}–${offset * CHUNK + 99} again`);
  const rounds = Array.from({ length: 200 }, (_, index) => index + 100);
  const many = await ladderOf(transfer(400, { repeated: rounds }));
  expect(many.length).toBeLessThan(400);
  const told = [...folded(many).matchAll(/(\d+) × sent again/g)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
  const shown = many.filter((line) => /bytes \d+–\d+ again/.test(line)).length;
  expect(told + shown).toBe(200);
  const lost = [...folded(many).matchAll(/· (\d+) lost here/g)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
  expect(lost + many.filter((line) => line.includes('✕')).length).toBe(200);
});
