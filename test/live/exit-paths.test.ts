import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openSession } from '../../src/session/read.ts';
import { Cli } from '../support/cli.ts';

/** A run that would last: the server waits a minute before it accepts. */
const LONG = ['run', 'tcp-echo', '--text', '--pause', 'server:accept=60000'];

let cli: Cli | null = null;
afterEach(() => {
  cli?.clean();
  cli = null;
});

/** Handshake and the message. */
const PACKETS_SO_FAR = 4;

/** Starts a long run that saves its session, and waits until its client blocks in recv for the echo, and its packets are saved too. */
async function longRun(...more: string[]): Promise<{ run: Cli; file: string }> {
  const run = new Cli([...LONG, ...more, '-w', 'run.pcapng']);
  cli = run;
  const file = join(run.folder, 'run.pcapng');
  await run.until(async () => {
    const { calls, packets } = await saved(file);
    return (calls.includes('client recv') && packets >= PACKETS_SO_FAR) || undefined;
  }, 'the client to block in recv, and the packets until then');
  return { run, file };
}

async function saved(path: string): Promise<{ calls: readonly string[]; packets: number }> {
  if (!existsSync(path) || statSync(path).size === 0) return { calls: [], packets: 0 };
  const session = await openSession(path);
  const packets = session.capture.columns.length;
  session.capture.close();
  return { calls: session.calls.map((call) => `${call.role} ${call.name}`), packets };
}

/** What must hold however a run ends: nothing is left but the file, which has the calls and packets until then. */
async function expectCleanEnd(run: Cli, file: string): Promise<void> {
  expect(await run.leftovers()).toEqual([]);
  const session = await openSession(file);
  expect(session.capture.problems).toEqual([]);
  expect(session.capture.columns.length).toBeGreaterThanOrEqual(PACKETS_SO_FAR);
  expect(session.calls.map((call) => call.name)).toEqual(
    expect.arrayContaining(['listen', 'connect', 'send', 'recv']),
  );
  session.capture.close();
}

describe('however a run ends, nothing is left behind and the session so far is readable', () => {
  test.each([
    { name: 'Ctrl-C', signals: ['SIGINT'], code: 130 },
    { name: 'Ctrl-C twice', signals: ['SIGINT', 'SIGINT'], code: 130 },
    { name: 'SIGTERM', signals: ['SIGTERM'], code: 143 },
    { name: 'a closed terminal', signals: ['SIGHUP'], code: 143 },
  ] as const)('$name', async ({ signals, code }) => {
    const { run, file } = await longRun();
    for (const signal of signals) run.child.kill(signal);
    expect((await run.finished).code).toBe(code);
    await expectCleanEnd(run, file);
  });

  test('SIGKILL of the program itself', async () => {
    const { run, file } = await longRun();
    run.child.kill('SIGKILL');
    expect((await run.finished).signal).toBe('SIGKILL');
    await expectCleanEnd(run, file);
  });

  test.each(['SIGKILL', 'SIGSEGV'] as const)('a role that dies of %s', async (signal) => {
    const { run, file } = await longRun();
    process.kill(await run.process('sockscope server'), signal);
    const { code, stdout } = await run.finished;
    expect(code).toBe(1);
    expect(stdout).toContain(`server ended with ${signal}`);
    await expectCleanEnd(run, file);
  });

  test('a role that hangs past --timeout-run', async () => {
    const { run, file } = await longRun('--timeout-run', '1500');
    const { code, stdout } = await run.finished;
    expect(code).toBe(1);
    expect(stdout).toMatch(/1\.5 s|1500 ms/);
    await expectCleanEnd(run, file);
  });

  test('the capture process dies', async () => {
    const { run, file } = await longRun();
    const lab = run.processes().find(({ title }) => /^\S*node \S*lab-main/.test(title));
    expect(lab).toBeDefined();
    process.kill(lab?.pid ?? 0, 'SIGKILL');
    const { code, stdout } = await run.finished;
    expect(code).toBe(1);
    expect(stdout).toContain('the capture process ended early: killed by SIGKILL');
    await expectCleanEnd(run, file);
  });

  test('the end of a good run', async () => {
    cli = new Cli(['run', 'tcp-echo', '--text', '-w', 'run.pcapng']);
    const { code, stderr } = await cli.finished;
    expect(stderr).toBe('');
    expect(code).toBe(0);
    await expectCleanEnd(cli, join(cli.folder, 'run.pcapng'));
  });
});
