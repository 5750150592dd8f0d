import { Columns, type DatagramPart, type Fragment, ROW_BYTES } from '../columns.ts';
import type { TcpOptionPart } from '../decode/tcp-option-table.ts';
import type { FlowBases, FlowPart } from '../flows.ts';
import type { CaptureFacts, CaptureStore } from './capture-store.ts';
import type { BlockPart } from './other-blocks.ts';

/** Rows that a slab holds, and how many slabs go round: what one thread decodes while the other looks at what was before. */
const SLAB_ROWS = 16_384;
const SLABS = 8;

/** What both threads share: columns, and counts of slabs given back. */
export interface SharedRows {
  readonly slabs: readonly SharedArrayBuffer[];
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
  /** Bytes of the file that have been read. */
  readonly bytes: number;
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
  const bytes = SLAB_ROWS * ROW_BYTES;
  return {
    slabs: Array.from({ length: SLABS }, () => new SharedArrayBuffer(bytes)),
    control: new Int32Array(new SharedArrayBuffer(8)),
  };
}

function columnsOf({ slabs }: SharedRows): readonly Columns[] {
  return slabs.map((slab) => new Columns(SLAB_ROWS, slab));
}

/** Sends what a builder has built to another thread, piece by piece. */
export class Sender {
  private readonly control: Int32Array;
  private readonly columns: readonly Columns[];
  private readonly post: (message: Batch | Finished) => void;
  private sent = 0;
  // What has been sent of what grows.
  private flows = 0;
  private pairs = 0;
  private blocks = 0;
  private edges = 0;
  private interfaces = 0;

  constructor(shared: SharedRows, post: (message: Batch | Finished) => void) {
    this.control = shared.control;
    this.columns = columnsOf(shared);
    this.post = post;
  }

  /** The other thread wants no more. */
  get stopped(): boolean {
    return Atomics.load(this.control, STOP) !== 0;
  }

  /** Sends the rows there are; waits while the other thread has all slabs. */
  send(capture: CaptureStore, columns: Columns, rowBase: number, bytes: number): void {
    for (let from = 0; from < columns.length && !this.stopped; from += SLAB_ROWS) {
      const to = Math.min(columns.length, from + SLAB_ROWS);
      const slab = this.freeSlab();
      const target = this.columns[slab];
      if (target === undefined) return;
      columns.copyTo(target, from, to);
      const isFirst = from === 0;
      const edgesFrom = Math.max(0, this.edges - 1);
      this.post({
        kind: 'batch',
        slab,
        rows: to - from,
        rowBase: rowBase + from,
        bytes,
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
    const { control } = this;
    for (;;) {
      const freed = Atomics.load(control, FREED);
      if (this.sent - freed < SLABS || this.stopped) return this.sent++ % SLABS;
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
  private readonly capture: CaptureStore;

  constructor(shared: SharedRows, capture: CaptureStore) {
    this.control = shared.control;
    this.columns = columnsOf(shared);
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
    columns.tcpOptions.hold(batch.options);
    columns.fragments.clear();
    columns.datagrams.clear();
    for (const [row, fragment] of batch.fragments) columns.fragments.set(row, fragment);
    for (const [row, part] of batch.datagrams) columns.datagrams.set(row, part);
    capture.columns = columns;
    capture.flows.rowBase = batch.rowBase;
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
  }

  /** Tells the other thread to stop. */
  stop(): void {
    Atomics.store(this.control, STOP, 1);
    Atomics.add(this.control, FREED, 1);
    Atomics.notify(this.control, FREED);
  }
}
