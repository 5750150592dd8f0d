import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRun, encodeRun } from '../../src/session/run-comment.ts';
import { ECHO_RUN } from './fake-session.ts';

describe('a run becomes a comment and back', () => {
  test('in one comment of plain ASCII', () => {
    const run = { ...ECHO_RUN, parameters: { message: 'grüße 🙂\u0007' } };
    const comments = encodeRun(run);
    expect(comments.length).toBe(1);
    expect(comments[0]).toMatch(/^\{"sockscope":1,[\x20-\x7e]*\}$/);
    expect(decodeRun(comments)).toEqual(run);
  });

  test('in several where an option would be too long', () => {
    const run = { ...ECHO_RUN, lost: Array.from({ length: 40_000 }, (_, index) => index * 3) };
    const comments = encodeRun(run);
    expect(comments.length).toBeGreaterThan(2);
    expect(Math.max(...comments.map((comment) => Buffer.byteLength(comment)))).toBeLessThan(65_536);
    expect(decodeRun(['something else', ...comments])).toEqual(run);
    expect(decodeRun(comments.slice(1))).toBeNull();
    expect(decodeRun([...comments].reverse())).toBeNull();
  });
});

describe('what is not a run of ours is none', () => {
  const { lost: _, ...incomplete } = ECHO_RUN;
  test.each([
    { name: 'nothing', comments: [] },
    { name: 'prose', comments: ['made by hand'] },
    { name: 'JSON of somebody else', comments: ['{"version":"1"}', '[1]', 'null', '{'] },
    { name: 'a missing field', comments: [JSON.stringify({ sockscope: 1, ...incomplete })] },
    { name: 'a later format', comments: [JSON.stringify({ ...ECHO_RUN, sockscope: 2 })] },
    {
      name: 'an object for a number',
      comments: [JSON.stringify({ sockscope: 1, ...ECHO_RUN, snaplen: {} })],
    },
    {
      name: 'a time that BigInt would refuse',
      comments: [JSON.stringify({ sockscope: 1, ...ECHO_RUN, startedNs: 'x' })],
    },
    {
      name: 'a nested parameter',
      comments: [JSON.stringify({ sockscope: 1, ...ECHO_RUN, parameters: { a: [] } })],
    },
    { name: 'a role that is none', comments: [JSON.stringify({ sockscope: 1, ...ECHO_RUN, roles: [null] })] },
  ])('$name', ({ comments }) => expect(decodeRun(comments)).toBeNull());

  test('whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(ECHO_RUN)), (value, key) => {
        const text = JSON.stringify({ sockscope: 1, ...ECHO_RUN, [key]: value });
        expect(() => decodeRun([text, JSON.stringify(value)])).not.toThrow();
      }),
    );
  });
});
