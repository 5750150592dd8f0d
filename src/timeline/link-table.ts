import { CELLS_A_STEP } from './time-order.ts';
import type { Link, Relation } from './types.ts';

const RELATIONS: readonly Relation[] = [
  'causes',
  'carries',
  'pushes',
  'consumes',
  'completes',
  'opens',
  'answers',
];
const NUMBER_OF = new Map<Relation, number>(RELATIONS.map((relation, index) => [relation, index]));
const FIRST_CAPACITY = 256;

/** Links as columns while they are found; `seal` then sorts them by packet and by call. */
export class LinkTable {
  length = 0;
  private calls = new Int32Array(FIRST_CAPACITY);
  private packets = new Int32Array(FIRST_CAPACITY);
  private relations = new Uint8Array(FIRST_CAPACITY);
  private froms = new Float64Array(FIRST_CAPACITY);
  private tos = new Float64Array(FIRST_CAPACITY);
  private ofPackets: Index = { start: new Uint32Array(1), links: new Uint32Array(0) };
  private ofCalls: Index = { start: new Uint32Array(1), links: new Uint32Array(0) };

  /** Adds a link; a range of NaN means that it is not about bytes. */
  add(relation: Relation, call: number, packet: number, from = Number.NaN, to = Number.NaN): void {
    if (this.length === this.calls.length) this.grow();
    const index = this.length++;
    this.calls[index] = call;
    this.packets[index] = packet;
    this.relations[index] = NUMBER_OF.get(relation) ?? 0;
    this.froms[index] = from;
    this.tos[index] = to;
  }

  /** Sorts what was added, in steps; to be called once, before links are asked for. */
  *seal(packetCount: number, callCount: number): Generator<void, void> {
    if (this.length === 0) return;
    this.ofPackets = yield* indexBy(this.packets, this.length, packetCount);
    this.ofCalls = yield* indexBy(this.calls, this.length, callCount);
  }

  get(index: number): Link {
    const from = this.froms[index] ?? 0;
    const to = this.tos[index] ?? 0;
    return {
      call: this.calls[index] ?? 0,
      packet: this.packets[index] ?? 0,
      relation: RELATIONS[this.relations[index] ?? 0] ?? 'causes',
      from: Number.isNaN(from) ? null : from,
      to: Number.isNaN(to) ? null : to,
    };
  }

  ofPacket(packet: number): Link[] {
    return this.collect(this.ofPackets, packet);
  }

  ofCall(call: number): Link[] {
    return this.collect(this.ofCalls, call);
  }

  /** 1 for each call with a link, other than to bytes that it took, for which `accepts` holds; in steps. */
  *callsActing(
    accepts: (call: number, packet: number) => boolean,
    callCount: number,
  ): Generator<void, Uint8Array> {
    const consumes = NUMBER_OF.get('consumes');
    const acting = new Uint8Array(callCount);
    for (let index = 0; index < this.length; index++) {
      if (index % CELLS_A_STEP === 0) yield;
      const call = this.calls[index] ?? 0;
      if ((this.relations[index] ?? 0) !== consumes && accepts(call, this.packets[index] ?? 0))
        acting[call] = 1;
    }
    return acting;
  }

  private collect({ start, links }: Index, key: number): Link[] {
    const found: Link[] = [];
    for (let index = start[key] ?? 0; index < (start[key + 1] ?? 0); index++)
      found.push(this.get(links[index] ?? 0));
    return found;
  }

  private grow(): void {
    const capacity = this.calls.length * 2;
    this.calls = widened(new Int32Array(capacity), this.calls);
    this.packets = widened(new Int32Array(capacity), this.packets);
    this.relations = widened(new Uint8Array(capacity), this.relations);
    this.froms = widened(new Float64Array(capacity), this.froms);
    this.tos = widened(new Float64Array(capacity), this.tos);
  }
}

/** Links of key k stand in `links` from start[k] to start[k + 1]. */
interface Index {
  readonly start: Uint32Array;
  readonly links: Uint32Array;
}

function* indexBy(keys: Int32Array, length: number, keyCount: number): Generator<void, Index> {
  const start = new Uint32Array(keyCount + 1);
  for (let index = 0; index < length; index++) {
    if (index % CELLS_A_STEP === 0) yield;
    start[(keys[index] ?? 0) + 1] = (start[(keys[index] ?? 0) + 1] ?? 0) + 1;
  }
  for (let key = 0; key < keyCount; key++) {
    if (key % CELLS_A_STEP === 0) yield;
    start[key + 1] = (start[key + 1] ?? 0) + (start[key] ?? 0);
  }
  const links = new Uint32Array(length);
  const next = start.slice();
  for (let index = 0; index < length; index++) {
    if (index % CELLS_A_STEP === 0) yield;
    const key = keys[index] ?? 0;
    links[next[key] ?? 0] = index;
    next[key] = (next[key] ?? 0) + 1;
  }
  return { start, links };
}

function widened<T extends Int32Array | Uint8Array | Float64Array>(to: T, from: T): T {
  to.set(from);
  return to;
}
