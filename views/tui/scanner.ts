import { compileFilter, parseFilter } from '../../src/filter/filter.ts';
import type { Document } from './document.ts';
import type { Message } from './messages.ts';
import { packetRowsOf } from './packet-rows.ts';
import { allRows, someRows } from './row-list.ts';
import { type Matcher, matcherOf } from './search-matcher.ts';
import { TURN_MS } from './turns.ts';

const ROWS_BETWEEN_LOOKS = 32;

/** Looks through all rows in turns, telling what it has found so far. */
export class Scanner {
  private readonly hear: (message: Message) => void;
  private timer: NodeJS.Immediate | null = null;

  constructor(hear: (message: Message) => void) {
    this.hear = hear;
  }

  stop(): void {
    if (this.timer !== null) clearImmediate(this.timer);
    this.timer = null;
  }

  search(document: Document, text: string): void {
    const matcher = this.compiled(() => matcherOf(document, text));
    if (matcher === null) return;
    this.scan(document, matcher, (hits, isDone) => this.hear({ kind: 'hits', text, hits, isDone }));
  }

  filter(document: Document, text: string): void {
    if (text === '') {
      this.stop();
      const rows = allRows(document.timeline.rowCount);
      this.hear({ kind: 'filtered', filter: '', rows, packetRows: packetRowsOf(document, rows) });
      return;
    }
    const parsed = parseFilter(text);
    if (!parsed.ok) {
      const { message, hint, from } = parsed.error;
      this.hear({
        kind: 'status',
        text: `${message} (at ${from + 1})${hint === '' ? '' : `: ${hint}`}`,
        isError: true,
      });
      return;
    }
    const { timeline, session } = document;
    const compiled = compileFilter(parsed.filter, { capture: session.capture, timeline });
    const matches = (index: number): boolean => {
      const row = timeline.row(index);
      return row.kind === 'packet' ? compiled.packet(row.packet) : compiled.call(row.call);
    };
    this.scan(document, matches, (hits, isDone) => {
      if (!isDone) return;
      if (hits.length === 0) {
        this.hear({ kind: 'status', text: `no row passes the filter: ${text}`, isError: true });
        return;
      }
      const rows = someRows(hits);
      this.hear({ kind: 'filtered', filter: text, rows, packetRows: packetRowsOf(document, rows) });
    });
  }

  private compiled(make: () => Matcher): Matcher | null {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.hear({ kind: 'status', text: error.message, isError: true });
      return null;
    }
  }

  private scan(
    document: Document,
    matches: Matcher,
    tell: (hits: Uint32Array, isDone: boolean) => void,
  ): void {
    this.stop();
    const { rowCount } = document.timeline;
    // Room that is not used takes no memory.
    const hits = new Uint32Array(rowCount);
    let found = 0;
    let row = 0;
    let told = 0;
    const turn = (): void => {
      const limit = performance.now() + TURN_MS;
      while (row < rowCount) {
        if (matches(row)) hits[found++] = row;
        row++;
        if (row % ROWS_BETWEEN_LOOKS === 0 && performance.now() > limit) break;
      }
      const isDone = row >= rowCount;
      if (isDone || found > told * 2) {
        told = found;
        tell(hits.subarray(0, found), isDone);
      }
      this.timer = isDone ? null : setImmediate(turn);
    };
    turn();
  }
}
