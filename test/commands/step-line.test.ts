import { expect, test } from 'vitest';
import { editText, parseStepLine, type Stopped } from '../../src/commands/step-line.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const stopped = (role: string, call: string, data: string | null): Stopped => ({
  call: { type: 'waiting', role, call, text: `${call}()`, data: data === null ? null : base64(data) },
  edit: null,
});
const TWO = [stopped('server', 'recv', null), stopped('client 2', 'send', 'hello')];

test.each([
  { line: '', want: { do: 'go', roles: ['server'] } },
  { line: 'client 2', want: { do: 'go', roles: ['client 2'] } },
  { line: 'all', want: { do: 'go', roles: ['server', 'client 2'] } },
  {
    line: 'data hi\\n',
    want: { do: 'edit', role: 'client 2', edit: { data: base64('hi\n'), pauseMs: null } },
  },
  { line: 'wait 500', want: { do: 'edit', role: 'server', edit: { data: null, pauseMs: 500 } } },
  { line: 'client 2 wait 5', want: { do: 'edit', role: 'client 2', edit: { data: null, pauseMs: 5 } } },
  { line: 'client 2 data', want: { do: 'edit', role: 'client 2', edit: { data: '', pauseMs: null } } },
])('"$line"', ({ line, want }) => {
  expect(parseStepLine(line, TWO)).toEqual(want);
});

test.each([
  { line: 'data a\\q', says: /backslash .*at 2/ },
  { line: 'server data x', says: /recv sends no data/ },
  { line: `data ${'x'.repeat(8193)}`, says: /at most 8192 bytes/ },
  { line: 'wait long', says: /number of ms/ },
  { line: 'nonsense', says: /Enter: the first goes/ },
])('"$line" is refused in words', ({ line, says }) => {
  const command = parseStepLine(line, TWO);
  expect(command.do === 'say' && command.text).toMatch(says);
});

test.each([
  { line: 'client signal usr1', want: { do: 'signal', role: 'client', signal: 'SIGUSR1' } },
  { line: 'client 2 signal SIGKILL', want: { do: 'signal', role: 'client 2', signal: 'SIGKILL' } },
  { line: 'signal -TERM', want: { do: 'signal', role: 'server', signal: 'SIGTERM' } },
  {
    line: 'client 3 signal TERM',
    want: { do: 'say', text: 'no role client 3 runs: server, client, client 2' },
  },
])('"$line" is for a role that runs, also where it does not wait', ({ line, want }) => {
  expect(parseStepLine(line, TWO, ['server', 'client', 'client 2'])).toEqual(want);
});

test('a signal that cannot be sent is refused with those that can', () => {
  const command = parseStepLine('signal QUIT', TWO, ['server']);
  expect(command).toEqual({
    do: 'say',
    text: 'no signal QUIT: TERM INT HUP USR1 USR2 ALRM KILL STOP CONT CHLD PIPE',
  });
});

test('a signal without a name is asked for', () => {
  expect(parseStepLine('signal ', TWO, ['server'])).toMatchObject({
    text: expect.stringMatching(/^which signal\? TERM/),
  });
});

test('a second change keeps the first', () => {
  const [, client] = TWO;
  const first = parseStepLine('data hi', TWO);
  const changed = [{ ...client!, edit: first.do === 'edit' ? first.edit : null }];
  const second = parseStepLine('wait 20', changed);
  expect(second).toMatchObject({ edit: { data: base64('hi'), pauseMs: 20 } });
  expect(editText({ ...client!, edit: second.do === 'edit' ? second.edit : null })).toBe(
    '"hi" (2 bytes instead of 5), after a pause of 20 ms',
  );
});
