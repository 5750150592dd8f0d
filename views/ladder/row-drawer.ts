import type { Row } from '../../src/timeline/types.ts';
import { words as told } from '../../src/words/words.ts';
import { type CallView, callView } from './call-view.ts';
import type { Nodes } from './glyphs.ts';
import { type Canvas, type Line, type Style, shorten, widthOf, wrap } from './line.ts';
import { LineDrawer, type Tools } from './line-drawer.ts';
import { relatedText } from './links-text.ts';
import type { Scene } from './scene.ts';
import type { Section } from './section.ts';
import { type StateChange, StateWatch } from './state-watch.ts';

interface Note {
  readonly text: string;
  readonly style: Style;
}

interface RowTools extends Tools {
  /** What a packet shows to be missing from the capture; null for most. */
  readonly hole: (packet: number) => string | null;
}

const MAX_CALL_LINES = 3;

/** Draws the rows of a section in order with all that is said about them, and remembers between them which calls are open. */
export class RowDrawer {
  private readonly scene: Scene;
  private readonly section: Section;
  private readonly tools: RowTools;
  private readonly lines: LineDrawer;
  /** How many calls are open in each lane. */
  private readonly open: number[];
  private readonly entered = new Set<number>();
  private readonly watch: StateWatch;

  constructor(scene: Scene, section: Section, tools: RowTools) {
    this.scene = scene;
    this.section = section;
    this.tools = tools;
    this.lines = new LineDrawer(scene, section, tools);
    this.open = section.lanes.map(() => 0);
    this.watch = new StateWatch(scene.timeline);
  }

  /** The lines of a row; `gapNs` is the time since the row above, `isWhole` a return that stands for its entry too. */
  row(index: number, gapNs: bigint, isWhole: boolean): Line[] {
    const { timeline } = this.scene;
    const row = timeline.row(index);
    const first = this.lines.blank();
    this.lines.putTimes(first, index, row, gapNs);
    const changes = this.watch.changes(index);
    return row.kind === 'packet'
      ? this.packetRow(first, row.packet, changes)
      : this.callRow(first, row, isWhole, changes);
  }

  /** Takes note of rows that are not drawn. */
  pass(indices: readonly number[]): void {
    for (const index of indices) {
      const row = this.scene.timeline.row(index);
      if (row.kind === 'enter') this.enter(row.call);
      if (row.kind === 'exit') this.leave(row.call);
      this.watch.changes(index);
    }
  }

  /** Text across the wire, between the lanes. */
  banner(text: string): Line {
    const canvas = this.lines.withLanes(this);
    const { zoneStart, zoneEnd } = this.section.geometry;
    const room = zoneEnd - zoneStart + 1;
    canvas.put(zoneStart + Math.max(0, Math.floor((room - widthOf(text)) / 2)), text, 'dim');
    return canvas.line();
  }

  /** Whether a call is open in a lane after the rows so far. */
  isOpen(lane: number): boolean {
    return (this.open[lane] ?? 0) > 0;
  }

  private packetRow(canvas: Canvas, packet: number, changes: readonly StateChange[]): Line[] {
    const { timeline, words, clean } = this.scene;
    this.lines.putLanes(canvas, this);
    const rest = this.lines.putArrow(canvas, packet, this);
    const why = timeline.reasonOfPacket(packet);
    const reason = clean(words.reason(why));
    const related = clean(relatedText(timeline, packet, words.call, reason));
    const notes: Note[] = rest === '' ? [] : [{ text: rest, style: 'call' }];
    notes.push({ text: related === '' ? reason : clean(`${reason} · ${related}`), style: 'reason' });
    // That reason says it already.
    const hole = why.kind === 'ack-unseen' ? null : this.tools.hole(packet);
    if (hole !== null) notes.push({ text: clean(hole), style: 'warning' });
    if (this.lines.lost.has(packet)) notes.push({ text: clean(told().ladder.lost), style: 'lost' });
    return this.withNotes(canvas, notes, changes, 'left');
  }

