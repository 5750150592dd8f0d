import { deserialize } from 'node:v8';
import { expect, test } from 'vitest';
import { bytesOfCall } from '../../src/scenarios/call-bytes.ts';
import { judgeRun } from '../../src/scenarios/judgement.ts';
import { restoreParameters } from '../../src/scenarios/parameters.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import type { Timeline } from '../../src/timeline/types.ts';
import { inEnglish } from '../../src/words/text.ts';
import { openRecorded, type Recorded } from '../timeline/build-session.ts';
import { recordRun } from '../timeline/recorded-run.ts';

/** What is kept of a call without --verify, for which the runs of tests keep all. */
const KEPT_BYTES = 64;

async function recordShort(words: readonly string[]): Promise<Recorded | string> {
  const recorded = await recordRun(words);
  if (typeof recorded === 'string') return recorded;
  const calls = recorded.calls.map((call) => ({ ...call, data: call.data?.subarray(0, KEPT_BYTES) ?? null }));
  return { ...recorded, calls };
}

async function opened(
  words: readonly string[],
  recorded: Recorded,
  use: (timeline: Timeline, check: (text: RegExp) => boolean | null | undefined) => void,
): Promise<void> {
  const session = await openRecorded(recorded);
  const timeline = buildTimeline(session);
  const scenario = await loadScenario(words[0] ?? '');
  const results = judgeRun(scenario, restoreParameters(recorded.run.parameters), timeline);
  use(timeline, (text) => results.find((result) => text.test(inEnglish(result.text)))?.holds);
  session.capture.close();
}

test('an object is longer than the record of its send: the packets have the rest', async () => {
  const words = ['object-echo'];
  const recorded = await recordShort(words);
  if (typeof recorded === 'string') return console.warn(`skipped: ${recorded}`);
  const sent = recorded.calls.findIndex(({ role, name }) => role === 'client' && name === 'send');
  const server = recorded.calls.findIndex(({ role, name }) => role === 'server' && name === 'send');
  await opened(words, recorded, (timeline, check) => {
    const { ret, data } = recorded.calls[sent] ?? {};
    const bytes = bytesOfCall(timeline, sent) ?? new Uint8Array();
    expect(data?.length).toBeLessThan(ret ?? 0);
    expect(deserialize(bytes.subarray(4))).toMatchObject({ primes: new Set([2, 3, 5]), large: 2n ** 80n });
    expect(check(/the same bytes come back/)).toBe(true);
    const row = timeline.linksOfCall(server).find(({ relation }) => relation === 'carries')?.packet ?? 0;
    const last = recorded.packets[row]?.bytes ?? Buffer.alloc(1);
    last[last.length - 1] = (last.at(-1) ?? 0) ^ 1;
  });
  await opened(words, recorded, (_, check) => expect(check(/the same bytes come back/)).toBe(false));
  for (const packet of recorded.packets) packet.bytes = packet.bytes.subarray(0, 100);
  await opened(words, recorded, (timeline, check) => {
    expect(bytesOfCall(timeline, sent)).toBeNull();
    expect(check(/the same bytes come back/)).toBeNull();
  });
});

test('the marker behind a long answer is seen', async () => {
  const words = [
    'telnet',
    '--no-input',
    '--requests',
    `echo ${'long '.repeat(20)}|uname|exit`,
    '--think',
    '0',
  ];
  const recorded = await recordShort(words);
  if (typeof recorded === 'string') return console.warn(`skipped: ${recorded}`);
  const isCut = recorded.calls.some(({ data, ret }) => data !== null && data.length < (ret ?? 0));
  expect(isCut).toBe(true);
  await opened(words, recorded, (_, check) => expect(check(/ends with byte 4/)).toBe(true));
});
