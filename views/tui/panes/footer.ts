import { shorten, widthOf } from '../../ladder/line.ts';
import { grouped } from '../../ladder/units.ts';
import { keysText } from '../key-table.ts';
import type { Model, Purpose, TalkPurpose } from '../model.ts';
import type { Quiz } from '../quiz.ts';
import { line, span, spans, type UiLine, type UiSpan } from '../style.ts';
import { rowsOf, showsRows } from '../update-move.ts';
import { isTalk } from '../update-talk.ts';
import { filterText, searchText } from './filter.ts';
import { stepCommand, talkHint, talkPrompt } from './talk.ts';

const PROMPTS: Readonly<Record<Exclude<Purpose, TalkPurpose>, string>> = {
  search: 'Search (text, /regex/, hex:…): ',
  filter: 'Filter (empty shows all): ',
  goto: 'Go to (12, 3.5ms, 2s): ',
  save: 'Save the session as: ',
  export: 'Write what is shown as text to: ',
  open: 'Open the capture: ',
  column: 'Add the column (ip.ttl, tcp.analysis…): ',
  'save-filter': 'Save this filter as: $',
  compare: 'Compare with the capture: ',
  value: 'Value (empty: the default): ',
};

/** The last line: what is typed, what is said, or the keys that matter here. */
export function footerLine(model: Model): UiLine {
  const { overlay, status } = model;
  if (overlay?.kind === 'prompt') {
    const { purpose, text, role = '' } = overlay;
    if (isTalk(purpose)) {
      // What is wrong with a change is said while it can be mended.
      if (status?.isError) return line(` ${status.text}`, 'error');
      return talkLine(model, purpose, role, text);
    }
    return spans([
      span(` ${PROMPTS[purpose]}`, 'key'),
      ...(purpose === 'filter'
        ? filterText(model, text)
        : purpose === 'search'
          ? searchText(text)
          : [span(text, 'value')]),
      span(' ', 'cursor'),
    ]);
  }
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

function talkLine(model: Model, purpose: TalkPurpose, role: string, text: string): UiLine {
  const before = talkPrompt(model, purpose, role);
  const used = before.reduce((sum, each) => sum + widthOf(each.text), 0);
  const room = Math.max(8, model.size.width - used - 2);
  const shown = widthOf(text) > room ? `…${[...text].slice(1 - room).join('')}` : text;
  const hint = talkHint(purpose);
  const gap = model.size.width - used - widthOf(shown) - widthOf(hint) - 2;
  return spans([
    ...before,
    span(shown, 'value'),
    span(' ', 'cursor'),
    ...(gap > 1 ? [span(' '.repeat(gap)), span(hint, 'label')] : []),
  ]);
}

/** Keys of a quiz, which takes them all. */
function quizParts({ phase, isWireShown }: Quiz): readonly (readonly [string, string])[] {
  switch (phase) {
    case 'running':
      return [['Esc', 'end the run']];
    case 'asked':
      return [
        ['Enter', 'answer'],
        ['Tab', isWireShown ? 'look away' : 'look at calls and packets'],
        ['↑↓', 'move'],
        ['Esc', 'leave the quiz'],
      ];
    case 'told':
      return [
        ['Enter', 'go on'],
        ['← →', 'proof'],
        ['↑↓', 'move'],
        ['Esc', 'leave the quiz'],
      ];
    case 'over':
      return [
        ['↑↓', 'scroll'],
        ['any key', 'go on'],
      ];
    default:
      return phase satisfies never;
  }
}

function keyParts(model: Model): readonly (readonly [string, string])[] {
  if (model.quiz !== null) return quizParts(model.quiz);
  const key = model.keys.keyOf;
  const parts: (readonly [string, string])[] = [];
  if (model.running !== null) {
    const { waiting, asking } = model.running;
    if (asking.length > 0) parts.push([key('answer'), `answer ${asking[0]?.role}`]);
    for (const { call } of waiting.slice(0, 2))
      parts.push([key(stepCommand(call.role)), `${call.role}: ${call.call}`]);
    if (waiting.length > 0) parts.push([key('step-all'), 'all']);
    if (waiting.some(({ call }) => call.data !== null)) parts.push([key('step-data'), 'data']);
    if (waiting.length > 0) parts.push([key('step-pause'), 'pause']);
    parts.push([key('stop'), 'end the run']);
  }
  if (model.replay !== null)
    parts.push(
      [key('play'), model.replay.isPlaying ? 'pause' : 'play'],
      [`${key('slower')} ${key('faster')}`, 'speed'],
    );
  if (model.page === 'home') {
    if (model.home.form === null)
      parts.push(
        [key('enter'), 'run'],
        ['→', 'parameters'],
        [key('run-stepped'), 'step by step'],
        [key('quiz'), 'quiz'],
      );
    else
      parts.push(
        [key('enter'), 'change'],
        ['Bksp', 'default'],
        [key('run-again'), 'run'],
        [key('run-stepped'), 'step by step'],
        [key('quiz'), 'quiz'],
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
  const follows = running !== null && model.follow ? 'following · ' : '';
  if (model.count !== '') return model.count;
  if (model.quiz !== null || document === null || !showsRows(model.page)) return '';
  const rows = rowsOf(model);
  const hits = search === null ? '' : `${grouped(search.hits.length)}${search.isDone ? '' : '+'} hits · `;
  if (model.filter !== '') {
    const all = model.page === 'packets' ? document.packetRows : document.allRows;
    const what = shorten(model.filter, model.size.width < 100 ? 16 : 40, '…');
    return `[${what}] ${follows}${hits}${grouped(rows.length === 0 ? 0 : rows.position(model.selected) + 1)}/${grouped(rows.length)} of ${grouped(all.length)}`;
  }
  return `${follows}${hits}${grouped(rows.length === 0 ? 0 : rows.position(model.selected) + 1)}/${grouped(rows.length)}`;
}

function speedText(speed: number): string {
  return speed >= 1
    ? speed === 1
      ? 'as it was'
      : `${grouped(speed)} × faster`
    : `${grouped(Math.round(1 / speed))} × slower`;
}
