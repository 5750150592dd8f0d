import { words } from '../../../src/words/words.ts';
import { wrap } from '../../ladder/line.ts';
import { milliseconds } from '../../ladder/units.ts';
import type { Document } from '../document.ts';
import type { Model } from '../model.ts';
import type { PageView } from '../pages.ts';
import { type SocketLine, socketsAt } from '../socket-table.ts';
import { line, span, spans, type UiLine } from '../style.ts';
import { type Column, cell, titles } from '../table.ts';

/** Sessions beyond this are not looked through for each row: the table is for runs that are studied call by call. */
const MOST_CALLS = 20_000;
/** Lines under the table: an empty one, the moment, and where the table is from. */
const MOST_NOTES = 4;

const columnsOf = ({ size }: Model): readonly Column[] => [
  { title: 'Netid', width: 5 },
  { title: words().panes.socketColumns.state, width: 10 },
  { title: 'Recv-Q', width: 6, right: true },
  { title: 'Send-Q', width: 6, right: true },
  { title: words().panes.socketColumns.local, width: size.width >= 110 ? 30 : 15 },
  { title: words().panes.socketColumns.remote, width: size.width >= 110 ? 30 : 15 },
  {
    title: words().panes.socketColumns.process,
    width: Math.max(10, size.width - (size.width >= 110 ? 96 : 66)),
  },
];

/** The sockets at the time of the chosen row, in the manner of `ss -tuanp`. */
export const sockets: PageView = {
  title: (model) => line(`  ${titles(columnsOf(model)).trimEnd()}`, 'label'),
  length: () => 0,
  lines(model, document, top, height) {
    const said = words().panes;
    const { timeline, session } = document;
    if (session.calls.length === 0 && session.kernel === undefined)
      return told(model, document.extent === 'running' ? said.notShown : said.notRecorded);
    if (session.calls.length > MOST_CALLS) return [line(said.tooManyCalls(MOST_CALLS), 'reason')];
    const columns = columnsOf(model);
    const { isKernel, lines: found, saidNs } = socketsAt(document, model.selected);
    const time = milliseconds(timeline.rowTimeNs(model.selected) - document.startNs);
    const lines = inOrder(found).map((socket) => socketLine(socket, columns, isKernel));
    const isUnknown = !isKernel && session.calls.length === 0;
    const row = document.ownNumberText(timeline.row(model.selected));
    // Nobody moves in what is printed, where no line is the chosen one.
    const keys = model.cursors.sockets === -1 ? '' : ` ${said.keysInTime}`;
    const inPast = isKernel ? said.kernelTables : said.inferredSockets;
    const source = saidNs === undefined ? inPast : said.kernelNow(milliseconds(saidNs - document.startNs));
    const notes = [
      line(''),
      line(`${said.socketsAt(time, row)}${keys}`, 'label'),
      ...(isUnknown ? [] : [line(source, 'label')]),
      ...(session.calls.length === 0 && isKernel ? [line(said.allTcp, 'label')] : []),
    ];
    return [
      ...(lines.length === 0
        ? told(model, (isUnknown ? said.notAsked : said.noSocket).trimStart())
        : shortened(lines, top, height)),
      ...notes,
    ].slice(0, height);
  },
  target: () => null,
};

/** What stands in the place of a table, in as many lines as it takes. */
function told({ size }: Model, text: string): readonly UiLine[] {
  return wrap(text, Math.max(20, size.width - 4)).map((part) => line(`  ${part}`, 'reason'));
}

/** Those that are only remembered for a while come last: on a busy machine they are many. */
function inOrder(found: readonly SocketLine[]): readonly SocketLine[] {
  const isPast = ({ state }: SocketLine) => Number(state === 'TIME-WAIT');
  return found.toSorted((a, b) => isPast(a) - isPast(b));
}

function socketLine(socket: SocketLine, columns: readonly Column[], isKernel: boolean): UiLine {
  const { protocol, state, recvQueue, sendQueue, local, remote, process } = socket;
  const values = [protocol, state, queueText(recvQueue), queueText(sendQueue), local, remote, process];
  const cells = columns.map((column, index) => cell(values[index] ?? '', column));
  return spans([
    span(`${isKernel ? ' ' : '~'} ${cells[0]}`, 'label'),
    span(cells[1] ?? '', 'state'),
    span(cells.slice(2, 4).join('')),
    span(cells.slice(4, 6).join(''), 'data'),
    span(cells[6] ?? '', 'call'),
  ]);
}

/** How many sockets are listed at the chosen row: so far can the table be scrolled. */
export function socketCount(model: Model, document: Document): number {
  const { calls, kernel } = document.session;
  if (calls.length > MOST_CALLS || (calls.length === 0 && kernel === undefined)) return 0;
  return socketsAt(document, model.selected).lines.length;
}

/** How many of them are shown in that many lines when not all have room: notes and the number of the others stand below. */
export function socketRoom(height: number): number {
  return Math.max(1, height - MOST_NOTES - 1);
}

/** As many as fit from the first that is asked for, and how many more there are; the last page is kept full. */
function shortened(lines: readonly UiLine[], top: number, height: number): readonly UiLine[] {
  if (lines.length <= height - MOST_NOTES) return lines;
  const size = socketRoom(height);
  const from = Math.min(top, lines.length - size);
  const shown = lines.slice(from, from + size);
  return [...shown, line(words().panes.moreSockets(from, lines.length - from - shown.length), 'label')];
}

function queueText(queue: number | null): string {
  return queue === null ? '?' : String(queue);
}
