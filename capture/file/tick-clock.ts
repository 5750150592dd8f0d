const NS = 1_000_000_000;
/** Below this many ticks a second the long division in 16-bit digits stays exact in doubles. */
const EXACT_DIVISOR = 2 ** 37;
/** Below this a fraction times 10⁹ stays exact in doubles. */
const EXACT_FRACTION = 2 ** 23;

/** Below this seconds stay whole when some are added. */
const EXACT_SECONDS = 2 ** 52;

/** Turns the 64-bit time stamps of one pcapng interface into seconds and nanoseconds, without a BigInt a packet. */
export class TickClock {
  /** Seconds since 1970 of the last `split`. */
  sec = 0;
  nsec = 0;
  private readonly ticks: bigint;
  private readonly perSecond: number;
  private readonly offset: number;
  /** A high half, and the seconds and ticks that it stands for. */
  private high = -1;
  private begun = 0;
  private rest = 0;
  /** Nanoseconds a tick, where they are whole; else 0. */
  private readonly nsPerTick: number;

  /** `offsetSec` is if_tsoffset: seconds to be added to every time. */
  constructor(ticksPerSecond: bigint, offsetSec: number) {
    this.ticks = ticksPerSecond;
    this.perSecond = Number(ticksPerSecond);
    this.offset = offsetSec;
    this.nsPerTick = NS % this.perSecond === 0 ? NS / this.perSecond : 0;
  }

  /** Splits a time of two 32-bit halves. */
  split(high: number, low: number): void {
    if (this.perSecond > EXACT_DIVISOR || (this.nsPerTick === 0 && this.perSecond > EXACT_FRACTION)) {
      this.splitBig(high, low);
      return;
    }
    if (high !== this.high) this.begin(high);
    if (this.begun >= EXACT_SECONDS) {
      this.splitBig(high, low);
      return;
    }
    const rest = this.rest + low;
    const more = Math.floor(rest / this.perSecond);
    const ticks = rest - more * this.perSecond;
    this.sec = this.begun + more + this.offset;
    this.nsec = this.nsPerTick > 0 ? ticks * this.nsPerTick : Math.floor((ticks * NS) / this.perSecond);
  }

  /** Divides what the high half stands for, in steps that doubles hold exactly; it stays the same for many packets. */
  private begin(high: number): void {
    const divisor = this.perSecond;
    let rest = (high >>> 16) % divisor;
    let sec = Math.floor((high >>> 16) / divisor);
    for (const half of [high & 0xffff, 0, 0]) {
      const value = rest * 65536 + half;
      rest = value % divisor;
      sec = sec * 65536 + Math.floor(value / divisor);
    }
    this.high = high;
    this.begun = sec;
    this.rest = rest;
  }

  private splitBig(high: number, low: number): void {
    const ticks = (BigInt(high) << 32n) | BigInt(low);
    this.sec = Number(ticks / this.ticks) + this.offset;
    this.nsec = Number(((ticks % this.ticks) * BigInt(NS)) / this.ticks);
  }
}

/** Ticks a second that an if_tsresol byte stands for: a power of 10, or of 2 when its top bit is set. */
export function ticksOfResolution(byte: number): bigint {
  const exponent = BigInt(byte & 0x7f);
  return (byte & 0x80) !== 0 ? 2n ** exponent : 10n ** exponent;
}