  private callRow(
    canvas: Canvas,
    row: Exclude<Row, { kind: 'packet' }>,
    isWhole: boolean,
    changes: readonly StateChange[],
  ): Line[] {
    const { timeline } = this.scene;
    const call = timeline.session.calls[row.call];
    if (call === undefined) return [];
    const lane = this.lines.laneOf(call.role);
    const wasOpen = this.entered.has(row.call);
    const kind = row.kind === 'exit' && (isWhole || !wasOpen) ? 'whole' : row.kind;
    const view = callView(this.scene, row.call, kind);
    const node =
      kind === 'enter' ? 'enter' : kind === 'exit' ? 'exit' : this.isOpen(lane) ? 'inside' : 'call';
    if (row.kind === 'enter' && !isWhole) this.enter(row.call);
    if (row.kind === 'exit') this.leave(row.call);
    this.lines.putLanes(canvas, this);
    return this.putCall(canvas, lane, node, view, changes);
  }

  private putCall(
    canvas: Canvas,
    lane: number,
    node: keyof Nodes,
    view: CallView,
    changes: readonly StateChange[],
  ): Line[] {
    const { geometry } = this.section;
    const { ellipsis } = this.tools.glyphs;
    const isLeft = this.lines.isLeft(lane);
    this.lines.putStroke(canvas, lane, node);
    const room = geometry.zoneEnd - geometry.zoneStart - 3;
    const texts = wrap(view.text, room);
    const kept = texts.slice(0, MAX_CALL_LINES);
    if (texts.length > kept.length)
      kept.push(shorten(`${kept.pop()} ${texts[MAX_CALL_LINES]}`, room, ellipsis));
    const style = view.isFailed ? 'failed' : 'call';
    this.lines.putText(canvas, kept[0] ?? '', style, isLeft);
    this.lines.putAside(canvas, view.aside, widthOf(kept[0] ?? ''), isLeft);
    const more = kept.slice(1).map((text) => this.textLine(text, style, isLeft));
    return this.withNotes(canvas, view.notes, changes, isLeft ? 'left' : 'right', more);
  }

  /** Adds states and notes: below the row, or beside it where there is a column for them. */
  private withNotes(
    first: Canvas,
    notes: readonly Note[],
    changes: readonly StateChange[],
    side: 'left' | 'right',
    more: readonly Canvas[] = [],
  ): Line[] {
    const { geometry } = this.section;
    const canvases = [first, ...more];
    if (changes.length > 0) canvases.push(this.stateLine(changes));
    if (geometry.notes === null) {
      for (const { text, style } of notes) {
        for (const part of wrap(text, geometry.zoneEnd - geometry.zoneStart - 7)) {
          canvases.push(this.textLine(side === 'left' ? `  ${part}` : `${part}  `, style, side === 'left'));
        }
      }
      return canvases.map((canvas) => canvas.line());
    }
    const { at, width } = geometry.notes;
    const beside = notes.flatMap(({ text, style }) =>
      wrap(text, width).map((part) => ({ text: part, style })),
    );
    beside.forEach(({ text, style }, index) => {
      const canvas = canvases[index] ?? this.lines.withLanes(this);
      canvases[index] = canvas;
      canvas.put(at, text, style);
    });
    return canvases.map((canvas) => canvas.line());
  }

  private stateLine(changes: readonly StateChange[]): Canvas {
    const canvas = this.lines.withLanes(this);
    const { geometry, lanes } = this.section;
    for (const { role, side, state } of changes) {
      const text = lanes.length > 2 && role !== null ? `${role}: ${state}` : state;
      if (side === 'client') canvas.put(geometry.zoneStart + 1, text, 'state');
      else canvas.putBefore(geometry.zoneEnd - 1, text, 'state');
    }
    return canvas;
  }

  private textLine(text: string, style: Style, isLeft: boolean): Canvas {
    const canvas = this.lines.withLanes(this);
    this.lines.putText(canvas, text, style, isLeft);
    return canvas;
  }

  private enter(call: number): void {
    if (this.entered.has(call)) return;
    this.entered.add(call);
    this.count(call, 1);
  }

  private leave(call: number): void {
    if (this.entered.delete(call)) this.count(call, -1);
  }

  private count(call: number, by: number): void {
    const role = this.scene.timeline.session.calls[call]?.role ?? '';
    const lane = this.lines.laneOfRole.get(role);
    if (lane !== undefined) this.open[lane] = (this.open[lane] ?? 0) + by;
  }
}
