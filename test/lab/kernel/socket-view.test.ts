import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openSession } from '../../../src/session/read.ts';
import type { Session } from '../../../src/session/session.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { Document } from '../../../views/tui/document.ts';
import { type SocketLine, socketsAt } from '../../../views/tui/socket-table.ts';
import { Cli } from '../../support/cli.ts';
import { have } from '../../support/tools.ts';

/** Between two answers of ss that must be equal: what changes meanwhile is no moment to compare. */
const SETTLE_MS = 100;
const MOST_MOMENTS = 4;

const live = describe.skipIf(!have('unshare', 'setpriv', 'nsenter', 'ss'));

/** What `ss -tuanp` prints, line by line: the columns, and who has the socket open as 'pid/fd'. */
function parseSs(text: string): readonly string[] {
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [netid, state, recv, send, local, remote] = line.trim().split(/\s+/);
      const users = [...line.matchAll(/pid=(\d+),fd=(\d+)/g)].map(([, pid, fd]) => `${pid}/${fd}`);
      return [netid, state, recv, send, local, remote, ...users.sort()].join(' ');
    })
    .sort();
}

function ourTable(lines: readonly SocketLine[]): readonly string[] {
  return lines
    .map(({ protocol, state, recvQueue, sendQueue, local, remote, process }) => {
      const users = [...process.matchAll(/fd (\d+) pid (\d+)/g)].map(([, fd, pid]) => `${pid}/${fd}`);
      return [protocol, state, recvQueue, sendQueue, local, remote, ...users.sort()].join(' ');
    })
    .sort();
}

interface Moment {
  readonly text: string;
  readonly timeNs: bigint;
}

/**
 * Asks ss, in the network of a run, until its answer has what the test waits for, and then until it is another: moments
 * between two answers that are the same. The sampler can have been between two answers of its own at one of them.
 */
async function askSs(cli: Cli, role: string, wanted: RegExp): Promise<readonly Moment[]> {
  const pid = await cli.process(`sockscope ${role}`);
  const moments: Moment[] = [];
  let before = '';
  return cli.until(async () => {
    const timeNs = BigInt(Date.now()) * 1_000_000n;
    const text = ss(cli, pid);
    const isSettled = text === before && wanted.test(text);
    before = text;
    if (isSettled) moments.push({ text, timeNs });
    if (moments.length === MOST_MOMENTS || (moments.length > 0 && !isSettled)) return moments;
    await delay(SETTLE_MS);
    return undefined;
  }, `ss to show ${wanted}`);
}

function ss(cli: Cli, pid: number): string {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
  const inside = ['--target', String(pid), '--net', ...user];
  const { stdout } = spawnSync('nsenter', [...inside, 'ss', '-tuanp'], { encoding: 'utf8' });
  // The sockets of the lab itself, which waits for its own last packet on them, are not the run's.
  return stdout
    .split('\n')
    .filter((line) => !line.startsWith('udp') || !line.includes('pid=') || ours(cli, line))
    .join('\n');
}

function ours(cli: Cli, line: string): boolean {
  const roles = cli.processes().filter(({ title }) => /^sockscope (server|client)/.test(title));
  return roles.some(({ pid }) => line.includes(`pid=${pid},`));
}

/** The last row of the time line up to a time. */
function rowAt(document: Document, timeNs: bigint): number {
  const { timeline } = document;
  let row = 0;
  while (row + 1 < timeline.rowCount && timeline.rowTimeNs(row + 1) <= timeNs) row++;
  return row;
}

live('the sockets view', { timeout: 60_000 }, () => {
  test.each([
    {
      name: 'connections that wait for accept',
      args: ['tcp-echo', '--clients', '3', '--backlog', '5', '--pause', 'server:accept=900'],
      wanted: /LISTEN +3 +5 (?:.|\n)*ESTAB(?:.|\n)*ESTAB/,
    },
    {
      name: 'bytes that wait to be read, and to be sent',
      args: ['tcp-transfer', '--size', '8M', '--pause', 'server:recv=600', '--timeout-run', '4000'],
      wanted: /ESTAB +[1-9]\d{4,} +0 (?:.|\n)*|ESTAB +0 +[1-9]\d{4,} /,
    },
    {
      name: 'a child that has inherited its socket, and TIME-WAIT',
      args: ['tcp-echo', '--serve', 'process', '--clients', '2', '--pause', 'server:recv=700'],
      wanted: /ESTAB(?:.|\n)*ESTAB/,
    },
    {
      name: 'UDP over IPv6',
      args: ['udp-echo', '--family', 'ipv6', '--pause', 'client:sendto=700'],
      wanted: /udp +UNCONN/,
    },
  ])('equals what ss printed at that moment: $name', async ({ args, wanted }) => {
    const file = 'session.pcapng';
    const cli = new Cli(['run', ...args, '-w', file, '--text']);
    const moments = await askSs(cli, 'server', wanted);
    await cli.finished;
    const session: Session = await openSession(join(cli.folder, file));
    const document = new Document(buildTimeline(session), 'test');
    const seen = moments.flatMap(({ text, timeNs }) => {
      const { isKernel, lines } = socketsAt(document, rowAt(document, timeNs), timeNs);
      return isKernel ? [{ ours: ourTable(lines), theirs: parseSs(text) }] : [];
    });
    expect(seen).not.toEqual([]);
    for (const { ours, theirs } of seen) expect(ours).toEqual(theirs);
    session.capture.close();
    cli.clean();
  });
});
