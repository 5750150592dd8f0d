import { compileFilter, type Filter, parseFilter, prepareFilter } from '../../src/filter/filter.ts';
import { oneTurn } from '../../src/timeline/turns.ts';
import { words } from '../../src/words/words.ts';
import type { Document } from './document.ts';
import type { Message } from './messages.ts';
import { rowsOfConnection, type Shown, shownRows } from './packet-rows.ts';
import { someRows } from './row-list.ts';
import { type Matcher, matcherOf } from './search-matcher.ts';

const ROWS_A_STEP = 32;

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
    const tell = (hits: Uint32Array, isDone: boolean): void =>
      this.hear({ kind: 'hits', text, hits, isDone });
    this.begin(scan(document.timeline.rowCount, matcher, tell));
  }

  filter(document: Document, text: string): void {
    if (text === '') {
      this.stop();
      this.hear({ kind: 'filtered', document, filter: '', shown: document.everything });
      return;
    }
    const parsed = parseFilter(text);
    if (!parsed.ok) {
      const { message, hint, from } = parsed.error;
      this.hear({
        kind: 'status',
        text: `${message}${words().screen.at(from + 1)}${hint === '' ? '' : `: ${hint}`}`,
        isError: true,
      });
      return;
    }
    this.begin(this.limit(document, text, filtering(document, parsed.filter)));
  }

  /** Shows the rows of a connection only. */
  connection(document: Document, connection: number): void {
    const { timeline, session } = document;
    const known = timeline.connections[connection];
    if (known === undefined) return;
    const filter = `${known.protocol}.stream == ${session.capture.flows.get(known.flow).stream}`;
    this.begin(this.limit(document, filter, rowsOfConnection(timeline, connection)));
  }

  private *limit(document: Document, filter: string, steps: Generator<void, Shown>): Generator<void, void> {
    const shown = yield* steps;
    this.hear(
      shown.rows.length > 0
        ? { kind: 'filtered', document, filter, shown }
        : { kind: 'status', text: words().panes.filter.noRow(filter), isError: true },
    );
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

  /** Works turn by turn, in the place of what it worked on before. */
  private begin(steps: Iterator<void, unknown>): void {
    this.stop();
    const turn = (): void => {
      this.timer = oneTurn(steps) === null ? setImmediate(turn) : null;
    };
    turn();
  }
}

type Tell = (hits: Uint32Array, isDone: boolean) => void;

function* filtering({ timeline, session }: Document, filter: Filter): Generator<void, Shown> {
  const subject = { capture: session.capture, timeline };
  yield* prepareFilter(filter, subject);
  const compiled = compileFilter(filter, subject);
  const matches = (index: number): boolean => {
    const row = timeline.row(index);
    return row.kind === 'packet' ? compiled.packet(row.packet) : compiled.call(row.call);
  };
  return yield* shownRows(timeline, someRows(yield* scan(timeline.rowCount, matches)));
}

/** Finds the rows that match, and tells of the first one, whenever there are twice as many, and of the end. */
function* scan(rowCount: number, matches: Matcher, tell: Tell = () => {}): Generator<void, Uint32Array> {
  // Room that is not used takes no memory.
  const hits = new Uint32Array(rowCount);
  let found = 0;
  let told = 0;
  for (let row = 0; row < rowCount; row++) {
    if (matches(row)) hits[found++] = row;
    if (row % ROWS_A_STEP !== ROWS_A_STEP - 1) continue;
    if (found > told * 2) {
      told = found;
      tell(hits.subarray(0, found), false);
    }
    yield;
  }
  const all = hits.subarray(0, found);
  tell(all, true);
  return all;
}
