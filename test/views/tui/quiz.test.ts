import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Question } from '../../../src/scenarios/quiz.ts';
import { askableScenario, questionsFor } from '../../../src/scenarios/run-quiz.ts';
import { openSession } from '../../../src/session/read.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { Document } from '../../../views/tui/document.ts';
import { COMMANDS } from '../../../views/tui/keys.ts';
import { quizOf, quizRows } from '../../../views/tui/quiz.ts';
import { PROJECT } from '../../support/tools.ts';
import { TestScreen } from './screen.ts';

const SIZES = [
  { width: 80, height: 24 },
  { width: 200, height: 60 },
] as const;
const ENTER = '\r';
const TAB = '\t';
const ESCAPE = '\x1b';
const RIGHT = '\x1b[C';
const DOWN = '\x1b[B';
const PAGE_DOWN = '\x1b[6~';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** A sample, and the questions on it. */
async function asked(sample: string): Promise<{ document: Document; questions: readonly Question[] }> {
  const session = await openSession(join(PROJECT, 'samples', `${sample}.pcapng`));
  open.push({ close: () => session.capture.close() });
  const timeline = buildTimeline(session);
  return {
    document: new Document(timeline, sample),
    questions: await questionsFor(timeline, askableScenario(timeline)),
  };
}

function screen(size: { readonly width: number; readonly height: number }, theme: 'dark' | 'mono' = 'dark') {
  const made = new TestScreen({ ...size, theme });
  open.push(made);
  return made;
}

// By hand, of `refused`: the client's SYN is answered by a RST of the server's machine, and connect fails.
const RESET: Question = {
  text: { en: 'Who says no?', es: '¿Quién dice que no?', ca: 'Qui diu que no?' },
  answer: 'the kernel',
  choices: ['the client', 'the kernel'],
  ...{ calls: [], packets: [1] },
};
const errnoOf = ({ session }: Document): Question => ({
  text: 'Which errno?',
  ...{ answer: 'ECONNREFUSED', choices: [], packets: [] },
  calls: [session.calls.findIndex(({ name, errno }) => name === 'connect' && errno !== null)],
});

