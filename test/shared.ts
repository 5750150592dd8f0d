import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Captures and golden files that stand beside the project, not in it. */
export const SHARED = process.env.SOCKSCOPE_SHARED ?? join(root, '..', 'shared');

/** Whether they are there. */
export const HAS_SHARED = existsSync(SHARED);

/** Paths of the capture files in a directory of SHARED; empty, with a printed reason, when it is missing. */
export function sharedCaptures(directory: string): string[] {
  const path = join(SHARED, directory);
  if (!existsSync(path)) {
    console.warn(`skipped: ${path} is missing (set SOCKSCOPE_SHARED)`);
    return [];
  }
  return readdirSync(path)
    .filter((name) => /\.pcap(ng)?$/.test(name))
    .map((name) => join(path, name));
}

/** Whether a program can be run; prints a reason for skipping when it can't. */
export function hasProgram(name: string): boolean {
  const found = spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;
  if (!found) console.warn(`skipped: ${name} is not installed`);
  return found;
}

/** What tshark says of every frame of a file: one row a frame, one text a field. Fragments are put together where asked for. */
export function tsharkFields(file: string, fields: readonly string[], defragment = false): string[][] {
  const together = defragment ? 'TRUE' : 'FALSE';
  const run = spawnSync(
    'tshark',
    [
      ...['-n', '-r', file, '-T', 'fields', '-E', 'separator=/t'],
      ...[
        '-o',
        'tcp.desegment_tcp_streams:FALSE',
        '-o',
        `ip.defragment:${together}`,
        '-o',
        `ipv6.defragment:${together}`,
      ],
      // Off unless asked for: then it says of all checksums of IP, TCP and UDP that they were not looked at.
      ...['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]),
      ...fields.flatMap((field) => ['-e', field]),
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  return run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
