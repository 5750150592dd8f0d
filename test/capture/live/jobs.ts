import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineName } from '../../../capture/live/engine.ts';
import type { FinishedStats } from '../../../capture/live/sentinel.ts';
import { compiled } from '../../support/compiled.ts';
import { PROJECT } from '../../support/tools.ts';

/** What the sender does. */
export interface SendJob {
  readonly family: 4 | 6;
  readonly port: number;
  readonly count: number;
  /** Payload lengths, taken in turn. */
  readonly sizes: readonly number[];
}

/** What a capturing process is told, as JSON in its argument. */
export interface CaptureJob {
  readonly engine: EngineName;
  readonly out: string;
  readonly device?: string;
  readonly filter?: string | null;
  readonly snaplen?: number;
  readonly ringBytes?: number;
  readonly mtu?: number;
  readonly send?: readonly SendJob[];
  /** How long to sit idle before the traffic and measure CPU. */
  readonly idleMs?: number;
  /** Measure how soon lone packets are in the file. */
  readonly lone?: number;
  /** Open and close this many captures first, and collect garbage between. */
  readonly reopen?: number;
  /** Answer with the file's bytes too: where the process has a mount of its own, nobody else can read it. */
  readonly giveFile?: boolean;
}

/** What it answers. */
export interface CaptureReport {
  readonly error: { readonly message: string; readonly hint: string; readonly exitCode: number } | null;
  readonly drainError: string | null;
  readonly linkType: number;
  readonly times: string;
  readonly caveats: readonly string[];
  readonly complete: boolean;
  readonly stats: FinishedStats | null;
  readonly sentinelPort: number;
  /** A sender's calls: enter and exit, ns since 1970. */
  readonly sent: readonly { readonly times: readonly [string, string][]; readonly tookMs: number }[];
  readonly latencyMs: readonly number[];
  readonly idleCpuMs: number;
  readonly captureCpuMs: number;
  /** Base64. */
  readonly file: string | null;
}

/** The i-th datagram: its number, then a pattern, so that bytes at a wrong place show. */
export function payloadOf(i: number, sizes: readonly number[]): Buffer {
  const data = Buffer.alloc(sizes[i % sizes.length]!, i & 0xff);
  for (let at = 0; at < data.length; at++) data[at] = (i * 7 + at) & 0xff;
  if (data.length >= 4) data.writeUInt32BE(i, 0);
  return data;
}

export type User = 'root' | 'ordinary';

/** Who can make a private network here: this user, and when that is root also an ordinary one. */
export const ORDINARY = process.env.SOCKSCOPE_TEST_USER ?? 'nobody';

/** Command words that run the rest in a network of its own, as a user. */
export function inPrivateNetwork(
  user: User,
  command: readonly string[],
  extra: readonly string[] = [],
): readonly string[] {
  if (user === 'root') return ['unshare', '--net', ...extra, ...command];
  const enter = ['unshare', '--user', '--map-current-user', '--keep-caps', '--net'];
  return withoutRights([...enter, ...extra, ...command]);
}

/** The users that this test can be: printed reasons are the caller's. */
export function users(): readonly User[] {
  if (process.geteuid?.() !== 0) return ['ordinary'];
  return spawnSync('id', [ORDINARY]).status === 0 ? ['root', 'ordinary'] : ['root'];
}

/** Why nothing can be captured here; null when it can. */
export function noPrivateNetwork(): string | null {
  const [file = '', ...args] = inPrivateNetwork('ordinary', ['true']);
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  return status === 0 ? null : `no private network: ${stderr.trim()}`;
}

/** Command words that run the rest as an ordinary user with no rights, in the network that is there. */
export function withoutRights(command: readonly string[]): readonly string[] {
  if (process.geteuid?.() !== 0) return command;
  return [
    'setpriv',
    '--reuid',
    ORDINARY,
    '--regid',
    spawnSync('id', ['-gn', ORDINARY], { encoding: 'utf8' }).stdout.trim(),
    '--clear-groups',
    '--inh-caps=-all',
    ...command,
  ];
}

/** Runs a program of the tests in a private network and returns what it printed. */
export function runWorker<T>(user: User, worker: string, job: unknown, extra: readonly string[] = []): T {
  const command = [process.execPath, '--expose-gc', compiled(worker), JSON.stringify(job)];
  const [file = '', ...args] = inPrivateNetwork(user, command, extra);
  const { status, signal, stdout, stderr } = spawnSync(file, args, {
    encoding: 'utf8',
    timeout: 25_000,
    cwd: PROJECT,
  });
  if (status !== 0) throw new Error(`${worker} ended with ${status ?? signal}: ${stderr}${stdout}`);
  return JSON.parse(stdout);
}

/** A directory that every user may write to. */
export function openDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'sockscope-live-test-'));
  chmodSync(path, 0o777);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Fields of every packet of a file, as tshark reads them. */
export function tshark(file: string, fields: readonly string[], filter = ''): readonly (readonly string[])[] {
  const { status, stdout, stderr } = spawnSync(
    'tshark',
    [
      '-n',
      '-r',
      file,
      '-T',
      'fields',
      ...fields.flatMap((field) => ['-e', field]),
      ...(filter ? ['-Y', filter] : []),
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(`tshark: ${stderr}`);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}
