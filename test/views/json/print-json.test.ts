import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import type { Session } from '../../../src/session/session.ts';
import { SessionFile } from '../../../src/session/write.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { verifyTimeline } from '../../../src/timeline/verify.ts';
import { printJson } from '../../../views/json/print-json.ts';
import { ECHO_RUN, echoSession } from '../../session/fake-session.ts';
import { hangingSession, lossySession, refusedSession, twoClientsSession } from '../ladder/sessions.ts';

type Fields = Record<string, unknown> & { type: string };

function linesOf(session: Session): string[] {
  return [...printJson(buildTimeline(session))];
}

function objects(session: Session): Fields[] {
  return linesOf(session).map((line) => JSON.parse(line) as Fields);
}

const sessions = {
  echo: echoSession(),
  refused: refusedSession(),
  lossy: lossySession(),
  hanging: hangingSession(),
};

describe('every line', () => {
  test.each(Object.entries(sessions))('of %s has a schema and a type, the summary last', (_, session) => {
    const all = objects(session);
    expect(all.every(({ schema, type }) => schema === 1 && typeof type === 'string')).toBe(true);
    expect(all[0]?.type).toBe('run');
    expect(all.at(-1)?.type).toBe('summary');
    expect(all.filter(({ type }) => type === 'packet').length).toBe(session.capture.columns.length);
    expect(all.filter(({ type }) => type === 'call').length).toBe(session.calls.length);
  });

  test('is free of what a terminal might obey', () => {
    for (const line of linesOf(hangingSession())) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });

  test('has only keys that docs/json.md tells of, under its type', () => {
    const documented = documentedKeys();
    for (const session of [
      ...Object.values(sessions),
      twoClientsSession(),
      { ...echoSession(), run: null, calls: [] },
    ]) {
      const timeline = buildTimeline(session);
      const lines = [...printJson(timeline, verifyTimeline(timeline))];
      for (const { type, schema: _, ...fields } of lines.map((line) => JSON.parse(line) as Fields)) {
        for (const key of Object.keys(fields)) expect(documented.get(type), `${type}: ${key}`).toContain(key);
      }
    }
  });
});

/** The keys in backquotes in the first column of each type's tables. */
function documentedKeys(): Map<string, string[]> {
  const text = readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8');
  const sections = text.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [name = '', ...lines] = section.split('\n');
      const cells = lines.filter((line) => line.startsWith('| `')).map((line) => line.split('|')[1] ?? '');
      return [name, cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''))];
    }),
  );
}

test('packets have the text that tshark has for each field, and its frame numbers', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sockscope-json-'));
  const path = join(directory, 'run.pcapng');
  try {
    const live = lossySession();
    SessionFile.create(path, { force: false, owner: null }).finish(live, () => null);
    const packets = objects(live).filter(({ type }) => type === 'packet');
    const names = [...new Set(packets.flatMap(Object.keys))].filter((key) => key.includes('.'));
    const options = names.flatMap((name) => ['-e', name]);
    const text = execFileSync('tshark', ['-r', path, '-Y', 'eth', '-T', 'fields', ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const rows = text
      .toString()
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'));
    const ours = packets.map((packet) => names.map((name) => String(packet[name] ?? '')));
    expect(names.length).toBeGreaterThan(20);
    expect(ours).toEqual(rows);
    const opened = await openSession(path);
    expect(objects(opened)).toEqual(objects(live));
    opened.capture.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

describe('what the lines say', () => {
  const all = objects(lossySession());
  const ofType = (type: string): Fields[] => all.filter((fields) => fields.type === type);

  test('links name calls by id and packets by frame number', () => {
    const calls = new Set(ofType('call').map(({ id }) => id));
    const packets = new Set(ofType('packet').map((packet) => packet['frame.number']));
    expect(ofType('link').length).toBeGreaterThan(10);
    for (const link of ofType('link')) {
      expect(calls.has(link.call)).toBe(true);
      expect(packets.has(link.packet)).toBe(true);
    }
    const carried = ofType('link').find(({ relation }) => relation === 'carries');
    expect(carried).toMatchObject({ call: 7, packet: 12, from: 0, to: 5 });
  });

  test('a connection names who opened it, and whether that is known', () => {
    const [connection] = ofType('connection');
    expect(connection).toMatchObject({
      connection: 0,
      protocol: 'tcp',
      stream: 0,
      client_guessed: false,
      client_role: 'client',
    });
    const calls = ofType('call');
    expect(calls.find(({ name }) => name === 'connect')).toMatchObject({
      socket: connection?.client_socket,
      remote: connection?.server,
    });
  });

  test('queues are said to be of before or after their call', () => {
    for (const { name, send_queue: send, recv_queue: recv, queues_measured: at } of ofType('call'))
      expect(at).toBe(send === null && recv === null ? null : name === 'close' ? 'before' : 'after');
  });

  test('own times are strings of ns, Wireshark times have nine decimals', () => {
    expect(ofType('call')[0]).toMatchObject({
      enter_ns: '1800000000000100000',
      exit_ns: '1800000000000105000',
    });
    expect(ofType('packet')[0]).toMatchObject({
      'frame.time_epoch': '1800000000.002000150',
      'tcp.flags': '0x0002',
    });
  });

  test('data is base64 and safe text', () => {
    const send = objects(hangingSession()).find(({ name }) => name === 'send');
    expect(send).toMatchObject({
      data: Buffer.from('\u001b[2J\u009b\n{red-fg}', 'latin1').toString('base64'),
    });
    expect(send).toMatchObject({ data_text: '\\x1b[2J\\x9b\\n{red-fg}' });
  });

  test('the packet that the lab dropped is marked, and the sums say so', () => {
    expect(
      ofType('packet')
        .map(({ lost_here: lost }) => lost)
        .indexOf(true),
    ).toBe(3);
    const sums = { packets: 11, calls: 14, unexplained: 0, dropped: 2, lost: 1, ok: true };
    expect(ofType('summary')).toMatchObject([sums]);
  });

  test('a run that did not go as told is not ok', () => {
    expect(objects(refusedSession()).at(-1)).toMatchObject({ ok: false });
    const run = { ...ECHO_RUN, dropped: null, interfaceDropped: null, received: null };
    expect(objects({ ...echoSession(), run }).at(-1)).toMatchObject({ dropped: null, ok: true });
  });
});
