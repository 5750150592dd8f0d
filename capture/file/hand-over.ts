import { Columns, type DatagramPart, type Fragment, SHARED_ROW_BYTES } from '../columns.ts';
import type { TcpOptionPart } from '../decode/tcp-option-table.ts';
import type { FlowBases, FlowPart } from '../flows.ts';
import { type PlainRows, plainRows, strandsOf } from '../strands.ts';
import type { CaptureFacts, CaptureStore } from './capture-store.ts';
import type { BlockPart } from './other-blocks.ts';

/** Rows that a slab holds, and how many slabs go round: what one thread decodes while the other looks at what was before. */
const SLAB_ROWS = 16_384;
const SLABS = 8;
/** Bytes that are read at a time: more than by one thread, for to hand rows over takes time by itself. */
const CHUNK_BYTES = 1024 * 1024;

/** What both threads share: columns, the bytes that they were decoded from, and counts of slabs given back. */
export interface SharedRows {
  readonly slabs: readonly SharedArrayBuffer[];
  /** As many as slabs: most chunks fill one. */
  readonly chunks: readonly SharedArrayBuffer[];
  readonly control: Int32Array;
}
/** Places in `control`: slabs given back, and whether reading is to stop. */
const FREED = 0;
const STOP = 1;

/** A slab has been filled. */
export interface Batch {
  readonly kind: 'batch';
  readonly slab: number;
  readonly rows: number;
  readonly rowBase: number;
  /** The chunk with the last of these rows' bytes, and how many it holds. */
  readonly chunk: number;
  readonly chunkLength: number;
  /** Bytes of the file that have been read, with this chunk. */
  readonly bytes: number;
  readonly plain: PlainRows | null;
  readonly options: TcpOptionPart | null;
  readonly fragments: readonly (readonly [number, Fragment])[];
  readonly datagrams: readonly (readonly [number, DatagramPart])[];
  readonly flows: FlowPart | null;
  readonly blocks: BlockPart | null;
  readonly edgesFrom: number;
  readonly edges: readonly number[];
  readonly facts: CaptureFacts | null;
}

/** The whole file has been read. */
export interface Finished {
  readonly kind: 'finished';
  readonly facts: CaptureFacts;
  readonly flows: FlowPart;
  readonly bases: FlowBases;
  readonly blocks: BlockPart;
}

export function shareRows(): SharedRows {
  const bytes = SLAB_ROWS * SHARED_ROW_BYTES;
  return {
    slabs: Array.from({ length: SLABS }, () => new SharedArrayBuffer(bytes)),
    chunks: Array.from({ length: SLABS }, () => new SharedArrayBuffer(CHUNK_BYTES)),
    control: new Int32Array(new SharedArrayBuffer(8)),
  };
}

function bytesOf({ chunks }: SharedRows): readonly Uint8Array[] {
  return chunks.map((chunk) => new Uint8Array(chunk));
}

function columnsOf({ slabs }: SharedRows): readonly Columns[] {
  return slabs.map((slab) => new Columns(SLAB_ROWS, slab));
}

/** Sends what a builder has built to another thread, piece by piece. */
export class Sender {
  private readonly control: Int32Array;
  private readonly columns: readonly Columns[];
  private readonly post: (message: Batch | Finished) => void;
  private readonly chunks: readonly Uint8Array[];
  /** Slabs sent, and how many had been when each chunk was done with. */
  private sent = 0;
  private readonly sentBefore: number[];
  private chunk = -1;
  // What has been sent of what grows.
  private flows = 0;
  private pairs = 0;
  private blocks = 0;
  private edges = 0;
  private interfaces = 0;

  constructor(shared: SharedRows, post: (message: Batch | Finished) => void) {
    this.control = shared.control;
    this.columns = columnsOf(shared);
    this.chunks = bytesOf(shared);
    this.sentBefore = this.chunks.map(() => 0);
    this.post = post;
  }

  /** Room for the next chunk of the file; waits until nobody looks at what it held. */
  room(): Uint8Array {
    if (this.chunk >= 0) this.sentBefore[this.chunk] = this.sent;
    this.chunk = (this.chunk + 1) % this.chunks.length;
    this.untilFreed(this.sentBefore[this.chunk] ?? 0);
    return this.chunks[this.chunk] ?? new Uint8Array(CHUNK_BYTES);
  }

  /** The other thread wants no more. */
  get stopped(): boolean {
    return Atomics.load(this.control, STOP) !== 0;
  }

