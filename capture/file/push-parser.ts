/** Where a parser of capture files delivers what it finds. Packets come as numbers, so that none is an object. */
export interface PacketSink {
  /** Returns the number by which packets name this interface. */
  addInterface(description: InterfaceDescription): number;
  /** A frame, which stands in the file at `fileOffset`; `decode` will give its bytes. */
  packet(capLen: number, wireLen: number, sec: number, nsec: number, iface: number, fileOffset: number): void;
  /** `bytes` holds the frames since the last such call, each at its offset in the file less `toFile`; good during the call. */
  decode(bytes: Uint8Array, toFile: number): void;
  problem(offset: number, message: string): void;
}

export interface InterfaceDescription {
  readonly number: number;
  readonly name: string | null;
  readonly linkType: number;
  readonly snaplen: number;
  readonly ticksPerSecond: bigint;
  readonly filter: string | null;
  readonly littleEndian: boolean;
}

/** Longest frame that is believed, as in libpcap and Wireshark: 256 KiB. */
export const MAX_FRAME = 262_144;

/**
 * Cuts a stream of chunks, however they are cut, into whole records. What a chunk ends with is kept until the rest
 * comes, so a finished file, a growing one, a pipe and inflated bytes all read alike.
 */
export abstract class PushParser<Sink extends PacketSink> {
  /** Offset in the file of the next byte to be fed. */
  fed = 0;
  /** Reading can't go on: the rest of the file is not looked at. */
  stopped = false;
  /** Bytes from the start of the present record that are needed before it can be parsed further. */
  protected need: number;
  protected readonly sink: Sink;
  private carry = new Uint8Array(512);
  private carried = 0;
  /** Bytes that are still to be dropped unseen. */
  protected skipping = 0;

  constructor(sink: Sink, need: number) {
    this.sink = sink;
    this.need = need;
  }

  /** Takes the next bytes of the file, in order. */
  feed(chunk: Uint8Array): void {
    let at = 0;
    while (!this.stopped) {
      at += this.skipSome(chunk.length - at);
      if (this.carried === 0) break;
      const take = Math.min(this.need - this.carried, chunk.length - at);
      this.keep(chunk, at, at + take);
      at += take;
      if (this.carried < this.need) break;
      const from = this.fed + at - this.carried;
      let used = this.parse(this.carry, 0, this.carried, from);
      this.sink.decode(this.carry, from);
      used += this.skipSome(this.carried - used);
      this.carried -= used;
      if (used > 0 && this.carried > 0) this.carry.copyWithin(0, used, used + this.carried);
    }
    if (!this.stopped && this.carried === 0 && at < chunk.length) {
      at += this.parseRun(chunk, at);
      if (!this.stopped) this.keep(chunk, at, chunk.length);
    }
    this.fed += chunk.length;
  }

  /** Says that no more bytes will come: a record that is not whole is a problem of the file. */
  end(): void {
    if (this.stopped) return;
    const from = this.fed - this.carried;
    const used = this.parseRest(this.carry, this.carried, from);
    this.sink.decode(this.carry, from);
    this.carried -= used;
    if (this.stopped) return;
    if (this.skipping > 0) this.truncated(this.fed, this.skipping);
    else if (this.carried > 0) this.truncated(this.fed - this.carried, this.need - this.carried);
  }

  /** Parses whole records from `at` on; returns the bytes used, and sets `need` for the record it stopped at. */
  protected abstract parse(bytes: Uint8Array, at: number, end: number, fileOffset: number): number;

  /** Parses what it can of the last bytes of the file, from the first to below `end`; returns the bytes used. */
  protected parseRest(_bytes: Uint8Array, _end: number, _fileOffset: number): number {
    return 0;
  }

  /** The file ends inside a record that starts at `offset`. */
  protected abstract truncated(offset: number, missing: number): void;

  /** To be called by `parse`: the bytes after those it has used are to be dropped unseen. */
  protected skip(bytes: number): void {
    this.skipping = bytes;
  }

  /** Whether the bytes kept so far hold less than the start of a first record. */
  protected get pending(): number {
    return this.carried;
  }

  private parseRun(chunk: Uint8Array, start: number): number {
    let at = start;
    for (;;) {
      const used = this.parse(chunk, at, chunk.length, this.fed + at);
      this.sink.decode(chunk, this.fed);
      at += used;
      if (this.skipping === 0 || this.stopped) return at - start;
      at += this.skipSome(chunk.length - at);
      if (at === chunk.length) return at - start;
    }
  }

  private skipSome(available: number): number {
    const some = Math.min(this.skipping, available);
    this.skipping -= some;
    return some;
  }

  private keep(chunk: Uint8Array, from: number, to: number): void {
    const wanted = this.carried + to - from;
    if (wanted > this.carry.length) {
      const larger = new Uint8Array(Math.max(wanted, this.carry.length * 2));
      larger.set(this.carry.subarray(0, this.carried));
      this.carry = larger;
    }
    this.carry.set(chunk.subarray(from, to), this.carried);
    this.carried = wanted;
  }
}
