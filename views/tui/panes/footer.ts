import { shorten, widthOf } from '../../ladder/line.ts';
import { grouped } from '../../ladder/units.ts';
import { COMMANDS, keysText } from '../keys.ts';
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
  const parts: (readonly [string, string])[] = [];
  if (model.running !== null) {
    for (const { role, call } of model.running.waiting.slice(0, 2)) {
      parts.push([role.startsWith('server') ? 'V' : 'C', `${role}: ${call}`]);
    }
    if (model.running.waiting.length > 0) parts.push(['A', 'all']);
    parts.push(['X', 'end the run']);
  }
  if (model.replay !== null)
    parts.push(['Space', model.replay.isPlaying ? 'pause' : 'play'], ['< >', 'speed']);
  if (model.page === 'home') {
    if (model.home.form === null) parts.push(['Enter', 'run'], ['→', 'parameters'], ['S', 'step by step']);
    else
      parts.push(
        ['Enter', 'change'],
        ['Bksp', 'default'],
        ['r', 'run'],
        ['S', 'step by step'],
        ['Esc', 'list'],
      );
    parts.push(['O', 'open'], ['?', 'help'], ['q', 'quit']);
    return parts;
  }
  if (model.page === 'compare')
    parts.push(['} {', 'difference'], ['=', 'all, unlike, sums'], ['~', 'other run']);
  parts.push(
    ['↑↓', 'move'],
    ['Enter', model.focus === 'pane' ? 'go there' : showsRows(model.page) ? 'proof' : 'go there'],
  );
  for (const command of COMMANDS)
    if (command.short !== undefined) parts.push([keysText(command).split(' ')[0] ?? '', command.short]);
  return parts;
}

/** Where the cursor is, and what goes on. */
function position(model: Model): string {
  const { loading, replay, running, document, search } = model;
  if (loading !== null) {
    const share = loading.share === null ? '' : `${Math.floor(loading.share * 100)} % · `;
    return `loading ${share}${grouped(loading.rows)} packets · Esc ends it`;
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
