// A slot: source address, destination address, ports as they stand in the header, and the value + 1 (0: the slot is free).
const WORDS = 4;
const DESTINATION = 1;
const PORTS = 2;
const VALUE = 3;
const FORGOTTEN = -1;

/**
 * What is known of a TCP segment over IPv4 by its addresses and ports, as they stand in its header: for what most frames
 * are, one look into one cache line. The two directions of a flow have two entries.
 */
export class TupleIndex {
  private slots = new Int32Array(64 * WORDS);
  private mask = 63;
  private used = 0;
  /** Addresses come from files: a seed that nobody knows keeps a file from being made so that all of them collide. */
  private readonly seed = Math.floor(Math.random() * 0x7fff_ffff);

  /** The value of a tuple (signed 32-bit words), a negative number when it has none. */
  find(source: number, destination: number, ports: number): number {
    const { slots, mask } = this;
    for (let slot = hash(this.seed, source, destination, ports) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      const value = slots[at + VALUE]!;
      if (value === 0) return FORGOTTEN;
      if (slots[at] === source && slots[at + DESTINATION] === destination && slots[at + PORTS] === ports)
        return value - 1;
    }
  }

  /** Gives a tuple a value, 0 or more. */
  set(source: number, destination: number, ports: number, value: number): void {
    if (this.used * 2 > this.mask) this.grow();
    this.put(source, destination, ports, value + 1);
  }

  /** Takes away a tuple's value, if it has one. */
  forget(source: number, destination: number, ports: number): void {
    if (this.find(source, destination, ports) >= 0) this.put(source, destination, ports, FORGOTTEN);
  }

  private put(source: number, destination: number, ports: number, value: number): void {
    const { slots, mask } = this;
    for (let slot = hash(this.seed, source, destination, ports) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      const isFree = slots[at + VALUE] === 0;
      if (
        !isFree &&
        (slots[at] !== source || slots[at + DESTINATION] !== destination || slots[at + PORTS] !== ports)
      )
        continue;
      if (isFree) this.used++;
      slots[at] = source;
      slots[at + DESTINATION] = destination;
      slots[at + PORTS] = ports;
      slots[at + VALUE] = value;
      return;
    }
  }

  private grow(): void {
    const before = this.slots;
    this.slots = new Int32Array(before.length * 2);
    this.mask = this.mask * 2 + 1;
    this.used = 0;
    for (let at = 0; at < before.length; at += WORDS) {
      const value = before[at + VALUE]!;
      if (value > 0) this.put(before[at]!, before[at + DESTINATION]!, before[at + PORTS]!, value);
    }
  }
}

function hash(seed: number, source: number, destination: number, ports: number): number {
  let mixed = Math.imul(seed ^ source, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ destination, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ ports, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
