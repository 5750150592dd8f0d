import { words } from '../../src/words/words.ts';
import { widthOf } from '../ladder/line.ts';
import type { Action, Effect } from './actions.ts';
import { rowText, viewText } from './copy-text.ts';
import { areasOf } from './geometry.ts';
import type { Message } from './messages.ts';
import type { Model, Page } from './model.ts';
import { PAGES } from './model.ts';
import { filterLine } from './saved-filters.ts';
import { THEMES } from './theme.ts';
import { editColumns } from './update-columns.ts';
import { compareAction, differenceBy, otherRun, turnComparison } from './update-compare.ts';
import { enterAction, paneLength } from './update-enter.ts';
import { findBy, findingBy, jumpToMark, onlyConnection, setMark } from './update-find.ts';
import { homeAction, homeKey } from './update-home.ts';
import { clickAction } from './update-mouse.ts';
import { moveBy, movePage, moveTo, type Step, select, setPage, withSoFar } from './update-move.ts';
import { receive } from './update-news.ts';
import { goto, updateOverlay } from './update-overlay.ts';
import { resizePane } from './update-pane.ts';
import { askAboutOpen, quizKey } from './update-quiz.ts';
import { changeSpeed, letGo, togglePlay } from './update-run.ts';
import { openAnswer, openEdit, openSignal } from './update-talk.ts';

/** What follows from a message: the next model, and what is to be done outside of it. Pure. */
export function update(model: Model, message: Message): Step {
  const [next, effects] = updated(model, message);
  return [next.status === model.status ? next : readable(next), effects];
}

/** An error that is too long for the last line is shown in full. */
function readable(model: Model): Model {
  const { status, overlay, size } = model;
  if (status === null || !status.isError || overlay !== null || widthOf(status.text) < size.width - 1)
    return model;
  return { ...model, overlay: { kind: 'notice', title: words().screen.wrong, lines: [status.text] } };
}

function updated(model: Model, message: Message): Step {
  switch (message.kind) {
    case 'key':
      if (isAwaiting(model)) return onKeyAhead(model, message.name);
      return onKey(model, message.name, message.text);
    case 'mouse':
      return isAwaiting(model) ? [model, []] : clickAction(model, message);
    case 'action':
      return act(model, message.action);
    case 'resize':
      return [{ ...model, size: message.size }, []];
    default:
      return receive(model, message);
  }
}

/** What steers a run that begins, and the way out. */
const MEANT_AHEAD: ReadonlySet<Action['do']> = new Set([
  ...(['play', 'let-go', 'answer', 'signal', 'step-edit', 'stop', 'back'] as const),
  ...(['help', 'theme', 'mouse', 'repaint', 'suspend', 'quit'] as const),
]);

const isAwaiting = ({ awaited, overlay, quiz }: Model): boolean =>
  awaited !== null && overlay === null && quiz === null;

/** A key while what was asked for is not there yet: nothing is chosen or begun with it that nobody sees. */
function onKeyAhead(model: Model, name: string): Step {
  const action = name === 'C-c' ? null : model.keys.of(name)?.action;
  if (action === null) return act(model, { do: 'quit', how: 'interrupt' });
  return action !== undefined && MEANT_AHEAD.has(action.do) ? act(model, action) : [model, []];
}

function onKey(before: Model, name: string, text: string | null): Step {
  const model = before.status === null ? before : { ...before, status: null };
  if (name === 'C-c') return act(model, { do: 'quit', how: 'interrupt' });
  if (model.overlay !== null) return updateOverlay(model, name, text, act);
  if (model.quiz !== null) return quizKey(model, name, text, act);
  if (model.pending !== null) return onSecondKey({ ...model, pending: null }, model.pending, text);
  const isForm = model.page === 'home' && model.home.form !== null;
  if (text !== null && !isForm && /^[0-9]$/.test(text) && (text !== '0' || model.count !== '')) {
    return [{ ...model, count: (model.count + text).slice(-6) }, []];
  }
  const bare = model.count === '' ? model : { ...model, count: '' };
  if (model.page === 'home') {
    const step = homeKey(bare, name);
    if (step !== null) return step;
  }
  const command = model.keys.of(name);
  if (command === null) return [bare, []];
  const { action } = command;
  const times = model.count === '' ? 1 : Number(model.count);
  if (action.do === 'move') return act(bare, { ...action, by: action.by * times });
  if (action.do === 'resize-pane' && action.by !== null)
    return act(bare, { ...action, by: action.by * times });
  if (action.do === 'move-to' && model.count !== '') return [goto(bare, model.count) ?? bare, []];
  return act(bare, action);
}

