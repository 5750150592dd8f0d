import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PACKAGE_ROOT } from '../../src/lab/package-root.ts';
import { type FrameNumbers, frameNumbers } from '../../src/session/file-order.ts';
import type { Session } from '../../src/session/session.ts';
import type { Row, Timeline } from '../../src/timeline/types.ts';
import { type Words, wordsOf } from '../../src/timeline/words.ts';
import { type RowWords, rowWords } from '../compare/line-words.ts';
import { type PacketTexts, packetTexts } from '../ladder/packet-text.ts';
import { type ConnectionCounts, countConnections } from './connection-counts.ts';
import { LadderFrame } from './ladder-frame.ts';
import { type FlowSeries, flowSeries } from './series.ts';
import { type StreamBytes, streamBytes } from './stream-bytes.ts';
import { layOutStream, type StreamLine } from './stream-lines.ts';

const NO_COUNTS: ConnectionCounts = {
  ...{ packets: 0, bytesFromA: 0, bytesFromB: 0, firstNs: 0n, lastNs: 0n, findings: 0 },
};

/** How far a document goes: all of it, the first rows of a file that is still read, or a run that goes on. */
export type Extent = 'whole' | 'loading' | 'running';

/** A time line made ready to be shown. What takes a pass over all packets is made once, when it is first asked for. */
export class Document {
  readonly timeline: Timeline;
  readonly title: string;
  readonly extent: Extent;
  private frame: { readonly key: string; readonly frame: LadderFrame } | null = null;
  private readonly sources = new Map<string, readonly string[] | null>();
  private knownCounts: readonly ConnectionCounts[] | null = null;
  private knownStreams: {
    readonly connection: number;
    readonly both: readonly [StreamBytes, StreamBytes];
  } | null = null;
  private knownLines: { readonly key: string; readonly lines: readonly StreamLine[] } | null = null;
  private knownSeries: { readonly connection: number; readonly series: FlowSeries | null } | null = null;
  private knownWords: Words | null = null;
  private knownNumbers: FrameNumbers | null = null;
  private knownPackets: PacketTexts | null = null;
  private knownRowWords: ((row: number) => RowWords) | null = null;

  constructor(timeline: Timeline, title: string, extent: Extent = 'whole') {
    this.timeline = timeline;
    this.title = title;
    this.extent = extent;
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

  /** Wireshark's number of a row, as '#12'; '' for a row that the file does not have. */
  numberText(row: Row): string {
    const { numbers } = this;
    const number =
      row.kind === 'packet'
        ? numbers.ofPacket(row.packet)
        : row.kind === 'exit'
          ? numbers.ofCall(row.call)
          : (numbers.ofEntry(row.call) ?? numbers.ofCall(row.call));
    return number === null ? '' : `#${number}`;
  }

  /** What a connection has carried. */
  counts(connection: number): ConnectionCounts {
    this.knownCounts ??= countConnections(this.timeline);
    return this.knownCounts[connection] ?? NO_COUNTS;
  }

  /** One direction of a connection, and both laid out in lines of `width` bytes. */
  stream(connection: number, side: 0 | 1): StreamBytes {
    return this.streamsOf(connection)[side];
  }

  streamLines(connection: number, width: number): readonly StreamLine[] {
    const first = this.timeline.connections[connection]?.client === 'b' ? 1 : 0;
    const key = `${connection} ${width}`;
    if (this.knownLines?.key !== key) {
      this.knownLines = { key, lines: layOutStream(this.streamsOf(connection), width, first) };
    }
    return this.knownLines.lines;
  }

  /** What a connection's packets say over time; null where there is nothing to plot. */
  series(connection: number): FlowSeries | null {
    if (this.knownSeries?.connection !== connection)
      this.knownSeries = { connection, series: flowSeries(this, connection) };
    return this.knownSeries.series;
  }

  private streamsOf(connection: number): readonly [StreamBytes, StreamBytes] {
    if (this.knownStreams?.connection !== connection) {
      const both = [streamBytes(this, connection, 0), streamBytes(this, connection, 1)] as const;
      this.knownStreams = { connection, both };
    }
    return this.knownStreams.both;
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
