import type { Action } from './actions.ts';

/** A command: what it is called in the palette, which keys it has, what it does. Help, footer and palette come from here. */
export interface Command {
  readonly name: string;
  readonly keys: readonly string[];
  readonly does: string;
  readonly group: Group;
  readonly action: Action;
  /** A word for the footer; commands without one are in the help only. */
  readonly short?: string;
}

export const GROUPS = ['Move', 'Views', 'Look closer', 'Find', 'Run and replay', 'The rest'] as const;
export type Group = (typeof GROUPS)[number];

type Extra = Pick<Command, 'short'>;

function group(name: Group) {
  return (command: string, keys: string, does: string, action: Action, short?: string): Command & Extra => ({
    ...{ name: command, keys: keys === '' ? [] : keys.split(' '), does, group: name, action },
    ...(short !== undefined && { short }),
  });
}

const move = group('Move');
const views = group('Views');
const look = group('Look closer');
const find = group('Find');
const run = group('Run and replay');
const rest = group('The rest');

export const COMMANDS: readonly Command[] = [
  move('down', 'j down', 'next line; a number before it repeats it: 5j', { do: 'move', by: 1 }),
  move('up', 'k up', 'line before', { do: 'move', by: -1 }),
  move('page-down', 'pagedown C-f', 'a screen down', { do: 'move-page', by: 1 }),
  move('page-up', 'pageup C-b', 'a screen up', { do: 'move-page', by: -1 }),
  move('half-down', 'C-d', 'half a screen down', { do: 'move-page', by: 0.5 }),
  move('half-up', 'C-u', 'half a screen up', { do: 'move-page', by: -0.5 }),
  move('first', 'g home', 'to the first line', { do: 'move-to', end: 'first' }),
  move('last', 'G end', 'to the last line', { do: 'move-to', end: 'last' }),
  move('return', 'u backspace', 'back to where the last jump began', { do: 'return' }),

  views('ladder', 'l', 'the ladder: calls, wire, calls', { do: 'show', page: 'ladder' }),
  views('packets', 'p', 'the packets as a list', { do: 'show', page: 'packets' }),
  views('streams', 's', 'the bytes of a connection, with the borders of calls and segments', {
    do: 'show',
    page: 'streams',
  }),
  views('conversations', 'c', 'the connections with their counts', { do: 'show', page: 'conversations' }),
  views('findings', 'f', 'what to look for and what is worth noticing; Enter goes there', {
    do: 'show',
    page: 'findings',
  }),
  views('buffers', 'b', 'send and receive queues, window, bytes in flight over time', {
    do: 'show',
    page: 'buffers',
  }),
  views('time-sequence', 't', 'sequence numbers over time: segments, ACKs, the window', {
    do: 'show',
    page: 'sequence',
  }),
  views('sockets', 'o', 'the sockets at the time of the chosen row, as ss shows them', {
    do: 'show',
    page: 'sockets',
  }),
  views('home', 'h', 'scenarios and files', { do: 'show', page: 'home' }, 'home'),
  views('next-view', ']', 'the view to the right', { do: 'turn', by: 1 }),
  views('previous-view', '[', 'the view to the left', { do: 'turn', by: -1 }),

  look('enter', 'enter', 'go there: the row that proves it, the finding, the connection', { do: 'enter' }),
  look('focus', 'tab', 'between the view and the pane under it', { do: 'focus' }, 'pane'),
  look('why', 'w', 'why: the reason, its proof, what to read', { do: 'pane', kind: 'why' }, 'why'),
  look('details', 'd', 'every header field, and the bytes', { do: 'pane', kind: 'details' }, 'details'),
  look('source', 'e', 'the program text of the call', { do: 'pane', kind: 'source' }, 'source'),
  look('zoom', 'z', 'pane: half, whole, hidden', { do: 'zoom' }, 'zoom'),
  look('larger-pane', '+', 'the pane one line larger; the mouse drags its border', {
    do: 'resize-pane',
    by: 1,
  }),
  look('smaller-pane', '-', 'the pane one line smaller', { do: 'resize-pane', by: -1 }),
  look('usual-pane', '', 'the pane as large as usual', { do: 'resize-pane', by: null }),
  look('columns', '|', 'the columns of the packets view: choose, order, width, keep', { do: 'columns' }),
  look('only-connection', 'x', 'only the connection of the chosen row, or all again', {
    do: 'only-connection',
  }),

  find(
    'search',
    '/',
    'search calls and packets: text, /regex/, or hex:68656c6c6f',
    {
      do: 'prompt',
      purpose: 'search',
    },
    'search',
  ),
  find('next-hit', 'n', 'next hit', { do: 'find', by: 1 }),
  find('previous-hit', 'N', 'hit before', { do: 'find', by: -1 }),
  find('filter', '&', 'show only the rows that a filter lets through', { do: 'prompt', purpose: 'filter' }),
  find('saved-filters', '$', 'the saved filters: choose one, Del deletes; $name = filter saves one', {
    do: 'prompt',
    purpose: 'filter',
    text: '$',
  }),
  find('save-filter', '', 'save the filter that is on under a name', {
    do: 'prompt',
    purpose: 'save-filter',
  }),
  find('goto', '', 'go to a row by number (#12) or to a time (3.5ms, 2s)', { do: 'prompt', purpose: 'goto' }),
  find('next-finding', '.', 'to the next row that a finding points at', { do: 'finding', by: 1 }),
  find('previous-finding', ',', 'to the one before', { do: 'finding', by: -1 }),
  find('mark', 'm', 'mark this row: m, then a letter', { do: 'await', key: 'm' }),
  find('jump-to-mark', "'", "to a mark: ', then its letter", { do: 'await', key: "'" }),

  find(
    'compare',
    'v',
    'two runs side by side: what is open and another capture; on the home page two files',
    {
      do: 'compare',
      asks: false,
    },
  ),
  find('compare-with', '', 'compare what is open with another capture', { do: 'compare', asks: true }),
  find('next-difference', '}', 'to the next row in which the compared runs differ', {
    do: 'difference',
    by: 1,
  }),
  find('previous-difference', '{', 'to the one before', { do: 'difference', by: -1 }),
  find('turn-comparison', '=', 'compared runs: all rows, only those that differ, the sums', {
    do: 'turn-comparison',
  }),
  find('other-run', '~', 'the other of the two compared runs, in all views', { do: 'other-run' }),

  run('play', 'space', 'replay on the clock of the capture; in step mode: let the next call go', {
    do: 'play',
  }),
  run('slower', '<', 'replay slower', { do: 'speed', by: -1 }),
  run('faster', '>', 'replay faster', { do: 'speed', by: 1 }),
  run('step-client', 'C', 'step mode: let the client make its call', { do: 'let-go', side: 'client' }),
  run('step-server', 'V', 'step mode: let the server make its call', { do: 'let-go', side: 'server' }),
  run('step-all', 'A', 'step mode: let everybody who waits go on', { do: 'let-go', side: 'all' }),
  run('step-data', 'I', 'step mode: change what the next send sends (\\n, \\x00)', {
    do: 'step-edit',
    what: 'step-data',
  }),
  run('step-pause', 'P', 'step mode: a pause before the next call', { do: 'step-edit', what: 'step-pause' }),
  run('answer', 'i', 'type the line that a role asks for; Ctrl-D ends its input', { do: 'answer' }),
  run('follow', 'F', 'stay at the newest row while a run goes on', { do: 'follow' }),
  run('run-again', 'r', 'run the scenario, or run it again', { do: 'run' }),
  run('run-stepped', 'S', 'run it call by call', { do: 'run-stepped' }),
  run('quiz', 'a', 'ask me first: a quiz on the scenario, the file, or what is open', { do: 'quiz' }),
  run('stop', 'X', 'end the run; what was captured stays', { do: 'stop' }),

  rest('help', '?', 'all keys', { do: 'help' }, 'help'),
  rest('palette', ':', 'all commands by name', { do: 'palette' }),
  rest('save', 'W', 'save the session as pcapng', { do: 'prompt', purpose: 'save' }),
  rest('export', 'E', 'write what is shown as text to a file', { do: 'prompt', purpose: 'export' }),
  rest('open', 'O', 'open a capture', { do: 'prompt', purpose: 'open' }),
  rest('copy-row', 'y', 'copy the chosen row to the clipboard (OSC 52)', { do: 'copy', what: 'row' }),
  rest('copy-view', 'Y', 'copy what is on the screen', { do: 'copy', what: 'view' }),
  rest('copy-bytes', '', 'copy the payload as hex', { do: 'copy', what: 'bytes' }),
  rest('theme', 'T', 'next theme: dark, light, 16 colours, mono', { do: 'theme' }),
  rest('mouse', 'M', 'mouse on or off (Shift and drag selects text while it is on)', { do: 'mouse' }),
  rest('repaint', 'C-l', 'draw the screen anew', { do: 'repaint' }),
  rest('suspend', 'C-z', 'stop and go back to the shell; fg continues', { do: 'suspend' }),
  rest('back', 'escape', 'close, go back', { do: 'back' }),
  rest('quit', 'q', 'quit', { do: 'quit', how: 'ask' }, 'quit'),
  rest('quit-leaving-view', 'Q', 'quit and leave the view on the terminal', {
    do: 'quit',
    how: 'leave-view',
  }),
  rest('interrupt', 'C-c', 'quit at once', { do: 'quit', how: 'interrupt' }),
];
