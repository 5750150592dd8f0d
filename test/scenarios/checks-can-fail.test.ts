import { expect, test } from 'vitest';
import { judgeRun } from '../../src/scenarios/judgement.ts';
import { restoreParameters } from '../../src/scenarios/parameters.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import type { Call } from '../../src/sockets/call.ts';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { say } from '../../src/words/text.ts';
import { openRecorded } from '../timeline/build-session.ts';
import { recordRun } from '../timeline/recorded-run.ts';
import {
  answer,
  change,
  counted,
  drop,
  everyCall,
  hasPayload,
  isReset,
  type Lie,
  leaveOut,
  roomIn,
  secondProbe,
} from './support/lies.ts';

/** What a side sees that runs alone. */
const ALONE: readonly Lie[] = [
  {
    run: 'http-get',
    alone: 'server',
    what: 'what is no request got the page',
    alter: change('server', 'recv', 0, { data: Buffer.from('GARBAGE and more of it\r\n\r\n') }),
    crossed: /begins with a method/,
  },
  {
    run: 'non-blocking --server echo',
    alone: 'server',
    what: 'what was sent never left',
    alter: leaveOut(hasPayload),
    crossed: /Each send leaves as segments/,
  },
  {
    run: 'refused --server bound',
    alone: 'server',
    what: 'no RST answered',
    alter: leaveOut(isReset),
    crossed: /Nobody gets in/,
  },
  {
    run: 'reset --how linger',
    alone: 'client',
    what: 'close sent no RST',
    alter: leaveOut(isReset),
    crossed: /SO_LINGER/,
  },
  {
    run: 'reset --how unread',
    alone: 'client',
    what: 'what was sent never left',
    alter: leaveOut(hasPayload),
    crossed: /Each send leaves as segments/,
  },
  ...(['client', 'server'] as const).map((alone) => ({
    run: 'slow-reader',
    alone,
    what: `the ${alone} moved bytes without segments`,
    alter: leaveOut(hasPayload),
    crossed: /Each send leaves as segments/,
  })),
];

