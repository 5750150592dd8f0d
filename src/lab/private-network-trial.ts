import { spawnSync } from 'node:child_process';
import type { UserError } from '../../capture/user-error.ts';
import { withSbin } from './conditions/command.ts';
import { lossRuleset } from './conditions/loss-rule.ts';
import { explainNamespaceFailure, UNSHARE_USER } from './namespace-failure.ts';

const THINGS = ['nft', 'nflog', 'tc', 'tbf', 'netem'] as const;
type Thing = (typeof THINGS)[number];

/** What a private network that was really made can do. */
export interface NetworkAnswers {
  /** Why there was none; null when there was. */
  readonly failure: UserError | null;
  /** Made by an ordinary user, through a user namespace. */
  readonly withUser: boolean;
  /** Null where it could not be tried. */
  readonly answers: Readonly<Record<Thing, boolean | null>>;
}

const TIME_LIMIT_MS = 10_000;

// Each thing is tried where it would be used: modules that are missing show only there.
const SCRIPT = `
ip link set lo up 2>/dev/null
printf '%s' "$RULES" | nft -f - 2>/dev/null; echo nft $?
printf '%s' "$LOG_RULES" | nft -f - 2>/dev/null && [ -e /proc/self/net/netfilter/nfnetlink_log ]; echo nflog $?
command -v tc >/dev/null; echo tc $?
tc qdisc add dev lo root tbf rate 10mbit burst 20000 limit 100000 2>/dev/null; echo tbf $?
tc qdisc del dev lo root 2>/dev/null
tc qdisc add dev lo root netem delay 1ms 2>/dev/null; echo netem $?
`;

/** Makes a private network the way a run does, tries in it what the network conditions need, and lets it go. */
export function tryPrivateNetwork(asRoot: boolean = process.geteuid?.() === 0): NetworkAnswers {
  const rule = { percent: 50, seed: 1, sentinelPort: 1 };
  const entered = asRoot ? [] : UNSHARE_USER;
  // The same start as a run's, so that options too new for this util-linux are noticed.
  const { error, status, stdout, stderr } = spawnSync(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      'unshare',
      ...entered,
      '--net',
      '--pid',
      '--fork',
      '--kill-child',
      'sh',
      '-c',
      SCRIPT,
    ],
    {
      encoding: 'utf8',
      timeout: TIME_LIMIT_MS,
      env: {
        ...withSbin(),
        RULES: lossRuleset({ ...rule, group: null }),
        LOG_RULES: lossRuleset({ ...rule, group: 5 }),
      },
    },
  );
  const lines = new Map((stdout ?? '').split('\n').map((line) => line.split(' ') as [string, string]));
  const answer = (thing: Thing): boolean | null => (lines.has(thing) ? lines.get(thing) === '0' : null);
  const failed = error !== undefined || (status !== 0 && !lines.has('nft'));
  return {
    failure: failed ? explainNamespaceFailure(error?.message ?? stderr) : null,
    withUser: !asRoot,
    answers: {
      nft: answer('nft'),
      nflog: answer('nflog'),
      tc: answer('tc'),
      tbf: answer('tbf'),
      netem: answer('netem'),
    },
  };
}
