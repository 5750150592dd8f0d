import { milliseconds } from '../../ladder/units.ts';
import type { Model } from '../model.ts';
import type { PageView } from '../pages.ts';
import { type SocketLine, socketsAt } from '../socket-table.ts';
import { line, span, spans, type UiLine } from '../style.ts';
import { type Column, cell, titles } from '../table.ts';

/** Sessions beyond this are not looked through for each row: the table is for runs that are studied call by call. */
const MOST_CALLS = 20_000;

const NOT_RECORDED =
  'Which sockets there are is known only where calls were recorded, or the kernel was asked meanwhile.';
const NOT_SHOWN = 'The kernel has not shown its sockets (sock_diag): they are known only in a recorded run.';
const NOT_ASKED = '  The kernel was not asked at this moment, and there are no calls to infer sockets from.';

const ASKED = '  As the kernel’s own tables had them (inet_diag), which ss prints too.';
const INFERRED = '  ~ inferred from calls and packets; queues are those that the last call found.';
const WHOLE_MACHINE = '  All TCP sockets of the machine; whose they are, and UDP, is followed in runs only.';

const columnsOf = ({ size }: Model): readonly Column[] => [
  { title: 'Netid', width: 5 },
  { title: 'State', width: 10 },
  { title: 'Recv-Q', width: 6, right: true },
  { title: 'Send-Q', width: 6, right: true },
  { title: 'Local address', width: size.width >= 110 ? 30 : 15 },
  { title: 'Peer address', width: size.width >= 110 ? 30 : 15 },
  { title: 'Process', width: Math.max(10, size.width - (size.width >= 110 ? 96 : 66)) },
];

/** The sockets at the time of the chosen row, in the manner of `ss -tuanp`. */
export const sockets: PageView = {
  title: (model) => line(`  ${titles(columnsOf(model)).trimEnd()}`, 'label'),
  length: () => 0,
  lines(model, document, _, height) {
    const { timeline, session } = document;
    if (session.calls.length === 0 && session.kernel === undefined)
      return [line(`  ${document.extent === 'running' ? NOT_SHOWN : NOT_RECORDED}`, 'reason')];
    if (session.calls.length > MOST_CALLS)
      return [line(`  The run has more than ${MOST_CALLS} calls: too many to follow its sockets.`, 'reason')];
    const columns = columnsOf(model);
    const { isKernel, lines: found } = socketsAt(document, model.selected);
    const time = milliseconds(timeline.rowTimeNs(model.selected) - document.startNs);
    const lines = inOrder(found).map((socket) => socketLine(socket, columns, isKernel));
    const isUnknown = !isKernel && session.calls.length === 0;
    const none = line(isUnknown ? NOT_ASKED : '  No socket is open.', 'reason');
    const row = document.numberText(timeline.row(model.selected));
    const notes = [
      line(`  At ${time} ms, after ${row === '' ? 'an entry' : row}; j and k move in time.`, 'label'),
      ...(isUnknown ? [] : [line(isKernel ? ASKED : INFERRED, 'label')]),
      ...(session.calls.length === 0 && isKernel ? [line(WHOLE_MACHINE, 'label')] : []),
      line(''),
    ];
    const room = height - notes.length;
    const more = lines.length - room + 1;
    const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), line(moreText(more), 'label')];
    return [...notes, ...(lines.length === 0 ? [none] : shown)].slice(0, height);
  },
  target: () => null,
};

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

function moreText(count: number): string {
  return `  … and ${count} more: on a taller terminal, or in the text that export writes.`;
}

function queueText(queue: number | null): string {
  return queue === null ? '?' : String(queue);
}
