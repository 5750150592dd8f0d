import type { Words } from '../../src/words/words.ts';
import type { Action } from './actions.ts';

/** What a command does is told in words, by its name. */
export type CommandName = keyof Words['commands']['does'];

/** A command: what it is called in the palette, which keys it has. Help, footer and palette come from here. */
export interface Command {
  readonly name: CommandName;
  readonly keys: readonly string[];
  readonly group: Group;
  readonly action: Action;
}

export const GROUPS = ['move', 'views', 'look', 'find', 'run', 'rest'] as const;
export type Group = (typeof GROUPS)[number];

function group(name: Group) {
  return (command: CommandName, keys: string, action: Action): Command => ({
    ...{ name: command, keys: keys === '' ? [] : keys.split(' '), group: name, action },
  });
}

const move = group('move');
const views = group('views');
const look = group('look');
const find = group('find');
const run = group('run');
const rest = group('rest');

export const COMMANDS: readonly Command[] = [
  move('down', 'j down', { do: 'move', by: 1 }),
  move('up', 'k up', { do: 'move', by: -1 }),
  move('page-down', 'pagedown C-f', { do: 'move-page', by: 1 }),
  move('page-up', 'pageup C-b', { do: 'move-page', by: -1 }),
  move('half-down', 'C-d', { do: 'move-page', by: 0.5 }),
  move('half-up', 'C-u', { do: 'move-page', by: -0.5 }),
  move('first', 'g home', { do: 'move-to', end: 'first' }),
  move('last', 'G end', { do: 'move-to', end: 'last' }),
  move('return', 'u backspace', { do: 'return' }),

  views('ladder', 'l', { do: 'show', page: 'ladder' }),
  views('packets', 'p', { do: 'show', page: 'packets' }),
  views('streams', 's', {
    do: 'show',
    page: 'streams',
  }),
  views('conversations', 'c', { do: 'show', page: 'conversations' }),
  views('findings', 'f', {
    do: 'show',
    page: 'findings',
  }),
  views('buffers', 'b', {
    do: 'show',
    page: 'buffers',
  }),
  views('time-sequence', 't', {
    do: 'show',
    page: 'sequence',
  }),
  views('sockets', 'o', {
    do: 'show',
    page: 'sockets',
  }),
  views('home', 'h', { do: 'show', page: 'home' }),
  views('next-view', ']', { do: 'turn', by: 1 }),
  views('previous-view', '[', { do: 'turn', by: -1 }),

  look('enter', 'enter', { do: 'enter' }),
  look('focus', 'tab', { do: 'focus' }),
  look('why', 'w', { do: 'pane', kind: 'why' }),
  look('details', 'd', { do: 'pane', kind: 'details' }),
  look('source', 'e', { do: 'pane', kind: 'source' }),
  look('zoom', 'z', { do: 'zoom' }),
  look('larger-pane', '+', {
    do: 'resize-pane',
    by: 1,
  }),
  look('smaller-pane', '-', { do: 'resize-pane', by: -1 }),
  look('usual-pane', '', { do: 'resize-pane', by: null }),
  look('columns', '|', { do: 'columns' }),
  look('only-connection', 'x', {
    do: 'only-connection',
  }),

  find('search', '/', {
    do: 'prompt',
    purpose: 'search',
  }),
  find('next-hit', 'n', { do: 'find', by: 1 }),
  find('previous-hit', 'N', { do: 'find', by: -1 }),
  find('filter', '&', { do: 'prompt', purpose: 'filter' }),
  find('saved-filters', '$', {
    do: 'prompt',
    purpose: 'filter',
    text: '$',
  }),
  find('save-filter', '', {
    do: 'prompt',
    purpose: 'save-filter',
  }),
  find('goto', '', { do: 'prompt', purpose: 'goto' }),
  find('next-finding', '.', { do: 'finding', by: 1 }),
  find('previous-finding', ',', { do: 'finding', by: -1 }),
  find('mark', 'm', { do: 'await', key: 'm' }),
  find('jump-to-mark', "'", { do: 'await', key: "'" }),

  find('compare', 'v', {
    do: 'compare',
    asks: false,
  }),
  find('compare-with', '', { do: 'compare', asks: true }),
  find('next-difference', '}', {
    do: 'difference',
    by: 1,
  }),
  find('previous-difference', '{', { do: 'difference', by: -1 }),
  find('turn-comparison', '=', {
    do: 'turn-comparison',
  }),
  find('other-run', '~', { do: 'other-run' }),

  run('play', 'space', {
    do: 'play',
  }),
  run('slower', '<', { do: 'speed', by: -1 }),
  run('faster', '>', { do: 'speed', by: 1 }),
  run('step-client', 'C', { do: 'let-go', side: 'client' }),
  run('step-server', 'V', { do: 'let-go', side: 'server' }),
  run('step-all', 'A', { do: 'let-go', side: 'all' }),
  run('step-data', 'I', {
    do: 'step-edit',
    what: 'step-data',
  }),
  run('step-pause', 'P', { do: 'step-edit', what: 'step-pause' }),
  run('answer', 'i', { do: 'answer' }),
  run('signal', 'K', { do: 'signal' }),
  run('follow', 'F', { do: 'follow' }),
  run('run-again', 'r', { do: 'run' }),
  run('run-stepped', 'S', { do: 'run-stepped' }),
  run('quiz', 'a', { do: 'quiz' }),
  run('stop', 'X', { do: 'stop' }),

  rest('help', '?', { do: 'help' }),
  rest('palette', ':', { do: 'palette' }),
  rest('save', 'W', { do: 'prompt', purpose: 'save' }),
  rest('export', 'E', { do: 'prompt', purpose: 'export' }),
  rest('open', 'O', { do: 'prompt', purpose: 'open' }),
  rest('copy-row', 'y', { do: 'copy', what: 'row' }),
  rest('copy-view', 'Y', { do: 'copy', what: 'view' }),
  rest('copy-bytes', '', { do: 'copy', what: 'bytes' }),
  rest('theme', 'T', { do: 'theme' }),
  rest('mouse', 'M', { do: 'mouse' }),
  rest('repaint', 'C-l', { do: 'repaint' }),
  rest('suspend', 'C-z', { do: 'suspend' }),
  rest('back', 'escape', { do: 'back' }),
  rest('quit', 'q', { do: 'quit', how: 'ask' }),
  rest('quit-leaving-view', 'Q', {
    do: 'quit',
    how: 'leave-view',
  }),
  rest('interrupt', 'C-c', { do: 'quit', how: 'interrupt' }),
];
