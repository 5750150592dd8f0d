import { type Words, words } from '../../../src/words/words.ts';
import { shorten, widthOf } from '../../ladder/line.ts';
import { grouped } from '../../ladder/units.ts';
import { keysText } from '../key-table.ts';
import type { CommandName } from '../keys.ts';
import type { Model, TalkPurpose } from '../model.ts';
import type { Quiz } from '../quiz.ts';
import { filterLine } from '../saved-filters.ts';
import { line, span, spans, type UiLine, type UiSpan } from '../style.ts';
import { rowsOf, showsRows } from '../update-move.ts';
import { isTalk } from '../update-talk.ts';
import { filterText, searchText } from './filter.ts';
import { stepCommand, talkHints, talkPrompt } from './talk.ts';

/** Where help is, and how what goes on and the program are ended. */
const WAYS_OUT = ['stop', 'help', 'quit'] as const;
const LEAST_POSITION = 12;

type Part = readonly [keys: string, what: string];

const partWidth = ([keys, what]: Part): number => widthOf(keys) + widthOf(what) + 3;

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
      span(` ${words().screen.prompts[purpose]}`, 'key'),
      ...(purpose === 'filter'
        ? filterText(model, text)
        : purpose === 'search'
          ? searchText(text)
          : [span(text, 'value')]),
      span(' ', 'cursor'),
    ]);
  }
  if (overlay?.kind === 'leave') return line(words().screen.leave, 'warning');
  if (overlay?.kind === 'replace') {
    const { replace } = words().screen;
    const room = Math.max(8, model.size.width - widthOf(replace('')) - 1);
    const { file } = overlay;
    return line(replace(widthOf(file) > room ? `…${[...file].slice(1 - room).join('')}` : file), 'warning');
  }
  if (model.pending !== null)
    return line(
      model.pending === 'm'
        ? words().screen.markWhat
        : words().screen.markWhere(Object.keys(model.marks).join(' ')),
      'key',
    );
  if (status !== null) return line(` ${status.text}`, status.isError ? 'error' : 'state');
  const parts = keyParts(model);
  const ways = new Set(WAYS_OUT.map((name) => model.keys.keyOf(name)));
  // What always has room; the others are shown from the left while there is some beside it.
  let kept = parts.reduce((sum, part) => sum + (ways.has(part[0]) ? partWidth(part) : 0), 0);
  const right = shorten(` ${position(model)} `, Math.max(LEAST_POSITION, model.size.width - kept), '… ');
  const room = model.size.width - widthOf(right);
  const shown: UiSpan[] = [];
  let used = 0;
  let isFull = false;
  for (const part of parts) {
    const [keys, what] = part;
    const isKept = ways.has(keys);
    const width = partWidth(part);
    isFull ||= !isKept && used + width + kept > room;
    if (isKept ? used + width > room : isFull) continue;
    if (isKept) kept -= width;
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
  const left = model.size.width - used - widthOf(shown) - 2;
  const hint = talkHints(purpose).find((each) => left - widthOf(each) > 1);
  return spans([
    ...before,
    span(shown, 'value'),
    span(' ', 'cursor'),
    ...(hint === undefined ? [] : [span(' '.repeat(left - widthOf(hint))), span(hint, 'label')]),
  ]);
}

/** Keys of a quiz, which takes them all. */
function quizParts({ phase, isWireShown }: Quiz): readonly Part[] {
  const { hints } = words().screen;
  switch (phase) {
    case 'running':
      return [['Esc', hints.endRun]];
    case 'asked':
      return [
        ['Enter', hints.answer],
        ['Tab', isWireShown ? hints.lookAway : hints.look],
        ['↑↓', hints.move],
        ['Esc', hints.leaveQuiz],
      ];
    case 'told':
      return [
        ['Enter', hints.goOn],
        ['← →', hints.proof],
        ['↑↓', hints.move],
        ['Esc', hints.leaveQuiz],
      ];
    case 'over':
      return [
        ['↑↓', hints.scroll],
        [hints.anyKey, hints.goOn],
      ];
    default:
      return phase satisfies never;
  }
}

