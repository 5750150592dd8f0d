import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { restoreParameters } from '../../src/scenarios/parameters.ts';
import { runForPeer } from '../../src/scenarios/support/commands.ts';

const listed = restoreParameters({ net: 'private', 'allow-any-command': false });
const any = restoreParameters({ net: 'private', 'allow-any-command': true });
const anyOnHost = restoreParameters({ net: 'host', 'allow-any-command': true });
const isRoot = process.getuid?.() === 0;

test('a command of the list runs, and gives its output and status', () => {
  expect(runForPeer('echo one two', listed)).toEqual({ output: Buffer.from('one two\n'), status: 0 });
  expect(runForPeer('uname', listed)).toEqual({ output: Buffer.from('Linux\n'), status: 0 });
});

test.each([
  'ls /',
  'cat /etc/passwd',
  'echo $(id)',
  'echo hi; id',
  'date -s 2020-01-01',
  'id; id',
  '/bin/id',
  'constructor',
  '',
])('%s is not of the list', (line) => {
  for (const parameters of [listed, anyOnHost]) {
    const { output, status } = runForPeer(line, parameters);
    expect(status).toBe(127);
    expect(output.toString()).toContain('not allowed');
  }
});

test.skipIf(existsSync('/usr/bin/cal') || existsSync('/bin/cal'))(
  'a command of the list that is not installed is said to be not installed',
  () => {
    expect(runForPeer('cal 1 2000', listed)).toEqual({
      output: Buffer.from('cal is not installed here\n'),
      status: 127,
    });
  },
);

test('--allow-any-command gives the line to the shell, and its status back', () => {
  expect(runForPeer('echo a; exit 3', any)).toEqual({ output: Buffer.from('a\n'), status: 3 });
});

test.runIf(isRoot)('never as uid 0, and without capabilities', () => {
  expect(runForPeer('id -u', listed).output.toString()).toBe('65534\n');
  expect(runForPeer('grep CapEff /proc/self/status', any).output.toString()).toMatch(/^CapEff:\s*0+\n$/);
});
