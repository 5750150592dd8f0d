import type { Fragment } from '../columns.ts';
import { readU16 } from './bytes.ts';
import type { Decoding } from './decoding.ts';
import { Gathered } from './gathered.ts';

/** Fragments of a datagram come within this many seconds, else the identification stands for another one (RFC 8200 §4.5). */
const TOGETHER_SEC = 60;
/** What comes so soon after its datagram was complete repeats a part of it: a frame that was captured twice. */
const REPEATED_SEC = 1;
/** Files can be made of nothing but first fragments: so many datagrams, in so many pieces, are held at a time. */
const MOST_DATAGRAMS = 4096;
const MOST_PIECES = 65_536;

/**
 * Puts datagrams together of which fragments come (RFC 791 §3.2, RFC 8200 §4.5). UDP has all that the columns hold in its
 * first fragment, which is where they have it. A header of TCP may be in several, its segment is in all: what the columns hold of it
 * stands in the row that completes the datagram, as in Wireshark, and so does ICMP, and what is in tunnels.
 */
export class FragmentTable {
  /** By VLANs, addresses, identification and protocol; the eldest first. */
  private readonly known = new Map<string, Gathered>();
  private number = 0;
  private pieces = 0;

  /** Takes in a fragment with `captured` of `length` bytes at `at`. */
  add(
    bytes: Uint8Array,
    at: number,
    captured: number,
    length: number,
    fragment: Fragment,
    protocol: number,
    out: Decoding,
  ): Gathered {
    const { columns, row } = out;
    const key = keyOf(bytes, out, fragment.id, protocol);
    const sec = columns.sec[row]!;
    const before = this.known.get(key);
    const isLate = before !== undefined && Math.abs(sec - before.sec) > TOGETHER_SEC;
    const isOther = fragment.offset === 0 && before?.isOther(bytes, at, captured) === true;
    const fileOffset = columns.fileOffset[row]! + at - out.frameAt;
    const piece = { offset: fragment.offset, length, captured, fileOffset };
    const overlaps = before?.overlapsOf(piece) ?? [];
    const gathered =
      before === undefined || isLate || isOther || before.isComplete
        ? this.begin(key, before, fragment, protocol, sec, isLate || isOther, out.networks > 1)
        : before;
    if (out.tunnelFragment) gathered.isTunnel = true;
    this.pieces += gathered.take(bytes, at, piece, fragment.more);
    const { whole } = gathered;
    const part = { datagram: gathered.number, whole };
    const contradicts =
      gathered !== before && isOther && Math.abs(sec - before.sec) <= REPEATED_SEC ? before.number : -1;
    columns.datagrams.set(
      row,
      overlaps.length === 0 || (gathered !== before && contradicts < 0)
        ? part
        : { ...part, overlaps, contradicts },
    );
    // Its pieces are the columns' now.
    if (whole !== null) this.pieces -= whole.pieces.length;
    if (this.pieces > MOST_PIECES || this.known.size > MOST_DATAGRAMS) this.dropEldest();
    return gathered;
  }

  /** Rows that are gone can get no flow any more. */
  forgetRows(): void {
    for (const { rows } of this.known.values()) rows.length = 0;
  }

  private begin(
    key: string,
    before: Gathered | undefined,
    { offset }: Fragment,
    protocol: number,
    sec: number,
    isAnother: boolean,
    isInTunnel: boolean,
  ): Gathered {
    if (before !== undefined) this.drop(key, before);
    const wasWhole = before?.isComplete === true && !isAnother;
    const repeats = wasWhole && Math.abs(sec - before.sec) <= REPEATED_SEC;
    // Below 0: nothing is said of what it lacks. In a tunnel that may lie in fragments of other packets.
    const number = repeats || isInTunnel ? -1 - this.number++ : this.number++;
    const gathered = new Gathered(number, protocol, sec);
    // Of what follows on a complete datagram the first fragment comes first, unless it repeats the others.
    if (wasWhole && offset > 0) {
      gathered.flow = before.flow;
      gathered.direction = before.direction;
    }
    this.known.set(key, gathered);
    return gathered;
  }

  /** A quarter at a time: to find the eldest of a map takes as long as there are gaps before it. */
  private dropEldest(): void {
    let left = Math.ceil(this.known.size / 4);
    for (const [key, eldest] of this.known) {
      if (left-- === 0) return;
      this.drop(key, eldest);
    }
  }

  private drop(key: string, gathered: Gathered): void {
    if (!gathered.isComplete) this.pieces -= gathered.pieces.length;
    gathered.forget();
    this.known.delete(key);
  }
}

function keyOf(bytes: Uint8Array, out: Decoding, id: number, protocol: number): string {
  const { vlans } = out;
  let key = String.fromCharCode(id >>> 16, id & 0xffff, protocol, vlans >>> 16, vlans & 0xffff);
  for (let at = 0; at < out.addressLen; at += 2)
    key += String.fromCharCode(readU16(bytes, out.sourceAt + at), readU16(bytes, out.destinationAt + at));
  return key;
}
