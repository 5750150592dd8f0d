const ZERO = 0x30;
const DIGITS = new TextEncoder().encode('0123456789abcdef');
const DOT = 0x2e;
const COLON = 0x3a;
const MINUS = 0x2d;
/** Above this a whole number is no signed 32-bit integer. */
const LARGE = 0x8000_0000;
/** What a number, an address or a time takes at most. */
const SHORT = 32;

/** Text that grows as bytes: numbers are written without becoming strings. */
export class TextBuffer {
  length = 0;
  private bytes: Buffer;

  constructor(size = 1 << 16) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  /** What was written; good until the next write. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** What was written, as a copy; begins anew. */
  take(): Buffer {
    const taken = Buffer.from(this.view());
    this.length = 0;
    return taken;
  }

  text(text: string): void {
    const code = text.charCodeAt(0);
    if (text.length === 1 && code < 0x80) {
      this.byte(code);
      return;
    }
    this.room(text.length * 3);
    this.length += this.bytes.write(text, this.length);
  }

  /** A byte of ASCII. */
  byte(code: number): void {
    this.room(1);
    this.bytes[this.length++] = code;
  }

  /** A whole number, 0 … 2⁵³. */
  number(value: number): void {
    this.room(SHORT);
    if (value >= LARGE) {
      const high = Math.floor(value / 1e9);
      this.number(high);
      this.nine(value - high * 1e9);
      return;
    }
    let digits = 1;
    for (let limit = 10; limit <= value; limit *= 10) digits++;
    this.padded(value, digits);
  }

  /** Nine digits of a number below 10⁹. */
  nine(value: number): void {
    this.room(SHORT);
    this.padded(value, 9);
  }

  /** As `0x…` with so many digits. */
  hex(value: number, digits: number): void {
    this.room(SHORT);
    const { bytes } = this;
    bytes[this.length++] = ZERO;
    bytes[this.length++] = 0x78;
    for (let shift = (digits - 1) * 4; shift >= 0; shift -= 4)
      bytes[this.length++] = DIGITS[(value >>> shift) & 15] ?? 0;
  }

  /** Dotted decimal of four bytes. */
  ipv4(from: Uint8Array, at: number): void {
    for (let index = 0; index < 4; index++) {
      if (index > 0) this.byte(DOT);
      this.number(from[at + index] ?? 0);
    }
  }

  /** Six bytes as Ethernet addresses are written. */
  ether(from: Uint8Array, at: number): void {
    this.room(SHORT);
    const { bytes } = this;
    for (let index = 0; index < 6; index++) {
      if (index > 0) bytes[this.length++] = COLON;
      const value = from[at + index] ?? 0;
      bytes[this.length++] = DIGITS[value >> 4] ?? 0;
      bytes[this.length++] = DIGITS[value & 15] ?? 0;
    }
  }

  /** Seconds with nine digits behind the point. */
  seconds(sec: number, nsec: number): void {
    let whole = sec + Math.floor(nsec / 1e9);
    let rest = nsec - Math.floor(nsec / 1e9) * 1e9;
    if (whole < 0) {
      this.byte(MINUS);
      if (rest > 0) {
        whole++;
        rest = 1e9 - rest;
      }
      whole = -whole;
    }
    this.number(whole);
    this.byte(DOT);
    this.nine(rest);
  }

  private padded(value: number, digits: number): void {
    let rest = value | 0;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const tenth = (rest / 10) | 0;
      this.bytes[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.length += digits;
  }

  private room(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe((this.length + more) * 2);
    larger.set(this.view());
    this.bytes = larger;
  }
}