function onSecondKey(model: Model, first: string, text: string | null): Step {
  if (text === null || !/^[a-zA-Z]$/.test(text)) return [model, []];
  return [first === 'm' ? setMark(model, text) : jumpToMark(model, text), []];
}

/** Does what a command says. */
export function act(model: Model, action: Action): Step {
  if (model.page === 'home') {
    const step = homeAction(model, action);
    if (step !== null) return step;
  }
  switch (action.do) {
    case 'move':
      return [moveBy(model, action.by, paneLength), []];
    case 'move-page':
      return [movePage(model, action.by, pageHeight(model), paneLength), []];
    case 'move-to': {
      const moved = moveTo(model, action.end, paneLength);
      return [action.end === 'last' ? withSoFar(moved) : moved, []];
    }
    case 'show':
      return [setPage(model, action.page), []];
    case 'turn': {
      const pages: readonly Page[] = model.sideBySide === null ? PAGES : [...PAGES, 'compare'];
      const at = model.page === 'home' ? -1 : pages.indexOf(model.page);
      const page = pages[(at + action.by + pages.length) % pages.length] ?? 'ladder';
      return [setPage(model, page), []];
    }
    case 'focus':
      return [focused(model), []];
    case 'pane': {
      const isSame = model.pane.kind === action.kind && model.pane.size !== 'hidden';
      const size = isSame ? 'hidden' : model.pane.size === 'hidden' ? 'shown' : model.pane.size;
      const focus = size === 'hidden' ? 'main' : model.focus;
      return [{ ...model, focus, pane: { ...model.pane, kind: action.kind, size, at: 0, top: 0 } }, []];
    }
    case 'zoom': {
      const next = { shown: 'zoomed', zoomed: 'hidden', hidden: 'shown' } as const;
      const size = next[model.pane.size];
      const focus = size === 'zoomed' ? 'pane' : 'main';
      return [{ ...model, focus, pane: { ...model.pane, size } }, []];
    }
    case 'resize-pane':
      return [resizePane(model, action.by), []];
    case 'columns':
      return editColumns(model);
    case 'enter':
      return enterAction(model);
    case 'back':
      return goBack(model);
    case 'return': {
      const row = model.trail.at(-1);
      if (row === undefined) return [said(model, words().status.noReturn), []];
      return [{ ...select(model, row), trail: model.trail.slice(0, -1) }, []];
    }
    case 'prompt':
      return [
        {
          ...model,
          overlay: {
            kind: 'prompt',
            purpose: action.purpose,
            text: action.text ?? (action.purpose === 'filter' ? filterLine(model.filter, model.filters) : ''),
            at: 0,
          },
        },
        [],
      ];
    case 'palette':
      return [{ ...model, overlay: { kind: 'palette', text: '', at: 0 } }, []];
    case 'help':
      return [{ ...model, overlay: { kind: 'help', top: 0 } }, []];
    case 'only-connection':
      return onlyConnection(model);
    case 'find':
      return [findBy(model, action.by), []];
    case 'finding':
      return [findingBy(model, action.by), []];
    case 'compare':
      return compareAction(model, action.asks);
    case 'difference':
      return [differenceBy(model, action.by), []];
    case 'turn-comparison':
      return [turnComparison(model), []];
    case 'other-run':
      return [otherRun(model), []];
    case 'await':
      return [{ ...model, pending: action.key }, []];
    case 'play':
      return model.running !== null && model.running.waiting.length > 0
        ? letGo(model, 'first')
        : togglePlay(model);
    case 'speed':
      return [changeSpeed(model, action.by), []];
    case 'let-go':
      return letGo(model, action.side);
    case 'answer':
      return [openAnswer(model), []];
    case 'signal':
      return [openSignal(model), []];
    case 'step-edit':
      return [openEdit(model, action.what), []];
    case 'follow': {
      const follow = !model.follow;
      const end = Math.max(0, model.rows.length - 1);
      return [follow ? { ...select(model, model.rows.at(end)), follow } : { ...model, follow }, []];
    }
    case 'run':
    case 'run-stepped':
      return runAgain(model, action.do === 'run-stepped');
    case 'quiz':
      return askAboutOpen(model);
    case 'stop':
      if (model.running === null) return [said(model, words().status.notRunning), []];
      return [said(model, words().status.ending), [{ do: 'stop' }]];
    case 'edit':
      return [model, []];
    case 'theme': {
      const theme = THEMES[(THEMES.indexOf(model.theme) + 1) % THEMES.length] ?? 'dark';
      return [{ ...said(model, words().status.theme(theme)), theme }, []];
    }
    case 'mouse': {
      const mouse = !model.mouse;
      const text = mouse ? words().status.mouse.on : words().status.mouse.off;
      return [{ ...said(model, text), mouse }, [{ do: 'mouse', on: mouse }]];
    }
    case 'copy':
      return copy(model, action.what);
    case 'repaint':
      return [model, [{ do: 'repaint' }]];
    case 'suspend':
      return [model, [{ do: 'suspend' }]];
    case 'quit':
      return quit(model, action.how);
    default:
      return action satisfies never;
  }
}

