import type { Capture, FileProblem, Interface, OtherBlock, PacketOptions } from '../capture.ts';
import { Columns } from '../columns.ts';
import { FlowTable } from '../flows.ts';
import type { FrameSource } from './frame-source.ts';
import { OtherBlockList } from './other-blocks.ts';
import { NO_OPTIONS, readPacketOptions } from './packet-options.ts';
import { BLOCK_OVERHEAD, MAX_BLOCK } from './pcapng-blocks.ts';
import type { InterfaceDescription } from './push-parser.ts';

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

/** Where a packet's bytes stand in its block. */
const BLOCK_DATA = { simple: 12, enhanced: 28 } as const;

/** Problems beyond these are counted, not kept: a damaged file may have one in every block. */
const MAX_PROBLEMS = 1000;

/** What a builder knows besides rows, flows and blocks. */
export interface CaptureFacts {
  readonly format: string;
  readonly interfaces: Mutable<Interface>[];
  readonly problems: FileProblem[];
  readonly unkeptProblems: number;
  readonly section: { application: string | null; comments: string[] };
  readonly littleEndian: boolean[];
}

/**
 * What is known of a capture, besides how its packets are decoded: a thread that is told of another's work has this alone,
 * and loads no decoders.
 */
export class CaptureStore implements Capture {
  format: string;
  interfaces: Mutable<Interface>[] = [];
  problems: FileProblem[] = [];
  section: { application: string | null; comments: string[] } = { application: null, comments: [] };
  columns: Columns;
  readonly flows: FlowTable;
  readonly otherBlocks: OtherBlockList;
  /** Problems that were met after so many that no more are kept. */
  unkeptProblems = 0;
  private readonly source: FrameSource;
  private littleEndian: boolean[] = [];
  /** Rows of Simple Packet Blocks as runs: start, end, start, end… */
  private readonly simpleRuns: number[] = [];

  constructor(format: string, source: FrameSource, columns = new Columns(), flows = new FlowTable()) {
    this.format = format;
    this.source = source;
    this.columns = columns;
    this.flows = flows;
    this.otherBlocks = new OtherBlockList(source);
  }

  addInterface(description: InterfaceDescription): number {
    const { littleEndian, ...shown } = description;
    this.littleEndian.push(littleEndian);
    return this.interfaces.push({ ...shown, received: null, dropped: null }) - 1;
  }

  /** What is known besides rows, flows and blocks, to be sent to another thread. */
  facts(): CaptureFacts {
    const { format, interfaces, problems, unkeptProblems, section, littleEndian } = this;
    return { format, interfaces, problems, unkeptProblems, section, littleEndian };
  }

  takeFacts(facts: CaptureFacts): void {
    Object.assign(this, facts);
  }

  /** Edges of the runs of Simple Packet Blocks from the `first` on; the last may still move. */
  simpleEdges(first: number): readonly number[] {
    return this.simpleRuns.slice(first);
  }

  takeSimpleEdges(first: number, edges: readonly number[]): void {
    this.simpleRuns.splice(first, edges.length, ...edges);
  }

  problem(offset: number, message: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ offset, message });
    else this.unkeptProblems++;
  }

  addSection(application: string | null, comments: readonly string[]): void {
    this.section.application ??= application;
    this.section.comments.push(...comments);
  }

  otherBlock(type: number, bodyOffset: number, bodyLength: number, littleEndian: boolean): void {
    this.otherBlocks.add(
      type,
      bodyOffset,
      bodyLength,
      this.columns.length + this.flows.rowBase,
      littleEndian,
    );
  }

  statistics(iface: number, received: bigint | null, dropped: bigint | null): void {
    const described = this.interfaces[iface];
    if (described === undefined) return;
    if (received !== null) described.received = Number(received);
    if (dropped !== null) described.dropped = Number(dropped);
  }

  simplePacket(): void {
    const row = this.columns.length + this.flows.rowBase;
    const runs = this.simpleRuns;
    if (runs.length > 0 && runs[runs.length - 1] === row) runs[runs.length - 1] = row + 1;
    else runs.push(row, row + 1);
  }

  frame(row: number): Uint8Array {
    this.check(row);
    return this.source.read(this.columns.fileOffset[row] ?? 0, this.columns.capLen[row] ?? 0);
  }

  /** What was read of the file from `start` on, as long as somebody holds it. */
  lend(bytes: Uint8Array, start: number): void {
    this.source.lend(bytes, start);
  }

  bytesAt(offset: number, length: number): Uint8Array {
    return this.source.read(offset, length);
  }

  keptBytesAt(offset: number, length: number): Uint8Array {
    return this.source.keep(offset, length);
  }

  packetOptions(row: number): PacketOptions {
    this.check(row);
    if (this.format !== 'pcapng' || this.isSimple(row)) return NO_OPTIONS;
    const { fileOffset, capLen, iface } = this.columns;
    const littleEndian = this.littleEndian[iface[row] ?? 0] ?? true;
    return readPacketOptions(this.source, fileOffset[row] ?? 0, capLen[row] ?? 0, littleEndian);
  }

  packetBlock(row: number): OtherBlock | null {
    this.check(row);
    if (this.format !== 'pcapng') return null;
    const dataAt = this.columns.fileOffset[row] ?? 0;
    const littleEndian = this.littleEndian[this.columns.iface[row] ?? 0] ?? true;
    const fileOffset = dataAt - (this.isSimple(row) ? BLOCK_DATA.simple : BLOCK_DATA.enhanced);
    const header = this.source.read(fileOffset, 8);
    if (header.length < 8) return null;
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const type = view.getUint32(0, littleEndian);
    const length = view.getUint32(4, littleEndian);
    if (length < BLOCK_OVERHEAD || length > MAX_BLOCK) return null;
    const body = this.source.read(fileOffset + 8, length - BLOCK_OVERHEAD).slice();
    return { type, beforeRow: row, body, littleEndian, fileOffset };
  }

  close(): void {
    this.source.close();
  }

  private check(row: number): void {
    const { length } = this.columns;
    if (!(row >= 0 && row < length)) throw new RangeError(`no row ${row}, there are ${length}`);
  }

  hasTime(row: number): boolean {
    return !this.isSimple(row);
  }

  private isSimple(row: number): boolean {
    const runs = this.simpleRuns;
    // The number of run edges at or before the row is odd inside a run.
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((runs[middle] ?? 0) <= row) low = middle + 1;
      else high = middle;
    }
    return low % 2 === 1;
  }
}
