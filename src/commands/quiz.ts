import { createInterface } from 'node:readline';
import { askedText, canAsk, isRight, notAnAnswer, type Question } from '../scenarios/quiz.ts';
import { IT_IS, NOT_SO, NOTHING_TO_ASK, questionsFor, RIGHT, RIGHT_ANSWERS } from '../scenarios/run-quiz.ts';
import { frameNumbers } from '../session/file-order.ts';
import type { Timeline } from '../timeline/types.ts';
import { wording } from '../timeline/wording.ts';
import { say } from '../words/text.ts';
import { printLines } from './terminal.ts';

const SHOWN_ROWS = 6;

/**
 * Asks about a run whose reasons have not been shown, and reads the answers from standard input, one a line; with
 * `answers` it prints them at once. Returns whether everything was asked and answered, so that the ladder may be shown.
 */
export async function askQuiz(
  timeline: Timeline,
  scenarioName: string | null,
  answers: boolean,
  safe: (text: string) => string,
): Promise<boolean> {
  // Names of roles and values may come from a file that anybody has written.
  const print = (lines: readonly string[]): Promise<void> => printLines(lines.map(safe));
  if (!canAsk(timeline)) {
    await print([say(NOTHING_TO_ASK)]);
    return true;
  }
  const questions = await questionsFor(timeline, scenarioName);
  if (answers) {
    await print(
      questions.flatMap((each, n) => [asked(each, n), `   ${say(each.answer)}${proof(timeline, each)}`]),
    );
    return true;
  }
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  let right = 0;
  let replies = 0;
  for (const [n, each] of questions.entries()) {
    await print([asked(each, n)]);
    let { done, value } = replies < n ? { done: true, value: '' } : await lines.next();
    let why = done === true ? null : notAnAnswer(each, value);
    while (done !== true && why !== null) {
      await print([`   ${say(why)}`, asked(each, n)]);
      ({ done, value } = await lines.next());
      why = done === true ? null : notAnAnswer(each, value);
    }
    if (done === true) continue; // the end of the input: the other questions are only told
    replies += 1;
    const isSo = isRight(each, value);
    if (isSo) right += 1;
    const verdict = isSo ? say(RIGHT) : `${say(value.trim() === '' ? IT_IS : NOT_SO)} ${say(each.answer)}`;
    await print([`   ${verdict}${proof(timeline, each)}`]);
  }
  await lines.return?.();
  if (replies > 0) await print(['', `${right} / ${questions.length} ${say(RIGHT_ANSWERS)}`, '']);
  return replies === questions.length;
}

function asked(question: Question, n: number): string {
  return `${n + 1}. ${askedText(question)}`;
}

/** The rows that prove an answer, and why the first packet of them is there. */
function proof(timeline: Timeline, { calls, packets }: Question): string {
  const numbers = frameNumbers(timeline.session);
  const rows = [...calls.map(numbers.ofCall), ...packets.map(numbers.ofPacket)].filter((row) => row !== null);
  if (rows.length === 0) return '';
  const shown = rows.sort((a, b) => a - b).slice(0, SHOWN_ROWS);
  const [first] = packets;
  const why = first === undefined ? '' : `; ${wording(timeline.session)(timeline.reasonOfPacket(first))}`;
  return ` (#${shown.join(', #')}${rows.length > SHOWN_ROWS ? ', …' : ''}${why})`;
}
