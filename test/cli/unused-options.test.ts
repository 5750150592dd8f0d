import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sockscope } from '../support/cli.ts';
import { PROJECT } from '../support/tools.ts';

const FILE = join(PROJECT, 'samples/handshake.pcapng');

/** Options that would be read and then say nothing: each is refused, with what is wrong. */
test.each([
  { args: ['packets', '--fields', FILE], says: '--fields lists what there is, whatever the file' },
  { args: ['packets', '--fields', '-c', '3'], says: 'there is no use for --count' },
  { args: ['packets', '--fields', '-Y', 'tcp'], says: 'there is no use for --filter' },
  { args: ['packets', FILE, '-e', 'ip.src', '--json', '-E', 'header=y'], says: '--json writes none' },
  { args: ['packets', FILE, '-e', 'ip.src,ip.dst'], says: 'each field has an -e of its own' },
  { args: ['packets', FILE, '-e', ''], says: 'an empty name is no field' },
  { args: ['open', FILE, '--at', '3'], says: '--at goes with --show sockets, why or details' },
  { args: ['open', FILE, '--show', 'packets', '--at', '3'], says: '--at goes with' },
  { args: ['open', FILE, '--show', 'why', '--connection', '0'], says: '--connection goes with' },
  {
    args: ['open', FILE, '--show', 'streams', '--connection', '1'],
    says: 'there is no connection 1\n  give one from 0 to 0',
  },
  { args: ['open', FILE, '--answers'], says: '--answers goes with --quiz' },
  { args: ['open', FILE, '--quiz', '--show', 'why'], says: 'leave out one' },
  { args: ['run', 'tcp-echo', '--answers'], says: '--answers goes with --quiz' },
  { args: ['check', FILE, '--against', 'tshark', '--frames', '3'], says: 'cannot be used with option' },
  { args: ['check', FILE, '--frames', '-1'], says: "Give a number of frames, or 'all'" },
])('$args', async ({ args, says }) => {
  const { code, stdout, stderr } = await sockscope(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(says);
});
