import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import type { Session } from '../../../src/session/session.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { wordsOf } from '../../../src/timeline/words.ts';
import { lessonOf } from '../../../views/lessons.ts';
import { Document } from '../../../views/tui/document.ts';
import { whyContent } from '../../../views/tui/panes/why.ts';
import { socketsAt } from '../../../views/tui/socket-table.ts';
import { textOf } from '../../../views/tui/text-view.ts';
import { openRecorded, type Recorded, SessionScript } from '../../timeline/build-session.ts';
import { resetUnread, tcpEcho, udpEcho } from '../../timeline/samples.ts';
import { TestScreen } from './screen.ts';

const open: Session[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.capture.close();
});

async function documentOf(recorded: Recorded): Promise<Document> {
  const session = await openRecorded(recorded);
  open.push(session);
  return new Document(buildTimeline(session), 'test');
}

function rowOf({ timeline, session }: Document, name: string): number {
  const words = wordsOf(timeline);
  return timeline.rowOfReturn(session.calls.findIndex((_, call) => words.call(call) === name));
}

/** State, local and peer address of each socket after a call, as columns of `ss -tuan`. */
const listed = (document: Document, name: string): string[] =>
  socketsAt(document, rowOf(document, name)).lines.map(
    ({ protocol, state, local, remote }) => `${protocol} ${state} ${local} ${remote}`,
  );

// What ss of iproute2 6.1 lists after the same calls of a Python program.
describe('sockets as ss lists them', () => {
  test('a datagram socket has a peer by connect() only', async () => {
    const document = await documentOf(udpEcho());
    expect(listed(document, 'server bind#1')).toEqual(['udp UNCONN 127.0.0.1:3500 0.0.0.0:*']);
    expect(listed(document, 'server sendto#1')).toEqual([
      'udp UNCONN 127.0.0.1:3500 0.0.0.0:*',
      'udp UNCONN 127.0.0.1:40001 0.0.0.0:*',
    ]);
  });

  test('a connected one has it; without a port it is in no table', async () => {
    const made = { ret: 3, args: { domain: 'AF_INET6', type: 'SOCK_DGRAM', protocol: 0 } };
    const own = { socket: 'client:1', fd: 3, local: '[::1]:40001' };
    const document = await documentOf(
      new SessionScript()
        .call([0, 5], 'client', 'socket', { ...made, created: 'client:1' })
        .call([10, 15], 'client', 'bind', { ...own, args: { address: '[::1]:40001' } })
        .call([20, 25], 'client', 'connect', { ...own, remote: '[::1]:9', args: { address: '[::1]:9' } })
        .recorded(),
    );
    expect(listed(document, 'client socket#1')).toEqual([]);
    expect(listed(document, 'client bind#1')).toEqual(['udp UNCONN [::1]:40001 [::]:*']);
    expect(listed(document, 'client connect#1')).toEqual(['udp ESTAB [::1]:40001 [::1]:9']);
  });

  test('a TCP socket is listed while it listens or is connected', async () => {
    const document = await documentOf(tcpEcho());
    expect(listed(document, 'server bind#1')).toEqual([]);
    expect(listed(document, 'server listen#1')).toEqual(['tcp LISTEN 127.0.0.1:3500 0.0.0.0:*']);
  });

  test('after a reset neither end is listed, though the program still has its socket', async () => {
    const document = await documentOf(resetUnread());
    expect(listed(document, 'client recv#1')).toEqual(['tcp LISTEN 127.0.0.1:3500 0.0.0.0:*']);
  });

  test('a connection in the accept queue is listed without a process', async () => {
    const session = await openSession(join(import.meta.dirname, '../../../samples/loss-syn.pcapng'));
    open.push(session);
    const { kernel: _, ...inferred } = session;
    const document = new Document(buildTimeline(inferred), 'test');
    const { timeline } = document;
    const { lines } = socketsAt(document, timeline.rowOfPacket(4));
    expect(lines.map(({ state, recvQueue, process }) => [state, recvQueue, process.split(' ')[0]])).toEqual([
      ['LISTEN', 1, 'server'],
      ['ESTAB', 0, 'client'],
      ['ESTAB', 0, ''],
    ]);
  });
});

test('the page keys move a table that is longer than the screen; j moves in time', async () => {
  const script = new SessionScript();
  const count = 12;
  for (let at = 0; at < count; at++) {
    const made = { created: `client:${at}`, ret: 3 + at, args: { domain: 'AF_INET', type: 'SOCK_DGRAM' } };
    const address = `127.0.0.1:${4000 + at}`;
    script.call([at * 20, at * 20 + 5], 'client', 'socket', made);
    const own = { socket: `client:${at}`, fd: 3 + at, local: address, args: { address } };
    script.call([at * 20 + 10, at * 20 + 15], 'client', 'bind', own);
  }
  const session = await openRecorded(script.recorded());
  open.push(session);
  const shown = new TestScreen({ width: 80, height: 24 });
  try {
    shown.show(session);
    await shown.press('o', 'G');
    await shown.until('… 0 more above, 4 below');
    await shown.press('\x1b[6~');
    const lines = await shown.until('… 4 more above, 0 below');
    expect(lines.join('\n')).toContain('127.0.0.1:4011');
    expect(lines.join('\n')).not.toContain('127.0.0.1:4003');
    expect(shown.app.model.selected).toBe(session.calls.length - 1);
    await shown.press('\x1b[5~');
    await shown.until('… 0 more above, 4 below');
    await shown.press('k');
    await shown.until('… 0 more above, 3 below');
  } finally {
    shown.close();
  }
});

test('the close of a UDP socket names close(2), setsockopt its own page', () => {
  expect(lessonOf('call-local', 'close')?.read).toBe('close(2)');
  expect(lessonOf('call-local', 'setsockopt')?.read).toBe('setsockopt(2)');
});

test('calls without packets name their own manual page', async () => {
  const document = await documentOf(tcpEcho());
  const read = (name: string): string =>
    textOf(whyContent(document, rowOf(document, name), 100).lines.at(-1) ?? { spans: [], back: 'none' });
  expect(read('server socket#1')).toMatch(/ socket\(2\)$/);
  expect(read('server bind#1')).toMatch(/ bind\(2\)$/);
  expect(read('server listen#1')).toMatch(/ listen\(2\), tcp\(7\)$/);
});
