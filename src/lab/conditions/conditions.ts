import { EXIT, UserError } from '../../../capture/user-error.ts';
import { parseDelay, parseRate, usage } from './units.ts';

/** The options of the network as they were given; null for those that were not. */
export interface ConditionsRequest {
  /** Bytes. */
  readonly mtu: number | null;
  /** TCP segmentation offload on lo. */
  readonly offload: boolean | null;
  /** Percent of the packets. */
  readonly loss: number | null;
  /** Which packets are lost; the same seed loses the same ones of the same traffic. */
  readonly seed: number | null;
  /** As tc(8) writes it. */
  readonly rate: string | null;
  /** With its unit. */
  readonly delay: string | null;
  readonly congestion: string | null;
}

/** What a private network gets. */
export interface Conditions {
  readonly mtu: number;
  readonly offload: boolean;
  readonly lossPercent: number;
  readonly seed: number;
  readonly bitsPerSecond: number | null;
  readonly delayMs: number | null;
  readonly congestion: string | null;
}

export const MIN_MTU = 68; // RFC 791 §3.2
export const MAX_MTU = 65_536; // what lo has
export const MIN_MTU_IPV6 = 1280; // RFC 8200 §5
const DEFAULT_MTU = 1500;
/** The loss rule counts in ten-thousandths. */
export const LOSS_STEP = 0.01;
const MAX_SEED = 0xffff_ffff;

/** These change nothing of the machine's own loopback: a socket option, and the seed that a scenario's data has too. */
const ON_HOST: ReadonlySet<keyof ConditionsRequest> = new Set(['congestion', 'seed']);

/**
 * Checks the options of the network and fills in the defaults of a private one: MTU 1500 and no offload, so that segments
 * look like segments. Null on the host, whose network stays as it is. Throws a UserError (exit 2) that names the option.
 */
export function checkConditions(
  request: ConditionsRequest,
  where: { readonly net: 'private' | 'host'; readonly ipv6: boolean },
): Conditions | null {
  if (where.net === 'host') {
    refuseOnHost(request);
    return null;
  }
  const mtu = request.mtu ?? DEFAULT_MTU;
  checkMtu(mtu, where.ipv6);
  const lossPercent = request.loss ?? 0;
  checkLoss(lossPercent);
  const seed = request.seed ?? 1;
  if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED) {
    throw usage(`--seed ${seed}`, 'is not a whole number in range', `0 to ${MAX_SEED}`);
  }
  return {
    mtu,
    offload: request.offload ?? false,
    lossPercent,
    seed,
    bitsPerSecond: request.rate === null ? null : parseRate(request.rate),
    delayMs: request.delay === null ? null : parseDelay(request.delay),
    congestion: request.congestion,
  };
}

function refuseOnHost(request: ConditionsRequest): void {
  for (const name of Object.keys(request) as (keyof ConditionsRequest)[]) {
    if (request[name] === null || ON_HOST.has(name)) continue;
    throw new UserError(`--${name} needs --net private`, {
      hint: "the machine's own network is never changed: leave --net host out",
      exitCode: EXIT.usage,
    });
  }
}

function checkMtu(mtu: number, ipv6: boolean): void {
  if (!Number.isInteger(mtu) || mtu < MIN_MTU || mtu > MAX_MTU) {
    throw usage(`--mtu ${mtu}`, 'is out of range', `${MIN_MTU} to ${MAX_MTU} bytes`);
  }
  if (ipv6 && mtu < MIN_MTU_IPV6) {
    throw new UserError(
      `--mtu ${mtu} is too small for IPv6: every IPv6 link carries ${MIN_MTU_IPV6} bytes (RFC 8200 §5)`,
      {
        hint: `choose --mtu ${MIN_MTU_IPV6} or more, or --family ipv4`,
        exitCode: EXIT.usage,
      },
    );
  }
}

function checkLoss(percent: number): void {
  if (!(percent >= 0 && percent <= 100)) {
    throw usage(`--loss ${percent}`, 'is not a percentage', '0 to 100, for example 5');
  }
  if (percent > 0 && percent < LOSS_STEP) {
    throw usage(`--loss ${percent}`, 'is finer than the kernel rule can be', `${LOSS_STEP} or more, or 0`);
  }
}