function pageHeight(model: Model): number {
  const { main, pane } = areasOf(model.size, model.pane);
  return Math.max(1, (model.focus === 'pane' ? pane : main) - 1);
}

function focused(model: Model): Model {
  if (model.focus === 'pane') return { ...model, focus: 'main' };
  const pane = model.pane.size === 'hidden' ? { ...model.pane, size: 'shown' as const } : model.pane;
  return { ...model, focus: 'pane', pane };
}

/** Esc: out of the innermost thing that is open. */
function goBack(model: Model): Step {
  if (model.focus === 'pane') {
    const pane = model.pane.size === 'zoomed' ? { ...model.pane, size: 'shown' as const } : model.pane;
    return [{ ...model, focus: 'main', pane }, []];
  }
  if (model.replay !== null) return [{ ...model, replay: null }, [{ do: 'play', on: false }]];
  if (model.loading !== null) return [said(model, words().status.loadingEnded), [{ do: 'cancel-loading' }]];
  // From the list of scenarios back to what is open, as it was left: what is not to be seen there is not ended.
  if (model.page === 'home') return model.document === null ? [model, []] : [setPage(model, 'ladder'), []];
  if (model.search !== null) return [{ ...model, search: null }, []];
  if (model.filter !== '') return [model, [{ do: 'filter', text: '' }]];
  return [setPage(model, model.page === 'ladder' ? 'home' : 'ladder'), []];
}

function runAgain(model: Model, step: boolean): Step {
  if (model.running !== null) return [said(model, words().status.alreadyRuns(model.keys.keyOf('stop'))), []];
  const scenario = model.document?.session.run?.scenario;
  if (scenario === undefined || !model.home.scenarios.some(({ id }) => id === scenario))
    return [said(model, words().status.noScenario(model.keys.keyOf('home'))), []];
  const values = model.home.values[scenario] ?? {};
  return [model, [{ do: 'run', scenario, values, step }]];
}

function copy(model: Model, what: 'row' | 'view' | 'bytes'): Step {
  const text = what === 'view' ? viewText(model) : rowText(model, what);
  if (text === '') return [said(model, words().status.noCopy), []];
  return [said(model, words().status.copied[what]), [{ do: 'copy', text }]];
}

/** `q` asks only when something would be lost: a run that goes on. */
function quit(model: Model, how: 'ask' | 'now' | 'leave-view' | 'interrupt'): Step {
  if (how === 'ask' && model.running !== null) return [{ ...model, overlay: { kind: 'leave' } }, []];
  const effect: Effect = {
    do: 'quit',
    leaveView: how === 'leave-view',
    isInterrupt: how === 'interrupt',
  };
  return [model, [effect]];
}

export function said(model: Model, text: string, isError = false): Model {
  return { ...model, status: { text, isError } };
}
