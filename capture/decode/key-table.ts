import { readU32 } from './bytes.ts';

// A key: two ends (address, 16 bits each) and a tag, ten 32-bit words:
//   0-3 source address   4-7 destination address   8 ports (source << 16 | destination)   9 tag
// An IPv4 address fills the first of its four words; the tag keeps it apart from ::a.b.c.d.
const WORDS = 10;
const PORTS = 8;
const TAG = 9;

/**
 * Hash table over pairs of ends, the same entry for both directions. Fixed-width keys: a string per packet
 * would take longer than all of the decoding.
 */
export class KeyTable {
  /** Entries are numbered from 0. */
  length = 0;
  /** Of the last `entry()`: the key was found (or would be) with its ends swapped. */
  reversed = false;
  /** Of the last `entry()`: it is new. */
  added = false;
  private slots = new Int32Array(32).fill(-1);
  private keys = new Uint32Array(16 * WORDS);
  private hashes = new Int32Array(16);
  /** `wanted` holds IPv6 addresses. */
  private isWide = false;
  private readonly wanted = new Uint32Array(WORDS);
  /** Keys come from files: a seed that nobody knows keeps a file from being made so that all its keys collide. */
  private readonly seed = Math.floor(Math.random() * 0x7fff_ffff);

  /**
   * Number of the entry of this pair of ends; when it is new, made or, without `create`, -1. Addresses are `addressLen`
   * (4 or 16) bytes at `source` and `destination`, which the caller has checked.
   */
  entry(
    bytes: Uint8Array,
    source: number,
    destination: number,
    addressLen: number,
    sourcePort: number,
    destinationPort: number,
    tag: number,
    create = true,
  ): number {
    const wanted = this.wanted;
    // The port goes through a round of its own: ports and addresses that count up together would cancel out.
    let sourceHash = mix(this.seed, sourcePort);
    let destinationHash = mix(this.seed, destinationPort);
    if (addressLen === 4) {
      if (this.isWide) wanted.fill(0, 0, PORTS);
      this.isWide = false;
      const from = readU32(bytes, source);
      const to = readU32(bytes, destination);
      wanted[0] = from;
      wanted[4] = to;
      sourceHash = mix(sourceHash, from);
      destinationHash = mix(destinationHash, to);
    } else {
      this.isWide = true;
      for (let word = 0; word < 4; word++) {
        const from = readU32(bytes, source + word * 4);
        const to = readU32(bytes, destination + word * 4);
        wanted[word] = from;
        wanted[4 + word] = to;
        sourceHash = mix(sourceHash, from);
        destinationHash = mix(destinationHash, to);
      }
    }
    wanted[PORTS] = ((sourcePort << 16) | destinationPort) >>> 0;
    wanted[TAG] = ((tag << 8) | addressLen) >>> 0;
    return this.lookUp(mix((sourceHash + destinationHash) | 0, tag), create);
  }

  /** Number of the entry of two IPv4 ends that is known already, -1 when there is none: `entry` without making a key. */
  known4(source: number, destination: number, ports: number, tag: number): number {
    const { keys, slots, seed } = this;
    const from = mix(mix(seed, ports >>> 16), source);
    const to = mix(mix(seed, ports & 0xffff), destination);
    const swapped = ((ports << 16) | (ports >>> 16)) >>> 0;
    const kind = (tag << 8) | 4;
    const mask = slots.length - 1;
    for (let slot = mix((from + to) | 0, tag) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]!;
      if (entry < 0) return -1;
      const at = entry * WORDS;
      if (keys[at + TAG] !== kind) continue;
      const first = keys[at]!;
      if (first === source && keys[at + 4] === destination && keys[at + PORTS] === ports)
        return this.found(entry, false);
      if (first === destination && keys[at + 4] === source && keys[at + PORTS] === swapped)
        return this.found(entry, true);
    }
  }

  /** Word 0 … 3 of the source (`end` 0) or destination (`end` 1) address of an entry. */
  addressWord(entry: number, end: number, word: number): number {
    return this.keys[entry * WORDS + end * 4 + word]!;
  }

  port(entry: number, end: number): number {
    const ports = this.keys[entry * WORDS + PORTS]!;
    return end === 0 ? ports >>> 16 : ports & 0xffff;
  }

  tag(entry: number): number {
    return this.keys[entry * WORDS + TAG]! >>> 8;
  }

  addressLen(entry: number): number {
    return this.keys[entry * WORDS + TAG]! & 255;
  }

  /** The keys of the entries from `first` on. */
  part(first: number): Uint32Array {
    return this.keys.slice(first * WORDS, this.length * WORDS);
  }

  /** Appends entries that are only to be read: looking up does not find them. */
  append(keys: Uint32Array): void {
    const at = this.length * WORDS;
    this.length += keys.length / WORDS;
    while (this.length * WORDS > this.keys.length) this.growEntries();
    this.keys.set(keys, at);
  }

  private lookUp(hash: number, create: boolean): number {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot]!;
      if (entry < 0) return create ? this.insert(hash, slot) : -1;
      if (this.hashes[entry] !== hash) continue;
      if (this.same(entry, 0, 4, this.wanted[PORTS]!)) return this.found(entry, false);
      const swapped = ((this.wanted[PORTS]! << 16) | (this.wanted[PORTS]! >>> 16)) >>> 0;
      if (this.same(entry, 4, 0, swapped)) return this.found(entry, true);
    }
  }

  private same(entry: number, source: number, destination: number, ports: number): boolean {
    const { keys, wanted } = this;
    const at = entry * WORDS;
    if (keys[at + PORTS] !== ports || keys[at + TAG] !== wanted[TAG]) return false;
    if (keys[at] !== wanted[source] || keys[at + 4] !== wanted[destination]) return false;
    if (!this.isWide) return true; // the tag says that both are IPv4, whose other words are 0
    for (let word = 1; word < 4; word++) {
      if (keys[at + word] !== wanted[source + word]) return false;
      if (keys[at + 4 + word] !== wanted[destination + word]) return false;
    }
    return true;
  }

  private found(entry: number, reversed: boolean): number {
    this.reversed = reversed;
    this.added = false;
    return entry;
  }

  private insert(hash: number, slot: number): number {
    const entry = this.length++;
    if (entry === this.hashes.length) this.growEntries();
    this.keys.set(this.wanted, entry * WORDS);
    this.hashes[entry] = hash;
    this.slots[slot] = entry;
    if (this.length * 2 > this.slots.length) this.growSlots();
    this.reversed = false;
    this.added = true;
    return entry;
  }

  private growEntries(): void {
    const keys = new Uint32Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
    const hashes = new Int32Array(this.hashes.length * 2);
    hashes.set(this.hashes);
    this.hashes = hashes;
  }

  private growSlots(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.length; entry++) {
      let slot = this.hashes[entry]! & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = entry;
    }
    this.slots = slots;
  }
}

/** One round of multiply and shift; both ends go through it alike, so that their sum is the same in both directions. */
function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return (product ^ (product >>> 15)) | 0;
}
