import { Inflater } from './gunzip.ts';

/** Where one of these pieces is damaged it is tried again in steps, the damaged step in smaller ones, and then byte by byte: each takes a while. */
const PIECE = 64 * 1024;
const STEPS = [2048, 64];

/** The checks at the end of a member (RFC 1952 §2.3.1): how many bytes are left of it once zlib has found the check wrong. */
const AFTER_CHECK: ReadonlyMap<string, number> = new Map([
  ['incorrect data check', 4], // CRC32, before ISIZE
  ['incorrect length check', 0], // ISIZE
]);

/** Bytes of the gzip that were read before, from one offset to below another, once more. */
export type ReadAgain = (from: number, to: number) => Iterable<Uint8Array>;

/** Told of each damage, once all that stands before it has been taken. */
export type TellDamage = (message: string) => void;

/**
 * Inflates a gzip into `take`, chunk by chunk as it comes: all of it that can be inflated. Where only the check of a member
 * is wrong, the members that follow are inflated too. Errors of `take` and of `input` are thrown.
 */
export async function inflate(
  input: AsyncIterable<Uint8Array>,
  again: ReadAgain,
  take: (chunk: Uint8Array) => void,
  tell: TellDamage,
): Promise<void> {
  /** None between a member with a wrong check and the next. */
  let inflater: Inflater | null = null;
  /** Offsets: where the inflater began, of the present chunk, and of the first byte that is not inflated yet. */
  let start = 0;
  let at = 0;
  let next = 0;
  try {
    for await (const chunk of input) {
      const end = at + chunk.length;
      while (next < end) {
        if (inflater === null) {
          // Zeros behind a member are padding, as for gzip(1).
          if (chunk[next - at] === 0) {
            next++;
            continue;
          }
          inflater = new Inflater(take);
          start = next;
        }
        const piece = chunk.subarray(next - at, next - at + PIECE);
        if (await inflater.write(piece)) {
          next += piece.length;
          continue;
        }
        const damage = inflater.damage ?? '';
        const offset = await takeUpTo(again, start, next, piece, inflater.taken, take);
        tell(describe(damage, offset));
        const left = AFTER_CHECK.get(damage);
        if (left === undefined) return;
        next = offset + 1 + left;
        inflater.close();
        inflater = null;
      }
      at = end;
    }
    if (inflater !== null && !(await inflater.end())) tell(describe(inflater.damage ?? '', at));
  } finally {
    inflater?.close();
  }
}

/**
 * Takes what stands before the damage in `piece`, at `offset` of the gzip: inflates once more from `start`, and leaves out the
 * first `known` bytes. Returns the offset of the byte that cannot be right.
 */
async function takeUpTo(
  again: ReadAgain,
  start: number,
  offset: number,
  piece: Uint8Array,
  known: number,
  take: (chunk: Uint8Array) => void,
): Promise<number> {
  let toLeave = known;
  const takeFresh = (chunk: Uint8Array): void => {
    const fresh = chunk.subarray(Math.min(toLeave, chunk.length));
    toLeave -= chunk.length - fresh.length;
    if (fresh.length > 0) take(fresh);
  };
  const before = (): Iterable<Uint8Array> => again(start, offset);
  let near = 0;
  for (const step of STEPS) near = await firstDamaged(before(), piece, near, step, () => {});
  return offset + (await firstDamaged(before(), piece, near, 1, takeFresh));
}

/** Inflates what stands `before` a piece, and the piece: up to `sound` at once, then in steps. Returns where the damaged step begins. */
async function firstDamaged(
  before: Iterable<Uint8Array>,
  piece: Uint8Array,
  sound: number,
  step: number,
  take: (chunk: Uint8Array) => void,
): Promise<number> {
  const inflater = new Inflater(take);
  try {
    for (const bytes of before) if (!(await inflater.write(bytes))) return 0;
    if (sound > 0 && !(await inflater.write(piece.subarray(0, sound)))) return 0;
    for (let at = sound; at < piece.length; at += step)
      if (!(await inflater.write(piece.subarray(at, at + step)))) return at;
    return piece.length;
  } finally {
    inflater.close();
  }
}

function describe(damage: string, offset: number): string {
  switch (damage) {
    case 'unexpected end of file':
      return 'the gzip is cut off here: it ends before its end mark';
    case 'incorrect data check':
      return `the gzip ends here, and its checksum is wrong (byte ${offset} of the gzip): some of what came out of it is damaged`;
    case 'incorrect length check':
      return `the gzip ends here, and is not as long as it says (byte ${offset} of the gzip)`;
    case 'incorrect header check':
      return `behind the gzip stand bytes that are no gzip (from byte ${offset - 1} of the file); they were not read`;
    default:
      return `the gzip is damaged here (byte ${offset} of the gzip), and cannot be read on: ${damage}`;
  }
}
