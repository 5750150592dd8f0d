import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { analysisInSteps, flagsInSteps } from '../../src/diagnosis/analysis.ts';
import { PACKAGE_ROOT } from '../../src/lab/package-root.ts';
import { type FrameNumbers, frameNumbers } from '../../src/session/file-order.ts';
import type { Session } from '../../src/session/session.ts';
import type { Row, Timeline } from '../../src/timeline/types.ts';
import { type Words, wordsOf } from '../../src/timeline/words.ts';
import { type RowWords, rowWords } from '../compare/line-words.ts';
import { type PacketTexts, packetTexts } from '../ladder/packet-text.ts';
import { type ConnectionCounts, countConnections } from './connection-counts.ts';
import { type FoundList, findInSteps } from './found.ts';
import { LadderFrame } from './ladder-frame.ts';
import { Jobs, Later } from './later.ts';
import { everything, type Shown } from './packet-rows.ts';
import type { BufferPlot } from './panes/buffers.ts';
import type { Layer } from './plot.ts';
import { type FlowSeries, flowSeries } from './series.ts';
import { NO_BYTES, type StreamBytes, streamBytes } from './stream-bytes.ts';
import { layOutStream, type StreamLine } from './stream-lines.ts';

/** Of so many rows everything is made when it is asked for: it takes a few milliseconds. */
const AT_ONCE_ROWS = 5000;

/** Checksums are made over the frames too. */
const FOUND_AT_ONCE_ROWS = 2000;

/** How far a document goes: all of it, the first rows of a file that is still read, or a run that goes on. */
export type Extent = 'whole' | 'loading' | 'running';

/** A time line made ready to be shown. What takes a pass over all packets is made once, when it is first asked for. */
export class Document {
  readonly timeline: Timeline;
  readonly title: string;
  readonly extent: Extent;
  private frame: { readonly key: string; readonly frame: LadderFrame } | null = null;
  private readonly sources = new Map<string, readonly string[] | null>();
  private knownLines: { readonly key: string; readonly lines: readonly StreamLine[] } | null = null;
  private knownWords: Words | null = null;
  private knownNumbers: FrameNumbers | null = null;
  private knownPackets: PacketTexts | null = null;
  private knownRowWords: ((row: number) => RowWords) | null = null;

  /** What views have asked for and wait for. */
  readonly jobs = new Jobs();
  readonly bufferPlots: Later<readonly BufferPlot[]>;
  readonly sequencePlot: Later<readonly Layer[]>;
  private readonly knownCounts: Later<readonly ConnectionCounts[]>;
  private readonly knownFound: Later<FoundList>;
  /** What was found when less of it was there. */
  private foundBefore: FoundList | null = null;
  private readonly knownStreams: Later<readonly [StreamBytes, StreamBytes]>;
  private readonly knownFlags: Later<object>;
  private readonly knownAnalysis: Later<object>;
  private readonly knownSeries: Later<{ readonly series: FlowSeries | null }>;

  constructor(timeline: Timeline, title: string, extent: Extent = 'whole') {
    this.timeline = timeline;
    // The first rows of a file are to be seen first.
    const isSmall = timeline.rowCount <= AT_ONCE_ROWS && extent !== 'loading';
    this.bufferPlots = new Later(this.jobs, isSmall);
    this.sequencePlot = new Later(this.jobs, isSmall);
    this.knownCounts = new Later(this.jobs, isSmall);
    this.knownFound = new Later(this.jobs, timeline.rowCount <= FOUND_AT_ONCE_ROWS);
    this.knownStreams = new Later(this.jobs, isSmall);
    this.knownFlags = new Later(this.jobs, isSmall);
    this.knownAnalysis = new Later(this.jobs, isSmall);
    this.knownSeries = new Later(this.jobs, isSmall);
    this.title = title;
    this.extent = extent;
  }

  /** The same, of which nothing more will come. */
  asWhole(): Document {
    return new Document(this.timeline, this.title);
  }

  /** Stands in the place of a document of less of the same: what was found there is shown until all is gone through. */
  follows(before: Document): void {
    this.foundBefore = before.knownFound.known ?? before.foundBefore;
  }

  /** All rows, and those of them that are packets. */
  get everything(): Shown {
    return everything(this.timeline);
  }

  /** Makes in steps what takes a pass over all packets and what every view may ask for. */
  *prepare(): Generator<void, true> {
    yield* this.knownCounts.fillNow('', () => countConnections(this.timeline));
    return true;
  }

  get session(): Session {
    return this.timeline.session;
  }

  get words(): Words {
    this.knownWords ??= wordsOf(this.timeline);
    return this.knownWords;
  }

  get numbers(): FrameNumbers {
    this.knownNumbers ??= frameNumbers(this.session);
    return this.knownNumbers;
  }

  get packets(): PacketTexts {
    this.knownPackets ??= packetTexts(this.session.capture);
    return this.knownPackets;
  }

  /** A row as it is shown beside that of another run. */
  rowWords(row: number): RowWords {
    this.knownRowWords ??= rowWords(this.timeline);
    return this.knownRowWords(row);
  }

  get startNs(): bigint {
    return this.timeline.rowCount === 0 ? 0n : this.timeline.rowTimeNs(0);
  }

