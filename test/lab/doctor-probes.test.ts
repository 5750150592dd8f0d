import { expect, test } from 'vitest';
import { UserError } from '../../capture/user-error.ts';
import {
  probeAll,
  probeNamespaces,
  probeNode,
  probePrivileges,
  probeTemporary,
  probeTerminal,
} from '../../src/lab/doctor-probes.ts';

const NO_ANSWERS = { nft: null, nflog: null, tc: null, tbf: null, netem: null };

test('probes everything here, and says how to mend what is wrong', async () => {
  const probes = await probeAll();
  expect(probes.map(({ name }) => name)).toEqual([
    'node',
    'koffi',
    'libpcap',
    'engine cap',
    'private network',
    'privileges',
    'nft',
    'nflog',
    'tc',
    'tbf',
    'netem',
    'temporary files',
    'terminal',
  ]);
  for (const { ok, mend, found } of probes) {
    expect(found).not.toBe('');
    if (ok === 'yes') expect(mend).toBeNull();
    if (ok === 'no') expect(mend).not.toBeNull();
  }
});

test('Node below 20 will not do', () => {
  expect(probeNode('20.0.0').ok).toBe('yes');
  expect(probeNode('18.20.4')).toMatchObject({ ok: 'no', mend: expect.stringContaining('Node 20') });
});

test('a private network that cannot be made says why', () => {
  const failure = new UserError('because', { hint: 'do this', exitCode: 3 });
  expect(probeNamespaces({ failure, withUser: true, answers: NO_ANSWERS })).toEqual({
    name: 'private network',
    ok: 'no',
    found: 'because',
    mend: 'do this',
  });
});

test.each([
  { name: 'root', euid: 0, caps: 1n << 13n, ok: 'yes', found: 'root' },
  { name: 'a user with the capability', euid: 1000, caps: 1n << 13n, ok: 'yes', found: 'CAP_NET_RAW' },
  { name: 'root of a container', euid: 0, caps: 0n, ok: 'partly', found: 'root without CAP_NET_RAW' },
  { name: 'an ordinary user', euid: 1000, caps: 0n, ok: 'partly', found: 'none; only --net host needs them' },
])('privileges of $name', ({ euid, caps, ok, found }) => {
  expect(probePrivileges(euid, caps, true)).toMatchObject({ ok, found });
});

test('a temporary directory that is not there is not writable', () => {
  expect(probeTemporary('/nowhere/at/all')).toMatchObject({
    ok: 'no',
    mend: expect.stringContaining('TMPDIR'),
  });
});

test.each([
  {
    name: 'a good one',
    terminal: { isTTY: true, columns: 120, rows: 40, getColorDepth: () => 8 },
    env: { TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    want: { ok: 'yes', found: 'xterm-256color, 120×40, 256 colours, UTF-8', mend: null },
  },
  {
    name: 'a small one in Latin-1',
    terminal: { isTTY: true, columns: 60, rows: 10, getColorDepth: () => 4 },
    env: { TERM: 'vt100', LANG: 'C.UTF-8', LC_ALL: 'C' },
    want: {
      ok: 'partly',
      found: 'vt100, 60×10, 16 colours, not UTF-8',
      mend: 'make it 80×24 or larger; set LANG=C.UTF-8, or use --ascii',
    },
  },
  {
    name: 'a pipe',
    terminal: {},
    env: {},
    want: { ok: 'partly', found: 'output goes to no terminal' },
  },
])('terminal: $name', ({ terminal, env, want }) => expect(probeTerminal(terminal, env)).toMatchObject(want));
