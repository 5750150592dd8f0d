import { gzipSync } from 'node:zlib';
import { headerPlaces, type Model, putTogether, shortened, takeApart } from './blocks.ts';
import type { Seed } from './corpus.ts';
import { mutateBlocks } from './mutate-blocks.ts';
import { mutateFrame } from './mutate-frame.ts';
import { Numbers } from './numbers.ts';

export interface Input {
  /** Says how it was made. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** What a byte of a header is set to. */
const SETTINGS = ['0', '255', 'flipped'] as const;
/** Bytes of the headers of a file, its blocks and packets that are all set in turn. */
const HEADER_BYTES = 1000;
/** Of all inputs, as many as there are places to cut and set, but no greater share: the others are random. */
const SYSTEMATIC_SHARE = 0.75;
/** Mutated files are made of so much of a sample. */
const MUTATED_SIZE = 2500;

/** All inputs by number: those that try every place, in an order that spreads any share of them, then random ones. */
export class Inputs {
  /** How many inputs there are that cut or set every byte. */
  readonly systematic: number;
  private readonly seeds: readonly Seed[];
  private readonly models: readonly Model[];
  /** Of each seed, the places that are set. */
  private readonly places: readonly (readonly number[])[];
  /** How many systematic inputs the seeds before each have. */
  private readonly starts: readonly number[];
  private readonly seed: number;
  private readonly taken: number;

  constructor(seeds: readonly Seed[], seed: number, count: number) {
    this.seeds = seeds;
    this.seed = seed;
    this.models = seeds.map(({ bytes }) => takeApart(shortened(bytes, MUTATED_SIZE)));
    const starts = [0];
    this.places = seeds.map(({ bytes }) => headerPlaces(bytes, HEADER_BYTES));
    for (const [index, { bytes }] of seeds.entries())
      starts.push(
        (starts.at(-1) ?? 0) + bytes.length + 1 + SETTINGS.length * (this.places[index]?.length ?? 0),
      );
    this.starts = starts;
    this.systematic = starts.at(-1) ?? 0;
    this.taken = Math.min(this.systematic, Math.floor(count * SYSTEMATIC_SHARE));
  }

  get(index: number): Input {
    return index < this.taken ? this.systematicInput(this.spread(index)) : this.randomInput(index);
  }

  /** Steps through all places with a step that has no factor in common with their number. */
  private spread(index: number): number {
    const count = this.systematic;
    let step = Math.max(1, Math.floor(count * 0.618));
    while (divisor(step, count) !== 1) step++;
    return (index * step + this.seed) % count;
  }

  private systematicInput(number: number): Input {
    let which = 0;
    while ((this.starts[which + 1] ?? Number.POSITIVE_INFINITY) <= number) which++;
    const seed = this.seeds[which] as Seed;
    const place = number - (this.starts[which] ?? 0);
    if (place <= seed.bytes.length)
      return { name: `${seed.name} cut at ${place}`, bytes: Buffer.from(seed.bytes.subarray(0, place)) };
    const change = place - seed.bytes.length - 1;
    const at = this.places[which]?.[Math.floor(change / SETTINGS.length)] ?? 0;
    const setting = SETTINGS[change % SETTINGS.length];
    const bytes = Buffer.from(seed.bytes);
    bytes[at] = setting === '0' ? 0 : setting === '255' ? 255 : ~(bytes[at] ?? 0);
    return { name: `${seed.name} byte ${at} ${setting}`, bytes };
  }

  private randomInput(index: number): Input {
    const pick = new Numbers(this.seed, index);
    const which = pick.below(this.seeds.length);
    const model = structuredCopy(this.models[which] as Model);
    const changes = 1 + pick.below(4);
    for (let change = 0; change < changes; change++) mutate(model, pick);
    let bytes = putTogether(model);
    if (pick.chance(0.1)) bytes = bytes.subarray(0, pick.below(bytes.length + 1));
    if (pick.chance(0.1)) bytes = flipped(bytes, pick);
    if (pick.chance(0.03)) bytes = zipped(bytes, pick);
    return { name: `${this.seeds[which]?.name} mutated`, bytes };
  }
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** Pieces are changed in place, so each input has its own. */
function structuredCopy(model: Model): Model {
  if (model.kind === 'bytes') return { kind: 'bytes', bytes: Buffer.from(model.bytes) };
  if (model.kind === 'pcapng')
    return {
      kind: 'pcapng',
      blocks: model.blocks.map((block) => ({ ...block, body: Buffer.from(block.body) })),
    };
  const records = model.records.map(({ header, frame }) => ({
    header: Buffer.from(header),
    frame: Buffer.from(frame),
  }));
  return { ...model, header: Buffer.from(model.header), records };
}

function mutate(model: Model, pick: Numbers): void {
  if (model.kind === 'pcapng') mutateBlocks(model.blocks, pick);
  else if (model.kind === 'bytes') model.bytes = flipped(model.bytes, pick);
  else mutatePcap(model, pick);
}

function mutatePcap(model: Extract<Model, { kind: 'pcap' }>, pick: Numbers): void {
  const { header, littleEndian, records } = model;
  const write = (bytes: Buffer, at: number, value: number): void => {
    if (littleEndian) bytes.writeUInt32LE(value >>> 0, at);
    else bytes.writeUInt32BE(value >>> 0, at);
  };
  const at = pick.below(records.length);
  const record = records[at];
  const choice = pick.below(10);
  if (choice === 0 || record === undefined) {
    write(
      header,
      pick.of([0, 4, 8, 16, 20], 20),
      pick.chance(0.5) ? pick.of([1, 0, 101, 113, 276], 1) : pick.word(),
    );
  } else if (choice === 1) write(record.header, pick.of([0, 4, 8, 12], 0), pick.word());
  else if (choice === 2) records.splice(at, 1);
  else if (choice === 3) records.splice(pick.below(records.length), 0, ...records.splice(at, 2));
  else if (choice === 4)
    records.splice(at, 0, { header: Buffer.from(record.header), frame: Buffer.from(record.frame) });
  else {
    const linkType = littleEndian ? header.readUInt32LE(20) : header.readUInt32BE(20);
    record.frame = mutateFrame(record.frame, linkType, pick);
    write(record.header, 8, record.frame.length);
    if (pick.chance(0.9)) write(record.header, 12, record.frame.length);
  }
}

function flipped(bytes: Buffer, pick: Numbers): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length === 0) return copy;
  for (let change = 1 + pick.below(8); change > 0; change--)
    copy[pick.below(copy.length)] = pick.of([0, 255, pick.below(256)], 0);
  return copy;
}

/** As a gzip, whole, cut or damaged. */
function zipped(bytes: Buffer, pick: Numbers): Buffer {
  const packed = gzipSync(bytes, { level: pick.of([0, 1, 6], 1) });
  const choice = pick.below(3);
  if (choice === 0) return packed;
  if (choice === 1) return packed.subarray(0, pick.below(packed.length + 1));
  packed[pick.below(packed.length)] = pick.below(256);
  return packed;
}
