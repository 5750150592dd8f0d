import { describe, expect, test } from 'vitest';
import { ACK, Columns, FIN, PROTOCOL, PSH, SYN } from '../../capture/columns.ts';
import { plainRows, strandsOf } from '../../capture/strands.ts';

interface Row {
  readonly protocol?: number;
  readonly problem?: number;
  readonly flags?: number;
  readonly flow?: number;
  readonly direction?: number;
  readonly networkAt?: number;
  readonly capLen?: number;
  readonly wireLen?: number;
  readonly sec?: number;
  readonly nsec?: number;
}

const SEGMENT = { protocol: PROTOCOL.tcp, problem: 0, flags: ACK, flow: 3, direction: 0, networkAt: 14 };
const WHOLE = { capLen: 60, wireLen: 60, sec: 1_700_000_000, nsec: 5 };

function columnsOf(...rows: readonly Row[]): Columns {
  const columns = new Columns();
  for (const given of rows) {
    const row = columns.add();
    for (const [name, value] of Object.entries({ ...SEGMENT, ...WHOLE, ...given }))
      (columns[name as keyof typeof SEGMENT] as { [row: number]: number })[row] = value;
  }
  return columns;
}

describe('strands', () => {
  test.each([
    ['an acknowledgement from A', {}, 7],
    ['data from B', { direction: 1, flags: ACK | PSH }, 8],
    ['a SYN+ACK', { flags: SYN | ACK }, 0],
    ['a FIN', { flags: FIN | ACK }, 0],
    ['a segment without ACK', { flags: PSH }, 0],
    ['a damaged header', { problem: 9 }, 0],
    ['a datagram of UDP', { protocol: PROTOCOL.udp }, 0],
    ['a segment of no flow', { flow: -1 }, 0],
  ])('of %s', (_, row, strand) => {
    const strands = new Int32Array(2).fill(-1);
    strandsOf(columnsOf({}, row), 1, 2, strands);
    expect([...strands]).toEqual([strand, -1]);
  });
});

describe('rows that are plain', () => {
  test('are told with their bytes', () => {
    const columns = columnsOf({}, { wireLen: 40, nsec: 5 }, { sec: 1_700_000_001, nsec: 0 });
    expect(plainRows(columns, 0, 3)).toEqual({ wireBytes: 160 });
    expect(plainRows(columns, 1, 2)).toEqual({ wireBytes: 40 });
  });

  test.each([
    ['another protocol', { protocol: PROTOCOL.icmp }],
    ['a problem', { problem: 2 }],
    ['a tag', { networkAt: 18 }],
    ['bytes that were not captured', { capLen: 54 }],
    ['a time before the last', { nsec: 4 }],
    ['a second before the last', { sec: 1_699_999_999, nsec: 999_999_999 }],
  ])('are none of those with %s', (_, row) => {
    expect(plainRows(columnsOf({}, row), 0, 2)).toBeNull();
  });

  test('are none of those with fragments', () => {
    const columns = columnsOf({}, {});
    columns.fragments.set(1, { id: 1, offset: 8, more: false });
    expect(plainRows(columns, 0, 2)).toBeNull();
  });
});
