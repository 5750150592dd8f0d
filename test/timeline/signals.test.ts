import { expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { openRecorded, SessionScript } from './build-session.ts';

/** The server sleeps in accept from 10 µs on; at 50 µs the user sends it a signal. */
async function signalled(
  sig: string,
  accept: { readonly back: number | null; readonly errno?: 'EINTR' },
  exit: number | string,
  ret = 0,
  endedBy?: 'sockscope',
): Promise<Timeline> {
  const script = new SessionScript()
    .call([1, 2], 'server', 'socket', { ret: 3, created: 'server:1', fd: 3 })
    .call([10, accept.back], 'server', 'accept', {
      socket: 'server:1',
      fd: 3,
      ...(accept.errno !== undefined && { errno: accept.errno }),
    })
    .call([50, 55], 'user', 'kill', {
      args: { pid: 100, sig, to: 'server' },
      ...(ret < 0 && { errno: 'ESRCH' as const }),
    });
  const roles = [
    {
      ...{ name: 'server', side: 'server' as const, pid: 100, exit, report: {} },
      ...(endedBy !== undefined && { endedBy }),
    },
    { name: 'user', side: 'client' as const, pid: 201, exit: null, report: {} },
  ];
  return buildTimeline(await openRecorded(script.recorded({ roles })));
}

test.each([
  {
    name: 'no handler',
    sig: 'SIGTERM',
    accept: { back: null },
    exit: 'SIGTERM',
    kill: 'kill-ended',
    call: 'call-cut-off',
  },
  {
    ...{ name: 'a handler', sig: 'SIGUSR1', accept: { back: 60, errno: 'EINTR' as const }, exit: 0 },
    ...{ kill: 'kill-interrupted', call: 'call-interrupted-by' },
  },
  {
    name: 'nothing to see',
    sig: 'SIGCHLD',
    accept: { back: null },
    exit: 'SIGKILL',
    kill: 'kill-taken',
    call: 'call-killed',
  },
  {
    name: 'nothing to see, and sockscope ends it',
    sig: 'SIGCHLD',
    accept: { back: null },
    exit: 'SIGTERM',
    endedBy: 'sockscope' as const,
    kill: 'kill-taken',
    call: 'call-unfinished',
  },
  {
    name: 'stopped',
    sig: 'SIGSTOP',
    accept: { back: null },
    exit: 'SIGKILL',
    endedBy: 'sockscope' as const,
    kill: 'kill-stopped',
    call: 'call-unfinished',
  },
])('$sig: $name', async ({ sig, accept, exit, kill, call, ...by }) => {
  const timeline = await signalled(sig, accept, exit, 0, 'endedBy' in by ? by.endedBy : undefined);
  expect(timeline.reasonOfCall(2)?.kind).toBe(kill);
  expect(timeline.reasonOfCall(1)?.kind).toBe(call);
  const byKill = call === 'call-cut-off' || call === 'call-interrupted-by';
  expect(timeline.reasonOfCall(1)?.calls).toEqual(byKill ? [1, 2] : [1]);
  // What is known to have been ended did not just go on until the run was over.
  const ends = timeline.findings.filter(({ kind: found }) => found === 'unfinished' || found === 'cut-off');
  const expected = {
    'call-unfinished': ['unfinished'],
    'call-cut-off': ['cut-off'],
    'call-killed': ['cut-off'],
  };
  expect(ends.map(({ kind: found }) => found)).toEqual(expected[call as keyof typeof expected] ?? []);
});

test('EINTR after the signal was interrupted by somebody else', async () => {
  const timeline = await signalled('SIGUSR1', { back: 40, errno: 'EINTR' }, 0);
  expect(timeline.reasonOfCall(1)?.kind).toBe('call-interrupted');
  expect(timeline.reasonOfCall(2)?.kind).toBe('kill-taken');
});

test('a role that was gone is told with ESRCH', async () => {
  const timeline = await signalled('SIGUSR1', { back: 40, errno: 'EINTR' }, 0, -1);
  expect(timeline.reasonOfCall(2)?.kind).toBe('kill-gone');
});

test.each([
  ['SIGTERM', 'outside'],
  ['SIGSEGV', 'itself'],
])('a role that %s ended without a kill(2) of the run: %s', async (exit, from) => {
  // SIGCHLD, which is ignored, is the only signal of the run.
  const timeline = await signalled('SIGCHLD', { back: null }, exit);
  expect(timeline.reasonOfCall(1)).toMatchObject({ kind: 'call-killed', params: { signal: exit, from } });
});
