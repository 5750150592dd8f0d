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

interface Dice {
  /** One of these. */
  of<T>(...choices: readonly T[]): T;
  chance(probability: number): boolean;
  /** From low to high, small values as likely as large ones. */
  logarithmic(low: number, high: number): number;
  /** Adds an option with this probability. */
  maybe(probability: number, ...words: readonly (string | number)[]): void;
}

const SCENARIOS: Readonly<Record<string, (dice: Dice) => void>> = {
  'tcp-echo': (dice) => {
    const size = dice.chance(0.1) ? 0 : dice.logarithmic(1, 300_000);
    dice.maybe(1, '--size', size);
    const clients = dice.of(1, 1, 2, 3);
    dice.maybe(1, '--clients', clients);
    dice.maybe(1, '--serve', dice.of('iterative', 'thread', 'process', 'poll'));
    // Pieces so small that a run would take minutes are left out.
    dice.maybe(0.5, '--chunk', dice.logarithmic(Math.max(1, Math.ceil(size / 300)), 1024));
    dice.maybe(0.5, '--recv-buffer', dice.logarithmic(Math.max(1, Math.ceil(size / 1000)), 65_536));
    dice.maybe(0.1, '--linger', 0);
    streamOptions(dice);
  },
  'tcp-transfer': (dice) => {
    const size = dice.chance(0.1) ? 0 : dice.logarithmic(1, 3_000_000);
    dice.maybe(1, '--size', size);
    dice.maybe(0.5, '--chunk', dice.logarithmic(Math.max(1, Math.ceil(size / 1000)), 1_000_000));
    dice.maybe(0.5, '--recv-buffer', dice.logarithmic(Math.max(1, Math.ceil(size / 2000)), 1_000_000));
    dice.maybe(0.3, '--clients', dice.of(2, 3));
    streamOptions(dice);
  },
  'udp-echo': (dice) => {
    dice.maybe(0.7, '--size', dice.logarithmic(1, 1024));
    dice.maybe(0.3, '--connect');
    if (dice.chance(0.2)) dice.maybe(1, '--server', 'none');
    dice.maybe(0.5, '--family', dice.of('ipv4', 'ipv6'));
    dice.maybe(0.5, '--mtu', dice.of(1280, 1500, 9000, 65_536));
  },
  'udp-transfer': (dice) => {
    dice.maybe(1, '--size', dice.chance(0.1) ? 0 : dice.logarithmic(1, 300_000));
    dice.maybe(0.6, '--reliability', dice.of('none', 'numbered', 'stop-and-wait'));
    dice.maybe(0.5, '--chunk', dice.logarithmic(300, 60_000));
    dice.maybe(0.5, '--family', dice.of('ipv4', 'ipv6'));
    dice.maybe(0.5, '--mtu', dice.of(1280, 1500, 9000, 65_536));
    dice.maybe(0.4, '--loss', dice.of(1, 2, 5, 10));
  },
};

function streamOptions(dice: Dice): void {
  const ipv6 = dice.chance(0.3);
  if (ipv6) dice.maybe(1, '--family', 'ipv6');
  dice.maybe(0.5, '--mtu', dice.of(...(ipv6 ? [] : [576]), 1280, 1500, 9000, 65_536));
  dice.maybe(0.5, '--offload', dice.of('on', 'off'));
  dice.maybe(0.5, '--loss', dice.of(1, 2, 5, 10));
  dice.maybe(0.4, '--send-mode', dice.of('send', 'sendall'));
  dice.maybe(0.3, '--sndbuf', dice.logarithmic(2048, 200_000));
  dice.maybe(0.3, '--rcvbuf', dice.logarithmic(2048, 200_000));
  dice.maybe(0.2, '--nodelay');
  dice.maybe(0.1, '--cork');
  dice.maybe(0.1, '--quickack');
}

/** The command line (without program name) of random run number `seed`. */
export function randomRun(seed: number): readonly string[] {
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
  const id = of(...Object.keys(SCENARIOS));
  SCENARIOS[id]?.(dice);
  return ['run', id, ...words, '--seed', String(seed), '--verify', '--json'];
}
