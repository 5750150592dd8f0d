import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import type { Session } from '../../../src/session/session.ts';
import { rescue } from '../../../views/tui/rescue.ts';
import { watchSignals } from '../../../views/tui/signals.ts';
import { echoSession } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

type Grown = (size: number, snapshot: () => Session) => void;

/** A live capture that has the echo session, and goes on until it is ended. */
vi.mock('../../../src/lab/live-capture.ts', () => ({
  captureLive: async (_: unknown, grown: Grown, stop: AbortSignal) => {
    const session = echoSession();
    grown(session.capture.columns.length, () => session);
    await new Promise((resolve) => stop.addEventListener('abort', resolve));
    return { session, stats: null, problem: null, close: () => {} };
  },
}));

let folder = '';
const open: TestScreen[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rescue-'));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
});
afterEach(() => {
  for (const each of open.splice(0)) each.close();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function capturing(): TestScreen {
  const made = new TestScreen({ width: 80, height: 24 });
  open.push(made);
  made.app.begin({ kind: 'live', device: 'lo', filter: null });
  return made;
}

const pathIn = (told: string | null): string => /\S+\.pcapng/.exec(told ?? '')?.[0] ?? '';

test('a bug of ours leaves what was recorded in a file, and says in which', async () => {
  const shown = capturing();
  await shown.until('close#2');
  const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const signals = watchSignals();
  signals.guard(shown.app);
  const [crash] = process.listeners('uncaughtException').slice(-1);
  expect(() => crash?.(new Error('we have a bug'), 'uncaughtException')).toThrow('exit 1');
  signals.release();
  expect(exit).toHaveBeenCalledOnce();
  const text = String(told.mock.calls[0]?.[0]);
  expect(text).toContain('we have a bug');
  expect(pathIn(text)).toContain(folder);
  const { capture, calls } = await openSession(pathIn(text));
  expect(capture.columns.length).toBe(echoSession().capture.columns.length);
  expect(calls.map(({ name }) => name).sort()).toEqual(
    echoSession()
      .calls.map(({ name }) => name)
      .sort(),
  );
  capture.close();
});

test('what the user saved, and what was read from a file, is not saved again', async () => {
  const shown = capturing();
  await shown.until('close#2');
  await shown.press('X');
  await shown.until(/\d packets/);
  expect(shown.app.model.running).toBeNull();
  await shown.press('W', ...join(folder, 'mine.pcapng'), '\r');
  await shown.until('saved as');
  expect(shown.app.crash()).toBeNull();
});

test('where the directory cannot be written to, the next one is taken', async () => {
  const told = rescue(echoSession(), [join(folder, 'none'), folder]);
  expect(pathIn(told)).toMatch(new RegExp(`^${folder}/sockscope-rescued-${process.pid}`));
  expect(rescue(echoSession(), [join(folder, 'none')])).toContain('is lost: cannot write');
});

test('while a capture goes on, no file takes its place, and no run', async () => {
  const shown = capturing();
  await shown.until('close#2');
  const before = shown.app.model.document;
  await shown.press('O', ...'samples/handshake.pcapng', '\r');
  await shown.until('a run goes on already; X ends it');
  expect(shown.app.model.document).toBe(before);
  expect(shown.app.model.running).not.toBeNull();
});