  /** The ladder at this width; the last one is kept. */
  ladder(width: number, ascii: boolean): LadderFrame {
    const key = `${width} ${ascii}`;
    if (this.frame?.key !== key) {
      this.frame = {
        key,
        frame: new LadderFrame(this.timeline, width, ascii, this, this.extent === 'running'),
      };
    }
    return this.frame.frame;
  }

  /** Wireshark's number of a row, as '#12'; of an entry that the file has no row for, that of its return; '' for none. */
  numberText(row: Row): string {
    const own = this.ownNumberText(row);
    const number = own === '' && row.kind === 'enter' ? this.numbers.ofCall(row.call) : null;
    return number === null ? own : `#${number}`;
  }

  /** The same, but '' for a row that the file does not have. */
  ownNumberText(row: Row): string {
    const { numbers } = this;
    const number =
      row.kind === 'packet'
        ? numbers.ofPacket(row.packet)
        : row.kind === 'exit'
          ? numbers.ofCall(row.call)
          : numbers.ofEntry(row.call);
    return number === null ? '' : `#${number}`;
  }

  /**
   * The time of the row whose number a row is told by, since the first row: for an entry that the file has no row for,
   * that of its return.
   */
  numberedTime(at: number): bigint {
    const { timeline } = this;
    const row = timeline.row(at);
    const isByReturn = row.kind === 'enter' && this.ownNumberText(row) === '';
    const returned = isByReturn ? timeline.rowOfReturn(row.call) : -1;
    return timeline.rowTimeNs(returned >= 0 ? returned : at) - this.startNs;
  }

  /** What a connection has carried; null while it is counted. */
  counts(connection: number): ConnectionCounts | null {
    return this.knownCounts.get('', () => countConnections(this.timeline))?.[connection] ?? null;
  }

  /** What is worth noticing; what was found before while it is gone through, or null. */
  get found(): { readonly list: FoundList; readonly isDone: boolean } | null {
    const isRunning = this.extent === 'running';
    const list = this.knownFound.get('', () => findInSteps(this.timeline, this.words, isRunning));
    if (list !== null) return { list, isDone: true };
    return this.foundBefore === null ? null : { list: this.foundBefore, isDone: false };
  }

  /** One direction of a connection; nothing while it is put together. */
  stream(connection: number, side: 0 | 1): StreamBytes {
    return this.streams(connection)?.[side] ?? NO_BYTES;
  }

  /** Both directions of a connection, and laid out in lines of `width` bytes; null and no lines while they are put together. */
  streams(connection: number): readonly [StreamBytes, StreamBytes] | null {
    return this.knownStreams.get(`${connection}`, () => bothStreams(this, connection));
  }

  streamLines(connection: number, width: number): readonly StreamLine[] {
    const first = this.timeline.connections[connection]?.client === 'b' ? 1 : 0;
    const key = `${connection} ${width}`;
    const streams = this.streams(connection);
    if (streams === null) return [];
    if (this.knownLines?.key !== key) this.knownLines = { key, lines: layOutStream(streams, width, first) };
    return this.knownLines.lines;
  }

  /** What a connection's packets say over time; null where there is nothing to plot. */
  series(connection: number): FlowSeries | null | 'pending' {
    const known = this.knownSeries.get(`${connection}`, () => boxedSeries(this, connection));
    return known === null ? 'pending' : known.series;
  }

  /** Whether the flags of the strict analysis are there; if not, they are being made. */
  get hasFlags(): boolean {
    return this.knownFlags.get('', () => flagsInSteps(this.session.capture)) !== null;
  }

  /** Whether the whole analysis is there, with its values; if not, it is being made. */
  get hasAnalysis(): boolean {
    return this.knownAnalysis.get('', () => analysisInSteps(this.session.capture)) !== null;
  }

  /** The lines of a program file that calls name: of this package, or kept with the run; null for any other file. */
  sourceLines(file: string): readonly string[] | null {
    const known = this.sources.get(file);
    if (known !== undefined) return known;
    const lines = this.session.run?.sources?.[file]?.split('\n') ?? readSource(file);
    this.sources.set(file, lines);
    return lines;
  }

  /** The row where a call is best looked at: its entry where it has one, else its return. */
  rowOfCall(call: number): number {
    const entry = this.timeline.rowOfEntry(call);
    return entry >= 0 ? entry : this.timeline.rowOfReturn(call);
  }
}

function* bothStreams(
  document: Document,
  connection: number,
): Generator<void, readonly [StreamBytes, StreamBytes]> {
  return [yield* streamBytes(document, connection, 0), yield* streamBytes(document, connection, 1)];
}

function* boxedSeries(
  document: Document,
  connection: number,
): Generator<void, { readonly series: FlowSeries | null }> {
  return { series: yield* flowSeries(document, connection) };
}

/** The name comes from a file that anybody may have written: only sources of our own package are shown. */
function readSource(file: string): readonly string[] | null {
  const path = resolve(PACKAGE_ROOT, file);
  if (!path.startsWith(PACKAGE_ROOT) || !path.endsWith('.ts')) return null;
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return null;
  }
}

/** The row that a newcomer looks at first: the first packet of a run; the first row where there is none. */
export function firstRow({ timeline }: Document): number {
  const limit = Math.min(timeline.rowCount, 1000);
  for (let row = 0; row < limit; row++) if (timeline.row(row).kind === 'packet') return row;
  return 0;
}
