import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/sockets/call.ts';
import { receiveRanges, totalOf } from '../../src/timeline/call-ranges.ts';
import { atOnce } from '../../src/timeline/time-order.ts';
import { BLANK_CALL } from '../support/blank-call.ts';
import { recordRun, savedRun } from './recorded-run.ts';

const recv = (ret: number, more: Partial<Call> = {}): Call => ({
  ...BLANK_CALL,
  name: 'recv',
  enterNs: 1n,
  exitNs: 2n,
  length: 1024,
  ret,
  ...more,
});
const OOB = { length: 1, args: { flags: 'MSG_OOB' } };

/** The ranges of such calls of one end, and where the next byte would stand. */
function taken(calls: readonly Call[], urgent: readonly number[]) {
  const list = atOnce(receiveRanges(calls, [...calls.keys()], urgent));
  const ranges = Array.from(list.call, (call, at) => [call, list.from[at], list.to[at]]);
  return { ranges, end: totalOf(list) };
}

describe('an urgent byte stands beside the stream', () => {
  test('in the middle: the recv behind it starts one further', () => {
    // abc!def with the mark at byte 3
    expect(taken([recv(3), recv(1, OOB), recv(3), recv(0)], [3])).toEqual({
      ranges: [
        [0, 0, 3],
        [2, 4, 7],
      ],
      end: 7,
    });
  });

  test('at the end: passed over by the recv that sees the end of the stream, whether it was asked for or not', () => {
    expect(taken([recv(1), recv(1, OOB), recv(0)], [1])).toEqual({ ranges: [[0, 0, 1]], end: 2 });
    expect(taken([recv(1), recv(0)], [1])).toEqual({ ranges: [[0, 0, 1]], end: 2 });
    expect(taken([recv(1), recv(-1, { errno: 'EAGAIN' })], [1]).end).toBe(2);
  });

  test('alone', () => expect(taken([recv(1, OOB), recv(0)], [0])).toEqual({ ranges: [], end: 1 }));

  test('not passed over by who asks for it, peeks, asks for 0 bytes or has not returned', () => {
    const others = [recv(1, OOB), recv(0, { args: { flags: 'MSG_PEEK' } }), recv(0, { length: 0 })];
    expect(taken([recv(1), ...others, recv(0, { exitNs: null, ret: null })], [1]).end).toBe(1);
  });
});

test.each([
  ['apart', 'a'],
  ['apart', ''],
  ['ignored', 'a'],
  ['ignored', ''],
  ['inline', 'a'],
])('urgent --how %s --message "%s" balances', { timeout: 60_000 }, async (how, message) => {
  const args = ['urgent', '--how', how, '--message', message];
  const recorded = await recordRun(args);
  if (typeof recorded === 'string') return console.warn(`skipped: ${recorded}`);
  const { stdout } = await savedRun(args);
  const bytes = message.length + 1;
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    `${bytes} on the wire = ${bytes} received + 0 left unread + 0 missing`,
  );
});
