import { expect, test } from 'vitest';
import type { Evidence } from '../../src/scenarios/evidence.ts';
import { judgeRun } from '../../src/scenarios/judgement.ts';
import { observe } from '../../src/scenarios/observe.ts';
import { restoreParameters } from '../../src/scenarios/parameters.ts';
import { parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { nagleQuestions } from '../../src/scenarios/questions/flow.ts';
import { type Question, questionsOf } from '../../src/scenarios/quiz.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { inEnglish } from '../../src/words/text.ts';
import { openRecorded, type Recorded } from '../timeline/build-session.ts';
import { recordRun } from '../timeline/recorded-run.ts';

/** What runs of options that turn a lesson around are asked and told. */

async function recorded(run: string, mayFail = false): Promise<Recorded | null> {
  const made = await recordRun(run.split(' '), mayFail);
  if (typeof made !== 'string') return made;
  console.warn(`skipped: ${made}`);
  return null;
}

async function asked(made: Recorded, ask: (run: Evidence) => readonly Question[]) {
  const session = await openRecorded(made);
  const questions = ask(observe(buildTimeline(session), restoreParameters({ ...made.run.parameters })));
  session.capture.close();
  return questions;
}

async function told(made: Recorded, id: string) {
  const session = await openRecorded(made);
  const scenario = await loadScenario(id);
  const results = judgeRun(
    scenario,
    restoreParameters({ ...made.run.parameters }),
    buildTimeline(session),
  ).map(({ text, holds, note }) => ({ text: inEnglish(text), holds, note: inEnglish(note ?? '') }));
  session.capture.close();
  return results;
}

/** The same run, whose longest round took so many ms by the client's report. */
function lasting(made: Recorded, ms: number): Recorded {
  const roles = made.run.roles.map((role) =>
    role.name === 'client' ? { ...role, report: { ...role.report, 'longest round (ms)': ms } } : role,
  );
  return { ...made, run: { ...made.run, roles } };
}

test.each([
  { run: 'nagle --cork', ms: 5, answer: 'less than 20 ms' },
  { run: 'nagle --cork', ms: 29.1, answer: null },
  { run: 'nagle --cork', ms: 44, answer: null },
  { run: 'nagle --cork', ms: 300, answer: null },
  { run: 'nagle', ms: 29.1, answer: null },
  { run: 'nagle', ms: 44, answer: 'some 40 ms' },
  { run: 'nagle', ms: 300, answer: null },
])('$run: a round of $ms ms', async ({ run, ms, answer }) => {
  const made = await recorded(run);
  if (made === null) return;
  const round = (await asked(lasting(made, ms), nagleQuestions)).find(({ text }) =>
    /longest round/.test(inEnglish(text)),
  );
  expect(round === undefined ? null : inEnglish(round.answer)).toBe(answer);
  if (round !== undefined) expect(round.packets.length).toBeGreaterThan(0);
});

test.each([
  { run: 'tcp-echo --linger 0', isAsked: false },
  { run: 'tcp-echo', isAsked: true },
])('$run: how often a recv returns, asked: $isAsked', async ({ run, isAsked }) => {
  const made = await recorded(run);
  if (made === null) return;
  const texts = (await asked(made, questionsOf)).map(({ text }) => inEnglish(text));
  expect(texts.some((text) => /How many times does a recv/.test(text))).toBe(isAsked);
});

test('a role that gave up because of --timeout leaves the rest untold, not crossed', async () => {
  const made = await recorded('tcp-echo --timeout 50 --pause server:recv=300', true);
  if (made === null) return;
  expect(made.run.roles.map(({ report }) => report.failed)).toContain('recv failed: EAGAIN');
  const results = await told(made, 'tcp-echo');
  expect(results.filter(({ holds }) => holds === false)).toEqual([]);
  expect(results.find(({ text }) => text.startsWith('A FIN goes each way'))).toMatchObject({
    holds: null,
    note: expect.stringMatching(/gave up/),
  });
  const patient = { ...made, run: { ...made.run, parameters: { ...made.run.parameters, timeout: null } } };
  expect((await told(patient, 'tcp-echo')).some(({ holds }) => holds === false)).toBe(true);
});

test('what the lab dropped is not said to be lost nowhere', async () => {
  const made = await recorded('udp-transfer --reliability numbered --loss 30 --size 50000');
  if (made === null) return;
  const notes = (await told(made, 'udp-transfer')).map(({ note }) => note).join('\n');
  expect(notes).toMatch(/nothing was lost in the receive buffer/);
  expect(notes).toContain(`${made.run.lost.length} datagrams were lost on the way`);
});

test.each([
  // 1500 less 20 or 40 of IP and 20 of TCP; RFC 7323: timestamps take 12 with their padding.
  { family: 'ipv4', mss: 1460, largest: 1448 },
  { family: 'ipv6', mss: 1440, largest: 1428 },
])('tcp-transfer over $family tells of an MSS of $mss, and of $largest', async ({ family, mss, largest }) => {
  const scenario = await loadScenario('tcp-transfer');
  const texts = scenario.lookFor(parseParameters(scenario, { family })).map(({ text }) => inEnglish(text));
  expect(texts.join('\n')).toContain(`segments of at most ${mss} `);
  const made = await recorded(`tcp-transfer --family ${family}`);
  if (made === null) return;
  const result = (await told(made, 'tcp-transfer')).find(({ text }) => text.startsWith('One send is not'));
  expect(result).toMatchObject({ holds: true, note: expect.stringContaining(`${largest},`) });
});
