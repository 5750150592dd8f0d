import type { Question } from '../../src/scenarios/quiz.ts';
import type { Document } from './document.ts';
import type { Veil } from './ladder-frame.ts';
import type { Model } from './model.ts';
import { type RowList, someRows } from './row-list.ts';

/** What was said to a question: '' is "I do not know". */
export interface Answer {
  readonly typed: string;
  readonly isRight: boolean;
}

/** Questions one by one. While they are asked, nothing is shown that follows from the run. */
export interface Quiz {
  /** running: the run goes on; asked, told: one question; over: the score, and everything is shown. */
  readonly phase: 'running' | 'asked' | 'told' | 'over';
  readonly questions: readonly Question[];
  readonly answers: readonly Answer[];
  readonly typed: string;
  /** All calls and packets are shown, without results: whoever cannot foresee the answer may look for it. */
  readonly isWireShown: boolean;
  /** Rows that prove the answer that is told, ascending, and which of them was jumped to. */
  readonly proof: readonly number[];
  readonly proofAt: number;
  /** The first line shown of the score. */
  readonly top: number;
}

export function quizOf(phase: Quiz['phase'], questions: readonly Question[]): Quiz {
  return {
    ...{ phase, questions, answers: [], typed: '', isWireShown: false },
    ...{ proof: [], proofAt: 0, top: 0 },
  };
}

/** The question that is asked, or whose answer is told; null before the first and after the last. */
export function questionOf({ phase, questions, answers }: Quiz): Question | null {
  if (phase !== 'asked' && phase !== 'told') return null;
  return questions[phase === 'told' ? answers.length - 1 : answers.length] ?? null;
}

/** Whether a quiz hides something of what is open. */
export function isVeiled({ quiz }: Model): boolean {
  return quiz !== null && quiz.phase !== 'over';
}

/** What is hidden of a row. */
export function veilOf(model: Model, row: number): Veil {
  if (!isVeiled(model)) return 'none';
  return model.quiz?.proof.includes(row) === true ? 'proof' : 'asked';
}

/**
 * The calls, each once, and with `isWireShown` the packets. Calls named as those that prove the answer are left out
 * before that: they could be counted. When the answer is told, all of these and what proves it.
 */
export function quizRows({ timeline }: Document, quiz: Quiz): RowList {
  const { calls } = timeline.session;
  const isOpen = quiz.isWireShown || quiz.phase === 'told';
  const proves = new Set(quiz.proof);
  const telling = new Set(isOpen ? [] : questionOf(quiz)?.calls.map((call) => calls[call]?.name));
  const rows: number[] = [];
  for (let index = 0; index < timeline.rowCount; index++) {
    const row = timeline.row(index);
    const isShown =
      row.kind === 'packet'
        ? isOpen
        : (row.kind === 'enter' || timeline.rowOfEntry(row.call) < 0) && !telling.has(calls[row.call]?.name);
    if (isShown || proves.has(index)) rows.push(index);
  }
  return someRows(Uint32Array.from(rows));
}

/** The rows that prove an answer: of calls their returns, for it is the result that proves. */
export function proofRows({ timeline }: Document, { calls, packets }: Question): readonly number[] {
  const ofCalls = calls.map((call) => {
    const back = timeline.rowOfReturn(call);
    return back >= 0 ? back : timeline.rowOfEntry(call);
  });
  const rows = [...ofCalls, ...packets.map((packet) => timeline.rowOfPacket(packet))];
  return [...new Set(rows.filter((row) => row >= 0))].sort((a, b) => a - b);
}
