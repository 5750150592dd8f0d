import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCall, encodeCall, rowTimeUs } from '../../src/session/journal.ts';
import { decodeEntry, encodeEntry } from '../../src/session/journal-entry.ts';
import type { Call } from '../../src/sockets/call.ts';
import { bytes, ECHO_CALLS, fakeCall } from './fake-session.ts';

const FULL: Call = fakeCall(
  {
    ...{ id: 7, role: 'client 2', name: 'sendto', pid: 4711, thread: 3, ret: -1, errno: 'ECONNREFUSED' },
    args: {
      flags: 'MSG_PEEK|MSG_DONTWAIT',
      addr: '[::1]:3500',
      count: 4096,
      nothing: null,
      odd: 'a\n"ü\u0007',
    },
    ...{ fd: 21, socket: 'client 2:1', created: 'x', local: '[::1]:40000', remote: '[::1]:3500', length: 10 },
    ...{
      offset: 2 ** 40,
      data: Uint8Array.of(0, 10, 13, 255, 27),
      hash: 'ab'.repeat(32),
      sendQueue: 0,
      recvQueue: 9,
    },
    ...{
      tcpInfo: { rtt_us: 33, cwnd: 10 },
      source: { file: 'src/a=b\nc.ts', line: 12, func: 'client' },
      span: 6,
      heldNs: 20_900_000_000,
    },
    thinned: true,
  },
  [1.5, 2.25],
);

describe('a call becomes a journal entry and back', () => {
  test.each([...ECHO_CALLS, FULL])('$id $name', (call) => {
    expect(decodeCall(encodeCall(call, 'exit'))).toEqual({ kind: 'exit', call });
  });

  test('one that has not returned keeps all that is known', () => {
    const blocked: Call = { ...FULL, exitNs: null, ret: null, errno: null };
    expect(decodeCall(encodeCall(blocked, 'enter'))).toEqual({ kind: 'enter', call: blocked });
  });

  test('the entry row of one that returned tells no result', () => {
    const row = decodeCall(encodeCall(FULL, 'enter'));
    expect(row?.kind).toBe('enter');
    expect(row?.call).toMatchObject({ exitNs: null, ret: null, errno: null, data: null, id: 7, length: 10 });
  });

  test('whatever its strings and bytes are', () => {
    const text = fc.string({ unit: 'binary' });
    const args = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant(null)));
    const fields = fc.record({ role: text, args, socket: text, data: fc.uint8Array() });
    fc.assert(
      fc.property(fields, (some) => {
        const call: Call = { ...FULL, ...some, args: { ...some.args } };
        expect(decodeCall(encodeCall(call, 'exit'))).toEqual({ kind: 'exit', call });
      }),
      { numRuns: 300 },
    );
  });
});

test('returns are rounded up to a microsecond and entries down', () => {
  expect(rowTimeUs(FULL, 'enter') * 1000n).toBe(FULL.enterNs - 500n);
  expect(rowTimeUs(FULL, 'exit') * 1000n).toBe((FULL.exitNs ?? 0n) + 750n);
});

describe('entries that are not ours, or damaged', () => {
  const entry = encodeCall(FULL, 'exit');
  test.each([
    { name: 'empty', body: bytes('') },
    { name: 'systemd', body: bytes('__REALTIME_TIMESTAMP=1\nMESSAGE=Started\n_PID=1\n') },
    ...['__proto__', 'constructor', 'toString', '', 'a b'].map((name) => ({
      name: `a call with the name '${name}'`,
      body: bytes(`SOCKSCOPE_CALL=${name}\nSYSLOG_IDENTIFIER=b\nSOCKSCOPE_ENTER_NS=1\n`),
    })),
    { name: 'no line end', body: bytes('MESSAGE') },
    {
      name: 'binary length beyond the block',
      body: bytes('SOCKSCOPE_CALL\n\xff\xff\xff\xff\xff\xff\xff\xffx\n'),
    },
    {
      name: 'time that is none',
      body: bytes('SOCKSCOPE_CALL=a\nSYSLOG_IDENTIFIER=b\nSOCKSCOPE_ENTER_NS=-1\n'),
    },
  ])('$name', ({ body }) => expect(decodeCall(body)).toBeNull());

  test('cut anywhere they give a call or none, and never throw', () => {
    const cuts = Array.from({ length: entry.length }, (_, length) => decodeCall(entry.subarray(0, length)));
    expect(cuts.filter((row) => row === null).length).toBeGreaterThan(100);
    expect(decodeCall(entry)?.call).toEqual(FULL);
  });

  test('fields of the wrong kind are unknown, not wrong', () => {
    const body = encodeEntry([
      ['SOCKSCOPE_CALL', 'send'],
      ['SYSLOG_IDENTIFIER', 'client'],
      ['SOCKSCOPE_ENTER_NS', '5'],
      ['SOCKSCOPE_RETURN', '1e9'],
      ['SOCKSCOPE_FD', '99999999999999999999'],
      ['SOCKSCOPE_ERRNO', 'EVIL\u001b[2J'],
      ['SOCKSCOPE_ARGS', '[1]'],
      ['SOCKSCOPE_TCPINFO', '{"rtt_us":"x","cwnd":3}'],
    ]);
    const expected = { ret: null, fd: null, errno: null, args: {}, tcpInfo: { cwnd: 3 }, exitNs: null };
    expect(decodeCall(body)?.call).toMatchObject(expected);
  });
});

test('values with control bytes or bytes that are no text take the binary form', () => {
  const entry = encodeEntry([
    ['A', 'ü'],
    ['B', 'a\nb'],
    ['C', Uint8Array.of(0xff)],
  ]);
  expect(entry.toString('latin1')).toBe('A=\xc3\xbc\nB\n\x03\0\0\0\0\0\0\0a\nb\nC\n\x01\0\0\0\0\0\0\0\xff\n');
  expect([...decodeEntry(entry).keys()]).toEqual(['A', 'B', 'C']);
});
