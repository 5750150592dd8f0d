import { askedText } from '../../../src/scenarios/quiz.ts';
import {
  ANSWERED,
  IT_IS,
  NOT_ANSWERED,
  NOT_SO,
  RIGHT,
  RIGHT_ANSWERS,
} from '../../../src/scenarios/run-quiz.ts';
import { say } from '../../../src/words/text.ts';
import { words as told } from '../../../src/words/words.ts';
import { printable } from '../../ladder/glyphs.ts';
import { wrap } from '../../ladder/line.ts';
import type { Document } from '../document.ts';
import type { Model } from '../model.ts';
import { type Quiz, questionOf } from '../quiz.ts';
import { scrolled } from '../row-list.ts';
import { rowText } from '../row-text.ts';
import { EMPTY, line, span, spans, type UiLine } from '../style.ts';

/** Lines kept for what proves the answer, however long the question is. */
const LEAST_PROOF = 2;

/** 'Question 2 of 6'. */
export function quizTitle(quiz: Quiz): string {
  const at = quiz.phase === 'told' ? quiz.answers.length : quiz.answers.length + 1;
  return told().quiz.title(at, quiz.questions.length);
}

/** The question with the line for its answer; once it is given, whether it was right, and what proves it. */
export function quizLines(model: Model, document: Document, height: number): readonly UiLine[] {
  const { quiz } = model;
  const question = quiz === null ? null : questionOf(quiz);
  if (quiz === null || question === null) return [];
  const room = model.size.width - 4;
  const texts = wrap(printable(askedText(question), false), room).map((each) => line(`  ${each}`, 'title'));
  if (quiz.phase === 'asked') {
    const typed = spans([
      span('  > ', 'key'),
      span(printable(quiz.typed, false), 'value'),
      span(' ', 'cursor'),
    ]);
    return [...texts.slice(0, Math.max(1, height - 1)), typed];
  }
  const head = [...texts, verdictLine(quiz), ...reasonLines(document, quiz, room)];
  const above = head.slice(0, Math.max(1, height - LEAST_PROOF));
  return [...above, ...proofLines(document, quiz, height - above.length)];
}

function verdictLine(quiz: Quiz): UiLine {
  const question = questionOf(quiz);
  const answer = quiz.answers.at(-1);
  if (question === null || answer === undefined) return EMPTY;
  const right = printable(say(question.answer), false);
  if (answer.isRight) return line(`  ✓ ${say(RIGHT)}: ${right}`, 'good');
  // Nothing was claimed that could be wrong.
  if (answer.typed === '') return line(`  ${say(IT_IS)} ${right}`, 'value');
  const said = `   (${printable(answer.typed, false)})`;
  return spans([span(`  ✗ ${say(NOT_SO)} ${right}`, 'failed'), span(said, 'label')]);
}

/** Why the row that was jumped to is there. */
function reasonLines({ timeline, words }: Document, { proof, proofAt }: Quiz, room: number): UiLine[] {
  const index = proof[proofAt];
  if (index === undefined) return [];
  const row = timeline.row(index);
  const reason =
    row.kind === 'packet' ? timeline.reasonOfPacket(row.packet) : timeline.reasonOfCall(row.call);
  if (reason === null) return [];
  return wrap(printable(words.reason(reason), false), room).map((each) => line(`  ${each}`, 'reason'));
}

function proofLines(document: Document, quiz: Quiz, height: number): UiLine[] {
  const { proof, proofAt } = quiz;
  const top = scrolled(0, proofAt, height, proof.length, 0);
  return proof.slice(top, top + height).map((index, at) => {
    const row = document.timeline.row(index);
    const isOn = top + at === proofAt;
    return spans([
      span(isOn ? '  ▶ ' : '    ', 'mark'),
      span(`${document.numberText(row)} `.padEnd(6), 'label'),
      span(rowText(document, row, false), row.kind === 'packet' ? 'data' : 'call'),
    ]);
  });
}

/** What is shown while the run goes on that is asked about. */
export function awaitedLines(): readonly UiLine[] {
  return [EMPTY, line(told().quiz.awaited, 'reason')];
}

function scoreText(quiz: Quiz, width: number): readonly UiLine[] {
  const right = quiz.answers.filter(({ isRight }) => isRight).length;
  const lines: UiLine[] = [
    line(`  ${right} / ${quiz.questions.length} ${say(RIGHT_ANSWERS)}`, 'title'),
    EMPTY,
  ];
  for (const [at, question] of quiz.questions.entries()) {
    const answer = quiz.answers[at];
    const isSo = answer?.isRight === true;
    const typed = answer?.typed ?? '';
    const sign = isSo ? '✓' : typed === '' ? '–' : '✗';
    const style = isSo ? 'good' : typed === '' ? 'label' : 'failed';
    const said = typed === '' ? say(NOT_ANSWERED) : `${say(ANSWERED)}: ${printable(typed, false)}`;
    for (const [n, part] of wrap(printable(say(question.text), false), width - 6).entries())
      lines.push(spans([span(n === 0 ? `  ${sign} ` : '    ', style), span(part, 'reason')]));
    const right = `      ${printable(say(question.answer), false)}`;
    lines.push(spans([span(right, 'value'), span(`   (${said})`, style)]));
  }
  return [...lines, EMPTY, line(told().quiz.shown, 'label')];
}

export function scoreLength(quiz: Quiz, width: number): number {
  return scoreText(quiz, width).length;
}

/** The score, and every question with its answer. */
export function scoreLines(quiz: Quiz, width: number, height: number): readonly UiLine[] {
  const lines = scoreText(quiz, width);
  return lines.slice(quiz.top, quiz.top + height);
}
