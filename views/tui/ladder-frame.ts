import type { FrameNumbers } from '../../src/session/file-order.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import type { Words } from '../../src/timeline/words.ts';
import { enterText } from '../ladder/call-text.ts';
import { callView } from '../ladder/call-view.ts';
import { glyphsFor, printable } from '../ladder/glyphs.ts';
import { type Geometry, type Lane, lanesOf } from '../ladder/lanes.ts';
import { type Line, shorten, widthOf } from '../ladder/line.ts';
import { LineDrawer, type OpenLanes } from '../ladder/line-drawer.ts';
import type { PacketTexts } from '../ladder/packet-text.ts';
import type { Scene } from '../ladder/scene.ts';
import { ambiguous, type Section } from '../ladder/section.ts';
import { milliseconds } from '../ladder/units.ts';
import { OpenCalls } from './open-calls.ts';
import { stateChanges } from './row-changes.ts';

/** Columns left of the numbers, for the signs of selected and linked rows. */
export const GUTTER = 2;
const STATE_WIDTH = 13;
const STATES_FROM = 110;
const DELTA_FROM = 96;
const NOTES_FROM = 150;
const LANE_STEP = 10;
const MIN_ZONE = 44;
const MAX_ZONE_BESIDE_NOTES = 78;

/** How long a call's data may be where nothing else is told of it. */
const BARE_DATA = 16;
/** While a quiz asks, no lane shows which call blocks. */
const NONE_OPEN: OpenLanes = { isOpen: () => false };

/** What a quiz hides of a row: nothing; how long calls block and the states; or all that follows from it too. */
export type Veil = 'none' | 'proof' | 'asked';

export interface FrameTools {
  readonly words: Words;
  readonly numbers: FrameNumbers;
  readonly packets: PacketTexts;
}

/** The ladder of a time line at one width: draws any row on one line, and nothing that is not asked for. */
export class LadderFrame {
  readonly section: Section;
  private readonly scene: Scene;
  private readonly drawer: LineDrawer;
  private readonly open: OpenCalls;
  private readonly tools: FrameTools;
  private readonly hasStates: boolean;

  constructor(timeline: Timeline, width: number, ascii: boolean, tools: FrameTools, isRunning = false) {
    this.tools = tools;
    const { words, numbers, packets } = tools;
    const { connections, rowCount, session } = timeline;
    const startNs = rowCount === 0 ? 0n : timeline.rowTimeNs(0);
    const numberWidth = Math.max(3, String(numbers.count).length);
    const lastNs = rowCount === 0 ? 0n : timeline.rowTimeNs(rowCount - 1);
    const timeWidth = Math.max(7, milliseconds(lastNs - startNs).length);
    const roles = new Set(session.calls.map(({ role }) => role));
    const size = { width, numberWidth, timeWidth };
    const every = lanesOf(timeline, connections.length > 64 ? connections.slice(0, 1) : connections, roles);
    const own = placed(every, size);
    const lanes = own === null ? lanesOf(timeline, [], []) : every;
    const geometry = own ?? placed(lanes, { ...size, width: Math.max(width, 76) });
    if (geometry === null) throw new Error('two lanes do not fit into 76 columns');
    this.hasStates = width >= STATES_FROM;
    const rows = { length: rowCount, at: (position: number) => position };
    this.section = {
      connection: null,
      connections,
      ambiguous: ambiguous(connections),
      rows,
      lanes,
      geometry,
    };
    const hasLaneEach = own !== null;
    this.scene = {
      ...{ width, ascii, all: true, timeline, startNs, words, said: new Set<string>(), isRunning },
      nameInLane: (call) =>
        hasLaneEach ? words.call(call).slice((session.calls[call]?.role.length ?? -1) + 1) : words.call(call),
      clean: (text) => printable(text, ascii),
    };
    this.drawer = new LineDrawer(this.scene, this.section, { numbers, packets, glyphs: glyphsFor(ascii) });
    const { laneOfRole } = this.drawer;
    this.open = new OpenCalls(timeline, (role) => laneOfRole.get(role), lanes.length);
  }

