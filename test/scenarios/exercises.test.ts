import { describe, expect, test } from 'vitest';
import { type GivenParameters, parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import { expectRefusal, judged } from './support/judged.ts';

describe('what an exercise cannot do is refused, with what to do instead', () => {
  test.each([
    { id: 'recv-sizes', given: { 'recv-sizes': '1,0' }, said: /not a list of sizes/ },
    { id: 'recv-sizes', given: { 'recv-sizes': '1,x' }, said: /not a list of sizes/ },
    { id: 'udp-allowlist', given: { allow: '10.0.0.1' }, said: /not a list of loopback addresses/ },
    { id: 'json-echo', given: { message: '{"a":' }, said: /not JSON/ },
    { id: 'http-get', given: { body: 'close', rounds: '2' }, said: /do not go together/ },
    { id: 'text-and-image', given: { message: 'abcd', 'recv-buffer': '4' }, said: /would not show/ },
    { id: 'text-and-image', given: { message: '' }, said: /an empty --message/ },
    ...['unread', 'linger', 'write-after-close'].map((how) => ({
      id: 'reset',
      given: { how, message: '' },
      said: /an empty --message/,
    })),
    { id: 'non-blocking', given: { message: '' }, said: /an empty --message/ },
    { id: 'non-blocking', given: { server: 'echo', message: '' }, said: /an empty --message/ },
    { id: 'reset', given: { family: 'unix' }, said: /no such choice/ },
    { id: 'errors', given: { net: 'host' }, said: /needs --net private/ },
    { id: 'unreachable', given: { net: 'host' }, said: /needs --net private/ },
    {
      id: 'broadcast',
      given: { net: 'host' },
      said: /needs --net private: its sockets are bound to any address/,
    },
    { id: 'port-sharing', given: { net: 'host', how: 'addresses' }, said: /bound to any address/ },
    { id: 'port-sharing', given: { net: 'host', how: 'v6only' }, said: /bound to any address/ },
    { id: 'port-sharing', given: { net: 'host', how: 'dual' }, said: /bound to any address/ },
    { id: 'unreachable', given: { how: 'no-route', 'syn-retries': '2' }, said: /does not go with --how/ },
    { id: 'filtered', given: { how: 'reset', 'syn-retries': '2' }, said: /does not go with --how/ },
    { id: 'port-sharing', given: { how: 'dual', family: 'ipv6' }, said: /does not go with --family/ },
    { id: 'unix-echo', given: { family: 'ipv4' }, said: /no such choice/ },
  ])('$id $given', ({ id, given, said }) => expectRefusal(id, given as GivenParameters, said));

  test.each([
    ['non-blocking', { server: 'none' }], // nothing is ever sent
    ['text-and-image', { framing: 'length' }],
  ])('an empty message is taken where it does no harm: %s', async (id, given) => {
    const scenario = await loadScenario(id);
    expect(() => scenario.validate?.(parseParameters(scenario, { ...given, message: '' }))).not.toThrow();
  });
});

describe('the judges see what went wrong', () => {
  test.each([
    {
      id: 'half-close',
      reports: {
        client: {
          'answer is the message reversed': false,
          'bytes answered': 3,
          'send after shutdown': 'EPIPE',
        },
      },
      said: 'the answer of 3 bytes is not the message reversed',
    },
    {
      id: 'refused',
      reports: { client: { 'connect 1': 'succeeded' } },
      said: 'client: connect should fail with ECONNREFUSED, and succeeded',
    },
    {
      id: 'slow-reader',
      reports: { client: { 'bytes sent': 60_000 }, server: { 'bytes read': 59_999 } },
      said: '60000 bytes were sent, and 59999 were read',
    },
    {
      id: 'reset',
      reports: { client: { recv: '0', 'second recv': '0' } },
      said: 'client: recv should have said ECONNRESET, and said 0',
    },
    {
      id: 'time-wait',
      reports: { server: {} },
      said: 'the server could not be started again',
    },
    {
      id: 'filtered',
      reports: { client: { connect: '0' } },
      said: 'connect gave 0, not ETIMEDOUT',
    },
    {
      id: 'unreachable',
      reports: { client: { connect: 'ETIMEDOUT' } },
      said: 'connect gave ETIMEDOUT, not ENETUNREACH',
    },
    {
      id: 'non-blocking',
      reports: { client: { SO_ERROR: 'ECONNREFUSED' } },
      said: 'SO_ERROR was ECONNREFUSED, not 0',
    },
    {
      id: 'urgent',
      reports: { server: { stream: 'abc!def' } },
      said: 'the server read “abc!def” instead of “abcdef”',
    },
    {
      id: 'unix-echo',
      reports: { client: { 'echo is the same': true, 'bytes echoed': 4 } },
      said: '4 bytes came back of 5',
    },
    {
      id: 'broadcast',
      reports: { server: { heard: true } },
      said: '1 receivers heard it, not 3',
    },
    {
      id: 'nagle',
      reports: { server: { 'bytes read': 79 } },
      said: 'the server read 79 bytes of 80',
    },
    {
      id: 'object-echo',
      reports: { client: { 'same object': false } },
      said: 'the object that came back is another',
    },
    {
      id: 'udp-control',
      reports: { client: { 'run:true': 'exit status 0', end: 'ending' }, server: { requests: 3 } },
      said: 'no reply to “run:false”',
    },
  ] as const)('$id: $said', async ({ id, reports, said }) => {
    expect(await judged(id, reports)).toEqual([said]);
  });
});