function keyParts(model: Model): readonly Part[] {
  if (model.quiz !== null) return quizParts(model.quiz);
  const key = model.keys.keyOf;
  const { hints } = words().screen;
  const parts: Part[] = [];
  if (model.running !== null) {
    const { waiting, asking } = model.running;
    if (asking.length > 0) parts.push([key('answer'), `${hints.answer} ${asking[0]?.role}`]);
    for (const { call } of waiting.slice(0, 2))
      parts.push([key(stepCommand(call.role)), `${call.role}: ${call.call}`]);
    if (waiting.length > 0) parts.push([key('step-all'), hints.all]);
    if (waiting.some(({ call }) => call.data !== null)) parts.push([key('step-data'), hints.data]);
    if (waiting.length > 0) parts.push([key('step-pause'), hints.pause]);
    if (model.running.roles.length > 0) parts.push([key('signal'), hints.signal]);
    parts.push([key('stop'), hints.endRun]);
  }
  if (model.replay !== null)
    parts.push(
      [key('play'), model.replay.isPlaying ? hints.pause : hints.play],
      [`${key('slower')} ${key('faster')}`, hints.speed],
    );
  if (model.awaited !== null) return [...parts, [key('help'), hints.help], [key('quit'), hints.quit]];
  if (model.page === 'home') {
    if (model.home.form === null)
      parts.push(
        [key('enter'), hints.run],
        ['→', hints.parameters],
        [key('run-stepped'), hints.stepped],
        [key('quiz'), hints.quiz],
      );
    else
      parts.push(
        [key('enter'), hints.change],
        ['Bksp', hints.default],
        [key('run-again'), hints.run],
        [key('run-stepped'), hints.stepped],
        [key('quiz'), hints.quiz],
        [key('back'), hints.list],
      );
    parts.push([key('open'), hints.open], [key('help'), hints.help], [key('quit'), hints.quit]);
    return parts;
  }
  if (model.page === 'compare')
    parts.push(
      [`${key('next-difference')} ${key('previous-difference')}`, hints.difference],
      [key('turn-comparison'), hints.turns],
      [key('other-run'), hints.other],
    );
  parts.push(
    ['↑↓', hints.move],
    [key('enter'), model.focus !== 'pane' && showsRows(model.page) ? hints.proof : hints.go],
  );
  for (const command of model.keys.commands)
    if (hasShort(command.name))
      parts.push([keysText(command).split(' ')[0] ?? '', words().screen.short[command.name]]);
  return parts;
}

/** Whether a command has a word for the footer; the others are in the help only. */
function hasShort(name: CommandName): name is CommandName & keyof Words['screen']['short'] {
  return Object.hasOwn(words().screen.short, name);
}

/** Where the cursor is, and what goes on. */
function position(model: Model): string {
  const { loading, replay, running, document, search } = model;
  if (loading !== null) {
    const share = loading.share === null ? '' : `${Math.floor(loading.share * 100)} % · `;
    return words().screen.loadingAt(share, grouped(loading.rows), model.keys.keyOf('back'));
  }
  if (replay !== null) return `${replay.isPlaying ? '▶' : '‖'} ${speedText(replay.speed)}`;
  if (running !== null && running.progress !== '') return running.progress;
  const follows = running !== null && model.follow ? words().screen.following : '';
  if (model.count !== '') return model.count;
  if (model.quiz !== null || document === null || !showsRows(model.page)) return '';
  const rows = rowsOf(model);
  const found = search?.hits.length ?? 0;
  const hits =
    search === null
      ? ''
      : words().screen.hits(`${grouped(found)}${search.isDone ? '' : '+'}`, found === 1 && search.isDone);
  if (model.filter !== '') {
    const { rows: every, packetRows } = document.everything;
    const all = model.page === 'packets' ? packetRows : every;
    const what = shorten(filterLine(model.filter, model.filters), model.size.width < 100 ? 16 : 40, '…');
    return `[${what}] ${follows}${hits}${grouped(rows.length === 0 ? 0 : rows.position(model.selected) + 1)}/${grouped(rows.length)}${words().screen.ofAll(grouped(all.length))}`;
  }
  return `${follows}${hits}${grouped(rows.length === 0 ? 0 : rows.position(model.selected) + 1)}/${grouped(rows.length)}`;
}

function speedText(speed: number): string {
  return speed >= 1
    ? speed === 1
      ? words().screen.asItWas
      : words().screen.fasterBy(grouped(speed))
    : words().screen.slowerBy(grouped(Math.round(1 / speed)));
}
