import { expect, test } from 'vitest';
import { explainNamespaceFailure, type NamespaceFacts } from '../../src/lab/namespace-failure.ts';

const USUAL: NamespaceFacts = {
  maxUserNamespaces: 96_365,
  unprivilegedUsernsClone: null,
  apparmorRestricts: null,
  seccomp: false,
  container: false,
};
const EPERM = 'unshare: unshare failed: Operation not permitted\n';

test.each([
  {
    name: 'no program',
    stderr: 'spawn setpriv ENOENT',
    facts: {},
    why: 'not installed',
    hint: 'apt-get install util-linux',
  },
  {
    name: 'no unshare beside setpriv',
    stderr: 'setpriv: failed to execute unshare: No such file or directory',
    facts: {},
    why: 'not installed',
    hint: 'apt-get install util-linux',
  },
  {
    name: 'an old unshare',
    stderr: "unshare: unrecognized option '--map-current-user'\nTry 'unshare --help'",
    facts: {},
    why: "--map-current-user'",
    hint: 'util-linux',
  },
  {
    name: 'user.max_user_namespaces = 0',
    stderr: 'unshare: unshare failed: No space left on device',
    facts: { maxUserNamespaces: 0 },
    why: 'user.max_user_namespaces = 0',
    hint: 'sysctl -w user.max_user_namespaces=',
  },
  {
    name: 'too many namespaces',
    stderr: 'unshare: unshare failed: No space left on device',
    facts: {},
    why: 'limit of user namespaces is reached',
    hint: 'sysctl',
  },
  {
    name: 'kernel.unprivileged_userns_clone = 0',
    stderr: EPERM,
    facts: { unprivilegedUsernsClone: 0 },
    why: 'kernel.unprivileged_userns_clone = 0',
    hint: 'sysctl -w kernel.unprivileged_userns_clone=1',
  },
  {
    name: "Ubuntu 24.04's AppArmor rule",
    stderr: 'unshare: write failed /proc/self/uid_map: Operation not permitted',
    facts: { apparmorRestricts: 1 },
    why: 'AppArmor',
    hint: 'kernel.apparmor_restrict_unprivileged_userns=0',
  },
  {
    name: 'a container',
    stderr: EPERM,
    facts: { seccomp: true, container: true },
    why: 'seccomp profile',
    hint: '--security-opt seccomp=unconfined',
  },
  {
    name: 'a container on Ubuntu 24.04: its seccomp profile comes first',
    stderr: EPERM,
    facts: { seccomp: true, container: true, apparmorRestricts: 1 },
    why: 'seccomp profile',
    hint: '--security-opt seccomp=unconfined',
  },
  { name: 'a sandbox', stderr: EPERM, facts: { seccomp: true }, why: 'seccomp filter', hint: 'outside' },
  { name: 'what we do not know', stderr: EPERM, facts: {}, why: 'Operation not permitted', hint: 'sudo' },
  { name: 'silence', stderr: '', facts: {}, why: 'said nothing', hint: 'sudo' },
])('explains $name', ({ stderr, facts, why, hint }) => {
  const error = explainNamespaceFailure(stderr, { ...USUAL, ...facts });
  expect(error.exitCode).toBe(3);
  expect(error.message).toContain(why);
  expect(error.hint).toContain(hint);
});
