import { shorten, widthOf } from '../../ladder/line.ts';
import { grouped } from '../../ladder/units.ts';
import { keysText } from '../key-table.ts';
import type { Model, Purpose } from '../model.ts';
import { line, span, spans, type UiLine, type UiSpan } from '../style.ts';
import { rowsOf, showsRows } from '../update-move.ts';
import { filterText } from './filter.ts';

const PROMPTS: Readonly<Record<Purpose, string>> = {
  search: 'Search (text, /regex/, hex:…): ',
  filter: 'Filter (empty shows all): ',
  goto: 'Go to (12, 3.5ms, 2s): ',
  save: 'Save the session as: ',
  export: 'Write the ladder as text to: ',
  open: 'Open the capture: ',
  'save-filter': 'Save this filter as: $',
  compare: 'Compare with the capture: ',
  value: 'Value (empty: the default): ',
};

/** The last line: what is typed, what is said, or the keys that matter here. */
export function footerLine(model: Model): UiLine {
  const { overlay, status } = model;
  if (overlay?.kind === 'prompt')
    return spans([
      span(` ${PROMPTS[overlay.purpose]}`, 'key'),
      ...(overlay.purpose === 'filter' ? filterText(model, overlay.text) : [span(overlay.text, 'value')]),
      span(' ', 'cursor'),
    ]);
  if (overlay?.kind === 'leave')
    return line(' A run goes on. Quit and end it? y yes · any other key: no', 'warning');
  if (model.pending !== null)
    return line(
      model.pending === 'm'
        ? ' Mark: type a letter'
        : ` Go to mark: ${Object.keys(model.marks).join(' ') || 'none yet'}`,
      'key',
    );
  if (status !== null) return line(` ${status.text}`, status.isError ? 'error' : 'state');
  const right = ` ${position(model)} `;
  const parts = keyParts(model);
  const room = model.size.width - widthOf(right);
  const shown: UiSpan[] = [];
  let used = 0;
  for (const [keys, what] of parts) {
    const width = keys.length + what.length + 3;
    if (used + width > room) break;
    shown.push(span(` ${keys}`, 'key'), span(` ${what} `, 'label'));
    used += width;
  }
  return spans([
    ...shown,
    span(' '.repeat(Math.max(0, room - used))),
    span(shorten(right, model.size.width, '…'), 'label'),
  ]);
}

function keyParts(model: Model): readonly (readonly [string, string])[] {
  const key = model.keys.keyOf;
  const parts: (readonly [string, string])[] = [];
  if (model.running !== null) {
    for (const { role, call } of model.running.waiting.slice(0, 2)) {
      parts.push([key(role.startsWith('server') ? 'step-server' : 'step-client'), `${role}: ${call}`]);
    }
    if (model.running.waiting.length > 0) parts.push([key('step-all'), 'all']);
    parts.push([key('stop'), 'end the run']);
  }
  if (model.replay !== null)
    parts.push(
      [key('play'), model.replay.isPlaying ? 'pause' : 'play'],
      [`${key('slower')} ${key('faster')}`, 'speed'],
    );
  if (model.page === 'home') {
    if (model.home.form === null)
      parts.push([key('enter'), 'run'], ['→', 'parameters'], [key('run-stepped'), 'step by step']);
    else
      parts.push(
        [key('enter'), 'change'],
        ['Bksp', 'default'],
        [key('run-again'), 'run'],
        [key('run-stepped'), 'step by step'],
        [key('back'), 'list'],
      );
    parts.push([key('open'), 'open'], [key('help'), 'help'], [key('quit'), 'quit']);
    return parts;
  }
  if (model.page === 'compare')
    parts.push(
      [`${key('next-difference')} ${key('previous-difference')}`, 'difference'],
      [key('turn-comparison'), 'all, unlike, sums'],
      [key('other-run'), 'other run'],
    );
  parts.push(
    ['↑↓', 'move'],
    [key('enter'), model.focus === 'pane' ? 'go there' : showsRows(model.page) ? 'proof' : 'go there'],
  );
  for (const command of model.keys.commands)
    if (command.short !== undefined) parts.push([keysText(command).split(' ')[0] ?? '', command.short]);
  return parts;
}

/** Where the cursor is, and what goes on. */
function position(model: Model): string {
  const { loading, replay, running, document, search } = model;
  if (loading !== null) {
    const share = loading.share === null ? '' : `${Math.floor(loading.share * 100)} % · `;
    return `loading ${share}${grouped(loading.rows)} packets · ${model.keys.keyOf('back')} ends it`;
  }
  if (replay !== null) return `${replay.isPlaying ? '▶' : '‖'} ${speedText(replay.speed)}`;
  if (running !== null && running.progress !== '') return running.progress;
  if (model.count !== '') return model.count;
  if (document === null || !showsRows(model.page)) return '';
  const rows = rowsOf(model);
  const hits = search === null ? '' : `${grouped(search.hits.length)}${search.isDone ? '' : '+'} hits · `;
  return `${hits}${grouped(rows.length === 0 ? 0 : rows.position(model.selected) + 1)}/${grouped(rows.length)}`;
}

function speedText(speed: number): string {
  return speed >= 1
    ? speed === 1
      ? 'as it was'
      : `${grouped(speed)} × faster`
    : `${grouped(Math.round(1 / speed))} × slower`;
}
