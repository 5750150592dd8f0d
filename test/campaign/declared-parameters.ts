import { UserError } from '../../capture/user-error.ts';
import { type ParameterSpec, parametersOf } from '../../src/scenarios/parameter-table.ts';
import { type GivenParameters, parseParameters } from '../../src/scenarios/parse-parameters.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import type { Dice } from './random-parameters.ts';

/**
 * Not drawn: where a run happens and what records it, which side plays, what needs a person, what has no range to draw from
 * (texts: each scenario has its own), time limits, and what may leave a side waiting for ever (a lost RST or datagram).
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['net', 'filter', 'snaplen', 'engine', 'role', 'step', 'timeout-run', 'seed', 'file', 'pause'],
  ...['allow-any-command', 'congestion', 'delay', 'loss', 'rate', 'timeout', 'port', 'linger', 'signal'],
]);

/** What to draw around where nothing is set by default: by name, else by kind. */
const AROUND: Readonly<Record<string, number>> = {
  ...{ size: 2000, sndbuf: 16_384, rcvbuf: 16_384, 'client-rcvbuf': 16_384, 'server-rcvbuf': 16_384 },
  ...{ bytes: 1024, int: 2, ms: 20 },
};
/** A run is to be over in some seconds. */
const MOST_MS = 2000;
const MOST_CLIENTS = 16;
/** IPv6 wants no less. */
const LEAST_MTU = 1280;
const TRIES = 40;

/** Options of a scenario, each drawn from the range or the choices that it declares, until the scenario takes them together. */
export function declaredOptions(dice: Dice, scenario: Scenario): readonly string[] {
  for (let n = 0; n < TRIES; n++) {
    const given: Record<string, string | true> = {};
    for (const spec of parametersOf(scenario)) {
      const value = LEFT_OUT.has(spec.name) || !dice.chance(0.2) ? null : drawn(dice, spec);
      if (value !== null) given[spec.name] = value;
    }
    if (isTaken(scenario, given))
      return Object.entries(given).flatMap(([name, value]) => [
        `--${name}`,
        ...(value === true ? [] : [value]),
      ]);
  }
  return [];
}

function drawn(dice: Dice, spec: ParameterSpec): string | true | null {
  const { kind, name, min, max, fallback } = spec;
  const choices = Object.keys(spec.choices);
  if (choices.length > 0) return dice.of(...choices);
  switch (kind) {
    case 'flag':
      return true;
    case 'int':
    case 'bytes':
    case 'ms': {
      if (name === 'mtu') return String(dice.of(LEAST_MTU, 1500, 9000, max));
      const base =
        typeof fallback === 'number' && fallback > 0 ? fallback : (AROUND[name] ?? AROUND[kind] ?? 1);
      const most = kind === 'ms' ? MOST_MS : name === 'clients' ? MOST_CLIENTS : Number.MAX_SAFE_INTEGER;
      const low = Math.max(min, 1, Math.ceil(base / 8));
      return String(Math.min(max, dice.logarithmic(low, Math.max(low, Math.min(max, most, base * 8)))));
    }
    default:
      return null;
  }
}

/** Whether the scenario would run with these: what it refuses is drawn anew. */
function isTaken(scenario: Scenario, given: GivenParameters): boolean {
  try {
    parseParameters(scenario, given);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
