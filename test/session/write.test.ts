import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { frameNumbers } from '../../src/session/file-order.ts';
import { openSession } from '../../src/session/read.ts';
import type { Session } from '../../src/session/session.ts';
import { SessionFile } from '../../src/session/write.ts';
import { describeCall } from '../../src/sockets/describe-call.ts';
import { compiled } from '../support/compiled.ts';
import { ECHO_CALLS, ECHO_PACKETS, ECHO_RUN, echoSession, fakeCall, fakeCapture } from './fake-session.ts';
import { blockTypes } from './walk-blocks.ts';

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sockscope-write-'));
  path = join(directory, 'run.pcapng');
});
afterEach(() => rmSync(directory, { recursive: true }));

const KEEP = { force: false, owner: null };
const reason = (row: number): string => `reason of packet ${row}`;

function save(session: Session): void {
  const file = SessionFile.create(path, KEEP);
  expect(file.finish(session, reason)).toBeNull();
}

function tshark(...fields: string[]): string[][] {
  const options = fields.flatMap((field) => ['-e', field]);
  const text = execFileSync('tshark', ['-r', path, '-T', 'fields', ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}

describe('the finished file', () => {
  test('lists calls between packets in stock tshark, by time, with the call as Info', () => {
    const session = echoSession();
    save(session);
    const rows = tshark(
      'frame.number',
      'frame.time_epoch',
      '_ws.col.Info',
      'frame.comment',
      'frame.packet_id',
    );
    const numbers = frameNumbers(session);
    expect(rows.length).toBe(numbers.count);
    const times = rows.map((row) => row[1] ?? '');
    expect(times).toEqual([...times].sort());
    session.calls.forEach((call, index) => {
      const [number, time, info] = rows[(numbers.ofCall(index) ?? 0) - 1] ?? [];
      expect(number).toBe(String(numbers.ofCall(index)));
      expect(info).toBe(describeCall(call));
      const late = BigInt(time?.replace('.', '') ?? 0) - (call.exitNs ?? 0n);
      expect(late >= 0n && late < 1000n).toBe(true);
    });
    for (let packet = 0; packet < session.capture.columns.length; packet++) {
      const [, time, , comment, id] = rows[numbers.ofPacket(packet) - 1] ?? [];
      expect(time?.replace('.', '')).toBe(String(session.capture.columns.timeNs(packet)));
      expect(comment).toBe(reason(packet));
      expect(id).toBe(String(packet + 1));
    }
  });

  test('has an entry row for a call that blocked', () => {
    const session = echoSession();
    save(session);
    const rows = tshark('frame.number', '_ws.col.Info');
    const entry = frameNumbers(session).ofEntry(3) ?? 0;
    expect(rows[entry - 1]?.[1]).toBe('accept(21) ... (entered)');
    expect(frameNumbers(session).ofEntry(0)).toBeNull();
  });

  test('is read by tcpdump, and by capinfos with what was received and dropped', () => {
    save({ ...echoSession(), run: { ...ECHO_RUN, dropped: 3 } });
    const lines = execFileSync('tcpdump', ['-nr', path], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    expect(lines.trimEnd().split('\n').length).toBe(10);
    const facts = execFileSync('capinfos', [path], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    expect(facts).toMatch(/File timestamp precision: +nanoseconds \(9\)/);
    expect(facts).toMatch(/Capture application: +sockscope 0.1.0/);
    const statistics = tshark('frame.number');
    expect(statistics.length).toBe(25);
  });

  test('read again it holds the same calls, run, packets and frame numbers', async () => {
    const session = echoSession();
    save(session);
    const again = await openSession(path);
    expect(again.calls).toEqual(session.calls);
    expect(again.run).toEqual({ ...session.run, seal: expect.any(String) });
    const [was, is] = [frameNumbers(session), frameNumbers(again)];
    const calls = session.calls.map((_, call) => call);
    expect(calls.map(is.ofCall)).toEqual(calls.map(was.ofCall));
    expect(calls.map(is.ofEntry)).toEqual(calls.map(was.ofEntry));
    for (let row = 0; row < session.capture.columns.length; row++) {
      expect(is.ofPacket(row)).toBe(was.ofPacket(row));
      expect(Buffer.from(again.capture.frame(row))).toEqual(Buffer.from(session.capture.frame(row)));
      expect(again.capture.columns.timeNs(row)).toBe(session.capture.columns.timeNs(row));
    }
    again.capture.close();
  });

  test('sorts packets that were captured out of order', () => {
    const { calls, run, capture } = echoSession();
    const swapped = [3, 2, 1].map((us) => ({ us, from: 'client' as const, seq: us, ack: 0, flags: 0x10 }));
    const session = { capture: fakeCapture(swapped), calls, run };
    save(session);
    expect(
      tshark('frame.packet_id')
        .flat()
        .filter((id) => id !== ''),
    ).toEqual(['3', '2', '1']);
    expect([0, 1, 2].map((row) => frameNumbers(session).ofPacket(row))).toEqual([3, 2, 1]);
    expect(capture.columns.length).toBe(10);
  });
});

function blockEnds(file: Buffer): number[] {
  const ends: number[] = [];
  for (let at = 0; at < file.length; at += file.readUInt32LE(at + 4)) ends.push(at);
  return [...ends, file.length];
}

describe('while the run goes on', () => {
  const session = echoSession();
  function live(): Buffer {
    const file = SessionFile.create(path, KEEP);
    // The time of entry is read again after the entry was recorded.
    const blocked = fakeCall({ id: 4, role: 'server', name: 'accept', fd: 21 }, [129, null]);
    file.append({ ...ECHO_RUN, endedNs: null }, fakeCapture([]), [blocked]);
    file.append(ECHO_RUN, session.capture, ECHO_CALLS);
    file.discard();
    return readFileSync(path);
  }

  test('the file is readable, and no entry is written twice', () => {
    live();
    const rows = tshark('frame.number', '_ws.col.Info');
    expect(rows.filter(([, info]) => info?.startsWith('accept(')).length).toBe(2);
    expect(rows.length).toBe(ECHO_CALLS.length + 10 + 1);
  });

  test('cut at any byte it is readable up to its last whole block', async () => {
    const whole = live();
    const { calls, capture } = await openSession(path);
    capture.close();
    expect(calls).toEqual(ECHO_CALLS);
    // Each cut near the end of a block, and every 13th elsewhere.
    const ends = new Set(blockEnds(whole).flatMap((end) => [end - 1, end, end + 1]));
    const cuts = Array.from({ length: whole.length }, (_, length) => length);
    for (const length of cuts.filter((cut) => ends.has(cut) || cut % 13 === 0)) {
      writeFileSync(path, whole.subarray(0, length));
      const types = blockTypes(whole.subarray(0, length));
      if (!types.includes(1)) continue;
      const cut = await openSession(path);
      expect(cut.capture.columns.length).toBe(types.filter((type) => type === 6).length);
      expect(cut.order?.marks.length).toBe(types.filter((type) => type === 9).length);
      cut.capture.close();
    }
  });

  test('stock tools read it when it is cut', () => {
    const whole = live();
    for (let cut = 1; cut <= 8; cut++) {
      const length = Math.floor((whole.length * cut) / 8) - cut;
      writeFileSync(path, whole.subarray(0, length));
      const types = blockTypes(whole.subarray(0, length));
      const listed = types.filter((type) => type === 6 || type === 9).length;
      let rows = '';
      try {
        rows = execFileSync('tshark', ['-r', path], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
      } catch (error) {
        // tshark lists what it could read, and ends with 2 because the file was cut short.
        rows = String((error as { stdout: Buffer }).stdout);
      }
      expect(
        rows
          .trimEnd()
          .split('\n')
          .filter((row) => row !== '').length,
      ).toBe(listed);
    }
  });
});

describe('--plain-pcap', () => {
  test('holds the packets alone, with their ns', () => {
    const session = echoSession();
    const file = SessionFile.create(path, { ...KEEP, plainPcap: true });
    file.append(ECHO_RUN, session.capture, ECHO_CALLS);
    expect(tshark('frame.number').length).toBe(10);
    expect(file.finish(session, reason)).toBeNull();
    const rows = tshark('frame.time_epoch', 'tcp.len', 'frame.comment');
    expect(rows.map(([time]) => time?.replace('.', ''))).toEqual(
      ECHO_PACKETS.map((_, row) => String(session.capture.columns.timeNs(row))),
    );
    expect(rows.map(([, length]) => length).join(' ')).toBe('0 0 0 5 0 5 0 0 0 0');
    const facts = execFileSync('capinfos', ['-tE', path], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    expect(facts).toMatch(/Wireshark\/tcpdump\/... - nanosecond pcap|nanosecond/);
  });
});

describe('trouble with the disk', () => {
  test('a device that is full gives one message and no exception', () => {
    const file = SessionFile.create('/dev/full', KEEP);
    expect(file.finish(echoSession(), reason)).toBe(
      'cannot write all of /dev/full: the disk is full (ENOSPC)',
    );
  });

  const mounts = spawnSync('unshare', ['-rm', 'true']).status === 0;
  if (!mounts) console.warn('skipped: a full disk (no user namespaces, so no small tmpfs)');
  test.skipIf(!mounts).each([8, 16, 20])('a disk of %i KiB: what was written is readable', (size) => {
    save(echoSession());
    const small = join(directory, 'small');
    mkdirSync(small);
    const program = compiled('test/session/write-to-full-disk.ts');
    const command = `mount -t tmpfs -o size=${size}k none "$1" && "$2" "$3" "$4" "$1/out.pcapng" && cat "$1/out.pcapng"`;
    const arguments_ = ['-rm', 'sh', '-c', command, 'sh', small, process.execPath, program, path];
    const { stdout, stderr, status } = spawnSync('unshare', arguments_);
    expect([status, stderr.toString()]).toEqual([
      0,
      `cannot write all of ${small}/out.pcapng: the disk is full (ENOSPC); it holds what had room, and is readable\n`,
    ]);
    const types = blockTypes(stdout);
    expect(types.length).toBeGreaterThan(4);
    expect(stdout.length).toBe(blockEnds(stdout).at(-1));
    writeFileSync(path, stdout);
    expect(tshark('frame.number').length).toBe(types.filter((type) => type === 6 || type === 9).length);
  });
});

describe('the file itself', () => {
  test('is not replaced unless forced', () => {
    writeFileSync(path, 'precious');
    expect(() => SessionFile.create(path, KEEP)).toThrow(/exists and was kept/);
    expect(readFileSync(path, 'utf8')).toBe('precious');
    chmodSync(path, 0o640);
    const file = SessionFile.create(path, { force: true, owner: null });
    expect(file.finish(echoSession(), reason)).toBeNull();
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(directory)).toEqual(['run.pcapng']);
  });

  test.skipIf(process.getuid?.() !== 0)('belongs to the user who called sudo', () => {
    const file = SessionFile.create(path, { force: false, owner: { uid: 1234, gid: 4321 } });
    expect(file.finish(echoSession(), reason)).toBeNull();
    expect([statSync(path).uid, statSync(path).gid]).toEqual([1234, 4321]);
  });

  test('behind a symbolic link is written where the link points', () => {
    const target = join(directory, 'target.pcapng');
    writeFileSync(target, '');
    symlinkSync(target, path);
    SessionFile.create(path, { force: true, owner: null }).finish(echoSession(), reason);
    expect(statSync(target).size).toBeGreaterThan(1000);
  });

  test('that is a device takes the finished form and stays a device', () => {
    const file = SessionFile.create('/dev/null', KEEP);
    file.append(ECHO_RUN, echoSession().capture, ECHO_CALLS);
    expect(file.finish(echoSession(), reason)).toBeNull();
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test.each([
    { where: 'missing/run.pcapng', why: /no such directory/ },
    { where: '.', why: /it is a directory/ },
  ])('cannot be made at $where', ({ where, why }) => {
    expect(() => SessionFile.create(join(directory, where), KEEP)).toThrow(why);
  });
});
