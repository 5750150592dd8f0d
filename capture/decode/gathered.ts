import type { Overlap, Piece, Whole } from '../columns.ts';
import { readU16 } from './bytes.ts';
import { extensionLength, isExtension } from './ipv6-extensions.ts';

/** So many bytes from its start are held of a datagram that is not complete: more than all headers of real packets take. */
export const HEAD = 256;
/** No datagram of IP is longer (RFC 791 §3.1). */
const LONGEST = 0xffff;

const NO_FLOW = -1;
/** Number of the protocol in IP. */
const UDP = 17;
/** A fragment may claim to overlap thousands of small ones: so many are told of. */
const MOST_OVERLAPS = 16;

/** Heads that are free again: to make one takes longer than all else that is done with a fragment. */
const HEADS: Uint8Array[] = [];
const NO_HEAD = new Uint8Array(0);

/** What has come of a datagram that travels in fragments. */
export class Gathered {
  readonly number: number;
  readonly protocol: number;
  /** Second in which its first fragment came, be it of a damaged clock. */
  readonly sec: number;
  flow = NO_FLOW;
  direction = 0;
  /** Rows of its fragments that have no flow yet. */
  readonly rows: number[] = [];
  /** In order of their offsets; none overlaps another. */
  pieces: Piece[] = [];
  head = HEADS.pop() ?? new Uint8Array(HEAD);
  /** Set by the fragment that completes it, until that has been decoded. */
  whole: Whole | null = null;
  isComplete = false;
  /** It is of UDP and holds a tunnel, as the ports in its first fragment say. */
  isTunnel = false;
  /** Bytes of all pieces. */
  private covered = 0;
  /** Known from the last fragment on. */
  private length = -1;

  constructor(number: number, protocol: number, sec: number) {
    this.number = number;
    this.protocol = protocol;
    this.sec = sec;
  }

  /** Whether the first fragment that begins with these bytes is that of another datagram than the one that is known. */
  isOther(bytes: Uint8Array, at: number, captured: number): boolean {
    const known = this.firstBytes();
    for (let index = 0; index < Math.min(known, captured, HEAD); index++)
      if (this.head[index] !== bytes[at + index]) return true;
    return false;
  }

  /** Bytes from the start on that were captured without a gap, up to HEAD. */
  firstBytes(): number {
    let end = 0;
    for (const { offset, length, captured } of this.pieces) {
      if (offset !== end || end >= HEAD) break;
      end += captured;
      if (captured < length) break;
    }
    return Math.min(end, HEAD);
  }

  /**
   * Takes a fragment, of which what has come before is left out; what was first stays, where two differ. Returns how many
   * pieces more there are. Sets `whole` when nothing is missing.
   */
  take(bytes: Uint8Array, at: number, fresh: Piece, more: boolean): number {
    const before = this.pieces.length;
    const to = fresh.offset + fresh.length;
    if (to > LONGEST) return 0;
    if (!more && this.length < 0) this.length = to;
    this.insert(bytes, at, fresh, to);
    const last = this.pieces.at(-1);
    const end = last === undefined ? 0 : last.offset + last.length;
    if (this.covered === this.length && end === this.length) this.complete();
    return this.pieces.length - before;
  }

  /** What of a fragment has come before, at most the last 16 pieces of it; empty where nothing has. */
  overlapsOf(fresh: Piece): Overlap[] {
    const overlaps: Overlap[] = [];
    const to = endOf(fresh);
    for (let index = this.pieces.length - 1; index >= 0; index--) {
      const known = this.pieces[index]!;
      if (endOf(known) <= fresh.offset || overlaps.length === MOST_OVERLAPS) break;
      const from = Math.max(known.offset, fresh.offset);
      const until = Math.min(endOf(known), to);
      if (from >= until) continue;
      const captured = Math.min(
        ...[until - from, known.captured - (from - known.offset), fresh.captured - (from - fresh.offset)],
      );
      overlaps.push({
        fileOffset: fresh.fileOffset + from - fresh.offset,
        earlier: known.fileOffset + from - known.offset,
        captured: Math.max(0, captured),
        isWhole: known.offset === fresh.offset && known.length === fresh.length,
      });
    }
    return overlaps;
  }

  private insert(bytes: Uint8Array, at: number, fresh: Piece, to: number): void {
    const { pieces } = this;
    let index = pieces.length;
    while (index > 0 && endOf(pieces[index - 1]!) > fresh.offset) index--;
    for (let from = fresh.offset; from < to; ) {
      const next = pieces[index];
      if (next !== undefined && next.offset <= from) {
        from = Math.max(from, endOf(next));
        index++;
        continue;
      }
      const until = next === undefined ? to : Math.min(to, next.offset);
      const skipped = from - fresh.offset;
      const captured = Math.max(0, Math.min(until - from, fresh.captured - skipped));
      const fileOffset = fresh.fileOffset + skipped;
      pieces.splice(index++, 0, { offset: from, length: until - from, captured, fileOffset });
      this.covered += until - from;
      const kept = Math.min(captured, HEAD - from);
      if (kept > 0) this.head.set(bytes.subarray(at + skipped, at + skipped + kept), from);
      from = until;
    }
  }

  private complete(): void {
    const { head, pieces, length } = this;
    let { protocol } = this;
    let at = 0;
    const known = this.firstBytes();
    while (isExtension(protocol) && at + 8 <= known) {
      const next = head[at]!;
      at += extensionLength(protocol, head[at + 1]!);
      protocol = next;
    }
    const isInFirst = protocol === UDP && !this.isTunnel;
    this.whole = { protocol, at, length, pieces, isInFirst };
    this.isComplete = true;
  }

  /** Forgets the pieces of a datagram that is complete, which are the columns' then. */
  release(): void {
    if (this.isComplete) this.forget();
  }

  /** Forgets what has come. */
  forget(): void {
    this.whole = null;
    this.pieces = [];
    if (this.head !== NO_HEAD) HEADS.push(this.head);
    this.head = NO_HEAD;
  }

  /** Ports of TCP or UDP, as one number; -1 where they are not known. */
  get ports(): number {
    if (this.firstBytes() < 4) return -1;
    return readU16(this.head, 0) * 0x10000 + readU16(this.head, 2);
  }
}

function endOf({ offset, length }: Piece): number {
  return offset + length;
}