describe.each(SIZES)('at $width × $height', (size) => {
  test.each(['dark', 'mono'] as const)(
    'questions one by one, each answer with its proof, then the score and everything (%s)',
    async (theme) => {
      const shown = screen(size, theme);
      const { document } = await asked('refused');
      shown.app.hear({ kind: 'quiz', document, questions: [RESET, errnoOf(document)] });
      let lines = await shown.until('Question 1 of 2');
      expect(lines.join('\n')).toContain('Who says no? (1 the client; 2 the kernel)');
      expect(lines.join('\n')).not.toMatch(/RST|ECONNREFUSED/);
      // Whoever does not know may look: at headers, not at reasons and results.
      await shown.press(TAB);
      lines = await shown.until('[RST, ACK]');
      expect(lines.join('\n')).not.toMatch(/ECONNREFUSED|nobody listens/);
      await shown.press('2', ENTER);
      lines = await shown.until('✓ right: the kernel');
      expect(lines.find((line) => line.startsWith('▶'))).toContain('[RST, ACK]');
      expect(lines.join('\n')).toContain('▶ #');
      await shown.press(ENTER);
      lines = await shown.until('Question 2 of 2');
      expect(lines.join('\n')).not.toMatch(/RST|ECONNREFUSED/);
      await shown.press(...'EPIPE', ENTER);
      lines = await shown.until('✗ no, it is ECONNREFUSED   (EPIPE)');
      expect(lines.find((line) => line.startsWith('▶'))).toContain('= -1 ECONNREFUSED');
      await shown.press(ENTER);
      await shown.until('1 / 2 right answers');
      await shown.until('✗ Which errno?');
      await shown.until('(answered: EPIPE)');
      await shown.press(' ');
      await shown.until(/Why +#\d/);
      expect(shown.app.model.quiz).toBeNull();
      expect(shown.app.model.rows.length).toBe(document.timeline.rowCount);
      await shown.settle();
    },
  );

  test('Esc leaves it, and everything is shown', async () => {
    const shown = screen(size);
    const { document } = await asked('refused');
    shown.app.hear({ kind: 'quiz', document, questions: [RESET, errnoOf(document)] });
    await shown.until('Question 1 of 2');
    await shown.press('1', ENTER);
    await shown.until('✗ no, it is the kernel');
    await shown.press(ESCAPE);
    await shown.until('0 of 1 answered right');
    await shown.until('ECONNREFUSED');
    await shown.settle();
  });

  test('no answer is not called wrong, and the score tells what was answered', async () => {
    const shown = screen(size);
    const { document } = await asked('refused');
    shown.app.hear({ kind: 'quiz', document, questions: [RESET] });
    await shown.until('Question 1 of 1');
    await shown.press(ENTER);
    const lines = await shown.until(/^ {2}it is the kernel/m);
    expect(lines.join('\n')).not.toMatch(/✗|no, it is/);
    await shown.press(ENTER);
    await shown.until(/– Who says no\?/);
    await shown.until('(not answered)');
  });

  test('a key asks about what is open, and the questions are those of the text form', async () => {
    const shown = screen(size);
    const { document, questions } = await asked('handshake');
    shown.app.hear({ kind: 'document', document });
    await shown.until(/Why +#\d/);
    await shown.press('a');
    await shown.until(`Question 1 of ${questions.length}`);
    expect(shown.app.model.quiz?.questions).toEqual(questions);
  });

  // Reasons, results, links, states, findings and checks would tell. Whatever key is pressed, they are not to be seen.
  test.each(['handshake', 'reset-linger', 'loss-fast', 'zero-window', 'udp-loss', 'clients-at-once'])(
    'nothing tells the answers of %s',
    async (sample) => {
      const shown = screen(size);
      const { document, questions } = await asked(sample);
      const { timeline, words } = document;
      const reasons = new Set<string>();
      for (let row = 0; row < timeline.rowCount; row++) {
        const each = timeline.row(row);
        const reason =
          each.kind === 'packet' ? timeline.reasonOfPacket(each.packet) : timeline.reasonOfCall(each.call);
        if (reason !== null) reasons.add(words.reason(reason).slice(0, 20));
      }
      expect(reasons.size).toBeGreaterThan(3);
      shown.app.hear({ kind: 'quiz', document, questions });
      await shown.until('Question 1 of');
      const look = async () => {
        const lines = await shown.settle();
        // The question itself may name a packet or a reason.
        const seen = lines
          .slice(
            1,
            lines.findIndex((line) => line.includes('Question 1 of')),
          )
          .join('\n');
        for (const reason of reasons) expect(seen).not.toContain(reason);
        expect(seen).not.toMatch(
          / = |after \d|ESTABLISHED|TIME-WAIT|CLOSE-WAIT|[┃✓✗●⋮]|\d\.\d{3} |\w+#\d+ \d+–/,
        );
        return seen;
      };
      const calls = await look();
      expect(calls).not.toMatch(/\[SYN|UDP Len/);
      const keys = COMMANDS.flatMap((command) => command.keys).filter((key) => key.length === 1);
      await shown.press(...keys);
      expect(shown.app.model.quiz?.typed.length).toBeGreaterThan(keys.length - 3);
      expect(await look()).toBe(calls);
      await shown.press(TAB);
      for (const key of [DOWN, PAGE_DOWN, RIGHT, PAGE_DOWN]) {
        await shown.press(key);
        await look();
      }
      shown.app.hear({ kind: 'mouse', action: 'down', x: 30, y: 0 });
      expect(shown.app.model.page).toBe('ladder');
      await look();
    },
    20_000,
  );

  test('on the home page a key runs the chosen scenario to be asked about it', async () => {
    const scenario = { id: 'one', title: 'One', teaches: '', lookFor: ['It blocks.'], parameters: [] };
    const shown = new TestScreen({ ...size, scenarios: [scenario] });
    open.push(shown);
    await shown.until('a quiz');
    shown.app.hear({ kind: 'quiz-run', goesOn: true });
    const lines = await shown.until('It runs');
    expect(lines.join('\n')).not.toContain('It blocks.');
    shown.app.hear({ kind: 'quiz-run', goesOn: false });
    await shown.until('It blocks.');
  });
});

test('what is left out before the answer is the same whichever call it is', async () => {
  const { document } = await asked('handshake');
  const { calls } = document.session;
  const which = (answer: string): Question => ({
    ...{ text: 'Which call?', answer, choices: ['connect', 'accept', 'close'], packets: [] },
    calls: [calls.findIndex(({ name }) => name === answer)],
  });
  const shownFor = (answer: string): readonly string[] => {
    const rows = quizRows(document, quizOf('asked', [which(answer)]));
    return Array.from({ length: rows.length }, (_, at) => {
      const row = document.timeline.row(rows.at(at));
      return row.kind === 'packet' ? 'packet' : (calls[row.call]?.name ?? '');
    });
  };
  expect(shownFor('connect')).toContain('send');
  expect(shownFor('connect')).not.toContain('close');
  expect(shownFor('connect')).not.toContain('packet');
  expect(shownFor('accept')).toEqual(shownFor('connect'));
  expect(shownFor('close')).toEqual(shownFor('connect'));
});

test('there is nothing to ask about a capture without a run', async () => {
  const shown = screen(SIZES[0]);
  const { document } = await asked('refused');
  shown.app.hear({ kind: 'quiz', document, questions: [] });
  await shown.until('nothing to ask about this file');
  await shown.until('ECONNREFUSED');
});
