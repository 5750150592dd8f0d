import type { FrameNumbers } from '../../src/session/file-order.ts';
import { lostRows } from '../../src/session/lost.ts';
import type { Connection, Row } from '../../src/timeline/types.ts';
import { drawArrow } from './arrow.ts';
import { type CallView, callView } from './call-view.ts';
import type { Glyphs, Nodes } from './glyphs.ts';
import { rolesOf } from './lanes.ts';
import { Canvas, type Line, type Style, shorten, widthOf, wrap } from './line.ts';
import { carriedText, relatedText } from './links-text.ts';
import type { PacketTexts } from './packet-text.ts';
import type { Scene } from './scene.ts';
import type { Section } from './section.ts';
import { type StateChange, StateWatch } from './state-watch.ts';
import { duration, milliseconds, timeOfDay } from './units.ts';

interface Tools {
  readonly numbers: FrameNumbers;
  readonly packets: PacketTexts;
  readonly glyphs: Glyphs;
}

interface Note {
  readonly text: string;
  readonly style: Style;
}

const MAX_CALL_LINES = 3;

/** Draws the rows of a section in order, and remembers between them which calls are open. */
export class RowDrawer {
  private readonly scene: Scene;
  private readonly section: Section;
  private readonly tools: Tools;
  private readonly lost: ReadonlySet<number>;
  private readonly laneOfRole: ReadonlyMap<string, number>;
  /** How many calls are open in each lane. */
  private readonly open: number[];
  private readonly entered = new Set<number>();
  private readonly watch: StateWatch;

  constructor(scene: Scene, section: Section, tools: Tools) {
    this.scene = scene;
    this.section = section;
    this.tools = tools;
    this.lost = lostRows(scene.timeline.session);
    this.laneOfRole = new Map(
      section.lanes.flatMap(({ role }, lane) => (role === null ? [] : [[role, lane]])),
    );
    this.open = section.lanes.map(() => 0);
    this.watch = new StateWatch(scene.timeline);
  }

  /** The lines of a row; `gapNs` is the time since the row above, `isWhole` a return that stands for its entry too. */
  row(index: number, gapNs: bigint, isWhole: boolean): Line[] {
    const { timeline } = this.scene;
    const row = timeline.row(index);
    const first = this.blank();
    this.putTimes(first, index, row, gapNs);
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
    const canvas = this.withLanes();
    const { zoneStart, zoneEnd } = this.section.geometry;
    const room = zoneEnd - zoneStart + 1;
    canvas.put(zoneStart + Math.max(0, Math.floor((room - widthOf(text)) / 2)), text, 'dim');
    return canvas.line();
  }

  private packetRow(canvas: Canvas, packet: number, changes: readonly StateChange[]): Line[] {
    const { timeline, words, clean } = this.scene;
    const connection = timeline.connections[timeline.connectionOfPacket(packet) ?? -1] ?? null;
    this.putLanes(canvas);
    const rest = this.putArrow(canvas, packet, connection);
    const reason = clean(words.reason(timeline.reasonOfPacket(packet)));
    const related = clean(relatedText(timeline, packet, words.call, reason));
    const notes: Note[] = rest === '' ? [] : [{ text: rest, style: 'call' }];
    notes.push({ text: related === '' ? reason : clean(`${reason} · ${related}`), style: 'reason' });
    if (this.lost.has(packet))
      notes.push({ text: 'lost here: dropped by the lab, never received', style: 'lost' });
    return this.withNotes(canvas, notes, changes, 'left');
  }

  /** Draws the arrow; returns what of its label has no room on it. */
  private putArrow(canvas: Canvas, packet: number, connection: Connection | null): string {
    const { glyphs } = this.tools;
    const [left, right, toRight] = this.ends(packet, connection);
    const { text, style } = this.tools.packets(packet);
    const carried = this.scene.clean(this.carried(packet, connection));
    const isLost = this.lost.has(packet);
    const arrow = { left, right, toRight, style, label: text, carried, isLost };
    const rest = drawArrow(canvas, this.section.geometry, glyphs, arrow);
    const [origin, nodes] = toRight ? [left, glyphs.left] : [right, glyphs.right];
    const column = this.section.geometry.columns[origin] ?? 0;
    canvas.put(column, this.isOpen(origin) ? nodes.inside : nodes.call, this.laneStyle(origin));
    return rest;
  }