  /**
   * Sends the rows there are, which the latest chunk ended, `chunkLength` bytes long; waits while the other thread has all
   * slabs. So many `bytes` have been read.
   */
  send(capture: CaptureStore, columns: Columns, rowBase: number, chunkLength: number, bytes: number): void {
    for (let from = 0; from < columns.length && !this.stopped; from += SLAB_ROWS) {
      const to = Math.min(columns.length, from + SLAB_ROWS);
      const slab = this.freeSlab();
      const target = this.columns[slab];
      if (target === undefined) return;
      columns.copyTo(target, from, to);
      strandsOf(columns, from, to, target.strand);
      const isFirst = from === 0;
      const edgesFrom = Math.max(0, this.edges - 1);
      this.post({
        kind: 'batch',
        slab,
        rows: to - from,
        rowBase: rowBase + from,
        chunk: this.chunk,
        chunkLength,
        bytes,
        plain: plainRows(columns, from, to),
        options: columns.tcpOptions.part(from, to),
        fragments: rowsOf(columns.fragments, from, to),
        datagrams: rowsOf(columns.datagrams, from, to),
        flows: capture.flows.length > this.flows ? this.flowPart(capture) : null,
        blocks: capture.otherBlocks.length > this.blocks ? this.blockPart(capture) : null,
        edgesFrom,
        edges: isFirst ? this.edgePart(capture, edgesFrom) : [],
        facts: this.newFacts(capture),
      });
    }
  }

  /** Sends what is known at the end. */
  finish(capture: CaptureStore): void {
    this.post({
      kind: 'finished',
      facts: capture.facts(),
      flows: this.flowPart(capture),
      bases: capture.flows.bases(),
      blocks: this.blockPart(capture),
    });
  }

  private freeSlab(): number {
    this.untilFreed(this.sent + 1 - SLABS);
    return this.sent++ % SLABS;
  }

  /** Waits until the other thread has given so many slabs back. */
  private untilFreed(count: number): void {
    const { control } = this;
    for (;;) {
      const freed = Atomics.load(control, FREED);
      if (freed >= count || this.stopped) return;
      Atomics.wait(control, FREED, freed);
    }
  }

  private flowPart({ flows }: CaptureStore): FlowPart {
    const part = flows.part(this.flows, this.pairs);
    this.flows = flows.length;
    this.pairs = flows.pairs;
    return part;
  }

  private blockPart({ otherBlocks }: CaptureStore): BlockPart {
    const part = otherBlocks.part(this.blocks);
    this.blocks = otherBlocks.length;
    return part;
  }

  private edgePart(capture: CaptureStore, from: number): readonly number[] {
    const edges = capture.simpleEdges(from);
    this.edges = from + edges.length;
    return edges;
  }

  private newFacts(capture: CaptureStore): CaptureFacts | null {
    if (capture.interfaces.length === this.interfaces) return null;
    this.interfaces = capture.interfaces.length;
    return capture.facts();
  }
}

/** What is known of rows `from` … `to`, by their number among these. */
function rowsOf<T>(known: ReadonlyMap<number, T>, from: number, to: number): (readonly [number, T])[] {
  if (known.size === 0) return [];
  return [...known]
    .filter(([row]) => row >= from && row < to)
    .map(([row, fact]) => [row - from, fact] as const);
}

/** Makes a builder that is told of another's work have what that one has. */
export class Receiver {
  private readonly control: Int32Array;
  private readonly columns: readonly Columns[];
  private readonly chunks: readonly Uint8Array[];
  private readonly capture: CaptureStore;

  constructor(shared: SharedRows, capture: CaptureStore) {
    this.control = shared.control;
    this.columns = columnsOf(shared);
    this.chunks = bytesOf(shared);
    this.capture = capture;
  }

  /** Holds the rows of a batch during `use`, then gives its slab back. */
  take(batch: Batch, use: (columns: Columns) => void): void {
    const { capture } = this;
    const columns = this.columns[batch.slab];
    if (columns === undefined) return;
    if (batch.facts !== null) capture.takeFacts(batch.facts);
    if (batch.flows !== null) capture.flows.append(batch.flows);
    if (batch.blocks !== null) capture.otherBlocks.append(batch.blocks);
    if (batch.edges.length > 0) capture.takeSimpleEdges(batch.edgesFrom, batch.edges);
    columns.length = batch.rows;
    columns.plain = batch.plain;
    columns.tcpOptions.hold(batch.options);
    columns.fragments.clear();
    columns.datagrams.clear();
    for (const [row, fragment] of batch.fragments) columns.fragments.set(row, fragment);
    for (const [row, part] of batch.datagrams) columns.datagrams.set(row, part);
    capture.columns = columns;
    capture.flows.rowBase = batch.rowBase;
    const chunk = this.chunks[batch.chunk]?.subarray(0, batch.chunkLength) ?? new Uint8Array(0);
    capture.lend(chunk, batch.bytes - batch.chunkLength);
    use(columns);
    Atomics.add(this.control, FREED, 1);
    Atomics.notify(this.control, FREED);
  }

  /** Takes what is known at the end; the capture has no rows then. */
  finish({ facts, flows, bases, blocks }: Finished): void {
    const { capture } = this;
    capture.takeFacts(facts);
    capture.flows.append(flows);
    capture.flows.takeBases(bases);
    capture.otherBlocks.append(blocks);
    capture.columns = new Columns();
    capture.lend(new Uint8Array(0), 0);
  }

  /** Tells the other thread to stop. */
  stop(): void {
    Atomics.store(this.control, STOP, 1);
    Atomics.add(this.control, FREED, 1);
    Atomics.notify(this.control, FREED);
  }
}
