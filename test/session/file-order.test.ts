import { describe, expect, test } from 'vitest';
import { fileRows, frameNumbers, hasEntryRow, sortedOrder } from '../../src/session/file-order.ts';
import type { Session } from '../../src/session/session.ts';
import { fakeCall, fakeCapture } from './fake-session.ts';

const packet = (us: number) => ({ us, from: 'client' as const, seq: 0, ack: 0, flags: 0x10 });
const call = (id: number, enter: number, exit: number | null) =>
  fakeCall({ id, role: 'client', name: 'recv' }, [enter, exit]);

/** Rows as text: 'p0' a packet, 'enter1' and 'exit1' a call. */
function rowsOf(packets: readonly number[], calls: readonly ReturnType<typeof call>[]): string {
  const { columns } = fakeCapture(packets.map(packet));
  const rows = [...fileRows(sortedOrder(columns, calls), columns.length)];
  return rows.map((row) => (row.kind === 'packet' ? `p${row.packet}` : `${row.row}${row.call}`)).join(' ');
}

describe('rows stand in order of the time that they bear', () => {
  test.each([
    { name: 'nothing', packets: [], calls: [], want: '' },
    { name: 'packets alone', packets: [1, 2], calls: [], want: 'p0 p1' },
    { name: 'packets out of order', packets: [2, 1, 1], calls: [], want: 'p1 p2 p0' },
    { name: 'a call between', packets: [1, 3], calls: [call(1, 1.5, 2)], want: 'p0 exit0 p1' },
    {
      name: 'a return within the µs of a packet',
      packets: [5.9],
      calls: [call(1, 1, 5.1)],
      want: 'p0 exit0',
    },
    { name: 'a return at the time of a packet', packets: [6], calls: [call(1, 1, 6)], want: 'p0 exit0' },
    {
      name: 'an entry within the µs of a packet',
      packets: [5.1],
      calls: [call(1, 5.9, null)],
      want: 'enter0 p0',
    },
    { name: 'a call that blocked', packets: [500], calls: [call(1, 1, 1002)], want: 'enter0 p0 exit0' },
    {
      name: 'returns in one µs by their ns',
      packets: [],
      calls: [call(1, 1, 5.9), call(2, 1, 5.2)],
      want: 'exit1 exit0',
    },
  ])('$name', ({ packets, calls, want }) => expect(rowsOf(packets, calls)).toBe(want));
});

test.each([
  { enter: 0, exit: 1000, want: false },
  { enter: 0, exit: 1000.001, want: true },
  { enter: 0, exit: null, want: true },
])('entry row of a call from $enter to $exit µs: $want', ({ enter, exit, want }) => {
  expect(hasEntryRow(call(1, enter, exit))).toBe(want);
});

test('frame numbers count packets, calls and entries from 1', () => {
  const session: Session = {
    capture: fakeCapture([packet(10), packet(3000)]),
    calls: [call(1, 1, 2), call(2, 5, 2000), call(3, 2500, null)],
    run: null,
  };
  const numbers = frameNumbers(session);
  expect(numbers.count).toBe(6);
  expect([0, 1, 2].map(numbers.ofCall)).toEqual([1, 4, 5]);
  expect([0, 1, 2].map(numbers.ofEntry)).toEqual([null, 2, 5]);
  expect([0, 1].map(numbers.ofPacket)).toEqual([3, 6]);
});
