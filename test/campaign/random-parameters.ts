import type { Scenario } from '../../src/scenarios/scenario.ts';
import { declaredOptions } from './declared-parameters.ts';

/** mulberry32: a small seeded generator; the same seed gives the same runs on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Dice {
  /** One of these. */
  of<T>(...choices: readonly T[]): T;
  chance(probability: number): boolean;
  /** From low to high, small values as likely as large ones. */
  logarithmic(low: number, high: number): number;
  /** Adds an option with this probability. */
  maybe(probability: number, ...words: readonly (string | number)[]): void;
}

/** Linux lets everybody choose these, and only these everywhere. */
const CONGESTION = ['reno', 'cubic'] as const;

/** Where limits depend on each other; all other scenarios are drawn by what they declare. */
const SCENARIOS: Readonly<Record<string, (dice: Dice) => void>> = {
  'tcp-echo': (dice) => {
    if (dice.chance(0.15)) return mistake(dice);
    const once = dice.chance(0.15);
    // Who has nothing to send does not notice that it is not served.
    const size = dice.chance(0.1) && !once ? 0 : dice.logarithmic(1, 300_000);
    dice.maybe(1, '--size', size);
    const clients = dice.of(1, 1, 2, 3);
    dice.maybe(1, '--clients', clients);
    dice.maybe(1, '--serve', once ? 'once' : dice.of('iterative', 'thread', 'process', 'poll'));
    // Pieces so small that a run would take minutes are left out.
    dice.maybe(0.5, '--chunk', dice.logarithmic(Math.max(1, Math.ceil(size / 300)), 1024));
    dice.maybe(0.5, '--recv-buffer', dice.logarithmic(Math.max(1, Math.ceil(size / 1000)), 65_536));
    dice.maybe(0.2, '--think', dice.of(0, 5, 60));
    pauses(dice);
    // A reset that is lost leaves the other end waiting for ever.
    const aborts = dice.chance(0.1);
    if (aborts) dice.maybe(1, '--linger', 0);
    else dice.maybe(0.1, '--linger', dice.of(1, 2));
    if (!aborts && !once) losses(dice);
    streamOptions(dice, size * clients);
  },
  'tcp-transfer': (dice) => {
    const once = dice.chance(0.1);
    const size = dice.chance(0.1) ? 0 : dice.logarithmic(1, 3_000_000);
    const clients = dice.of(1, 1, 1, 2, 3);
    dice.maybe(1, '--size', size);
    dice.maybe(0.5, '--chunk', dice.logarithmic(Math.max(1, Math.ceil(size / 1000)), 1_000_000));
    dice.maybe(0.5, '--recv-buffer', dice.logarithmic(Math.max(1, Math.ceil(size / 2000)), 1_000_000));
    dice.maybe(1, '--clients', clients);
    if (once) dice.maybe(1, '--serve', 'once');
    else dice.maybe(0.5, '--serve', dice.of('iterative', 'thread', 'process', 'poll'));
    pauses(dice);
    if (!once) losses(dice);
    streamOptions(dice, size * clients);
  },
  'udp-echo': (dice) => {
    dice.maybe(0.7, '--size', dice.logarithmic(1, 1024));
    dice.maybe(0.3, '--connect');
    const served = dice.chance(0.8);
    if (served) dice.maybe(0.3, '--clients', dice.of(2, 3));
    else dice.maybe(1, '--server', 'none');
    dice.maybe(0.2, '--timeout', dice.of(500, 2000));
    // Shorter than any client waits.
    if (served) dice.maybe(0.1, '--pause', `server:recvfrom:after=${dice.of(5, 100)}`);
    datagramOptions(dice);
  },
  'udp-transfer': (dice) => {
    const size = dice.chance(0.1) ? 0 : dice.logarithmic(1, 300_000);
    dice.maybe(1, '--size', size);
    dice.maybe(0.6, '--reliability', dice.of('none', 'numbered', 'stop-and-wait'));
    dice.maybe(0.5, '--chunk', dice.logarithmic(Math.max(1, Math.ceil(size / 1000)), 60_000));
    dice.maybe(0.2, '--timeout', dice.of(20, 100));
    losses(dice);
    datagramOptions(dice);
  },
};

function mistake(dice: Dice): void {
  const which = dice.of(
    'no-eof-check',
    'send-on-listener',
    'one-recv',
    'reply-first',
    'both-wait',
    'no-listen',
  );
  dice.maybe(1, '--mistake', which);
  if (which === 'reply-first' || which === 'both-wait') dice.maybe(1, '--timeout', 200);
  if (dice.chance(0.3)) dice.maybe(1, '--family', 'ipv6');
}

function losses(dice: Dice): void {
  dice.maybe(0.5, '--loss', dice.of(1, 2, 5, 10));
}

function pauses(dice: Dice): void {
  dice.maybe(0.1, '--pause', `accept=${dice.of(1, 50, 300)}`);
  dice.maybe(0.1, '--pause', `${dice.of('server:', 'client:', '')}close=${dice.of(1, 50)}`);
}

function datagramOptions(dice: Dice): void {
  dice.maybe(0.5, '--family', dice.of('ipv4', 'ipv6'));
  dice.maybe(0.5, '--mtu', dice.of(1280, 1500, 9000, 65_536));
  dice.maybe(0.1, '--rate', dice.of('5M', '50M'));
}

function streamOptions(dice: Dice, bytes: number): void {
  const ipv6 = dice.chance(0.3);
  if (ipv6) dice.maybe(1, '--family', 'ipv6');
  dice.maybe(0.5, '--mtu', dice.of(...(ipv6 ? [] : [576]), 1280, 1500, 9000, 65_536));
  dice.maybe(0.5, '--offload', dice.of('on', 'off'));
  dice.maybe(0.4, '--send-mode', dice.of('send', 'sendall'));
  dice.maybe(0.3, '--sndbuf', dice.logarithmic(2048, 200_000));
  dice.maybe(0.3, '--rcvbuf', dice.logarithmic(2048, 200_000));
  dice.maybe(0.2, '--nodelay');
  dice.maybe(0.1, '--cork');
  dice.maybe(0.1, '--quickack');
  dice.maybe(0.2, '--congestion', dice.of(...CONGESTION));
  // Fast enough for the run to end in some seconds.
  dice.maybe(0.1, '--rate', dice.of(...(bytes < 100_000 ? ['1M', '5M'] : []), '20M', '100M'));
}

/**
 * The command line (without program name) of random run number `seed`, of one of these scenarios. The same seed gives the
 * same run as long as there are the same scenarios.
 */
export function randomRun(seed: number, scenarios: readonly Scenario[]): readonly string[] {
  const random = seededRandom(seed);
  const words: string[] = [];
  const of: Dice['of'] = (...choices) => {
    const chosen = choices[Math.floor(random() * choices.length)];
    if (chosen === undefined) throw new RangeError('nothing to choose from');
    return chosen;
  };
  const dice: Dice = {
    of,
    chance: (probability) => random() < probability,
    logarithmic: (low, high) => Math.round(Math.min(low, high) * (high / Math.min(low, high)) ** random()),
    maybe: (probability, ...option) => {
      if (random() < probability) words.push(...option.map(String));
    },
  };
  const scenario = of(...scenarios);
  const { id } = scenario;
  const draw = SCENARIOS[id];
  if (draw === undefined) words.push(...declaredOptions(dice, scenario));
  else draw(dice);
  return ['run', id, ...words, '--seed', String(seed), '--no-input', '--verify', '--json'];
}
