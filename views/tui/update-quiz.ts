import { isRight, type Question } from '../../src/scenarios/quiz.ts';
import { NOTHING_TO_ASK } from '../../src/scenarios/run-quiz.ts';
import { atOnce } from '../../src/timeline/time-order.ts';
import { say } from '../../src/words/text.ts';
import { words } from '../../src/words/words.ts';
import type { Action } from './actions.ts';
import { type Document, firstRow } from './document.ts';
import type { Model } from './model.ts';
import { shownRows } from './packet-rows.ts';
import { scoreLength } from './panes/quiz.ts';
import { type Answer, proofRows, type Quiz, questionOf, quizOf, quizRows } from './quiz.ts';
import { type Step, select } from './update-move.ts';

type Act = (model: Model, action: Action) => Step;

/** Keys without a letter keep what they do, if it is one of these. */
const KEPT: ReadonlySet<Action['do']> = new Set(['move', 'move-page', 'move-to', 'repaint', 'suspend']);
const LONGEST = 200;

/** Asks for the questions on what is open. */
export function askAboutOpen(model: Model): Step {
  const { document, running, loading } = model;
  const said = (text: string): Step => [{ ...model, status: { text, isError: false } }, []];
  if (running !== null) return said(words().status.alreadyRuns(model.keys.keyOf('stop')));
  if (document === null || loading !== null || document.extent !== 'whole')
    return said(words().quiz.notWhole);
  return [model, [{ do: 'quiz' }]];
}

/** A run has begun that is to be asked about. */
export function awaitQuiz(model: Model): Model {
  return { ...model, quiz: quizOf('running', []), overlay: null };
}

/** Begins to ask; where there is nothing to ask everything is shown, and said why. */
export function beginQuiz(model: Model, document: Document, questions: readonly Question[]): Model {
  const whole: Model = {
    ...model,
    ...{ document, page: 'ladder', focus: 'main', overlay: null, sideBySide: null, filter: '', search: null },
    ...{ tops: {}, cursors: {}, connection: 0, marks: {}, trail: [], replay: null, follow: false },
    pane: { kind: 'why', size: 'shown', lines: null, at: 0, top: 0 },
    status: null,
  };
  if (questions.length === 0)
    return { ...ended(whole), status: { text: say(NOTHING_TO_ASK), isError: false } };
  return asked(whole, quizOf('asked', questions));
}

/** What a key does while questions are asked. */
export function quizKey(model: Model, name: string, text: string | null, act: Act): Step {
  const { quiz } = model;
  if (quiz === null) return [model, []];
  const action = text === null ? model.keys.of(name)?.action : undefined;
  switch (quiz.phase) {
    case 'running':
      // Only C-c, which ends the program, is heard before.
      return name === 'escape' ? [{ ...model, quiz: null }, [{ do: 'stop' }]] : [model, []];
    case 'over':
      return [scored(model, quiz, action), []];
    case 'asked':
    case 'told':
      if (name === 'escape') return [left(model, quiz), []];
      if (action !== undefined && KEPT.has(action.do)) return act(model, action);
      return [quiz.phase === 'asked' ? typedKey(model, quiz, name, text) : toldKey(model, quiz, name), []];
    default:
      return quiz.phase satisfies never;
  }
}

function typedKey(model: Model, quiz: Quiz, name: string, text: string | null): Model {
  const typing = (typed: string): Model => ({ ...model, quiz: { ...quiz, typed: typed.slice(0, LONGEST) } });
  switch (name) {
    case 'enter':
      return answered(model, quiz);
    case 'tab':
      return asked(model, { ...quiz, isWireShown: !quiz.isWireShown });
    case 'backspace':
      return typing([...quiz.typed].slice(0, -1).join(''));
    case 'C-u':
      return typing('');
    default:
      return text === null ? model : typing(quiz.typed + text);
  }
}

function toldKey(model: Model, quiz: Quiz, name: string): Model {
  const { proof, proofAt } = quiz;
  switch (name) {
    case 'enter':
    case 'space':
      return next(model, quiz);
    case 'tab':
    case 'right':
    case 'left': {
      const by = name === 'left' ? proof.length - 1 : 1;
      const to = proof.length === 0 ? 0 : (proofAt + by) % proof.length;
      return select({ ...model, quiz: { ...quiz, proofAt: to } }, proof[to] ?? model.selected);
    }
    default:
      return model;
  }
}

/** Shows the rows that may be seen, and the cursor on the nearest of them. */
function asked(model: Model, quiz: Quiz): Model {
  const { document } = model;
  if (document === null) return model;
  const shown = atOnce(shownRows(document.timeline, quizRows(document, quiz)));
  return select({ ...model, ...shown, quiz }, model.selected);
}

function answered(model: Model, quiz: Quiz): Model {
  const { document } = model;
  const question = questionOf(quiz);
  if (document === null || question === null) return model;
  const typed = quiz.typed.trim();
  const answer: Answer = { typed, isRight: isRight(question, typed) };
  const proof = proofRows(document, question);
  const told: Quiz = { ...quiz, phase: 'told', answers: [...quiz.answers, answer], proof, proofAt: 0 };
  const shown = asked(model, told);
  return select(shown, proof[0] ?? shown.selected);
}

function next(model: Model, quiz: Quiz): Model {
  const base: Quiz = { ...quiz, typed: '', isWireShown: false, proof: [], proofAt: 0 };
  if (quiz.answers.length < quiz.questions.length) return asked(model, { ...base, phase: 'asked' });
  return { ...ended(model), quiz: { ...base, phase: 'over' } };
}

/** The score: arrows scroll it, any other key goes on to what was run. */
function scored(model: Model, quiz: Quiz, action: Action | undefined): Model {
  const height = model.size.height - 2;
  const by =
    action?.do === 'move' ? action.by : action?.do === 'move-page' ? Math.round(action.by * height) : 0;
  if (by === 0) return { ...model, quiz: null };
  const last = Math.max(0, scoreLength(quiz, model.size.width) - height);
  return { ...model, quiz: { ...quiz, top: Math.max(0, Math.min(quiz.top + by, last)) } };
}

function left(model: Model, { answers }: Quiz): Model {
  const right = answers.filter((each) => each.isRight).length;
  return {
    ...ended(model),
    status: { text: words().quiz.left(right, answers.length), isError: false },
  };
}

/** Everything is shown again. */
function ended(model: Model): Model {
  const { document } = model;
  if (document === null) return { ...model, quiz: null };
  return select({ ...model, ...document.everything, quiz: null, tops: {} }, firstRow(document));
}