  private carried(packet: number, connection: Connection | null): string {
    const { timeline, nameInLane } = this.scene;
    const parts = [carriedText(timeline.linksOfPacket(packet), nameInLane)];
    const inferred = timeline.session.calls.length === 0 ? timeline.inferredCall(packet) : null;
    if (inferred !== null)
      parts.push(`~${inferred.name}(${inferred.bytes === null ? '' : `${inferred.bytes} bytes`})`);
    if (connection !== null && this.section.ambiguous.has(connection)) {
      parts.push(`stream ${timeline.session.capture.flows.get(connection.flow).stream}`);
    }
    return parts.filter((part) => part !== '').join(' · ');
  }

  /** The lanes at the left and right end of a packet's arrow, and whether it flies to the right. */
  private ends(
    packet: number,
    connection: Connection | null,
  ): [left: number, right: number, toRight: boolean] {
    const { lanes } = this.section;
    const firstServer = lanes.findIndex(({ side }) => side === 'server');
    const isFromA = this.scene.timeline.session.capture.columns.direction[packet] === 0;
    if (connection === null) return [firstServer - 1, firstServer, isFromA];
    const [client, server] = rolesOf(connection);
    const a = (client === null ? undefined : this.laneOfRole.get(client)) ?? firstServer - 1;
    const b = (server === null ? undefined : this.laneOfRole.get(server)) ?? firstServer;
    const isFromClient = isFromA === (connection.client === 'a');
    return a <= b ? [a, b, isFromClient] : [b, a, !isFromClient];
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
    const lane =
      this.laneOfRole.get(call.role) ?? (call.role.startsWith('server') ? this.section.lanes.length - 1 : 0);
    const wasOpen = this.entered.has(row.call);
    const kind = row.kind === 'exit' && (isWhole || !wasOpen) ? 'whole' : row.kind;
    const view = callView(this.scene, row.call, kind);
    const node =
      kind === 'enter' ? 'enter' : kind === 'exit' ? 'exit' : this.isOpen(lane) ? 'inside' : 'call';
    if (row.kind === 'enter' && !isWhole) this.enter(row.call);
    if (row.kind === 'exit') this.leave(row.call);
    this.putLanes(canvas);
    return this.putCall(canvas, lane, node, view, changes);
  }

  private putCall(
    canvas: Canvas,
    lane: number,
    node: keyof Nodes,
    view: CallView,
    changes: readonly StateChange[],
  ): Line[] {
    const { geometry, lanes } = this.section;
    const { glyphs } = this.tools;
    const isLeft = lanes[lane]?.side === 'client';
    const at = geometry.columns[lane] ?? 0;
    const [start, end] = isLeft ? [at + 1, geometry.zoneStart] : [geometry.zoneEnd, at - 1];
    for (let column = start; column <= end; column++) canvas.put(column, glyphs.wire, 'lane');
    lanes.forEach((_, other) => {
      const column = geometry.columns[other] ?? 0;
      if (column >= start && column <= end) canvas.put(column, glyphs.crossing, 'lane');
    });
    canvas.put(at, (isLeft ? glyphs.left : glyphs.right)[node], node === 'call' ? 'lane' : 'blocked');
    const room = geometry.zoneEnd - geometry.zoneStart - 3;
    const texts = wrap(view.text, room);
    const kept = texts.slice(0, MAX_CALL_LINES);
    if (texts.length > kept.length)
      kept.push(shorten(`${kept.pop()} ${texts[MAX_CALL_LINES]}`, room, glyphs.ellipsis));
    const style = view.isFailed ? 'failed' : 'call';
    this.putText(canvas, kept[0] ?? '', style, isLeft);
    this.putAside(canvas, view.aside, widthOf(kept[0] ?? ''), isLeft);
    const more = kept.slice(1).map((text) => this.textLine(text, style, isLeft));
    return this.withNotes(canvas, view.notes, changes, isLeft ? 'left' : 'right', more);
  }

