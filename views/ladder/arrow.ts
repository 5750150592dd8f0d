import type { Glyphs } from './glyphs.ts';
import type { Geometry } from './lanes.ts';
import { type Canvas, type Style, shorten, widthOf } from './line.ts';

/** A packet on the wire, between two lanes. */
export interface Arrow {
  readonly left: number;
  readonly right: number;
  readonly toRight: boolean;
  readonly style: Style;
  /** Flags and numbers. */
  readonly label: string;
  /** The calls whose bytes it carries; empty for none. */
  readonly carried: string;
  /** It was dropped on its way. */
  readonly isLost: boolean;
}

/** Columns of wire that stay visible before the label, and at least so many behind it. */
const BEFORE = 3;
const BEHIND = 3;

/** Draws an arrow with its label; returns what of the label has no room on it. */
export function drawArrow(canvas: Canvas, geometry: Geometry, glyphs: Glyphs, arrow: Arrow): string {
  const { zoneStart, zoneEnd } = geometry;
  const room = zoneEnd - zoneStart + 1 - BEFORE - BEHIND - 2 - (arrow.isLost ? 2 : 0);
  const label = shorten(arrow.label, room, glyphs.ellipsis);
  const isTogether = arrow.carried !== '' && widthOf(label) + 1 + widthOf(arrow.carried) <= room;
  const labelAt = zoneStart + BEFORE + 1;
  const labelEnd = labelAt + widthOf(label) + (isTogether ? widthOf(arrow.carried) + 1 : 0);
  drawWire(canvas, geometry, glyphs, arrow, labelEnd + 1);
  canvas.put(labelAt - 1, ` ${label} `, arrow.style);
  if (isTogether) canvas.put(labelAt + widthOf(label) + 1, `${arrow.carried} `, 'call');
  return isTogether ? '' : arrow.carried;
}

/** The line from lane to lane; that of a lost packet ends in a cross behind its label. */
function drawWire(canvas: Canvas, geometry: Geometry, glyphs: Glyphs, arrow: Arrow, crossAt: number): void {
  const { toRight, isLost, style } = arrow;
  const from = (geometry.columns[arrow.left] ?? 0) + 1;
  const to = (geometry.columns[arrow.right] ?? 0) - 1;
  const start = isLost && !toRight ? crossAt : from;
  const end = isLost && toRight ? crossAt : to;
  for (let at = start; at <= end; at++) canvas.put(at, glyphs.wire, style);
  for (const at of geometry.columns) if (at >= start && at <= end) canvas.put(at, glyphs.crossing, style);
  if (isLost) canvas.put(crossAt, glyphs.lost, 'lost');
  else canvas.put(toRight ? to : from, toRight ? glyphs.toRight : glyphs.toLeft, style);
}
