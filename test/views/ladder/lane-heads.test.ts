import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { headOf, laneOfEnd, putHeads } from '../../../views/ladder/lane-heads.ts';
import type { Lane } from '../../../views/ladder/lanes.ts';
import { Canvas } from '../../../views/ladder/line.ts';
import { Document } from '../../../views/tui/document.ts';
import { initialModel, type Model } from '../../../views/tui/model.ts';
import { ladderTitle } from '../../../views/tui/panes/ladder.ts';
import { textOf } from '../../../views/tui/text-view.ts';

const lane = (title: string, side: Lane['side'], role: string | null = title): Lane => ({
  title,
  side,
  role,
});
const LANES = [
  lane('client 1', 'client'),
  lane('client 2', 'client'),
  lane('server 1', 'server'),
  lane('server 2', 'server'),
];

function drawn(heads: readonly string[], columns: readonly number[], lanes = LANES): string {
  const canvas = new Canvas(80);
  putHeads(canvas, lanes, columns, heads, { style: 'plain', ellipsis: '…' });
  return canvas
    .line()
    .map(({ text }) => text)
    .join('');
}

async function titles(name: string, width: number): Promise<(packet: number) => string> {
  const session = await openSession(join(import.meta.dirname, `../../../samples/${name}.pcapng`));
  const document = new Document(buildTimeline(session), 'test');
  const start = { theme: 'mono' as const, ascii: false, mouse: false, scenarios: [], recent: [] };
  const model: Model = {
    ...initialModel({ ...start, size: { width, height: 24 } }),
    page: 'ladder',
    document,
  };
  return (packet) => {
    const selected = document.timeline.rowOfPacket(packet);
    return textOf(ladderTitle({ ...model, selected }, document))
      .trim()
      .replace(/ +/g, ' ');
  };
}

test('a head without room moves inwards and covers no other', () => {
  expect(drawn(['client 1', 'client 2', 'server 1', 'server 2'], [0, 10, 69, 79])).toBe(
    'client 1  client 2                                            server 1  server 2',
  );
  expect(drawn(['client 1 SYN-SENT', 'client 2', 'server 1', 'server 2 LISTEN'], [0, 10, 69, 79])).toBe(
    'client 1 SYN-SENT  client 2                            server 1  server 2 LISTEN',
  );
  const long = ['client 1 ESTABLISHED', 'client 2 with a name that is long', '', '127.0.0.1:3500'];
  expect(drawn(long, [0, 10, 69, 79])).toBe(
    'client 1 ESTABLISHED  client 2 with a …                           127.0.0.1:3500',
  );
});

test('the state stands at the lane whose connection the row is', async () => {
  const title = await titles('never-accepted', 80);
  expect(title(0)).toContain('client 1 SYN-SENT client 2 server SYN-RECEIVED');
  expect(title(1)).toContain('client 1 ESTABLISHED client 2 server SYN-RECEIVED');
  // The first three packets are the handshake of client 1, the next three that of client 2.
  expect(title(3)).toContain('client 1 client 2 SYN-SENT server SYN-RECEIVED');
});

test('a refused connection has the lane of the program whose socket only has the address', async () => {
  for (const width of [80, 200]) {
    const title = await titles('refused', width);
    expect(title(0)).toMatch(/ client SYN-SENT server CLOSED(?: why)?$/);
  }
});

test('an end of no known program has a lane of its own, with its address over it', () => {
  const connection = {
    ...({ flow: 0, protocol: 'tcp', client: 'a', socketA: 'client:1', socketB: null } as const),
    ...{ endpointA: '127.0.0.1:40000', endpointB: '127.0.0.1:3500', roleA: 'client', roleB: null },
    isGuessed: false,
  };
  const lanes = [lane('client', 'client'), lane('server', 'server'), lane('server', 'server', null)];
  expect(laneOfEnd(lanes, connection, 'client')).toBe(0);
  expect(laneOfEnd(lanes, connection, 'server')).toBe(2);
  const heads = lanes.map((each) => headOf(each, [connection]));
  expect(drawn(heads, [0, 69, 79], lanes)).toBe(
    'client                                                    server  127.0.0.1:3500',
  );
});