const LIES: readonly Lie[] = [
  ...ALONE,
  {
    run: 'slow-reader',
    what: 'the answer to a probe told of room',
    alter: answer(roomIn),
    crossed: /every answer says/,
  },
  {
    run: 'slow-reader',
    what: 'no probe was answered',
    alter: answer(() => null),
    crossed: /every answer says/,
  },
  {
    run: 'chargen --reader-pause 1000',
    what: 'the answer to a probe told of room',
    alter: answer(roomIn),
    crossed: /every answer says/,
  },
  {
    run: 'slow-reader --reader-pause 1500',
    what: 'the second probe came too early',
    alter: secondProbe((packets, first, second) => {
      packets[second] = { ...packets[second]!, ns: packets[first]!.ns + 100_000_000n };
    }),
    crossed: /a longer wait/,
  },
  {
    run: 'slow-reader --reader-pause 1500',
    what: 'there was one probe',
    alter: secondProbe((packets, _, second) => packets.splice(second, 1)),
    crossed: /a longer wait/,
  },
  counted('slow-reader', 'TcpExtTCPToZeroWindowAdv', /TCPToZeroWindowAdv/),
  counted('slow-reader', 'TcpExtTCPWinProbe', /TCPWinProbe/),
  counted('nagle', 'TcpExtDelayedACKs', /DelayedACKs/),
  counted('reset', 'TcpOutRsts', /OutRsts/),
  counted('reset', 'TcpExtTCPAbortOnClose', /TCPAbortOnClose/),
  counted('reset --how linger --size 3000 --recv-buffer 1000', 'TcpExtTCPAbortOnData', /TCPAbortOnData/),
  counted('backlog', 'TcpExtListenOverflows', /ListenOverflows/),
  counted('loss --loss 0', 'TcpRetransSegs', /RetransSegs/),
  counted('udp-truncate', 'IpFragCreates', /FragCreates/),
  counted('refused', 'TcpOutRsts', /OutRsts/),
  counted('chargen --reader-pause 0', 'TcpOutRsts', /OutRsts/),
  counted('damage', 'UdpInCsumErrors', /InCsumErrors/),
  counted('damage --family ipv6', 'Udp6InCsumErrors', /InCsumErrors/),
  {
    run: 'telnet --no-input --marker late',
    what: 'a recv brought no marker',
    alter: ({ calls }) => {
      for (const [index, call] of calls.entries())
        if (call.role === 'client' && call.name === 'recv' && call.ret === 1)
          calls[index] = { ...call, data: Buffer.from('x') } as Call;
    },
    crossed: /ends with byte 4/,
  },
  {
    run: 'telnet --no-input --mistake whole-recv',
    what: 'the client did not wait in vain',
    alter: everyCall(({ errno }) => errno === 'EAGAIN', { errno: 'ECONNRESET' }),
    crossed: /EAGAIN/,
  },
  {
    run: 'daytime',
    what: 'the server never closed its connection',
    alter: drop('server', 'accept'),
    crossed: /accept returns after/,
  },
  {
    run: 'discard',
    what: 'the server answered',
    alter: ({ calls }) => {
      const recv = calls.findIndex(({ role, name }) => role === 'server' && name === 'recv');
      calls[recv] = { ...(calls[recv] as Call), name: 'send' };
    },
    crossed: /never sends/,
  },
  {
    run: 'echo',
    what: 'the server never learned of the end',
    alter: change('server', 'recv', 1, { ret: -1, errno: 'ECONNRESET' }),
    crossed: /recv returns 0/,
  },
  {
    run: 'chargen',
    what: 'the reset was not noticed',
    alter: ({ calls }) => {
      const send = calls.findLastIndex(({ role, name }) => role === 'server' && name === 'send');
      calls[send] = { ...(calls[send] as Call), errno: 'ETIMEDOUT' };
    },
    crossed: /ECONNRESET/,
  },
  {
    run: 'calendar --no-input',
    what: 'the server took one client fewer',
    alter: drop('server', 'accept'),
    crossed: /addresses, in the order/,
  },
  {
    run: 'name-lookup',
    what: 'the addresses were tried in another order',
    alter: everyCall(({ name }) => name === 'getaddrinfo', { args: { result: '[::9]:1' } }),
    crossed: /in the order in which getaddrinfo/,
  },
  {
    run: 'service-time --serve poll --clients 4',
    what: 'fewer sockets were open',
    alter: ({ run: info }) => {
      const server = info.roles.find(({ name }) => name === 'server');
      Object.assign(server?.report ?? {}, { 'poll: sockets open': 4 });
    },
    crossed: /clients are 5 sockets/,
  },
  {
    run: 'raw-ping',
    what: 'anybody may have a raw socket',
    alter: change('client', 'socket', 0, { ret: 30, errno: null }),
    crossed: /CAP_NET_RAW/,
  },
  {
    run: 'disorder',
    what: 'nothing came twice',
    alter: ({ run: info }) => {
      const server = info.roles.find(({ name }) => name === 'server');
      Object.assign(server?.report ?? {}, { twice: 0 });
    },
    crossed: /come twice/,
  },
  counted('time-wait', 'SockstatTCPtw', /sockstat/),
  counted('time-wait --how reset', 'TcpOutRsts', /OutRsts/),
  counted('filtered', 'TcpRetransSegs', /RetransSegs/),
  {
    run: 'time-wait',
    what: 'bind succeeded at once',
    alter: change('server', 'bind', 1, { ret: 0, errno: null }),
    crossed: /EADDRINUSE/,
  },
  {
    run: 'port-sharing --how dual',
    what: 'the IPv4 socket got the port',
    alter: change('server', 'bind', 1, { ret: 0, errno: null }),
    crossed: /EADDRINUSE/,
  },
  {
    run: 'errors --errno ECONNREFUSED',
    what: 'connect failed with another error',
    alter: change('client', 'connect', 0, { errno: 'ETIMEDOUT' }),
    crossed: /ECONNREFUSED/,
  },
  {
    run: 'filtered --how reset',
    what: 'connect failed with another error',
    alter: change('client', 'connect', 0, { errno: 'ETIMEDOUT' }),
    crossed: /ECONNREFUSED/,
  },
  {
    run: 'unreachable',
    what: 'connect failed with another error',
    alter: change('client', 'connect', 0, { errno: 'EHOSTUNREACH' }),
    crossed: /ENETUNREACH/,
  },
  {
    run: 'non-blocking --server echo',
    what: 'connect waited',
    alter: change('client', 'connect', 0, { ret: 0, errno: null }),
    crossed: /EINPROGRESS/,
  },
  {
    run: 'unix-echo --how path',
    what: 'the file was not in the way',
    alter: change('server', 'bind', 1, { ret: 0, errno: null }),
    crossed: /EADDRINUSE/,
  },
  {
    run: 'urgent',
    what: 'recv went on behind the mark',
    alter: change('server', 'recv', 0, { ret: 2 }),
    crossed: /SIOCATMARK/,
  },
  {
    run: 'broadcast',
    what: 'it needed no SO_BROADCAST',
    alter: change('client', 'sendto', 0, { errno: 'EPERM' }),
    crossed: /EACCES/,
  },
  {
    run: 'reset',
    what: 'recv was told of something else',
    alter: change('client', 'recv', 0, { errno: 'ETIMEDOUT' }),
    crossed: /ECONNRESET/,
  },
  {
    run: 'half-close',
    what: 'the send after shutdown succeeded',
    alter: change('client', 'send', 1, { ret: 4, errno: null }),
    crossed: /EPIPE/,
  },
  {
    run: 'refused',
    what: 'connect failed with another error',
    alter: change('client', 'connect', 0, { errno: 'ETIMEDOUT' }),
    crossed: /ECONNREFUSED/,
  },
  {
    run: 'recv-sizes',
    what: 'a recv returned a byte less',
    alter: change('server', 'recv', 0, { ret: 0 }),
    crossed: /the same .* bytes/,
  },
  {
    run: 'send-vs-sendall',
    what: 'the one send took everything',
    alter: change('client', 'send', 0, { ret: 60_000 }),
    crossed: /fewer bytes/,
  },
  {
    run: 'udp-truncate',
    what: 'sendto took what no datagram can hold',
    alter: change('client', 'sendto', 2, { ret: 65_508, errno: null }),
    crossed: /EMSGSIZE/,
  },
  {
    run: 'udp-control',
    what: 'a reply was not sent',
    alter: drop('server', 'sendto'),
    crossed: /has its reply/,
  },
  {
    run: 'udp-allowlist',
    what: 'nobody waited in vain',
    alter: change('client 2', 'recvfrom', 0, { errno: 'ECONNREFUSED' }),
    crossed: /EAGAIN/,
  },
  {
    run: 'udp-chat --no-input',
    what: 'a side spoke twice in a row',
    alter: drop('client', 'recvfrom'),
    crossed: /twice in a row/,
  },
  {
    run: 'text-and-image --framing length',
    what: 'the reader asked for more than the length',
    alter: change('server', 'recv', 0, { length: 1024 }),
    crossed: /4 bytes of length/,
  },
  {
    run: 'http-get',
    what: 'the client read to the end of the stream',
    alter: change('client', 'recv', 0, { ret: 0 }),
    crossed: /before any recv returns 0/,
  },
  {
    run: 'json-echo',
    what: 'the client sent a byte less',
    alter: change('client', 'send', 0, { ret: 3 }),
    crossed: /JSON text/,
  },
  {
    run: 'greeting',
    what: 'a client spoke',
    alter: ({ calls }) => {
      const recv = calls.findIndex(({ role, name }) => role === 'client 1' && name === 'recv');
      calls[recv] = { ...(calls[recv] as Call), name: 'send' };
    },
    crossed: /send nothing/,
  },
];

test.each(LIES)('$run: $what', async ({ run, alone, alter, crossed }) => {
  const words = run.split(' ');
  const recorded = await recordRun(words);
  if (typeof recorded === 'string') {
    console.warn(`skipped: ${recorded}`);
    return;
  }
  const scenario = await loadScenario(words[0] ?? '');
  const parameters = restoreParameters({
    ...recorded.run.parameters,
    ...(alone === undefined ? {} : { role: alone }),
  });
  const crosses = async (): Promise<string[]> => {
    const session = await openRecorded(recorded);
    const results = judgeRun(scenario, parameters, buildTimeline(session));
    session.capture.close();
    return results.filter(({ holds }) => holds === false).map(({ text }) => say(text));
  };
  expect(await crosses()).toEqual([]);
  alter(recorded);
  expect((await crosses()).join('\n')).toMatch(crossed);
});
