import { EXIT, UserError } from '../../../capture/user-error.ts';
import { runTool } from './command.ts';

export const TABLE = 'sockscope';

export interface LossRule {
  readonly percent: number;
  readonly seed: number;
  readonly sentinelPort: number;
  /** nflog group that hears of each dropped packet; null to count them only. */
  readonly group: number | null;
}

/** Bytes of a lost packet that the log keeps: both IP headers' sizes, TCP with options, and some payload. */
const LOG_SNAPLEN = 128;
/** One netlink message holds about this many; more messages would overflow its small socket buffer sooner. */
const LOG_BATCH = 16;

/**
 * The rule for nft(8). It stands in prerouting, before reassembly: the packet was captured already, the sender has seen no
 * error (a drop on output fails sendto with EPERM), and each dropped packet is one captured packet even among fragments.
 * The sentinel passes, and its log entry pushes out what the log still holds.
 */
export function lossRuleset({ percent, seed, sentinelPort, group }: LossRule): string {
  const log = (batch: number): string =>
    group === null ? '' : `log group ${group} snaplen ${LOG_SNAPLEN} queue-threshold ${batch}`;
  return `table inet ${TABLE} {
  chain loss {
    type filter hook prerouting priority -450
    policy accept
    iifname != "lo" accept
    ip daddr 127.0.0.1 udp dport ${sentinelPort} ${log(1)} accept
    ${chosen(percent, seed)} counter ${log(LOG_BATCH)} drop
  }
}
`;
}

/** Of every `modulus` packets in a row, those whose number is in a seeded set. */
function chosen(percent: number, seed: number): string {
  if (percent === 100) return '';
  const modulus = Number.isInteger(percent * 10) ? 1000 : 10_000;
  const wanted = Math.round((percent * modulus) / 100);
  return `numgen inc mod ${modulus} { ${seededSample(wanted, modulus, seed).join(', ')} }`;
}

/** `count` different numbers below `below`, ascending, the same for the same seed. */
export function seededSample(count: number, below: number, seed: number): readonly number[] {
  const random = mulberry32(seed);
  const numbers = Array.from({ length: below }, (_, index) => index);
  // The first `count` steps of a Fisher-Yates shuffle.
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (below - i));
    const kept = numbers[i] ?? 0;
    numbers[i] = numbers[j] ?? 0;
    numbers[j] = kept;
  }
  return numbers.slice(0, count).sort((a, b) => a - b);
}

/** Mulberry32: 32 bits of state, good enough to choose packets, the same on every machine. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Installs the rule; false when this kernel cannot log (the caller tries again without). Throws a UserError (exit 3) else. */
export function installLossRule(rule: LossRule): boolean {
  const { ok, stderr } = runTool('nft', ['-f', '-'], lossRuleset(rule), '--loss');
  if (ok) return true;
  if (rule.group !== null) return false;
  throw new UserError(`--loss was refused by nft: ${stderr.split('\n')[0] ?? ''}`, {
    hint: 'the kernel needs nf_tables and nft_numgen: see `sockscope doctor`, or leave --loss out',
    exitCode: EXIT.cannotCapture,
  });
}

/** How many packets the rule has dropped; null when nft does not tell. */
export function readLossCounter(): number | null {
  const { ok, stdout } = runTool('nft', ['-j', 'list', 'chain', 'inet', TABLE, 'loss']);
  const found = ok ? /"counter": ?\{"packets": ?(\d+)/.exec(stdout) : null;
  return found ? Number(found[1]) : null;
}
