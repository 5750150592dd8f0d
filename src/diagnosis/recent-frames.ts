import type { Capture } from '../../capture/capture.ts';
import type { Columns, Whole } from '../../capture/columns.ts';
import { wholeOf, withWhole } from '../../capture/datagram.ts';
import { grown } from './unacked.ts';

/** How many rows back a frame can be looked at again: a power of two. */
const KEPT = 1 << 16;
/** Room at first: of thousands of small files, each would else ask for a megabyte and a half. */
const ROOM = 1 << 8;
/** Place of a header that there is none of. */
const NOWHERE = 0xffff;

/** A frame, or the first bytes of it, and where its headers stand in it. */
export interface KnownFrame {
  readonly bytes: Uint8Array;
  readonly network: number;
  readonly transport: number;
  /** All of it was captured. */
  readonly whole: boolean;
}

/**
 * Where the latest frames of a file that is read through stand in it, so that the few that need a second look can be
 * read again; behind a fragment that completes a segment stands that. The columns forget them; this keeps 24 bytes a frame of the last 65 536.
 */
export class RecentFrames {
  /** Rows that there is room for, a power of two: row n stands at n modulo this. */
  private room = ROOM;
  private offset = new Float64Array(ROOM);
  private capLen = new Uint32Array(ROOM);
  private wireLen = new Uint32Array(ROOM);
  private networkAt = new Uint16Array(ROOM);
  private transportAt = new Uint16Array(ROOM);
  /** Of frames that complete a datagram. */
  private readonly wholes = new Map<number, Whole>();
  private columns: Columns | null = null;
  private rowBase = 0;
  private capture: Capture | null = null;

  /** Takes the next rows; they can be looked at from now on. */
  take(columns: Columns, rowBase: number, capture: Capture): void {
    this.columns = columns;
    this.rowBase = rowBase;
    this.capture = capture;
  }

  /** Copies the rows that there are, before the columns forget them. */
  keep(): void {
    const { columns, rowBase } = this;
    if (columns === null) return;
    this.reserve(rowBase + columns.length);
    const { room } = this;
    const from = Math.max(0, columns.length - room);
    for (let row = from; row < columns.length; ) {
      const at = (row + rowBase) & (room - 1);
      const end = Math.min(columns.length, row + room - at);
      this.offset.set(columns.fileOffset.subarray(row, end), at);
      this.capLen.set(columns.capLen.subarray(row, end), at);
      this.wireLen.set(columns.wireLen.subarray(row, end), at);
      this.networkAt.set(columns.networkAt.subarray(row, end), at);
      this.transportAt.set(columns.transportAt.subarray(row, end), at);
      row = end;
    }
    for (const [row] of columns.datagrams) {
      const whole = wholeOf(columns, row);
      if (whole !== null) this.wholes.set(row + rowBase, whole);
    }
    for (const row of this.wholes.keys()) {
      if (row >= rowBase + columns.length - KEPT) break;
      this.wholes.delete(row);
    }
    this.columns = null;
  }

  /** Makes room for so many rows, as far as they are kept; nothing has gone round yet, so each row keeps its place. */
  private reserve(rows: number): void {
    let { room } = this;
    while (room < rows && room < KEPT) room *= 2;
    if (room === this.room) return;
    this.room = room;
    this.offset = grown(this.offset, room);
    this.capLen = grown(this.capLen, room);
    this.wireLen = grown(this.wireLen, room);
    this.networkAt = grown(this.networkAt, room);
    this.transportAt = grown(this.transportAt, room);
  }

  /**
   * The first `most` bytes of the frame in row `wanted` of the capture, asked from row `now`; null when that is too long ago.
   * They are good until the rows at hand are forgotten.
   */
  frame(wanted: number, now: number, most: number): KnownFrame | null {
    const found = this.packet(wanted, now, most);
    return found?.transport === NOWHERE ? null : found;
  }

  /** The same, of later fragments too, which have no transport header: theirs stands at 0xffff. */
  packet(wanted: number, now: number, most: number): KnownFrame | null {
    const { columns, rowBase, capture } = this;
    if (capture === null || wanted < 0 || now - wanted >= KEPT) return null;
    const row = wanted - rowBase;
    if (columns !== null && row >= 0) {
      return this.read(
        columns.fileOffset[row] ?? 0,
        columns.capLen[row] ?? 0,
        columns.wireLen[row] ?? 0,
        columns.networkAt[row] ?? NOWHERE,
        columns.transportAt[row] ?? NOWHERE,
        most,
        columns.datagrams.size === 0 ? null : wholeOf(columns, row),
      );
    }
    const at = wanted & (this.room - 1);
    return this.read(
      this.offset[at] ?? 0,
      this.capLen[at] ?? 0,
      this.wireLen[at] ?? 0,
      this.networkAt[at] ?? NOWHERE,
      this.transportAt[at] ?? NOWHERE,
      most,
      this.wholes.get(wanted) ?? null,
    );
  }

  private read(
    offset: number,
    capLen: number,
    wireLen: number,
    network: number,
    transport: number,
    most: number,
    behind: Whole | null,
  ): KnownFrame | null {
    if (this.capture === null || network === NOWHERE) return null;
    if (behind !== null) {
      const frame = this.capture.bytesAt(offset, capLen);
      const all = withWhole(frame, behind, this.capture);
      const whole = all.length === capLen + behind.length;
      return { bytes: all.subarray(0, capLen + most), network, transport, whole };
    }
    const bytes = this.capture.keptBytesAt(offset, Math.min(capLen, most));
    return { bytes, network, transport, whole: capLen >= wireLen && bytes.length === capLen };
  }
}
