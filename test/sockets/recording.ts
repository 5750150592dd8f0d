import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Call, plainCall } from '../../src/sockets/call.ts';
import { CallLogReader } from '../../src/sockets/call-log-reader.ts';
import type { LogProblem } from '../../src/sockets/log-writer-state.ts';
import { closeRecorder, configureRecorder, type RecorderSettings } from '../../src/sockets/recorder.ts';

export interface Recording {
  readonly calls: readonly Call[];
  readonly problems: readonly LogProblem[];
  readonly log: Buffer;
}

/** Runs `program` with its calls recorded, and gives what the log then says. */
export function record(program: () => void, settings: Partial<RecorderSettings> = {}): Recording {
  const directory = mkdtempSync(join(tmpdir(), 'sockscope-test-'));
  const path = join(directory, 'log');
  const fd = openSync(path, 'a');
  try {
    configureRecorder({ fd, role: 'test', ...settings });
    program();
    closeRecorder();
    const log = readFileSync(path);
    return { ...read(log), log };
  } finally {
    closeRecorder();
    closeSync(fd);
    rmSync(directory, { recursive: true });
  }
}

export function read(log: Uint8Array): { calls: readonly Call[]; problems: readonly LogProblem[] } {
  const reader = new CallLogReader();
  reader.feed(log);
  const calls = reader.finish().map(plainCall);
  return { calls, problems: reader.problems };
}

export const named = (calls: readonly Call[], name: string): readonly Call[] =>
  calls.filter((call) => call.name === name);

/** The text of a call's data. */
export const dataText = (call: Call | undefined): string | null =>
  call?.data ? Buffer.from(call.data).toString('latin1') : null;
