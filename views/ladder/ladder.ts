import { holeTexts } from '../../src/diagnosis/holes.ts';
import { frameNumbers } from '../../src/session/file-order.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { wordsOf } from '../../src/timeline/words.ts';
import { words } from '../../src/words/words.ts';
import { foldRows, type Shown } from './fold.ts';
import { foldedText } from './folded-text.ts';
import { footerLines } from './footer.ts';
import { glyphsFor, printable } from './glyphs.ts';
import { headerLines, sectionLines } from './header.ts';
import { type Line, wrap } from './line.ts';
import { packetTexts } from './packet-text.ts';
import { RowDrawer } from './row-drawer.ts';
import type { LadderOptions, Scene } from './scene.ts';
import { type Section, sectionsOf } from './section.ts';
import { duration, milliseconds } from './units.ts';

const MIN_WIDTH = 40;
/** A pause as long as this is told in a line of its own. */
const IDLE_NS = 100_000_000n;

/** The ladder of a time line, line by line: heading, calls and packets, findings. */
export function* ladder(timeline: Timeline, options: LadderOptions): Generator<Line> {
  const width = Math.max(options.width, MIN_WIDTH);
  const words = wordsOf(timeline);
  const scene: Scene = {
    ...options,
    width,
    timeline,
    startNs: timeline.rowCount === 0 ? 0n : timeline.rowTimeNs(0),
    words,
    said: new Set(),
    nameInLane: (call) => words.call(call).slice((timeline.session.calls[call]?.role.length ?? -1) + 1),
    clean: (text) => printable(text, options.ascii),
  };
  yield* headerLines(scene);
  if (timeline.rowCount > 0) yield* rowLines(scene);
  yield* footerLines(scene);
}

function* rowLines(scene: Scene): Generator<Line> {
  const { timeline } = scene;
  const numbers = frameNumbers(timeline.session);
  const last = timeline.rowTimeNs(timeline.rowCount - 1);
  const numberWidth = Math.max(3, String(numbers.count).length);
  const timeWidth = Math.max(7, milliseconds(last - scene.startNs).length);
  const packets = packetTexts(timeline.session.capture);
  const hole = holeTexts(timeline.session.capture);
  for (const section of sectionsOf(timeline, { width: scene.width, numberWidth, timeWidth })) {
    yield* sectionLines(scene, section);
    const drawer = new RowDrawer(scene, section, { numbers, packets, glyphs: glyphsFor(scene.ascii), hole });
    yield* drawn(scene, section, drawer, hole);
  }
}

function* drawn(
  scene: Scene,
  section: Section,
  drawer: RowDrawer,
  hole: (packet: number) => string | null,
): Generator<Line> {
  const { timeline } = scene;
  let before: bigint | null = null;
  for (const shown of withoutEmptySpans(timeline, foldRows(timeline, section.rows, scene.all, hole))) {
    if (shown.kind === 'folded') {
      yield* foldedLines(scene, section, shown.indices, drawer);
      before = timeline.rowTimeNs(shown.indices.at(-1) ?? 0);
      continue;
    }
    const now = timeline.rowTimeNs(shown.index);
    const gap = before === null ? 0n : now - before;
    if (gap >= IDLE_NS) yield drawer.banner(scene.clean(words().ladder.nothingFor(duration(gap))));
    yield* drawer.row(shown.index, gap, shown.isWhole);
    before = now;
  }
}

type Drawn = { kind: 'row'; index: number; isWhole: boolean } | Extract<Shown, { kind: 'folded' }>;

/** Joins entry and return of a call to one row where nothing happened between them, not even a long silence. */
function* withoutEmptySpans(timeline: Timeline, rows: Iterable<Shown>): Generator<Drawn> {
  let held: number | null = null;
  for (const shown of rows) {
    if (held !== null) {
      const [entry, next] = [timeline.row(held), shown.kind === 'row' ? timeline.row(shown.index) : null];
      const isReturn = entry.kind === 'enter' && next?.kind === 'exit' && next.call === entry.call;
      const isJoined = isReturn && shown.kind === 'row' && !isIdle(timeline, held, shown.index);
      if (!isJoined) yield { kind: 'row', index: held, isWhole: false };
      held = null;
      if (isJoined) {
        yield { ...shown, isWhole: true };
        continue;
      }
    }
    if (shown.kind === 'row' && timeline.row(shown.index).kind === 'enter') held = shown.index;
    else yield shown.kind === 'row' ? { ...shown, isWhole: false } : shown;
  }
  if (held !== null) yield { kind: 'row', index: held, isWhole: false };
}

function isIdle(timeline: Timeline, from: number, to: number): boolean {
  return timeline.rowTimeNs(to) - timeline.rowTimeNs(from) >= IDLE_NS;
}

function* foldedLines(
  scene: Scene,
  section: Section,
  indices: readonly number[],
  drawer: RowDrawer,
): Generator<Line> {
  const { geometry } = section;
  drawer.pass(indices);
  const text = scene.clean(foldedText(scene.timeline, indices, scene.nameInLane));
  for (const part of wrap(text, geometry.zoneEnd - geometry.zoneStart - 1)) yield drawer.banner(part);
}
