/** Errors of one flow beyond these are forgotten, the eldest first. */
const MOST = 64;

/** Types and codes (type * 256 + code): fragmentation needed (RFC 792), packet too big (RFC 4443 §3.2). */
const TOO_BIG_4 = 0x304;
const TOO_BIG_6 = 0x200;

interface Said {
  readonly row: number;
  /** ns since 1970. */
  readonly at: number;
}

/** ICMP errors that say that packets of a direction were too big for the way (RFC 1191, RFC 8201), and what goes back to them. */
export class TooBig {
  private readonly ofDirection = new Map<number, Said[]>();

  /** Takes an ICMP error about packets of a direction; those for other reasons are left. */
  take(direction: number, code: number, isV6: boolean, row: number, at: number): void {
    if (code !== (isV6 ? TOO_BIG_6 : TOO_BIG_4)) return;
    const known = this.ofDirection.get(direction);
    if (known === undefined) this.ofDirection.set(direction, [{ row, at }]);
    else {
      known.push({ row, at });
      if (known.length > MOST) known.shift();
    }
  }

  /** ns from the latest such error between two rows of the capture to a time; Infinity: there is none. */
  since(direction: number, after: number, before: number, at: number): number {
    const said = this.ofDirection.get(direction)?.findLast(({ row }) => row > after && row < before);
    return said === undefined ? Number.POSITIVE_INFINITY : at - said.at;
  }
}
