import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import type { Session } from '../../../src/session/session.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { Document } from '../../../views/tui/document.ts';
import { sourceContent } from '../../../views/tui/panes/source.ts';
import { textOf } from '../../../views/tui/text-view.ts';

const open: Session[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.capture.close();
});

/** tcp-echo, both of whose roles are in one file: as the ladder of the sample shows it, with file and line at each call. */
async function handshake(): Promise<Session> {
  const session = await openSession(join(import.meta.dirname, '../../../samples/handshake.pcapng'));
  open.push(session);
  return session;
}

/** The pane at the entry of a call. */
function paneAt(session: Session, name: string): readonly string[] {
  const document = new Document(buildTimeline(session), 'test');
  const call = session.calls.findIndex((_, index) => document.words.call(index) === name);
  return sourceContent(document, document.rowOfCall(call)).lines.map(textOf);
}

test('where the other role blocks is marked in the file, and told under the current line', async () => {
  const lines = paneAt(await handshake(), 'client send#1');
  const current = lines.findIndex((line) => line.startsWith(' ▶'));
  expect(lines[current]).toMatch(/^ ▶ {2}39 /);
  expect(lines[current + 1]).toBe('       ● server recv#1 blocks · tcp-echo.ts:146');
});

test('a mark in sight is not told twice', async () => {
  const session = await handshake();
  // The server's calls, moved near to the client's.
  const calls = session.calls.map((call) =>
    call.role !== 'server' || call.source === null ? call : { ...call, source: { ...call.source, line: 41 } },
  );
  const lines = paneAt({ ...session, calls }, 'client send#1');
  expect(lines.filter((line) => line.includes('server recv#1'))).toEqual([
    expect.stringMatching(/^ ● {2}41 .* {2}● server recv#1 blocks$/),
  ]);
});

test('a call of another file, and one that has returned', async () => {
  const session = await handshake();
  const calls = session.calls.map((call) =>
    call.role !== 'client' || call.source === null
      ? call
      : { ...call, source: { ...call.source, file: '/home/me/other.ts', line: 7 } },
  );
  const lines = paneAt({ ...session, calls }, 'server recv#1');
  expect(lines.join('\n')).toMatch(/● client connect#1 (blocks|has returned) · other\.ts:7/);
});
