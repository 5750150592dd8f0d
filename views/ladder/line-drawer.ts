import type { FrameNumbers } from '../../src/session/file-order.ts';
import { lostRows } from '../../src/session/lost.ts';
import type { Connection, Row } from '../../src/timeline/types.ts';
import { inferredText } from '../../src/words/inferred.ts';
import { drawArrow } from './arrow.ts';
import type { Glyphs, Nodes } from './glyphs.ts';
import { laneOfEnd } from './lane-heads.ts';
import { Canvas, type Style, widthOf } from './line.ts';
import { carriedText } from './links-text.ts';
import type { PacketTexts } from './packet-text.ts';
import type { Scene } from './scene.ts';
import type { Section } from './section.ts';
import { duration, milliseconds, timeOfDay } from './units.ts';

export interface Tools {
  readonly numbers: FrameNumbers;
  readonly packets: PacketTexts;
  readonly glyphs: Glyphs;
}

/** In which lanes a call is open at the row that is drawn. */
export interface OpenLanes {
  isOpen(lane: number): boolean;
}

/** Draws single lines of a section's rows: it knows nothing of the rows before, but is told which lanes are open. */
export class LineDrawer {
  readonly laneOfRole: ReadonlyMap<string, number>;
  readonly lost: ReadonlySet<number>;
  private readonly scene: Scene;
  private readonly section: Section;
  private readonly tools: Tools;

  constructor(scene: Scene, section: Section, tools: Tools) {
    this.scene = scene;
    this.section = section;
    this.tools = tools;
    this.lost = lostRows(scene.timeline.session);
    this.laneOfRole = new Map(
      section.lanes.flatMap(({ role }, lane) => (role === null ? [] : [[role, lane]])),
    );
  }

  /** The lane of a call's role; one of its side where the role has none of its own. */
  laneOf(role: string): number {
    const own = this.laneOfRole.get(role);
    if (own !== undefined) return own;
    return role.startsWith('server') ? this.section.lanes.length - 1 : 0;
  }

  blank(): Canvas {
    return new Canvas(this.section.geometry.width);
  }

  withLanes(open: OpenLanes): Canvas {
    const canvas = this.blank();
    this.putLanes(canvas, open);
    return canvas;
  }

  putLanes(canvas: Canvas, open: OpenLanes): void {
    const { glyphs } = this.tools;
    this.section.geometry.columns.forEach((column, lane) => {
      canvas.put(column, open.isOpen(lane) ? glyphs.blocked : glyphs.lane, laneStyle(open, lane));
    });
  }

  /** Draws the arrow; returns what of its label has no room on it. */
  putArrow(canvas: Canvas, packet: number, open: OpenLanes): string {
    const { glyphs } = this.tools;
    const { geometry } = this.section;
    const connection = this.connectionOf(packet);
    const carried = this.scene.clean(this.carried(packet, connection));
    const ends = this.ends(packet, connection);
    const rest = this.drawn(canvas, packet, ends, carried, this.lost.has(packet));
    const [left, right, toRight] = ends;
    const [origin, nodes] = toRight ? [left, glyphs.left] : [right, glyphs.right];
    const column = geometry.columns[origin] ?? 0;
    canvas.put(column, open.isOpen(origin) ? nodes.inside : nodes.call, laneStyle(open, origin));
    return rest;
  }

  /** Draws the arrow with what the header says and nothing of what became of it. */
  putBareArrow(canvas: Canvas, packet: number): void {
    this.drawn(canvas, packet, this.ends(packet, this.connectionOf(packet)), '', false);
  }

  private connectionOf(packet: number): Connection | null {
    const { timeline } = this.scene;
    return timeline.connections[timeline.connectionOfPacket(packet) ?? -1] ?? null;
  }

  private drawn(
    canvas: Canvas,
    packet: number,
    [left, right, toRight]: readonly [left: number, right: number, toRight: boolean],
    carried: string,
    isLost: boolean,
  ): string {
    const { glyphs, packets } = this.tools;
    const { text, style } = packets(packet);
    const arrow = { left, right, toRight, style, label: text, carried, isLost };
    return drawArrow(canvas, this.section.geometry, glyphs, arrow);
  }

  /** Draws the stroke from a call's lane to its text. */
  putStroke(canvas: Canvas, lane: number, node: keyof Nodes): void {
    const { geometry, lanes } = this.section;
    const { glyphs } = this.tools;
    const isLeft = this.isLeft(lane);
    const at = geometry.columns[lane] ?? 0;
    const [start, end] = isLeft ? [at + 1, geometry.zoneStart] : [geometry.zoneEnd, at - 1];
    for (let column = start; column <= end; column++) canvas.put(column, glyphs.wire, 'lane');
    lanes.forEach((_, other) => {
      const column = geometry.columns[other] ?? 0;
      if (column >= start && column <= end) canvas.put(column, glyphs.crossing, 'lane');
    });
    canvas.put(at, (isLeft ? glyphs.left : glyphs.right)[node], node === 'call' ? 'lane' : 'blocked');
  }

  /** Whether the lane stands to the left of the wire. */
  isLeft(lane: number): boolean {
    return this.section.lanes[lane]?.side === 'client';
  }

  putText(canvas: Canvas, text: string, style: Style, isLeft: boolean): void {
    const { zoneStart, zoneEnd } = this.section.geometry;
    if (isLeft) canvas.put(zoneStart + 2, text, style);
    else canvas.putBefore(zoneEnd - 2, text, style);
  }

  /** Puts the source line of a call at the other side, where there is room. */
  putAside(canvas: Canvas, text: string, taken: number, isLeft: boolean): void {
    const { zoneStart, zoneEnd } = this.section.geometry;
    if (text === '' || taken + widthOf(text) + 6 > zoneEnd - zoneStart) return;
    if (isLeft) canvas.putBefore(zoneEnd - 1, text, 'dim');
    else canvas.put(zoneStart + 1, text, 'dim');
  }

  putTimes(canvas: Canvas, index: number, row: Row, gapNs: bigint): void {
    const { geometry } = this.section;
    const timeNs = this.scene.timeline.rowTimeNs(index);
    let at = geometry.margin ?? 0;
    if (geometry.numberWidth > 0) {
      const number = this.frameNumber(row);
      canvas.putBefore(at + geometry.numberWidth - 1, number === null ? '' : String(number), 'dim');
      at += geometry.numberWidth + 1;
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

  /** Wireshark's number of a row; null for a row that the file does not have. */
  frameNumber(row: Row): number | null {
    const { numbers } = this.tools;
    if (row.kind === 'packet') return numbers.ofPacket(row.packet);
    return row.kind === 'exit' ? numbers.ofCall(row.call) : numbers.ofEntry(row.call);
  }

  private carried(packet: number, connection: Connection | null): string {
    const { timeline, nameInLane } = this.scene;
    const parts = [carriedText(timeline.linksOfPacket(packet), nameInLane)];
    const inferred = timeline.session.calls.length === 0 ? timeline.inferredCall(packet) : null;
    if (inferred !== null) parts.push(`~${inferredText(inferred)}`);
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
    const [a, b] = [laneOfEnd(lanes, connection, 'client'), laneOfEnd(lanes, connection, 'server')];
    const isFromClient = isFromA === (connection.client === 'a');
    return a <= b ? [a, b, isFromClient] : [b, a, !isFromClient];
  }
}

function laneStyle(open: OpenLanes, lane: number): Style {
  return open.isOpen(lane) ? 'blocked' : 'lane';
}
