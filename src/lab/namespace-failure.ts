import { existsSync, readFileSync } from 'node:fs';
import { EXIT, UserError } from '../../capture/user-error.ts';

/** How an ordinary user enters a private network: what the doctor tries is what the lab does. */
export const UNSHARE_USER = ['--user', '--map-current-user', '--keep-caps'] as const;

/** What this system says about namespaces; null where the file is not there. */
export interface NamespaceFacts {
  /** user.max_user_namespaces */
  readonly maxUserNamespaces: number | null;
  /** kernel.unprivileged_userns_clone, of Debian's kernels up to 11 and some others. */
  readonly unprivilegedUsernsClone: number | null;
  /** kernel.apparmor_restrict_unprivileged_userns, Ubuntu since 23.10. */
  readonly apparmorRestricts: number | null;
  /** A seccomp filter is on this process. */
  readonly seccomp: boolean;
  readonly container: boolean;
}

/** Asks /proc. */
export function readNamespaceFacts(): NamespaceFacts {
  return {
    maxUserNamespaces: sysctl('user/max_user_namespaces'),
    unprivilegedUsernsClone: sysctl('kernel/unprivileged_userns_clone'),
    apparmorRestricts: sysctl('kernel/apparmor_restrict_unprivileged_userns'),
    seccomp: /^Seccomp:\s*2/m.test(read('/proc/self/status')),
    container:
      existsSync('/.dockerenv') ||
      existsSync('/run/.containerenv') ||
      process.env.container !== undefined ||
      /docker|kubepods|containerd|lxc/.test(read('/proc/1/cgroup')),
  };
}

/** Why unshare(1) could not make a private network, and the ways out. `stderr` is what it said, in the C locale. */
export function explainNamespaceFailure(
  stderr: string,
  facts: NamespaceFacts = readNamespaceFacts(),
): UserError {
  const { why, hint } = explain(stderr, facts);
  return new UserError(`cannot make a private network: ${why}`, { hint, exitCode: EXIT.cannotCapture });
}

const WITH_SUDO = 'or run with sudo, which needs no user namespace';

function explain(stderr: string, facts: NamespaceFacts): { why: string; hint: string } {
  if (/ENOENT|EACCES|not found|No such file or directory/.test(stderr) && !/uid_map|gid_map/.test(stderr)) {
    return {
      why: 'the programs unshare and setpriv are not installed',
      hint: 'install them: sudo apt-get install util-linux',
    };
  }
  if (/unrecognized option|invalid option/.test(stderr)) {
    return {
      why: `unshare or setpriv is too old (${firstLine(stderr)})`,
      hint: `sockscope needs util-linux 2.35 or newer; ${WITH_SUDO}`,
    };
  }
  if (facts.maxUserNamespaces === 0 || /No space left on device/.test(stderr)) {
    const limit = facts.maxUserNamespaces;
    return {
      why:
        limit === 0
          ? 'this system allows no user namespaces (user.max_user_namespaces = 0)'
          : `the limit of user namespaces is reached (user.max_user_namespaces = ${limit ?? 'unknown'})`,
      hint: `allow them: sudo sysctl -w user.max_user_namespaces=10000; ${WITH_SUDO}`,
    };
  }
  if (facts.unprivilegedUsernsClone === 0) {
    return {
      why: 'ordinary users may not make user namespaces here (kernel.unprivileged_userns_clone = 0)',
      hint: `allow it: sudo sysctl -w kernel.unprivileged_userns_clone=1; ${WITH_SUDO}`,
    };
  }
  if (facts.seccomp && facts.container) {
    return {
      why: "this container's seccomp profile forbids new namespaces",
      hint:
        'start the container with --security-opt seccomp=unconfined, or as root with --cap-add NET_RAW and ' +
        '--cap-add NET_ADMIN and use --net host: its loopback is its own',
    };
  }
  if (facts.apparmorRestricts === 1) {
    return {
      why: 'AppArmor takes all rights from user namespaces of ordinary users (Ubuntu 24.04: kernel.apparmor_restrict_unprivileged_userns = 1)',
      hint: `run with sudo; or allow it: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`,
    };
  }
  if (facts.seccomp) {
    return {
      why: 'a seccomp filter on this session forbids new namespaces',
      hint: 'start sockscope outside the sandbox, or run with sudo --net host',
    };
  }
  return {
    why: firstLine(stderr) || 'unshare failed and said nothing',
    hint: 'run with sudo; with sudo and --net host no namespace is needed at all; `sockscope doctor` shows what is missing',
  };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

function sysctl(name: string): number | null {
  const text = read(`/proc/sys/${name}`).trim();
  return text === '' ? null : Number(text);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