  /** Puts the source line of a call at the other side, where there is room. */
  private putAside(canvas: Canvas, text: string, taken: number, isLeft: boolean): void {
    const { zoneStart, zoneEnd } = this.section.geometry;
    if (text === '' || taken + widthOf(text) + 6 > zoneEnd - zoneStart) return;
    if (isLeft) canvas.putBefore(zoneEnd - 1, text, 'dim');
    else canvas.put(zoneStart + 1, text, 'dim');
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
      const canvas = canvases[index] ?? this.withLanes();
      canvases[index] = canvas;
      canvas.put(at, text, style);
    });
    return canvases.map((canvas) => canvas.line());
  }

  private stateLine(changes: readonly StateChange[]): Canvas {
    const canvas = this.withLanes();
    const { geometry, lanes } = this.section;
    for (const { role, side, state } of changes) {
      const text = lanes.length > 2 && role !== null ? `${role}: ${state}` : state;
      if (side === 'client') canvas.put(geometry.zoneStart + 1, text, 'state');
      else canvas.putBefore(geometry.zoneEnd - 1, text, 'state');
    }
    return canvas;
  }

  private putText(canvas: Canvas, text: string, style: Style, isLeft: boolean): void {
    const { zoneStart, zoneEnd } = this.section.geometry;
    if (isLeft) canvas.put(zoneStart + 2, text, style);
    else canvas.putBefore(zoneEnd - 2, text, style);
  }

  private textLine(text: string, style: Style, isLeft: boolean): Canvas {
    const canvas = this.withLanes();
    this.putText(canvas, text, style, isLeft);
    return canvas;
  }

  private putTimes(canvas: Canvas, index: number, row: Row, gapNs: bigint): void {
    const { geometry } = this.section;
    const timeNs = this.scene.timeline.rowTimeNs(index);
    let at = 0;
    if (geometry.numberWidth > 0) {
      const number = this.frameNumber(row);
      canvas.putBefore(geometry.numberWidth - 1, number === null ? '' : String(number), 'dim');
      at = geometry.numberWidth + 1;
    }
    if (geometry.absolute) {
      canvas.put(at, timeOfDay(timeNs), 'dim');
      at += 16;
    }
    canvas.putBefore(at + geometry.timeWidth - 1, milliseconds(timeNs - this.scene.startNs), 'plain');
    if (geometry.deltaWidth === 0 || gapNs === 0n) return;
    const delta = this.scene.clean(`+${duration(gapNs)}`.replace(' ', ''));
    canvas.putBefore(at + geometry.timeWidth + geometry.deltaWidth, delta, 'dim');
  }

  private frameNumber(row: Row): number | null {
    const { numbers } = this.tools;
    if (row.kind === 'packet') return numbers.ofPacket(row.packet);
    return row.kind === 'exit' ? numbers.ofCall(row.call) : numbers.ofEntry(row.call);
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
    const lane = this.laneOfRole.get(this.scene.timeline.session.calls[call]?.role ?? '');
    if (lane !== undefined) this.open[lane] = (this.open[lane] ?? 0) + by;
  }

  private isOpen(lane: number): boolean {
    return (this.open[lane] ?? 0) > 0;
  }

  private laneStyle(lane: number): Style {
    return this.isOpen(lane) ? 'blocked' : 'lane';
  }

  private blank(): Canvas {
    return new Canvas(this.section.geometry.width);
  }

  private withLanes(): Canvas {
    const canvas = this.blank();
    this.putLanes(canvas);
    return canvas;
  }

  private putLanes(canvas: Canvas): void {
    const { glyphs } = this.tools;
    this.section.geometry.columns.forEach((column, lane) => {
      canvas.put(column, this.isOpen(lane) ? glyphs.blocked : glyphs.lane, this.laneStyle(lane));
    });
  }
}