  /** One row; `gapNs` is the time since the row shown above it. */
  row(index: number, gapNs: bigint, veil: Veil = 'none'): Line {
    if (veil === 'asked') return this.askedRow(index);
    const { timeline } = this.scene;
    const row = timeline.row(index);
    const canvas = this.drawer.blank();
    this.drawer.putTimes(canvas, index, row, gapNs);
    const open = veil === 'none' ? this.open.after(index) : NONE_OPEN;
    this.drawer.putLanes(canvas, open);
    let note = '';
    if (row.kind === 'packet') {
      this.drawer.putArrow(canvas, row.packet, open);
      note = this.tools.words.reason(timeline.reasonOfPacket(row.packet));
    } else {
      this.scene.said.clear();
      const hasEntry = timeline.rowOfEntry(row.call) >= 0;
      const kind = row.kind === 'enter' ? 'enter' : hasEntry ? 'exit' : 'whole';
      const view = callView(this.scene, row.call, kind);
      const lane = this.drawer.laneOf(timeline.session.calls[row.call]?.role ?? '');
      const isLeft = this.drawer.isLeft(lane);
      this.drawer.putStroke(canvas, lane, kind === 'whole' ? (open.isOpen(lane) ? 'inside' : 'call') : kind);
      const { zoneStart, zoneEnd } = this.section.geometry;
      const text = shorten(view.text, zoneEnd - zoneStart - 3, glyphsFor(this.scene.ascii).ellipsis);
      this.drawer.putText(canvas, text, view.isFailed ? 'failed' : 'call', isLeft);
      this.drawer.putAside(canvas, view.aside, widthOf(text), isLeft);
      note = view.notes.map((each) => each.text).join(' · ');
    }
    const { geometry } = this.section;
    if (this.hasStates && veil === 'none') this.putStates(canvas, index);
    if (geometry.notes !== null)
      canvas.put(
        geometry.notes.at,
        shorten(this.scene.clean(note), geometry.notes.width, glyphsFor(this.scene.ascii).ellipsis),
        row.kind === 'packet' ? 'plain' : 'dim',
      );
    return canvas.line();
  }

  /** A row without number, time, result, link or reason: what a program asked for, or what a packet's header says. */
  private askedRow(index: number): Line {
    const { timeline, nameInLane, clean } = this.scene;
    const row = timeline.row(index);
    const canvas = this.drawer.blank();
    this.drawer.putLanes(canvas, NONE_OPEN);
    if (row.kind === 'packet') {
      this.drawer.putBareArrow(canvas, row.packet);
      return canvas.line();
    }
    const call = timeline.session.calls[row.call];
    if (call === undefined) return canvas.line();
    const lane = this.drawer.laneOf(call.role);
    const { zoneStart, zoneEnd } = this.section.geometry;
    const text = clean(enterText(call, nameInLane(row.call), BARE_DATA));
    const shown = shorten(text, zoneEnd - zoneStart - 3, glyphsFor(this.scene.ascii).ellipsis);
    this.drawer.putStroke(canvas, lane, 'call');
    this.drawer.putText(canvas, shown, 'call', this.drawer.isLeft(lane));
    return canvas.line();
  }

  private putStates(canvas: ReturnType<LineDrawer['blank']>, index: number): void {
    const { columns } = this.section.geometry;
    for (const { side, state } of stateChanges(this.scene.timeline, index)) {
      if (side === 'client') canvas.putBefore((columns[0] ?? 0) - 2, state, 'state');
      else canvas.put((columns.at(-1) ?? 0) + 2, state, 'state');
    }
  }
}

interface RoomFor {
  readonly width: number;
  readonly numberWidth: number;
  readonly timeWidth: number;
}

/** Places the lanes; null when they leave too little room between them. */
function placed(lanes: readonly Lane[], { width, numberWidth, timeWidth }: RoomFor): Geometry | null {
  const deltaWidth = width >= DELTA_FROM ? 7 : 0;
  const states = width >= STATES_FROM ? STATE_WIDTH : 0;
  const first = GUTTER + numberWidth + 1 + timeWidth + 1 + (deltaWidth > 0 ? deltaWidth + 1 : 0) + states;
  const lefts = lanes.filter(({ side }) => side === 'client').length;
  const rights = lanes.length - lefts;
  const room = width - first - 2 - (lanes.length - 2) * LANE_STEP - states;
  const beside = width >= NOTES_FROM;
  const zone = beside ? Math.min(Math.round(room * 0.65), MAX_ZONE_BESIDE_NOTES) : room;
  if (lefts === 0 || rights === 0 || zone < MIN_ZONE) return null;
  const zoneStart = first + 1 + (lefts - 1) * LANE_STEP;
  const zoneEnd = zoneStart + zone - 1;
  const columns = lanes.map((_, index) =>
    index < lefts ? first + index * LANE_STEP : zoneEnd + 1 + (index - lefts) * LANE_STEP,
  );
  const notesAt = (columns.at(-1) ?? zoneEnd) + 2 + states;
  const notes = beside ? { at: notesAt, width: width - notesAt - 1 } : null;
  return {
    ...{ width, numberWidth, timeWidth, deltaWidth, absolute: false },
    ...{ columns, zoneStart, zoneEnd, notes, margin: GUTTER },
  };
}
